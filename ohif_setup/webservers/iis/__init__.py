"""IIS with URL Rewrite 2 and ARR 3. Written from their documentation, not run on Windows."""

from __future__ import annotations

from ohif_setup.webservers.iis import steps, web_config
from ohif_setup.webservers.iis.lines import LINES, PAGES
from ohif_setup.webservers.webserver import Gateway, Guard, WebServer

WEBSERVER = WebServer(
    name="iis",
    order=30,
    label="IIS",
    choice="IIS with URL Rewrite and ARR (the configuration was not run on Windows)",
    windows=True,
    file="web.config",
    reload="IIS takes it at once",
    status="iisreset /status",
    start="iisreset /start",
    lines=LINES,
    guard=Guard(
        login="Windows or basic authentication",
        allow_list="ipSecurity",
        refusals="its IP restrictions and its request filtering",
    ),
    # Request filtering answers 404.13 to a body that is too large.
    gateway=Gateway(too_large=404),
    login_file="C:\\inetpub\\{}-login\\login.config",
    folders="C:\\inetpub\\",
    beside_viewer="web.config",
    binding=True,
    pages=PAGES,
    server_names=("microsoft-iis", "microsoft-httpapi"),
    artefacts=(web_config.ARTEFACT,),
    sections=steps.sections,
)
