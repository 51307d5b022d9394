"""CORS by nginx: a map of the viewer's origins for `http { }`, and what a location needs to answer browsers by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ohif_setup.kinds.service import MAX_AGE, CorsSettings
from ohif_setup.webservers.nginx.names import key

USUAL_PATH = "/dicom-web"
VARIABLE = "$viewer_origin"


def location(settings: CorsSettings, path: str) -> str:
    """A map for `http { }`, and the location for `server { }`. The origins were validated, so they hold no quote."""
    # An unusual path would have to be quoted by nginx's rules, and is its owner's to put in.
    if not re.fullmatch(r"(/[\w.~-]+)*", path, re.ASCII):
        path = USUAL_PATH
    place = re.escape(path).replace(r"\-", "-")
    return "\n".join(
        (
            "# inside http { }",
            *origin_map(settings.origins, VARIABLE),
            "# inside server { }",
            # Of Orthanc's plugin no more: `/servers` makes it call others.
            f"location ~ ^{place}/(studies|series|instances)(/|$) {{",
            *(f"  {line}" for line in preflight(settings, VARIABLE)),
            *(f"  {line}" for line in allowed_origin(VARIABLE)),
            "  proxy_set_header Host $http_host;",
            "  proxy_pass http://127.0.0.1:8042;   # the server itself: its own address",
            "}",
        )
    )


def origin_map(origins: Sequence[str], variable: str) -> tuple[str, ...]:
    """For nginx's `http { }`: `variable` is the browser's origin where it is one of `origins`, letter by letter, else empty."""
    return (
        f"map $http_origin {variable} {{",
        '  default "";',
        *(f'  "{key(origin)}" $http_origin;' for origin in origins),
        "}",
    )


def preflight(settings: CorsSettings, variable: str) -> tuple[str, ...]:
    """For a location of nginx: OPTIONS is answered here, whatever the server says to it. The block inherits no `add_header`."""
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
    """For a location of nginx: the answers themselves, errors too, with the header once."""
    return (
        "proxy_hide_header Access-Control-Allow-Origin;",
        "proxy_hide_header Access-Control-Allow-Credentials;",
        f"add_header Access-Control-Allow-Origin {variable} always;",
        "add_header Vary Origin always;",
    )
