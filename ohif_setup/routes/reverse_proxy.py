"""Viewer and images at one address: a web server hands out the viewer and passes DICOMweb on."""

from __future__ import annotations

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables import Server
from ohif_setup.answers.urls import origin_of
from ohif_setup.kinds.kind import Kind
from ohif_setup.routes.route import Route


def fits(kind: Kind) -> bool:
    """Every server that may have a web server before it."""
    return kind.behind_web_server


def public_root(answers: Answers, server: Server) -> str:
    """At the viewer's origin, with the path that the server has."""
    return origin_of(answers.viewer.url) + server.path


ROUTE = Route(
    name="reverse-proxy",
    order=10,
    choice="viewer and images at one address (recommended)",
    fits=fits,
    public_root=public_root,
    web_server=True,
    same_origin=True,
    serves_viewer=True,
)
