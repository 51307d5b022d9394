"""Viewer and images at two addresses: browsers query the server directly, which allows the viewer's origins (CORS)."""

from __future__ import annotations

from collections.abc import Iterator

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules.rules_own import Conflict, Place
from ohif_setup.answers.tables.site import Site
from ohif_setup.answers.tables.tables import Server
from ohif_setup.kinds.kind import Kind
from ohif_setup.paste.urls import is_secure
from ohif_setup.routes.route import Route


def fits(kind: Kind) -> bool:
    """Every server that can do CORS itself."""
    return kind.answers_origins


def public_root(answers: Answers, server: Server) -> str:
    """The server's own address."""
    return server.url


def conflicts(answers: Site, place: Place, server: Server) -> Iterator[Conflict]:
    """The viewer's pages must be able to query the server."""
    # Mixed content: a page at https may not fetch from http, whatever CORS says. Loopback counts as secure.
    if not is_secure(server.url) and any(origin.startswith("https://") for origin in answers.viewer.origins):
        wrong = "begins with http://, which browsers block for a viewer at https://: give its https address"
        yield (*place, "url"), server.url, f"{wrong}, or use a route with a web server in front of it"


ROUTE = Route(
    name="direct",
    order=40,
    choice="browsers query the server directly, which allows their origin (CORS)",
    fits=fits,
    public_root=public_root,
    web_server=False,
    same_origin=False,
    serves_viewer=False,
    conflicts=conflicts,
)
