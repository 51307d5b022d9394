"""`orthanc-serve-folders.json`: Orthanc serves the viewer itself, by its plugin ServeFolders."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.files.artefact import Artefact
from ohif_setup.routes import reach


def context(answers: Answers) -> dict[str, Any] | None:
    """What `templates/orthanc-serve-folders.json.j2` needs."""
    if reach.route(answers) != "serve-folders":
        return None
    return {"base": answers.viewer.base_path, "folder": answers.viewer.folder}


ARTEFACT = Artefact("orthanc-serve-folders.json", 34, context)
