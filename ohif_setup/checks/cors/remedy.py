"""CORS for a service that has none of its own, or leaves it to the web server before it."""

from __future__ import annotations

from ohif_setup.checks.finding import Fix
from ohif_setup.kinds.service import CorsChange, settings_for
from ohif_setup.webservers import WEBSERVERS

SAME_ORIGIN = Fix(
    "Best",
    "serve the viewer and DICOMweb from one origin: a reverse proxy with the viewer at / and the server at /dicom-web needs no "
    "CORS at all",
)


def in_web_server(change: CorsChange) -> tuple[Fix, ...]:
    """What to change in the web server before it."""
    settings = settings_for(change.origins, writes=change.uploads)
    lines = ((webserver.label, webserver.lines.cors(settings, change.path)) for webserver in WEBSERVERS.values())
    return (Fix("Proxy", change.proxy), *(Fix(where, text) for where, text in lines if text))


def or_one_origin(change: CorsChange) -> tuple[Fix, ...]:
    """The same for a server that has no CORS by design, so that one origin is better."""
    return (SAME_ORIGIN, *in_web_server(change))
