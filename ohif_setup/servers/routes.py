"""How the browser reaches the servers of a site: the route, the web server in between, and the addresses that follow."""

from __future__ import annotations

from ohif_setup.answers.defaults import proxy_url
from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables import ProxyKind, Route, Server
from ohif_setup.answers.urls import origin_of


def own_servers(answers: Answers) -> tuple[Server, ...]:
    """The servers that a web server of the site stands before: all but Azure's."""
    return tuple(one for one in answers.servers if not one.is_azure)


def route(answers: Answers) -> Route | None:
    """The route of the site's own servers, which is the same for all; None for a site of Azure alone."""
    own = own_servers(answers)
    return own[0].route if own else None


def proxy_kind(answers: Answers) -> ProxyKind | None:
    """The web server that is configured; None where there is none (Azure, or Orthanc serves the viewer itself)."""
    own = own_servers(answers)
    return own[0].proxy if own and own[0].route != "serve-folders" else None


def same_origin(server: Server) -> bool:
    """Whether browsers reach the server at the viewer's own origin, so that CORS has no say."""
    return not server.is_azure and server.route != "cors"


def public_root(answers: Answers, server: Server) -> str:
    """The DICOMweb root as a browser calls it from the viewer URL, absolute, without a slash at its end."""
    if server.is_azure:
        return server.url
    origin = proxy_url(answers) if server.route == "cors" else origin_of(answers.viewer.url)
    return origin + server.path


def viewer_root(answers: Answers, server: Server) -> str:
    """The DICOMweb root as OHIF is given it: a path where it is the viewer's own origin, so that every viewer URL works."""
    return server.path if same_origin(server) else public_root(answers, server)
