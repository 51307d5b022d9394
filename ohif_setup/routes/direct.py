"""Viewer and images at two addresses: browsers ask the server itself, which lets the viewer's origins in."""

from __future__ import annotations

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables import Server
from ohif_setup.kinds.kind import Kind
from ohif_setup.routes.route import Route


def fits(kind: Kind) -> bool:
    """Every server that answers browsers by itself."""
    return kind.answers_origins


def public_root(answers: Answers, server: Server) -> str:
    """The server's own address."""
    return server.url


ROUTE = Route(
    name="direct",
    order=40,
    choice="browsers ask the server itself, which answers their origin (CORS)",
    fits=fits,
    public_root=public_root,
    web_server=False,
    same_origin=False,
    serves_viewer=False,
)
