"""What is wrong with the answers to the requests that OHIF sends. Pure; `network.look.opening` asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.cors.remedy import SAME_ORIGIN
from ohif_setup.checks.dicomweb.capability_values import descriptions_lost
from ohif_setup.checks.dicomweb.other_form import NOTHING_OPENS, lacking, other_form
from ohif_setup.checks.dicomweb.pixel_faults import BLACK, of_frame
from ohif_setup.checks.dicomweb.server_fault import name_of
from ohif_setup.checks.fault import Fault, Severity
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.front_login import front_login
from ohif_setup.checks.silence import says_nothing, unanswered
from ohif_setup.checks.speakers import is_web_servers_page
from ohif_setup.checks.trouble_words import short
from ohif_setup.kinds import kind_of, own_of
from ohif_setup.network.look.archive import INSTANCE_UID, SERIES_UID, STUDY_UID, Archive, datasets_of, first_dataset
from ohif_setup.network.look.capabilities import CapabilityLook
from ohif_setup.network.look.opening import Frame, Opening
from ohif_setup.network.look.pixels import part_type
from ohif_setup.network.wire.exchange import Exchange, Received
from ohif_setup.ohif import versions

ShownFault = tuple[Fault, Exchange]
"""A fault and the exchange that shows it."""
NEEDED = {
    "00280010": "Rows",
    "00280011": "Columns",
    "00280100": "BitsAllocated",
    "00280004": "PhotometricInterpretation",
}
"""Attributes without which OHIF cannot draw an image."""
NO_STUDY = "the study list shows, a study does not open"
NO_BULK = "CT and MR images display; PDF documents, reports and overlays stay blank, palette colour is black"
SERVERS_LOG = "read its log for the time of this run: the file of the image may be gone or damaged"


def faults(
    server: Server,
    version: str,
    archive: Archive,
    opening: Opening,
    queries: CapabilityLook | None,
    *,
    own_bulk: Exchange | None,
) -> list[ShownFault]:
    """Each fault with the exchange that shows it, in the order in which a person meets them: list, study, images.

    `own_bulk` is an object of bulk data from the server itself.
    """
    metadata = _fault_of(opening.metadata, "metadata", NO_STUDY, partial(_study, server, version, "metadata"))
    # Without metadata the viewer knows of no frame to ask for.
    frames = opening.frames if metadata is None else ()
    found = [
        _fault_of(opening.search, "the list", "the study list fails", partial(_search, server)),
        _fault_of(opening.series, "series", NO_STUDY, partial(_study, server, version, "series")),
        metadata,
        _metadata(server, archive, opening),
        # The samples may be stored in different transfer syntaxes. The first one that fails is enough to act on.
        next((found for frame in frames if (found := _of_frame(server, frame, quotes=opening.quotes))), None),
        _fault_of(opening.bulk, "bulk data", NO_BULK, partial(_bulk, server, own_bulk)),
        _descriptions(server, queries),
    ]
    return [pair for pair in found if pair]


def _fault_of(
    exchange: Exchange | None, what: str, symptom: str, judge: Callable[[Received], Fault | None]
) -> ShownFault | None:
    """The fault that an exchange shows. None if it was not asked, or if a login in front answered, which is no fault."""
    if exchange is None or front_login(exchange):
        return None
    if says_nothing(exchange):
        # A browser waits longer than this tool, so a timeout here does not prove that the viewer fails.
        status: Severity = "fail"
        if exchange.trouble is not None and exchange.trouble.kind == "timeout":
            status = "warn"
        return unanswered(exchange, what, symptom, status), exchange
    # The answer was too long to read, or a proxy would have changed the request: neither tells anything about the server.
    if exchange.received is None:
        return None
    fault = judge(exchange.received)
    return (fault, exchange) if fault else None


def _quoted_body(received: Received) -> str:
    """What the server said, as the last sentence of a cause. Nothing for a web page, whose markup explains nothing."""
    text = short(received.body[:600].decode("utf-8", "replace"))
    if received.is_html() or not text:
        return ""
    return f" It said: {text}"


def _search(server: Server, received: Received) -> Fault | None:
    # OHIF treats 204 as an empty list.
    if received.status == 204:
        return None
    if received.status == 200:
        what = "OHIF's search"
        found = other_form(server, received, what, "the study list fails", itself=False)
        return found or lacking(received, (STUDY_UID,), what, NOTHING_OPENS)
    accepted = "limit, offset, fuzzymatching and includefield"
    return Fault(
        "FM35",
        f"OHIF's search is refused ({received.status})",
        f"the study list fails with {received.status}, although a plain search works",
        f"The server does not accept one of {accepted}, which OHIF always sends.{_quoted_body(received)}",
        (
            Fix(
                "Server", "use a newer version, which accepts them; or let the web server in front drop what it refuses"
            ),
            Fix("Answers", "no setting of [ohif] leaves them out; queryLimit lowers limit as of OHIF 3.13"),
        ),
    )


def _study(server: Server, version: str, what: str, received: Received) -> Fault | None:
    """The fault of a request that opens a study: `what` is series or metadata."""
    # A web page with 200 is the viewer's own page, sent as the fallback.
    if received.status == 200 and not received.is_html():
        return _opened(server, what, received)
    older = versions.parse(version) < (3, 12)
    # Up to 3.11 the type parameter of that header is unquoted, with a `/` in it. A strict parser rejects the whole header then,
    # as microsoft/dicom-server does. OHIF 3.12 and newer send application/dicom+json alone.
    if received.status in (400, 406, 415) and older:
        return Fault(
            "FM29",
            f"the server refuses the way in which OHIF {version} requests {what} ({received.status})",
            NO_STUDY + ", with an endless spinner",
            "OHIF up to 3.11 requests application/dicom+json and multipart/related at once." + _quoted_body(received),
            (
                Fix("Viewer", "use OHIF 3.12 or newer, which requests application/dicom+json alone"),
                Fix("Server", "or use a newer version of the server"),
            ),
        )
    mode, came = "FM29", f"status {received.status}"
    if received.status == 204:
        return _nothing(server, what)
    if received.is_html():
        mode, came = "FM23", "a web page"
    return Fault(
        mode,
        f"{what}: {came} came",
        NO_STUDY,
        f"The list is answered, but {what} of a study in it is not." + _quoted_body(received),
        (Fix("Web server", "does it pass on everything below /studies, with the Accept header unchanged?"),),
    )


def _opened(server: Server, what: str, received: Received) -> Fault | None:
    """The fault of series or metadata that come with status 200, but not as a list with something in it."""
    found = other_form(server, received, what, NO_STUDY, itself=False)
    if found:
        return found
    try:
        listed = received.json()
    except ValueError:
        return _nothing(server, what)
    if not isinstance(listed, list) or not all(isinstance(dataset, dict) for dataset in listed):
        title, cause = f"{what}: the answer is no list of datasets", f"{what.capitalize()} must come as a list."
        return Fault("FM29", title, NO_STUDY, cause + _quoted_body(received), (Fix("Server", SERVERS_LOG),))
    if not listed:
        return _nothing(server, what)
    # `_metadata` names the UIDs that metadata lack, along with everything else.
    return lacking(received, (SERIES_UID,), what, NO_STUDY) if what == "series" else None


def _nothing(server: Server, what: str) -> Fault:
    cause = f"A series and an instance of that study were listed before, and now {name_of(server)} returns none."
    return Fault("FM29", f"{what}: the answer is empty", NO_STUDY, cause, (Fix("Server", SERVERS_LOG),))


def _bulk(server: Server, own_bulk: Exchange | None, received: Received) -> Fault | None:
    """The fault of an object that the metadata name by address, and that does not come: a warning, because CT and MR need none."""
    can = server.capabilities.bulk_data
    # The server gives it, so who refuses it to browsers is in between, and `capabilities` asked past that.
    refused_on_the_way = own_bulk is not None and own_bulk.status == 200 and received.status >= 400
    # The check `capabilities` names a plain refusal, where capabilities vary; and OHIF asks for none if the answers say so.
    named_there = kind_of(server).varies and received.status in (400, 404, 406, 415, 501)
    if can is False or (named_there and not refused_on_the_way):
        return None
    if received.status == 200 and received.body and not received.is_html():
        return None
    came = f"status {received.status}"
    if received.is_html():
        came = "a web page"
    elif received.status == 200:
        came = "an empty answer"
    cause = "The metadata name an object by its address (BulkDataURI), and it does not come from there."
    fixes = (Fix("Server", SERVERS_LOG), *web_server.fixes(server, lambda lines: lines.accept))
    if refused_on_the_way:
        before = web_server.name_of(server)
        cause += f" {name_of(server)} itself returns it, so {before}, or what is between it and the server, refuses that address."
        passes = "does it, and what is between it and the server, pass on everything below /studies, with /bulk too?"
        fixes = (Fix(before, passes), web_server.regenerate(server))
    return Fault("FM26", f"bulk data: {came} came", NO_BULK, cause + _quoted_body(received), fixes, "warn")


def _metadata(server: Server, archive: Archive, opening: Opening) -> ShownFault | None:
    """The fault of metadata that come, but lack attributes."""
    sample = archive.image or next(iter(archive.samples), None)
    if sample is None:
        return None
    # OHIF requests the metadata of a whole series. Those may exceed what this tool reads; then one instance stands in for them.
    exchange = sample.metadata
    if opening.metadata and datasets_of(opening.metadata):
        exchange = opening.metadata
    # No datasets at all is a fault of the request, which `_study` reports.
    if not datasets_of(exchange):
        return None
    dataset = first_dataset(exchange)
    # OHIF needs the three UIDs in every dataset. A report has them too, but no Rows or Columns.
    ids = [tag for tag in (STUDY_UID, SERIES_UID, INSTANCE_UID) if tag not in dataset]
    lacking = [name for tag, name in NEEDED.items() if sample.is_image and tag not in dataset]
    if not ids and not lacking:
        return None
    title = f"the metadata lack {', '.join([*ids, *lacking])}"
    symptom = "images are missing or look odd, MPR is wrong, or the viewer fails while a study opens"
    cause = "The metadata must contain the whole dataset except the pixels."
    fix = Fix("Server", "if it has a setting for which attributes the metadata contain, set it to all")
    setting = own_of(server).whole_metadata
    if setting:
        cause, fix = setting
    return Fault("FM37", title, symptom, cause, (fix,)), exchange


def _of_frame(server: Server, frame: Frame, *, quotes: bool) -> ShownFault | None:
    found = _fault_of(frame.asked, "an image", BLACK, lambda received: _frame(server, received, frame, quotes=quotes))
    if found is None or frame.number == 1:
        return found
    # The first frame came, or its fault would be the one that is named.
    fault = replace(
        found[0], symptom=f"the first frame of an image shows, and others do not (frame {frame.number} was asked for)"
    )
    return fault, found[1]


def _frame(server: Server, received: Received, frame: Frame, *, quotes: bool) -> Fault | None:
    """The fault of a frame as the viewer will request it; `quotes` says whether its Accept header has quotes.

    The most certain cause comes first: a comparison with the server itself, then the server's own words, then a second spelling.
    """
    if received.status == 200:
        return _frame_type(server, received, frame)
    # The same request past the web server succeeds, so the web server is what changes it, or answers in the server's place.
    if frame.direct and frame.direct.status == 200 and is_web_servers_page(received):
        return _answered_on_the_way(server, received)
    if frame.direct and frame.direct.status == 200:
        title = f"a frame is refused ({received.status}), but the server itself returns it"
        return _accept_changed(server, title, _quoted_body(received))
    other = frame.other
    # The body quotes the header that the server received. This tool sends the parameter once, so it was added on the way.
    if received.status in (400, 406, 415) and b"transfer-syntax=*; transfer-syntax=*" in received.body:
        return Fault(
            "FM30",
            f"a frame is refused: transfer-syntax comes twice ({received.status})",
            BLACK,
            "Something on the way adds the parameter a second time (OHIF 3.8 did so itself)." + _quoted_body(received),
            (Fix("Web server", "pass Accept on unchanged"),),
        )
    if received.status in (400, 406, 415) and other.status == 200:
        refused, accepted, value = "without", "with", "true"
        if quotes:
            refused, accepted, value = "with", "without", "false"
        setting = f"[server.capabilities] quoted_accept = {value} (ohif-setup check --save finds it), then generate"
        fix = Fix("Answers", setting)
        # It is set already: where images need CORS and no token, OHIF leaves the quotes out to save a preflight for each frame.
        if server.capabilities.quoted_accept is (not quotes):
            fix = SAME_ORIGIN
        return Fault(
            "FM31",
            f"an image is refused when requested {refused} quotes ({received.status}), and comes {accepted} them",
            BLACK,
            "Servers differ in how strictly they parse type and transfer-syntax in the Accept header."
            + _quoted_body(received),
            (fix,),
        )
    # Orthanc 1.10 answers 500 where it has to transcode and lacks the codec, for example from JPEG 2000.
    if received.status >= 500:
        return Fault(
            "FM33",
            f"the server cannot return a frame ({received.status})",
            BLACK,
            "It has no decoder for the transfer syntax of the image, or the file of the image is gone."
            + _quoted_body(received),
            (Fix("Server", "its log names the instance"),),
        )
    return Fault(
        "FM31",
        f"a frame is refused ({received.status})",
        BLACK,
        "The list and the metadata come, but the image does not." + _quoted_body(received),
        (Fix("Web server", "does it pass on /frames/ with the Accept header unchanged?"),),
    )


def _frame_type(server: Server, received: Received, frame: Frame) -> Fault | None:
    """The fault of a frame that comes with 200, but in a form that OHIF cannot use."""
    kind = received.header("Content-Type").strip().lower()
    came = short(kind, 60) or "no type"
    if received.is_html():
        title, cause = "a web page comes instead of a frame", "Something other than the server answers below /frames/."
        return Fault("FM23", title, BLACK, cause, (web_server.regenerate(server),))
    if not kind.startswith("multipart/related"):
        return Fault(
            "FM32",
            f"a frame comes as {came}, not as multipart/related",
            BLACK + ", or show noise",
            "OHIF treats what it cannot split into parts as raw pixels.",
            (
                Fix("Web server", "does it change Content-Type, or drop Accept?"),
                Fix("Server", "or use a newer version of it"),
            ),
        )
    broken = of_frame(server, frame, received)
    direct = frame.direct.received if frame.direct else None
    if broken and direct and direct.status == 200 and (not part_type(received) or _syntax(direct) == _syntax(received)):
        return _broken_on_the_way(server, broken, whole=of_frame(server, frame, direct) is None)
    # The transfer syntaxes are compared, not the whole types: one server may quote what the other does not.
    if direct is None or direct.status != 200 or not part_type(direct) or _syntax(direct) == _syntax(received):
        return broken
    received_type = short(part_type(received), 80) or "no parts"
    return _accept_changed(
        server,
        "the web server changes the form in which a frame comes",
        f" The server itself sends {short(part_type(direct), 80)}, browsers receive {received_type}.",
    )


def _answered_on_the_way(server: Server, received: Received) -> Fault:
    """The fault of a page that a web server wrote in the place of a frame, which the server itself returns."""
    before = web_server.name_of(server)
    return Fault(
        "FM33",
        f"a frame is refused ({received.status}), but the server itself returns it",
        BLACK,
        f"{before}, or another web server before {name_of(server)}, answers for that address with a page of its own.",
        (
            Fix(
                before, "does a rule of its own apply below /frames/? Its error log for the time of this run says more"
            ),
            web_server.regenerate(server),
        ),
    )


def _broken_on_the_way(server: Server, broken: Fault, *, whole: bool) -> Fault:
    """The same fault; blamed on what is before the server if that returns the frame `whole`."""
    if not whole:
        return broken
    before = web_server.name_of(server)
    cause = f"{broken.cause} {name_of(server)} itself returns it whole, so {before}, or what is between, changes the answer."
    cut = Fix(
        before, "its error log for the time of this run, and df -h: a proxy that cannot buffer an answer cuts it off"
    )
    return replace(broken, cause=cause, fixes=(cut, web_server.regenerate(server)))


def _accept_changed(server: Server, title: str, detail: str) -> Fault:
    """The fault of a web server that loses Accept. Without `transfer-syntax=*` Orthanc transcodes, or fails for lack of a codec."""
    return Fault(
        "FM33",
        title,
        BLACK + ", or cannot be decoded",
        f"{web_server.name_of(server)} drops or changes Accept on the way, so the server is asked for another form.{detail}",
        web_server.fixes(server, lambda lines: lines.accept),
    )


def _syntax(received: Received) -> str:
    """The transfer syntax of the first part; its whole type if that names none."""
    found = re.search(r"transfer-syntax=\"?([0-9.]+)", part_type(received))
    if found is None:
        return part_type(received)
    return found[1]


def _descriptions(server: Server, queries: CapabilityLook | None) -> ShownFault | None:
    """The fault of a server that does not decode queries, as Debian 12's Orthanc does not, although OHIF writes a comma as %2C."""
    if queries is None or queries.encoded is None or not descriptions_lost(queries):
        return None
    # Without a web server that can decode the commas the viewer still works, apart from the descriptions: only a warning.
    status: Severity = "warn"
    fix = [web_server.instead_to_decode(server), Fix("Server", f"or use a newer version of {name_of(server)}")]
    if web_server.can_decode(server):
        status, fix = "fail", [*web_server.needs_to_decode(server), web_server.regenerate(server)]
        # The generated file decodes only if the answers say so. If they do, another file is in place, and the answers are right.
        if server.capabilities.percent_decoding is not False:
            setting = "[server.capabilities] percent_decoding = false (ohif-setup check --save finds it)"
            fix.insert(0, Fix("Answers", setting))
    reason = own_of(server).undecoded
    if reason:
        reason = f" ({reason})"
    return (
        Fault(
            "FM35",
            "the server does not decode %2C, so descriptions are lost",
            'every study has "No Description" in the list; a search with a space or an accent finds nothing',
            f"It does not decode the query{reason}, but OHIF writes includefield=00081030%2C00080060.",
            tuple(fix),
            status,
        ),
        queries.encoded,
    )
