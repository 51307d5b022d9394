"""Orthanc with its DICOMweb plugin. Measured with Debian 12's Orthanc 1.10.1 and plugin 1.7."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.cors.remedy import or_one_origin
from ohif_setup.kinds import dicomweb, steps
from ohif_setup.kinds.kind import Addresses, Kind, NextSteps, Probe, SetUp, Signs, wrapped
from ohif_setup.kinds.orthanc import marks
from ohif_setup.kinds.orthanc.reading import READING
from ohif_setup.kinds.own import Own
from ohif_setup.ohif.requests import JSON, UNKNOWN_UID
from ohif_setup.output.section import Section, Stage
from ohif_setup.paste.dicomweb import parse_dicomweb_url
from ohif_setup.routes import reach, route_of
from ohif_setup.webservers.webserver import Front, Lines

if TYPE_CHECKING:
    from ohif_setup.network.look.find import Found
    from ohif_setup.network.wire.exchange import Exchange
    from ohif_setup.network.wire.http import Http

NAME = "Orthanc"

NOTES = dicomweb.NOTES | {
    "thumbnailRendering": "drawn from the frames: the plugin has no thumbnails before 1.19, and no rendered PDF before 1.23",
    "supportsWildcard": "true finds parts of names, in upper or lower case",
    "supportsFuzzyMatching": "Orthanc accepts it and ignores it",
    "singlepart": "the bulk data of a PDF then needs no preflight",
}


def data_source(answers: Answers, server: Server) -> dict[str, Any]:
    """The OHIF data source; each value was measured to work."""
    source = dicomweb.data_source(answers, server)
    options = source["configuration"] | {"friendlyName": dicomweb.shown_name(NAME, server)}
    # Across origins only: at one origin there are no preflights to save (see `NOTES`).
    if not reach.same_origin(server):
        options["singlepart"] = "bulkdata"
    return source | {"configuration": options}


def label_of(server: Server) -> str:
    """The name of the server with its host."""
    return f"{NAME} {server.url.split('//', 1)[-1]}"


def parse_root(text: str) -> str:
    """The DICOMweb root; for an address of Orthanc's own pages or REST API, the plugin's default root on that host."""
    return parse_dicomweb_url(text, orthanc=True)


def forwarded(by_name: bool) -> str:
    """The setting with which Orthanc takes the host from the request."""
    # Debian's default is "localhost": every address in the answers is then http://localhost/…, whatever the proxy sends (measured).
    return '"DicomWeb": {"Host": ""}'


def own() -> Own:
    """Imports late, because it needs the network."""
    from ohif_setup.kinds.orthanc.own import OWN

    return OWN


# With its plugin ServeFolders, Orthanc serves the viewer itself and needs no web server.
FRONT = Front(
    label=NAME,
    file="orthanc-serve-folders.json",
    reload="sudo systemctl restart orthanc",
    status="systemctl status orthanc",
    lines=Lines(compression='"HttpCompressionEnabled": true', forwarded=forwarded),
)

CORS = replace(dicomweb.CORS, label=NAME, remedies=or_one_origin, mute="Orthanc leaves CORS out on purpose.")


def left_to_do(server: Server, known: SetUp) -> Iterator[str]:
    """The lines for `init`. They change Orthanc's configuration only where a look found it wrong, because a restart interrupts
    others."""
    seen = known.seen
    if seen and seen.lacks_part:
        yield from wrapped("Its DICOMweb plugin is missing. On Debian and Ubuntu:")
        yield "sudo apt install orthanc-dicomweb"
        yield "sudo systemctl restart orthanc"
    if known.logs_in:
        yield from wrapped(
            "The web server must log in as one of this Orthanc's users (RegisteredUsers). Without a login, Orthanc answers 401, "
            "as it should."
        )
    yield from known.login
    host = "unknown"
    if seen:
        host = seen.host
    if host == "fixed" and seen:
        yield from wrapped(
            f"Its answers contain {seen.fixed_to} instead of the requested host, so PDF documents stay blank."
        )
        # The commands of the section replace exactly the value that Debian ships; any other one has to be found by hand.
        if seen.fixed_to.endswith("//localhost"):
            yield "On Debian and Ubuntu:"
            yield from known.commands
        else:
            yield from wrapped('In the section "DicomWeb" of its configuration: "Host": "". Then restart Orthanc.')
    elif host == "unknown":
        yield from wrapped("Change its configuration only if ohif-setup check says so (dicomweb-addresses).")


def find_root(http: Http, root: str, first: Exchange) -> Found:
    """The root as Orthanc's REST API or the plugin reports it. Imports late, because it needs the network."""
    from ohif_setup.kinds.orthanc import find

    return find.find_root(http, root, first)


def sections(answers: Answers, server: Server) -> Iterator[Section]:
    """The section about its configuration; on a direct route the general one about CORS."""
    if route_of(server).direct:
        yield steps.usual(answers, server)
        return
    yield Section("orthanc", Stage.SERVER, steps.about(answers, server))


KIND = Kind(
    name="orthanc",
    order=20,
    label=NAME,
    choice="Orthanc with its DICOMweb plugin",
    parse_root=parse_root,
    example_url="http://127.0.0.1:8042/dicom-web",
    label_of=label_of,
    data_source=data_source,
    notes=NOTES,
    answers_origins=True,
    front=FRONT,
    own=own,
    cors=CORS,
    called=NAME,
    root_setting='"DicomWeb": {"Root": "PATH/"}',
    login=True,
    left_to_do=left_to_do,
    addresses=Addresses(
        own_pages=True,
        hint="For Orthanc, any of its addresses works, such as http://localhost:8042: the DICOMweb root is looked up.",
    ),
    signs=Signs(
        name="Orthanc with its DICOMweb plugin",
        recognise=marks.recognise,
        probes=(
            Probe("/info", "application/json", marks.is_info),
            # A proxy that forwards only DICOMweb hides `/info`; then an error in Orthanc's own form identifies it.
            Probe(f"/studies/{UNKNOWN_UID}/metadata", JSON, marks.is_orthanc),
        ),
        find_root=find_root,
    ),
    reading=READING,
    next_steps=NextSteps(
        sections=sections,
        authorizer="Orthanc's authorization plugin",
        undecoded="Debian 12's",
    ),
)
