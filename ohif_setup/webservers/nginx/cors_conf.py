"""`nginx-cors.conf`: DICOMweb behind nginx, which allows the viewer's origins (CORS); the viewer is served elsewhere."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules import defaults
from ohif_setup.kinds.service import settings_for
from ohif_setup.output.artefact import Artefact
from ohif_setup.routes import reach
from ohif_setup.webservers import facts
from ohif_setup.webservers.nginx import cors
from ohif_setup.webservers.nginx.conf import nginx_context
from ohif_setup.webservers.nginx.names import variable


def context(answers: Answers) -> dict[str, Any] | None:
    """The variables of `nginx-cors.conf.j2`: `preflights` has the lines for each server, in their order."""
    route = reach.site_route(answers)
    # Exactly one of nginx.conf and nginx-cors.conf is generated: this one only where the viewer is elsewhere.
    if route is None or route.serves_viewer:
        return None
    origins = answers.viewer.origins
    # One variable for each address: `map` is global, and a second file with the same name would silently replace the origins.
    origin = variable("ohif_origin", defaults.proxy_url(answers).split("//")[1])
    settings = [settings_for(origins, writes=server.uploads) for server in facts.proxied(answers)]
    return nginx_context(answers) | {
        "origin_map": cors.origin_map(origins, origin),
        "preflights": [cors.preflight(each, origin) for each in settings],
        "allowed_origin": cors.allowed_origin(origin),
    }


ARTEFACT = Artefact("nginx-cors.conf", 30, context)
