"""What is wrong with the answers to OHIF's own requests."""

from __future__ import annotations

import re
from collections.abc import Callable

from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.cors.remedy import SAME_ORIGIN
from ohif_setup.checks.dicomweb.capability_values import descriptions_lost
from ohif_setup.checks.dicomweb.server_fault import name_of
from ohif_setup.checks.fault import Fault, Severity
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.front_login import front_login
from ohif_setup.checks.silence import says_nothing, unanswered
from ohif_setup.checks.trouble_words import short
from ohif_setup.kinds import own_of
from ohif_setup.network.look.archive import INSTANCE_UID, SERIES_UID, STUDY_UID, Archive, datasets_of, first_dataset
from ohif_setup.network.look.capabilities import CapabilityLook
from ohif_setup.network.look.opening import Frame, Opening, part_type
from ohif_setup.network.wire.exchange import Exchange, Received
from ohif_setup.ohif import versions

Found = tuple[Fault, Exchange]
NEEDED = {
    "00280010": "Rows",
    "00280011": "Columns",
    "00280100": "BitsAllocated",
    "00280004": "PhotometricInterpretation",
}
"""Without these no image can be drawn."""
NO_STUDY = "the study list shows, a study does not open"
BLACK = "the study list shows, images stay black"


def faults(
    server: Server, version: str, archive: Archive, opening: Opening, queries: CapabilityLook | None
) -> list[Found]:
    """Each fault with the exchange that shows it, in the order in which a person meets them."""
    found = [
        _of(opening.search, "the list", "the study list fails", _search),
        _of(opening.series, "series", NO_STUDY, lambda received: _opened(received, version, "series")),
        _of(opening.metadata, "metadata", NO_STUDY, lambda received: _opened(received, version, "metadata")),
        _metadata(server, archive, opening),
        next((found for frame in opening.frames if (found := _of_frame(server, frame, quotes=opening.quotes))), None),
        _descriptions(server, queries),
    ]
    return [pair for pair in found if pair]


def _of(exchange: Exchange | None, what: str, symptom: str, judge: Callable[[Received], Fault | None]) -> Found | None:
    """None for what comes from a login in front, which is no fault."""
    if exchange is None or front_login(exchange):
        return None
    if says_nothing(exchange):
        # A browser waits longer than this tool.
        slow = exchange.trouble is not None and exchange.trouble.kind == "timeout"
        return unanswered(exchange, what, symptom, "warn" if slow else "fail"), exchange
    if exchange.received is None:
        return None
    fault = judge(exchange.received)
    return (fault, exchange) if fault else None


def _said(received: Received) -> str:
    text = short(received.body[:600].decode("utf-8", "replace"))
    if received.is_html() or not text:
        return ""
    return f" It said: {text}"


def _search(received: Received) -> Fault | None:
    if received.status in (200, 204):
        return None
    return Fault(
        "FM35",
        f"OHIF's search is refused ({received.status})",
        f"the study list fails with {received.status}, though a plain search works",
        f"The server does not take one of limit, offset, fuzzymatching and includefield, which OHIF always sends.{_said(received)}",
        (
            Fix("Server", "a newer one takes them; or let the web server before it drop what it refuses"),
            Fix("Answers", "[ohif] cannot leave them out; queryLimit lowers limit from OHIF 3.13 on"),
        ),
    )


def _opened(received: Received, version: str, what: str) -> Fault | None:
    if received.status in (200, 204) and not received.is_html():
        return None
    older = versions.parse(version) < (3, 12)
    if received.status in (400, 406, 415) and older:
        return Fault(
            "FM29",
            f"OHIF {version} asks for {what} in a way that the server refuses ({received.status})",
            NO_STUDY + ", with an endless spinner",
            "OHIF up to 3.11 asks for application/dicom+json and multipart/related at once." + _said(received),
            (
                Fix("Viewer", "take OHIF 3.12 or newer, which asks for application/dicom+json alone"),
                Fix("Server", "or a newer version of the server"),
            ),
        )
    mode, came = "FM29", f"status {received.status}"
    if received.is_html():
        mode, came = "FM23", "a web page"
    return Fault(
        mode,
        f"{what}: {came} came",
        NO_STUDY,
        f"The list is answered, and {what} of a study in it is not." + _said(received),
        (Fix("Web server", "does it hand on everything below /studies, with its Accept header as it is?"),),
    )


def _metadata(server: Server, archive: Archive, opening: Opening) -> Found | None:
    """OHIF asks for a whole series. Where that is too long to be read here, one instance has to do."""
    sample = archive.image or next(iter(archive.samples), None)
    if sample is None:
        return None
    exchange = sample.metadata
    if opening.metadata and datasets_of(opening.metadata):
        exchange = opening.metadata
    if not datasets_of(exchange):
        return None
    dataset = first_dataset(exchange)
    ids = [tag for tag in (STUDY_UID, SERIES_UID, INSTANCE_UID) if tag not in dataset]
    lacking = [name for tag, name in NEEDED.items() if sample.is_image and tag not in dataset]
    if not ids and not lacking:
        return None
    title = f"the metadata lack {', '.join([*ids, *lacking])}"
    symptom = "images are missing or look odd, MPR is wrong, or the viewer fails while a study opens"
    cause = "The metadata must hold the whole dataset but the pixels."
    fix = Fix("Server", "a setting of its own that hands out all attributes, if it has one")
    setting = own_of(server).whole_metadata
    if setting:
        cause, fix = setting
    return Fault("FM37", title, symptom, cause, (fix,)), exchange


def _of_frame(server: Server, frame: Frame, *, quotes: bool) -> Found | None:
    return _of(frame.asked, "an image", BLACK, lambda received: _frame(server, received, frame, quotes=quotes))


def _frame(server: Server, received: Received, frame: Frame, *, quotes: bool) -> Fault | None:
    if received.status == 200:
        return _frame_type(server, received, frame)
    if frame.direct and frame.direct.status == 200:
        return _spoilt(
            server, f"a frame is refused ({received.status}), and the server itself hands it out", _said(received)
        )
    other = frame.other
    if received.status in (400, 406, 415) and b"transfer-syntax=*; transfer-syntax=*" in received.body:
        return Fault(
            "FM30",
            f"a frame is refused: transfer-syntax comes twice ({received.status})",
            BLACK,
            "Something on the way adds the parameter once more (OHIF 3.8 did so itself)." + _said(received),
            (Fix("Web server", "leave Accept as it is"),),
        )
    if received.status in (400, 406, 415) and other.status == 200:
        with_, without, value = "without", "with", "true"
        if quotes:
            with_, without, value = "with", "without", "false"
        setting = f"[server.capabilities] quoted_accept = {value} (ohif-setup check --save finds it), then generate"
        fix = Fix("Answers", setting)
        if server.capabilities.quoted_accept is (not quotes):
            # It is set already: where images need CORS and no token, OHIF leaves the quotes out all the same.
            fix = SAME_ORIGIN
        return Fault(
            "FM31",
            f"an image is refused when it is asked for {with_} quotes ({received.status}), and comes {without}",
            BLACK,
            "Servers differ in how strictly they read type and transfer-syntax in the Accept header." + _said(received),
            (fix,),
        )
    if received.status >= 500:
        return Fault(
            "FM33",
            f"the server cannot hand out a frame ({received.status})",
            BLACK,
            "It has no decoder for the way in which the image is stored, or its file is gone." + _said(received),
            (Fix("Server", "its log names the instance"),),
        )
    return Fault(
        "FM31",
        f"a frame is refused ({received.status})",
        BLACK,
        "The list and the metadata come, and the image does not." + _said(received),
        (Fix("Web server", "does it hand on /frames/ with its Accept header as it is?"),),
    )


def _frame_type(server: Server, received: Received, frame: Frame) -> Fault | None:
    kind = received.header("Content-Type").strip().lower()
    came = short(kind, 60) or "no type"
    if received.is_html():
        title, cause = "a web page comes in the place of a frame", "Below /frames/ something else answers."
        return Fault("FM23", title, BLACK, cause, (web_server.regenerate(server),))
    if not kind.startswith("multipart/related"):
        return Fault(
            "FM32",
            f"a frame comes as {came}, not as multipart/related",
            BLACK + ", or noise",
            "OHIF takes what it cannot split into parts for raw pixels.",
            (
                Fix("Web server", "does it change Content-Type, or drop Accept?"),
                Fix("Server", "or a newer version of it"),
            ),
        )
    direct = frame.direct.received if frame.direct else None
    if direct is None or direct.status != 200 or not part_type(direct) or _syntax(direct) == _syntax(received):
        return None
    return _spoilt(
        server,
        "the web server changes what a frame comes as",
        f" The server itself sends {short(part_type(direct), 80)}, browsers get {short(part_type(received), 80) or 'no parts'}.",
    )


def _spoilt(server: Server, title: str, seen: str) -> Fault:
    return Fault(
        "FM33",
        title,
        BLACK + ", or cannot be decoded",
        f"{web_server.name_of(server)} drops or changes Accept on the way, so that another form is asked for.{seen}",
        web_server.fixes(server, lambda lines: lines.accept),
    )


def _syntax(received: Received) -> str:
    found = re.search(r"transfer-syntax=\"?([0-9.]+)", part_type(received))
    if found is None:
        return part_type(received)
    return found[1]


def _descriptions(server: Server, queries: CapabilityLook | None) -> Found | None:
    """A server that takes a query as it is written, as Debian 12's Orthanc does, while OHIF writes a comma as %2C."""
    if queries is None or queries.encoded is None or not descriptions_lost(queries):
        return None
    status: Severity = "warn"
    fix = [web_server.instead_to_decode(server), Fix("Server", f"or a newer version of {name_of(server)}")]
    if web_server.can_decode(server):
        status, fix = "fail", [*web_server.needs_to_decode(server), web_server.regenerate(server)]
        if server.capabilities.percent_decoding is not False:
            setting = "[server.capabilities] percent_decoding = false (ohif-setup check --save finds it)"
            fix.insert(0, Fix("Answers", setting))
    reason = own_of(server).undecoded
    if reason:
        reason = f" ({reason})"
    return (
        Fault(
            "FM35",
            "the server takes %2C for text, so descriptions are lost",
            'every study has "No Description" in the list; a search with a blank or an accent finds nothing',
            f"It does not decode the query{reason}, and OHIF writes includefield=00081030%2C00080060.",
            tuple(fix),
            status,
        ),
        queries.encoded,
    )
