"""IIS with URL Rewrite 2 and ARR 3. By their documentation, not run on Windows."""

from __future__ import annotations

from ohif_setup.webservers.iis import steps, web_config
from ohif_setup.webservers.webserver import WebServer

WEBSERVER = WebServer(
    name="iis",
    order=30,
    label="IIS",
    choice="IIS with URL Rewrite and ARR (the configuration was not run on Windows)",
    windows=True,
    reload="IIS takes it at once",
    artefacts=(web_config.ARTEFACT,),
    sections=steps.sections,
)
