"""nginx."""

from __future__ import annotations

from ohif_setup.webservers.nginx import conf, cors_conf, steps
from ohif_setup.webservers.nginx.lines import LINES, PAGES
from ohif_setup.webservers.nginx.names import quoted
from ohif_setup.webservers.webserver import Gateway, Guard, WebServer

WEBSERVER = WebServer(
    name="nginx",
    order=10,
    label="nginx",
    choice="",
    windows=False,
    file="nginx.conf",
    cors_file="nginx-cors.conf",
    reload="sudo nginx -t && sudo systemctl reload-or-restart nginx",
    status="systemctl status nginx",
    sites="sudo nginx -T 2>/dev/null | grep -E '^# configuration file|^ *(listen|server_name) ' (of two with one name the first "
    "one answers, and nginx -t warns: conflicting server name)",
    lines=LINES,
    decodes_commas=True,
    guard=Guard(login="auth_basic", allow_list="allow and deny", refusals="allow, deny and return 403: sudo nginx -T"),
    # limit_req and limit_conn of nginx answer 503 by default.
    gateway=Gateway(busy_503=True),
    login_file="/etc/nginx/{}-login.conf",
    nested_paths=True,
    pages=PAGES,
    server_names=("nginx", "openresty"),
    artefacts=(conf.ARTEFACT, cors_conf.ARTEFACT),
    filters={"nginx": quoted},
    # nginx picks by listening address and port first, then by server_name among those (nginx docs, request processing).
    address_before_name=True,
    sections=steps.sections,
    tried_on="Debian 12",
    authorizer="`auth_request` of nginx",
)
