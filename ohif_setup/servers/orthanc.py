"""Orthanc with its DICOMweb plugin. Measured with Debian 12's Orthanc 1.10.1 and plugin 1.7."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables import Server
from ohif_setup.servers import dicomweb
from ohif_setup.servers.kind import ServerKind

KIND = "orthanc"
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


def label(server: Server) -> str:
    """The server in words, with its host."""
    return f"{NAME} {server.url.split('//', 1)[-1]}"


SERVER = ServerKind(KIND, NAME, label, data_source, NOTES)
