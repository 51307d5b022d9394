"""The general section of `NEXT-STEPS.md` about a server, for kinds without a section of their own, and the values that it needs."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules import defaults
from ohif_setup.answers.tables.tables import Server
from ohif_setup.kinds import kind_of
from ohif_setup.kinds.service import settings_for
from ohif_setup.output.section import Section, Stage
from ohif_setup.paste.urls import host_of, is_loopback, origin_of
from ohif_setup.routes import reach, route_of


def usual(answers: Answers, server: Server) -> Section:
    """The section for any DICOMweb server, by its route."""
    # Without a web server of the site, the server itself has to answer CORS requests: the section lists its settings.
    if route_of(server).direct:
        settings = settings_for(answers.viewer.origins, writes=server.uploads)
        same = origin_of(server.url) in answers.viewer.origins
        return Section(
            "server-direct", Stage.SERVICE, _named(answers, server) | {"cors": settings, "same_origin": same}
        )
    return Section("server", Stage.SERVER, about(answers, server))


def about(answers: Answers, server: Server) -> dict[str, Any]:
    """The values of a section about one server behind a web server, or one that serves the viewer itself."""
    by_server = route_of(server).by_server
    # The side that connects to the server decides whether it must accept requests from other machines: the browsers, if the server
    # serves the viewer, else the web server.
    address = server.url
    if by_server:
        address = answers.viewer.url
    remote = not is_loopback(host_of(address))
    https = server.url.startswith("https:")
    web_server = reach.web_server(answers)
    return _named(answers, server) | {
        "serves_viewer": by_server,
        "remote": remote,
        "windows": web_server is not None and web_server.windows and not remote,
        "login": server in defaults.logged_in(answers),
        "https": https,
        "host_passed_on": not defaults.is_asked_by_name(answers, server),
    }


def _named(answers: Answers, server: Server) -> dict[str, Any]:
    kind = kind_of(server)
    # With several sections of the same form, the heading needs the name of the server.
    alike = [other for other in answers.servers if route_of(other).direct == route_of(server).direct]
    name = ""
    if len(alike) > 1:
        name = f" ({server.name})"
    return {"server": server, "title": kind.next_steps.title or kind.label, "name": name}
