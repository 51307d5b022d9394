"""Orthanc with its DICOMweb plugin. Measured with Debian 12's Orthanc 1.10.1 and plugin 1.7."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ohif_setup.answers.dicomweb import parse_dicomweb_url
from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables import Server
from ohif_setup.files.section import Section, Stage
from ohif_setup.kinds import dicomweb, steps
from ohif_setup.kinds.kind import Kind, NextSteps
from ohif_setup.kinds.orthanc.reading import READING
from ohif_setup.routes import reach

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
    if not reach.same_origin(server):
        options["singlepart"] = "bulkdata"
    return source | {"configuration": options}


def label_of(server: Server) -> str:
    """The server in words, with its host."""
    return f"{NAME} {server.url.split('//', 1)[-1]}"


def parse_root(text: str) -> str:
    """The DICOMweb root; an address of Orthanc's own pages or of its REST API gets the plugin's usual one."""
    return parse_dicomweb_url(text, orthanc=True)


def sections(answers: Answers, server: Server) -> Iterator[Section]:
    """What its configuration must say."""
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
    serves_viewer=True,
    reading=READING,
    next_steps=NextSteps(
        sections=sections,
        authorizer="Orthanc's authorization plugin",
        undecoded="Debian 12's",
    ),
)
