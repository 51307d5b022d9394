"""CORS for a server that has none of its own (Orthanc by design) or leaves it to the web server before it."""

from __future__ import annotations

from ohif_setup.checks.finding import Fix
from ohif_setup.servers.azure_cors import CorsSettings
from ohif_setup.webservers.nginx import cors

SAME_ORIGIN = Fix(
    "Best",
    "serve the viewer and DICOMweb from one origin: a reverse proxy with the viewer at / and the server at /dicom-web needs no "
    "CORS at all",
)


def remedies(settings: CorsSettings, hint: str, *, path: str, same_origin: bool) -> tuple[Fix, ...]:
    """What to change in the web server before it; `hint` says which part is at fault, `path` is where DICOMweb is served."""
    first = (SAME_ORIGIN,) if same_origin else ()
    return (*first, Fix("Proxy", hint), Fix("nginx", cors.location(settings, path)))
