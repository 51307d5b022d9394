"""Apache HTTP Server 2.4."""

from __future__ import annotations

from ohif_setup.webservers.apache import conf, listen_conf, steps
from ohif_setup.webservers.apache.lines import LINES, PAGES, RELOAD
from ohif_setup.webservers.quoting import double_quoted
from ohif_setup.webservers.webserver import Gateway, Guard, WebServer

WEBSERVER = WebServer(
    name="apache",
    order=20,
    label="Apache",
    choice="Apache 2.4",
    windows=False,
    file="ohif.conf",
    reload=RELOAD,
    status="systemctl status apache2",
    sites="sudo apachectl -S (of two with one name the first one answers)",
    lines=LINES,
    decodes_commas=True,
    decoding_needs="sudo a2enmod rewrite",
    guard=Guard(login="AuthType Basic", allow_list="Require", refusals="Require, in the files of the site"),
    gateway=Gateway(
        broken_500=(
            "Apache has not loaded mod_proxy_http, or its configuration has a fault, which its error.log names.",
            f"sudo a2enmod proxy_http && {RELOAD}",
        )
    ),
    login_file="/etc/apache2/{}-login.conf",
    pages=PAGES,
    server_names=("apache",),
    artefacts=(conf.ARTEFACT, listen_conf.ARTEFACT),
    filters={"apache": double_quoted},
    # mod_proxy checks the certificate of the server against the forwarded Host.
    host_to_https=False,
    sections=steps.sections,
    tried_on="Debian 12",
    authorizer="mod_auth_openidc of Apache",
)
