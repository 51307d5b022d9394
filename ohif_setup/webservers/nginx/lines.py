"""The fixes in the configuration of nginx, and the texts that identify its pages."""

from __future__ import annotations

from ohif_setup.paste.urls import origin_of
from ohif_setup.webservers.facts import RESOURCES
from ohif_setup.webservers.nginx import cors
from ohif_setup.webservers.webserver import Lines, Pages


def types(scripts: bool) -> str:
    """The type of WebAssembly; `scripts`: the types of scripts are missing too, so mime.types is not included."""
    line = "types { application/wasm wasm; text/javascript mjs; }"
    if scripts:
        return f"include mime.types; and: {line}"
    return line


def fallback(base: str) -> str:
    """The fallback to the viewer's page."""
    return f"try_files $uri $uri/index.html {base}index.html;"


def slash(path: str, redirects: bool) -> str:
    """The redirect to the viewer's path with a slash. A relative one keeps scheme and port; nginx's own default does not."""
    if redirects:
        return "absolute_redirect off;"
    return f"location = {path} {{ return 301 {path}/$is_args$args; }} and absolute_redirect off;"


def header(name: str, value: str) -> str:
    """The directive that sets a header field, on error pages too."""
    return f'add_header {name} "{value}" always;'


def hand_on(pattern: str, path: str, url: str) -> str:
    """The location that forwards DICOMweb to the server, with the same path."""
    return f"location ~ ^{pattern}/({RESOURCES})(/|$) {{ proxy_pass {origin_of(url)}; ... }}"


def keeps_path(path: str) -> str:
    """The directive that keeps the path."""
    return "proxy_pass without a path (no slash after the port), which keeps the prefix"


def resources_alone(path: str) -> str:
    """A location that exposes only the DICOMweb resources."""
    return f"location ~ ^{path}/({RESOURCES})(/|$) {{ ... }}, proxy_pass without a path, and return 404 for the rest"


def forwarded(by_name: bool) -> str:
    """The headers that tell the server which address the browser uses."""
    host = "" if by_name else "proxy_set_header Host $http_host; "
    return (
        f'{host}proxy_set_header Forwarded "host=$http_host;proto=$scheme"; '
        "proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;"
    )


def own_name(name: str, secure: bool) -> str:
    """The `Host` that the server is asked with, and with https the name in the TLS handshake."""
    host = f"proxy_set_header Host {name}; in the location of DICOMweb"
    if secure:
        return f"{host}; also proxy_ssl_server_name on; proxy_ssl_name {name.partition(':')[0]};"
    return host


LINES = Lines(
    types=types,
    script_type="include mime.types;",
    compression="gzip on; gzip_types text/javascript application/javascript text/css application/json application/wasm; "
    "(gzip on alone means HTML only); behind another proxy also gzip_proxied any; gzip_http_version 1.0;",
    no_cache="add_header Cache-Control no-cache always;",
    no_packed_copies="gzip_static off;",
    index="index index.html;",
    fallback=fallback,
    fallback_spares_files=r"location ~* \.(js|mjs|css|map|json|wasm|png|svg|ico|woff2)$ { try_files $uri =404; }",
    slash=slash,
    header=header,
    hand_on=hand_on,
    whole_path="proxy_pass without a path, as in proxy_pass http://HOST:PORT; (this forwards the path unchanged)",
    keeps_path=keeps_path,
    resources_alone=resources_alone,
    accept="no proxy_set_header Accept in the location of DICOMweb",
    body_size="client_max_body_size 0; in the location of DICOMweb",
    post="limit_except GET POST { deny all; } in the location of DICOMweb",
    forwarded=forwarded,
    own_name=own_name,
    no_open_proxy="no proxy_pass to $http_host or $host",
    cors=cors.location,
)

# OpenResty is nginx with Lua; its pages differ in the name only.
PAGES = Pages(
    errors=(b"<center>nginx", b"<center>openresty"),
    no_certificate=(b"No required SSL certificate was sent",),
    plain_to_tls=(b"plain HTTP request was sent to HTTPS port",),
    defaults=((b"<title>Welcome to nginx!</title>", "the default page of nginx"),),
)
"""Measured with nginx 1.22."""
