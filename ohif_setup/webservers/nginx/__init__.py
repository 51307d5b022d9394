"""nginx."""

from __future__ import annotations

from ohif_setup.webservers.nginx import conf, cors_conf
from ohif_setup.webservers.webserver import WebServer

WEBSERVER = WebServer(
    name="nginx",
    order=10,
    label="nginx",
    choice="",
    windows=False,
    reload="sudo nginx -t && sudo systemctl reload-or-restart nginx",
    artefacts=(conf.ARTEFACT, cors_conf.ARTEFACT),
    address_before_name=True,
)
