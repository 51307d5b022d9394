"""CORS for a server that has none of its own (Orthanc by design) or leaves it to the web server before it."""

from __future__ import annotations

from collections.abc import Sequence

from ohif_setup.checks.finding import Fix
from ohif_setup.servers.azure_cors import CorsSettings

SAME_ORIGIN = Fix(
    "Best",
    "serve the viewer and DICOMweb from one origin: a reverse proxy with the viewer at / and the server at /dicom-web needs no "
    "CORS at all",
)


def remedies(settings: CorsSettings, hint: str, *, same_origin: bool) -> tuple[Fix, ...]:
    """What to change in the web server before it; `hint` says which part is at fault."""
    first = (SAME_ORIGIN,) if same_origin else ()
    return (*first, Fix("Proxy", hint), Fix("nginx", _nginx(settings)))


def _nginx(settings: CorsSettings) -> str:
    """A map for `http { }` and the lines for the location. The origins were validated, so they hold no quote."""
    origins: Sequence[str] = settings.origins
    listed = " ".join(f'"{origin}" $http_origin;' for origin in origins)
    return "\n".join(
        (
            f'map $http_origin $viewer_origin {{ default ""; {listed} }}   # inside http {{ }}',
            "location /dicom-web/ {",
            "  if ($request_method = OPTIONS) {",
            "    add_header Access-Control-Allow-Origin $viewer_origin always;",
            f'    add_header Access-Control-Allow-Methods "{", ".join(settings.methods)}" always;',
            f'    add_header Access-Control-Allow-Headers "{", ".join(settings.headers)}" always;',
            "    add_header Access-Control-Max-Age 600 always;",
            "    add_header Vary Origin always;",
            "    return 204;",
            "  }",
            "  proxy_hide_header Access-Control-Allow-Origin;",
            "  add_header Access-Control-Allow-Origin $viewer_origin always;",
            "  add_header Vary Origin always;",
            "  proxy_pass http://127.0.0.1:8042;   # the server itself",
            "}",
        )
    )
