"""Viewer and images at one address: a web server serves the viewer and forwards DICOMweb."""

from __future__ import annotations

from collections.abc import Iterator

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules.rules_own import Conflict, Place
from ohif_setup.answers.tables.site import Site
from ohif_setup.answers.tables.tables import Server
from ohif_setup.kinds.kind import Kind
from ohif_setup.paste.urls import origin_of
from ohif_setup.routes.route import Route
from ohif_setup.webservers import WEBSERVERS

_RESOURCES = ("studies", "series", "instances")


def fits(kind: Kind) -> bool:
    """Every server that may have a web server in front of it."""
    return kind.behind_web_server


def public_root(answers: Answers, server: Server) -> str:
    """At the viewer's origin, with the path that the server has."""
    return origin_of(answers.viewer.url) + server.path


def conflicts(answers: Site, place: Place, server: Server) -> Iterator[Conflict]:
    """Neither of the paths of viewer and server may contain the other."""
    viewer = answers.viewer
    # `location /` cannot be both the viewer and DICOMweb.
    if not server.path:
        wrong = "has no path, but the viewer's own pages are at the root of the web server: give the DICOMweb root"
        yield (*place, "url"), server.url, wrong
    elif viewer.base_path != "/" and f"{server.path}/".startswith(f"{viewer.base_path}/"):
        wrong = f"has a path at or below the viewer's ({viewer.base_path}), and one web server serves both: move one of them"
        yield (*place, "url"), server.url, wrong
    # nginx chooses the longest matching prefix, so there a viewer below the DICOMweb root works; Apache and IIS refuse
    # it.
    elif viewer.base_path.startswith(f"{server.path}/") and (
        not WEBSERVERS[server.proxy].nested_paths or is_of_dicomweb(viewer.base_path, server)
    ):
        wrong = f"has a path below that of the server ({server.path}), where only DICOMweb is forwarded"
        yield ("viewer", "url"), viewer.url, f"{wrong}: give it another path"


def is_of_dicomweb(path: str, server: Server) -> bool:
    """Whether a path below the DICOMweb root of a server is one that DICOMweb itself uses."""
    return path.startswith(f"{server.path}/") and path[len(server.path) + 1 :].partition("/")[0] in _RESOURCES


ROUTE = Route(
    name="reverse-proxy",
    order=10,
    choice="viewer and images at one address (recommended)",
    fits=fits,
    public_root=public_root,
    web_server=True,
    same_origin=True,
    serves_viewer=True,
    conflicts=conflicts,
)
