"""Viewer and images at one address: Orthanc hands out the viewer by its plugin ServeFolders."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.files.artefact import Artefact
from ohif_setup.kinds.kind import Kind
from ohif_setup.routes.reverse_proxy import public_root
from ohif_setup.routes.route import Route


def fits(kind: Kind) -> bool:
    """Every server that can hand out files."""
    return kind.serves_viewer


def context(answers: Answers) -> dict[str, Any]:
    """What `templates/orthanc-serve-folders.json.j2` needs."""
    return {"base": answers.viewer.base_path, "folder": answers.viewer.folder}


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
)
