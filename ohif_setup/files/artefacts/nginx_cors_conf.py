"""`nginx-cors.conf`: DICOMweb behind nginx, which lets the viewer's origins in; the viewer is served elsewhere."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers import defaults
from ohif_setup.answers.model import Answers
from ohif_setup.files.artefact import Artefact
from ohif_setup.files.artefacts.nginx_conf import nginx_context
from ohif_setup.kinds.service import settings_for
from ohif_setup.routes import reach
from ohif_setup.servers import nginx, proxy_cors, proxy_paths


def context(answers: Answers) -> dict[str, Any] | None:
    """What `templates/nginx-cors.conf.j2` needs: `preflights` has the lines of each server, in their order."""
    if reach.route(answers) != "cors":
        return None
    origins = answers.viewer.origins
    # Of its own for each proxy: a second file with the same variable would silently bring its own origins.
    variable = nginx.variable("ohif_origin", defaults.proxy_url(answers).split("//")[1])
    settings = [settings_for(origins, writes=one.uploads) for one in proxy_paths.proxied(answers)]
    return nginx_context(answers) | {
        "origin_map": proxy_cors.origin_map(origins, variable),
        "preflights": [proxy_cors.preflight(one, variable) for one in settings],
        "allowed_origin": proxy_cors.allowed_origin(variable),
    }


ARTEFACT = Artefact("nginx-cors.conf", 30, context)
