"""The fixes in the configuration of IIS, and the texts that identify its pages."""

from __future__ import annotations

from ohif_setup.webservers.webserver import Lines, Pages


def types(scripts: bool) -> str:
    """The type of WebAssembly; other types in the same way."""
    return '<mimeMap fileExtension=".wasm" mimeType="application/wasm" /> and similar types'


def fallback(base: str) -> str:
    """The fallback to the viewer's page."""
    return "the fallback rule of URL Rewrite to index.html"


def slash(path: str, redirects: bool) -> str:
    """The redirect to the viewer's path with a slash."""
    return "a rule that redirects"


def header(name: str, value: str) -> str:
    """The element that sets a header field."""
    return f'<customHeaders><add name="{name}" value="{value}" /></customHeaders>'


def hand_on(pattern: str, path: str, url: str) -> str:
    """The rule that forwards DICOMweb to the server."""
    return f"a rewrite rule for ^{path.lstrip('/')}/ before the fallback, and the proxy of ARR switched on"


def keeps_path(path: str) -> str:
    """The rule that keeps the path."""
    return "rewrite to the same path, with its prefix: http://HOST:PORT/{R:0}"


def resources_alone(path: str) -> str:
    """Rules that expose only the DICOMweb resources."""
    return "the rule for studies, series and instances alone, and one that answers 404 to the rest"


def forwarded(by_name: bool) -> str:
    """The headers that tell the server which address the browser uses."""
    return (
        "HTTP_FORWARDED = host={HTTP_HOST};proto=https, HTTP_X_FORWARDED_HOST = {HTTP_HOST} and HTTP_X_FORWARDED_PROTO = https in "
        "the rule, all allowed in allowedServerVariables; preserveHostHeader"
    )


def own_name(name: str, secure: bool) -> str:
    """The setting of ARR with which the server is asked by the name in the rewrite rule."""
    return "preserveHostHeader: false (Server > Application Request Routing > Server Proxy Settings)"


LINES = Lines(
    types=types,
    script_type='<mimeMap fileExtension=".js" ... />',
    compression="switch on dynamic and static compression",
    no_cache='<clientCache cacheControlMode="DisableCache" /> for app-config.js',
    index='<defaultDocument enabled="true"><files><add value="index.html" /></files></defaultDocument>',
    fallback=fallback,
    fallback_spares_files="a condition in the fallback rule: no asset extension",
    slash=slash,
    header=header,
    hand_on=hand_on,
    whole_path="rewrite to the same path: http://HOST:PORT/{R:0}",
    keeps_path=keeps_path,
    resources_alone=resources_alone,
    accept="no rule that sets HTTP_ACCEPT",
    body_size='<requestLimits maxAllowedContentLength="4294967295" />',
    post="no requestFiltering of the verb POST",
    forwarded=forwarded,
    own_name=own_name,
    no_open_proxy="no rule that rewrites to {HTTP_HOST}",
)

PAGES = Pages(
    errors=(
        b"<title>IIS ",
        b"<h3>You do not have permission to view this directory or page",
        b"Access is denied.</h2>",
    ),
    no_certificate=(b"403.7 - Forbidden",),
    defaults=((b"<title>IIS Windows", "the default page of IIS"),),
)
"""From the documentation of IIS, not measured."""
