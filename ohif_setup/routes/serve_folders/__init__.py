"""Viewer and images at one address: Orthanc serves the viewer by its plugin ServeFolders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules.rules_own import Conflict, Place
from ohif_setup.answers.tables.site import Site
from ohif_setup.answers.tables.tables import Server
from ohif_setup.errors import SetupError
from ohif_setup.kinds.kind import Kind
from ohif_setup.output.artefact import Artefact
from ohif_setup.output.section import Section, Stage
from ohif_setup.paste.urls import origin_of
from ohif_setup.routes.reverse_proxy import is_of_dicomweb, public_root
from ohif_setup.routes.route import Route


def fits(kind: Kind) -> bool:
    """Every server that can serve the viewer's files."""
    return kind.serves_viewer


def context(answers: Answers) -> dict[str, Any]:
    """The variables of `orthanc-serve-folders.json.j2`."""
    return {"base": answers.viewer.base_path, "folder": answers.viewer.folder}


def check_folder(path: str, base_path: str) -> None:
    """Refuses a folder with a dot in its path, and a viewer at the root of its host. Raises SetupError."""
    # Measured with Orthanc 1.10.1: the copy `viewer` has no extension, so below /srv/ohif-3.13.2/ it gets that of the
    # folder.
    if "." in path:
        raise SetupError(
            "viewer-folder-dot",
            "has a dot in its path. Orthanc's ServeFolders takes the text after the last dot of the whole path for the type "
            "of a file, so browsers download the viewer",
            where=path,
            hint="choose a path without a dot, such as /srv/ohif, for viewer.folder or --into DIR",
        )
    if base_path == "/":
        raise SetupError(
            "viewer-path-missing",
            "has no path, but Orthanc's ServeFolders serves nothing at the root of a host",
            where="viewer.url",
            hint='give it one: viewer.url = "http://localhost:8042/ohif", then: ohif-setup generate',
        )


def sections(answers: Answers) -> Iterator[Section]:
    """Where its file goes, and what does not work on this route."""
    yield Section("serve-folders", Stage.WEB_SERVER, {"origin": origin_of(answers.viewer.url)})


def conflicts(answers: Site, place: Place, server: Server) -> Iterator[Conflict]:
    """What the plugin cannot serve: a viewer at the root, one whose path hides DICOMweb, or one below a folder with a full stop."""
    viewer = answers.viewer
    if viewer.base_path == "/":
        wrong = f"has no path, but Orthanc cannot serve a viewer at its root: give {viewer.url}/ohif"
        yield ("viewer", "url"), viewer.url, wrong
    elif f"{server.path}/".startswith(f"{viewer.base_path}/") or is_of_dicomweb(viewer.base_path, server):
        wrong = f"has a path that hides DICOMweb ({server.path}): give another one, as in"
        yield ("viewer", "url"), viewer.url, f"{wrong} {origin_of(viewer.url)}/ohif"
    if "." in viewer.folder:
        wrong = "contains a full stop, and Orthanc takes the text after it for the extension of every file below"
        yield ("viewer", "folder"), viewer.folder, f"{wrong}: name a folder without one"


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
    check_folder=check_folder,
    conflicts=conflicts,
)
