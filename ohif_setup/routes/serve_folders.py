"""Viewer and images at one address: Orthanc hands out the viewer by its plugin ServeFolders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.urls import origin_of
from ohif_setup.files.artefact import Artefact
from ohif_setup.files.section import Place, Section
from ohif_setup.kinds.kind import Kind
from ohif_setup.routes.reverse_proxy import public_root
from ohif_setup.routes.route import Route


def fits(kind: Kind) -> bool:
    """Every server that can hand out files."""
    return kind.serves_viewer


def context(answers: Answers) -> dict[str, Any]:
    """What `templates/orthanc-serve-folders.json.j2` needs."""
    return {"base": answers.viewer.base_path, "folder": answers.viewer.folder}


def sections(answers: Answers) -> Iterator[Section]:
    """Where its file goes, and what does not work this way."""
    yield Section("serve-folders", Place.WEB_SERVER, {"origin": origin_of(answers.viewer.url)})


ROUTE = Route(
    name="serve-folders",
    order=20,
    choice="Orthanc serves the viewer itself (for development)",
    fits=fits,
    public_root=public_root,
    web_server=False,
    same_origin=True,
    serves_viewer=True,
    artefacts=(Artefact("orthanc-serve-folders.json", 34, context),),
    sections=sections,
    tried_on="Debian 12",
    entry="index.html",
)
