"""How browsers reach the servers of a site: the route, the web server in between, and the addresses that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.kinds import kind_of
from ohif_setup.routes import route_of
from ohif_setup.webservers import web_server_of

if TYPE_CHECKING:
    from ohif_setup.routes.route import Route
    from ohif_setup.webservers.webserver import WebServer


def own_servers(answers: Answers) -> tuple[Server, ...]:
    """The servers that browsers reach through the site: all except those that they query directly."""
    return tuple(server for server in answers.servers if not route_of(server).direct)


def shown_without_token(answers: Answers) -> tuple[Server, ...]:
    """The servers whose kind requires no token, so that checks can read what they hold."""
    return tuple(server for server in answers.servers if kind_of(server).token is None)


def site_route(answers: Answers) -> Route | None:
    """The route of the site's own servers, which is the same for all; None where browsers ask every server directly."""
    # The rules refuse a site whose own servers have different routes, so the first one stands for all.
    own = own_servers(answers)
    return route_of(own[0]) if own else None


def web_server(answers: Answers) -> WebServer | None:
    """The web server that is configured; None where there is none."""
    own = own_servers(answers)
    return web_server_of(own[0]) if own else None


def same_origin(server: Server) -> bool:
    """Whether browsers reach the server at the viewer's own origin, so that CORS does not apply."""
    return route_of(server).same_origin


def public_root(answers: Answers, server: Server) -> str:
    """The DICOMweb root as a browser calls it from the viewer URL, absolute, without a slash at its end."""
    return route_of(server).public_root(answers, server)


def viewer_root(answers: Answers, server: Server) -> str:
    """The DICOMweb root for the configuration of OHIF: a path where the origins are the same, so that it works at every viewer
    URL."""
    return server.path if same_origin(server) else public_root(answers, server)
