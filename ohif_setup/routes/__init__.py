"""The routes by which browsers reach a DICOMweb server: `route.py` has the contract, each other module with a `ROUTE` is one,
and `reach.py` says what follows for a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohif_setup.gallery import Gallery
from ohif_setup.kinds import KINDS

if TYPE_CHECKING:
    from ohif_setup.answers.tables.tables import Server
    from ohif_setup.routes.route import Route

ROUTES: Gallery[Route] = Gallery(__name__, "ROUTE", example="reverse-proxy")


def route_of(server: Server) -> Route:
    """The route by which browsers reach that server. Where its kind allows only one, it is that one, whatever the answers say."""
    fitting = routes_of(server.kind)
    # `server.route` has a default, which such a kind (Azure) cannot take.
    if len(fitting) == 1:
        return ROUTES[fitting[0]]
    return ROUTES[server.route]


def routes_of(kind: str) -> tuple[str, ...]:
    """The routes that a server of that kind can take, the default first."""
    return tuple(name for name, route in ROUTES.items() if route.fits(KINDS[kind]))


def direct_route(kind: str) -> str:
    """The route on which browsers query a server of that kind directly; empty where it has none."""
    return next((name for name in routes_of(kind) if ROUTES[name].direct), "")
