"""nginx."""

from __future__ import annotations

from ohif_setup.webservers.nginx import conf, cors_conf, steps
from ohif_setup.webservers.nginx.names import quoted
from ohif_setup.webservers.webserver import WebServer

WEBSERVER = WebServer(
    name="nginx",
    order=10,
    label="nginx",
    choice="",
    windows=False,
    reload="sudo nginx -t && sudo systemctl reload-or-restart nginx",
    artefacts=(conf.ARTEFACT, cors_conf.ARTEFACT),
    filters={"nginx": quoted},
    address_before_name=True,
    sections=steps.sections,
    tried_on="Debian 12",
    authorizer="`auth_request` of nginx",
)
