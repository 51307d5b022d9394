"""The web servers that can stand in front of a DICOMweb server: `webserver.py` has the contract, each package is one exhibit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohif_setup.gallery import Gallery
from ohif_setup.kinds import kind_of
from ohif_setup.routes import ROUTES, route_of

if TYPE_CHECKING:
    from ohif_setup.answers.tables.tables import Server
    from ohif_setup.webservers.webserver import Front, WebServer

WEBSERVERS: Gallery[WebServer] = Gallery(__name__, "WEBSERVER", example="nginx")


def web_servers_for(route: str) -> tuple[str, ...]:
    """The web servers that can be configured for that route; empty for a route without one."""
    way = ROUTES[route]
    if not way.web_server:
        return ()
    # At two origins the web server has to do CORS, for which only some have a generated file.
    return tuple(name for name, known in WEBSERVERS.items() if way.same_origin or known.answers_origins)


def web_server_of(server: Server) -> WebServer | None:
    """The web server in front of that server; None on a route without one."""
    if not route_of(server).web_server:
        return None
    return WEBSERVERS[server.proxy]


def front_of(server: Server) -> Front | None:
    """The program that answers browsers for that server; None where they query the server directly."""
    route = route_of(server)
    if route.by_server:
        return kind_of(server).front
    return web_server_of(server)
