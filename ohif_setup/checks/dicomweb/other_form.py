"""An answer with status 200 in another form than DICOM JSON, or without what every dataset must have. Pure."""

from __future__ import annotations

from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.dicomweb.server_fault import LIST_EMPTY, begin_of, name_of
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.trouble_words import short
from ohif_setup.network.look.archive import SERIES_UID, STUDY_UID
from ohif_setup.network.wire.exchange import Received
from ohif_setup.ohif.requests import JSON
from ohif_setup.webservers import front_of

NAMES = {STUDY_UID: "StudyInstanceUID (0020000D)", SERIES_UID: "SeriesInstanceUID (0020000E)"}
NOTHING_OPENS = "the study list shows blank rows, and nothing in the browser's console"
_FORMS = (("xml", "XML"), ("html", "a web page"), ("octet-stream", "bytes without a form"), ("text/", "plain text"))


def other_form(server: Server, received: Received, what: str, symptom: str, *, itself: bool) -> Fault | None:
    """The fault of an answer that is no JSON; None if it is JSON, empty or a web page.

    `what` was asked for: it begins the title. `itself`: asked past the web server, the server answers with JSON.
    """
    if not received.body or received.is_html() or _is_json(received):
        return None
    came = type_of(received)
    form = next((name for mark, name in _FORMS if mark in came.lower()), "")
    if not form and "json" in came.lower():
        form = "broken JSON"
    title = f"{what}: {form or came} came instead of DICOM JSON"
    asked = f"{JSON} was asked for, and {came} came."
    # Browsers ask some servers themselves, and then nothing of the site is on the way.
    through = web_server.fixes(server, lambda lines: lines.accept) if front_of(server) else ()
    if itself:
        before = web_server.name_of(server)
        cause = f"{asked} {begin_of(server)} itself answers with JSON, so {before} drops or changes Accept."
        return Fault("other-form", title, symptom, cause, through)
    if form == "broken JSON":
        cause = f"{asked} The body is not valid JSON: it may be cut off."
        return Fault("other-form", title, symptom, cause, (Fix("Server", "its log for the time of this run"), *through))
    name = name_of(server)
    cause = (
        f"{asked} Either {name} does not answer in the form that is asked for, or something on the way drops Accept."
    )
    return Fault(
        "other-form",
        title,
        symptom,
        cause,
        (
            Fix("Server", "set JSON as its form of an answer, or use a newer version: OHIF reads nothing else"),
            *through,
        ),
    )


def type_of(received: Received) -> str:
    """The Content-Type for a sentence."""
    return short(received.header("Content-Type"), 100) or "no Content-Type"


def instead_of_list(server: Server, received: Received, *, itself: bool) -> Fault | None:
    """The fault of a search that a DICOMweb server answers with datasets without their UID, or in another form, such as multipart
    XML; None for anything else. `itself` as in `other_form`."""
    if received.status != 200:
        return None
    came = received.header("Content-Type").lower()
    if "json" not in came and any(mark in came for mark in ("xml", "multipart", "octet-stream", "dicom")):
        other = other_form(server, received, "a search", LIST_EMPTY, itself=itself)
        if other:
            return other
    return lacking(received, (STUDY_UID,), "the study list", NOTHING_OPENS)


def lacking(received: Received, tags: tuple[str, ...], what: str, symptom: str) -> Fault | None:
    """The fault of a list of datasets, each of which must have these UIDs, and one has not; None for anything else."""
    try:
        datasets = received.json()
    except ValueError:
        return None
    if not isinstance(datasets, list) or not all(isinstance(dataset, dict) for dataset in datasets):
        return None
    missing = [tag for tag in tags if any(not has_value(dataset, tag) for dataset in datasets)]
    if not missing:
        return None
    names = " and ".join(NAMES[tag] for tag in missing)
    bare = sum(any(not has_value(dataset, tag) for tag in missing) for dataset in datasets)
    return Fault(
        "no-uid",
        f"{what}: {bare} of {len(datasets)} come without {names}",
        symptom,
        "Every dataset in such a list must have it (PS3.18, 10.6.3.3); without it OHIF cannot ask for anything below. The server "
        "leaves it out.",
        (
            Fix(
                "Server",
                "if it has a setting for the attributes that a search returns, set it to all; or use a newer version",
            ),
        ),
    )


def has_value(dataset: dict[str, object], tag: str) -> bool:
    """Whether the attribute has a value."""
    match dataset.get(tag):
        case {"Value": [str() as value, *_]}:
            return value.strip() != ""
    return False


def _is_json(received: Received) -> bool:
    try:
        received.json()
    except ValueError:
        return False
    return True
