"""CORS by nginx: a map of the viewer's origins for `http { }`, and the directives with which a location answers browsers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ohif_setup.kinds.service import MAX_AGE, CorsSettings
from ohif_setup.webservers.nginx.names import key

USUAL_PATH = "/dicom-web"
VARIABLE = "$viewer_origin"


def location(settings: CorsSettings, path: str) -> str:
    """A map for `http { }`, and a location for `server { }`, to paste. The origins were validated, so they contain no quote."""
    # An unusual path would need nginx's quoting; to adapt the usual path by hand is safer.
    if not re.fullmatch(r"(/[\w.~-]+)*", path, re.ASCII):
        path = USUAL_PATH
    place = re.escape(path).replace(r"\-", "-")
    return "\n".join(
        (
            "# inside http { }",
            *origin_map(settings.origins, VARIABLE),
            "# inside server { }",
            # Nothing else of Orthanc's plugin: `/servers` makes it call other servers.
            f"location ~ ^{place}/(studies|series|instances)(/|$) {{",
            *(f"  {line}" for line in preflight(settings, VARIABLE)),
            *(f"  {line}" for line in allowed_origin(VARIABLE)),
            "  proxy_set_header Host $http_host;",
            "  proxy_pass http://127.0.0.1:8042;   # the server itself: its own address",
            "}",
        )
    )


def origin_map(origins: Sequence[str], variable: str) -> tuple[str, ...]:
    """Lines for `http { }`: `variable` is the browser's origin where it equals one of `origins` exactly, else empty. nginx omits an
    `add_header` with an empty value."""
    return (
        f"map $http_origin {variable} {{",
        '  default "";',
        *(f'  "{key(origin)}" $http_origin;' for origin in origins),
        "}",
    )


def preflight(settings: CorsSettings, variable: str) -> tuple[str, ...]:
    """Lines for a location: OPTIONS is answered here, because Orthanc answers it with 404. An `if` block with an
    `add_header` of its own inherits none, so it has all of them."""
    return (
        "if ($request_method = OPTIONS) {",
        f"  add_header Access-Control-Allow-Origin {variable} always;",
        "  add_header Access-Control-Allow-Methods",
        f'    "{", ".join(settings.methods)}" always;',
        "  add_header Access-Control-Allow-Headers",
        f'    "{", ".join(settings.headers)}" always;',
        f"  add_header Access-Control-Max-Age {MAX_AGE} always;",
        "  add_header Vary Origin always;",
        "  return 204;",
        "}",
    )


def allowed_origin(variable: str) -> tuple[str, ...]:
    """Lines for a location: the origin on every answer, errors included (`always`), and only once (`proxy_hide_header`)."""
    return (
        "proxy_hide_header Access-Control-Allow-Origin;",
        "proxy_hide_header Access-Control-Allow-Credentials;",
        f"add_header Access-Control-Allow-Origin {variable} always;",
        "add_header Vary Origin always;",
    )
