"""Apache HTTP Server 2.4."""

from __future__ import annotations

from ohif_setup.webservers.apache import conf, listen_conf, steps
from ohif_setup.webservers.quoting import double_quoted
from ohif_setup.webservers.webserver import WebServer

WEBSERVER = WebServer(
    name="apache",
    order=20,
    label="Apache",
    choice="Apache 2.4",
    windows=False,
    reload="sudo apachectl configtest && sudo systemctl reload-or-restart apache2",
    artefacts=(conf.ARTEFACT, listen_conf.ARTEFACT),
    filters={"apache": double_quoted},
    host_to_https=False,
    sections=steps.sections,
    tried_on="Debian 12",
    authorizer="mod_auth_openidc of Apache",
)
