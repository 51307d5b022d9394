"""CORS for a server that has none of its own (Orthanc by design) or leaves it to the web server before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ohif_setup.checks.finding import Fix
from ohif_setup.servers.azure_cors import MAX_AGE, CorsSettings

SAME_ORIGIN = Fix(
    "Best",
    "serve the viewer and DICOMweb from one origin: a reverse proxy with the viewer at / and the server at /dicom-web needs no "
    "CORS at all",
)
USUAL_PATH = "/dicom-web"


def remedies(settings: CorsSettings, hint: str, *, path: str, same_origin: bool) -> tuple[Fix, ...]:
    """What to change in the web server before it; `hint` says which part is at fault, `path` is where DICOMweb is served."""
    first = (SAME_ORIGIN,) if same_origin else ()
    return (*first, Fix("Proxy", hint), Fix("nginx", nginx(settings, path)))


def nginx(settings: CorsSettings, path: str) -> str:
    """A map for `http { }`, and the location for `server { }`. The origins were validated, so they hold no quote."""
    # An unusual path would have to be quoted by nginx's rules, and is its owner's to put in.
    location = (path if re.fullmatch(r"(/[\w.~-]+)*", path, re.ASCII) else USUAL_PATH) + "/"
    origins: Sequence[str] = settings.origins
    return "\n".join(
        (
            "# inside http { }",
            "map $http_origin $viewer_origin {",
            '  default "";',
            *(f'  "{origin}" $http_origin;' for origin in origins),
            "}",
            "# inside server { }",
            f"location {location} {{",
            "  if ($request_method = OPTIONS) {",
            "    add_header Access-Control-Allow-Origin $viewer_origin always;",
            "    add_header Access-Control-Allow-Methods",
            f'      "{", ".join(settings.methods)}" always;',
            "    add_header Access-Control-Allow-Headers",
            f'      "{", ".join(settings.headers)}" always;',
            f"    add_header Access-Control-Max-Age {MAX_AGE} always;",
            "    add_header Vary Origin always;",
            "    return 204;",
            "  }",
            "  proxy_hide_header Access-Control-Allow-Origin;",
            "  proxy_hide_header Access-Control-Allow-Credentials;",
            "  add_header Access-Control-Allow-Origin $viewer_origin always;",
            "  add_header Vary Origin always;",
            "  proxy_set_header Host $http_host;",
            "  proxy_pass http://127.0.0.1:8042;   # the server itself",
            "}",
        )
    )
