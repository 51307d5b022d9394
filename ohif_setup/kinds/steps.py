"""The section of `NEXT-STEPS.md` about a server whose kind has none of its own, and what such a section needs."""

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
    """What any DICOMweb server needs on its route."""
    if route_of(server).direct:
        settings = settings_for(answers.viewer.origins, writes=server.uploads)
        same = origin_of(server.url) in answers.viewer.origins
        return Section(
            "server-direct", Stage.SERVICE, _named(answers, server) | {"cors": settings, "same_origin": same}
        )
    return Section("server", Stage.SERVER, about(answers, server))


def about(answers: Answers, server: Server) -> dict[str, Any]:
    """What a section needs about one server that browsers reach by way of the site."""
    by_server = route_of(server).by_server
    address = answers.viewer.url if by_server else server.url
    remote = not is_loopback(host_of(address))
    https = server.url.startswith("https:")
    web_server = reach.web_server(answers)
    return _named(answers, server) | {
        "serves_viewer": by_server,
        "remote": remote,
        "windows": web_server is not None and web_server.windows and not remote,
        "login": server in defaults.logged_in(answers),
        "https": https,
        "host_passed_on": web_server is None or web_server.host_to_https or not https,
    }


def _named(answers: Answers, server: Server) -> dict[str, Any]:
    kind = kind_of(server)
    alike = [other for other in answers.servers if route_of(other).direct == route_of(server).direct]
    return {
        "server": server,
        "title": kind.next_steps.title or kind.label,
        "name": f" ({server.name})" if len(alike) > 1 else "",
    }
