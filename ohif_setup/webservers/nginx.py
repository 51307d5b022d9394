"""nginx."""

from __future__ import annotations

from ohif_setup.webservers.webserver import WebServer

WEBSERVER = WebServer(
    name="nginx",
    order=10,
    label="nginx",
    choice="",
    windows=False,
    reload="sudo nginx -t && sudo systemctl reload-or-restart nginx",
)
