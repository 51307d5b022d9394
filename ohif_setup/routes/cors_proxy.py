"""Viewer and images at two addresses: a web server passes DICOMweb on, and lets the viewer's origins in."""

from __future__ import annotations

from ohif_setup.answers.defaults import proxy_url
from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables import Server
from ohif_setup.kinds.kind import Kind
from ohif_setup.routes.route import Route


def fits(kind: Kind) -> bool:
    """Every server that may have a web server before it."""
    return kind.behind_web_server


def public_root(answers: Answers, server: Server) -> str:
    """At the origin of the web server, with the path that the server has."""
    return proxy_url(answers) + server.path


ROUTE = Route(
    name="cors",
    order=30,
    choice="viewer and images at two addresses (last resort)",
    fits=fits,
    public_root=public_root,
    web_server=True,
    same_origin=False,
    serves_viewer=False,
)
