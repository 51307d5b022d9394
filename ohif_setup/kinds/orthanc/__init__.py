"""Orthanc with its DICOMweb plugin. Measured with Debian 12's Orthanc 1.10.1 and plugin 1.7."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ohif_setup.answers.dicomweb import parse_dicomweb_url
from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables import Server
from ohif_setup.checks.cors_remedy import or_one_origin
from ohif_setup.kinds import dicomweb
from ohif_setup.kinds.kind import Kind
from ohif_setup.kinds.own import Own
from ohif_setup.webservers.webserver import Front, Lines

NAME = "Orthanc"

NOTES = dicomweb.NOTES | {
    "thumbnailRendering": "drawn from the frames: the plugin has no thumbnails before 1.19, and no rendered PDF before 1.23",
    "supportsWildcard": "true finds parts of names, in capitals or not",
    "supportsFuzzyMatching": "Orthanc takes it and does nothing",
    "singlepart": "the bulk data of a PDF then needs no preflight",
}


def data_source(answers: Answers, server: Server) -> dict[str, Any]:
    """The OHIF data source, with each value as it was measured to work."""
    source = dicomweb.data_source(answers, server)
    options = source["configuration"] | {"friendlyName": dicomweb.shown_name(NAME, server)}
    if server.route == "cors":
        options["singlepart"] = "bulkdata"
    return source | {"configuration": options}


def label_of(server: Server) -> str:
    """The server in words, with its host."""
    return f"{NAME} {server.url.split('//', 1)[-1]}"


def parse_root(text: str) -> str:
    """The DICOMweb root; an address of Orthanc's own pages or of its REST API gets the plugin's usual one."""
    return parse_dicomweb_url(text, orthanc=True)


def forwarded(secure: bool) -> str:
    """It then takes the host from the request."""
    return '"DicomWeb": {"Host": ""}'


def own() -> Own:
    """Late: it knows the network."""
    from ohif_setup.kinds.orthanc.own import OWN

    return OWN


FRONT = Front(
    label=NAME,
    file="orthanc-serve-folders.json",
    reload="sudo systemctl restart orthanc",
    status="systemctl status orthanc",
    lines=Lines(compression='"HttpCompressionEnabled": true', forwarded=forwarded),
)

CORS = replace(dicomweb.CORS, label=NAME, remedies=or_one_origin)

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
    front=FRONT,
    own=own,
    cors=CORS,
)
