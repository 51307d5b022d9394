"""Any DICOMweb server, such as dcm4chee. The general kind: others reuse it and replace what differs."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules import defaults
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.cors.remedy import in_server
from ohif_setup.kinds.kind import Kind, NextSteps
from ohif_setup.kinds.service import CorsService
from ohif_setup.ohif import configuration
from ohif_setup.ohif.requests import Uids, ViewerRequest, dicomweb_requests
from ohif_setup.paste.dicomweb import parse_dicomweb_url
from ohif_setup.routes import reach

NAME = "DICOMweb server"

# Comments in `app-config.js`, by the key that they explain.
NOTES = {
    "qidoRoot": "a path alone, so that it is always the viewer's own origin; with CORS the whole address",
    "imageRendering": "without it OHIF requests whole files by WADO-URI",
    "thumbnailRendering": "drawn from the frames: not every server renders images",
    "supportsWildcard": "true finds parts of names",
    "bulkDataURI": "PDF documents and palette colour are fetched from an address",
    "omitQuotationForMultipartRequest": "without the quotes a request for a frame needs no preflight of its own",
    "dicomUploadEnabled": "needs a web server that accepts large POST requests",
}


def data_source(answers: Answers, server: Server) -> dict[str, Any]:
    """The OHIF data source. What a look at the server has shown (`server.capabilities`) decides. Without one: what most servers
    support, which is wildcards, bulk data by address, and quoted Accept headers."""
    # A capability is True, False, or None for unknown, so `is not False` keeps the default for an unknown one.
    can = server.capabilities
    root = reach.viewer_root(answers, server)
    options: dict[str, Any] = {
        "friendlyName": shown_name(NAME, server),
        "name": server.name,
        "qidoRoot": root,
        "wadoRoot": root,
        "imageRendering": "wadors",
        "thumbnailRendering": "wadors",
        "enableStudyLazyLoad": True,
        "supportsFuzzyMatching": bool(can.fuzzy),
        "supportsWildcard": can.wildcard is not False,
        "bulkDataURI": {"enabled": can.bulk_data is not False},
    }
    if can.quoted_accept is False or _saves_preflights(answers, server):
        options["omitQuotationForMultipartRequest"] = True
    return {
        "namespace": configuration.DICOMWEB,
        "sourceName": server.name,
        "configuration": options | configuration.limits_and_uploads(answers, root, uploads=server.uploads),
    }


def label_of(server: Server) -> str:
    """The name of the server with its host."""
    return f"{NAME} {server.url.split('//', 1)[-1]}"


def shown_name(name: str, server: Server) -> str:
    """The name above the study list. Never the address of the server behind the proxy, which the public file would disclose."""
    # With one server the name in the answers is the default, which says nothing to users.
    if server.name == defaults.NAME:
        return name
    return f"{name} ({server.name})"


def _saves_preflights(answers: Answers, server: Server) -> bool:
    """Whether unquoted Accept headers avoid a preflight for each frame (measured).

    Quotes make the header unsafe for CORS. With a token it does not matter, because `Authorization` needs the preflight anyway.
    """
    return not reach.same_origin(server) and answers.sign_in is None


def parse_root(text: str) -> str:
    """The DICOMweb root, without what follows it (`/studies`, a query). ValueError as in `Kind.parse_root`."""
    return parse_dicomweb_url(text, orthanc=False)


def requests(root: str, version: str, uploads: bool, uids: Uids) -> tuple[ViewerRequest, ...]:
    """The requests of OHIF, with bulk data: most servers return it by address."""
    return dicomweb_requests(root, version, uploads=uploads, fuzzy=False, bulk=True, uids=uids)


CORS = CorsService(label=NAME, noun=NAME, requests=requests, remedies=in_server)

KIND = Kind(
    name="dicomweb",
    order=90,
    label=NAME,
    choice="another DICOMweb server, such as dcm4chee",
    parse_root=parse_root,
    example_url="http://127.0.0.1:8042/dicom-web",
    label_of=label_of,
    data_source=data_source,
    notes=NOTES,
    answers_origins=True,
    cors=CORS,
    next_steps=NextSteps(title="The DICOMweb server"),
)
