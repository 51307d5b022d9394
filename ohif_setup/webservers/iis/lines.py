"""What a check says to change in the configuration of IIS, and how it is told from others."""

from __future__ import annotations

from ohif_setup.webservers.webserver import Lines, Pages


def types(scripts: bool) -> str:
    """Of WebAssembly, and of the others in the same way."""
    return '<mimeMap fileExtension=".wasm" mimeType="application/wasm" /> and its like'


def fallback(base: str) -> str:
    """To the viewer's page."""
    return "the fallback rule of URL Rewrite to index.html"


def slash(path: str, redirects: bool) -> str:
    """A redirect."""
    return "a rule that redirects"


def hand_on(pattern: str, path: str, url: str) -> str:
    """To the server."""
    return f"a rewrite rule for ^{path.lstrip('/')}/ before the fallback, and the proxy of ARR switched on"


def keeps_path(path: str) -> str:
    """In the target too."""
    return "rewrite to the same path, with its prefix: http://HOST:PORT/{R:0}"


def resources_alone(path: str) -> str:
    """Nothing of a server but what a viewer needs."""
    return "the rule for studies, series and instances alone, and one that answers 404 to the rest"


def forwarded(secure: bool) -> str:
    """How the browser came."""
    return (
        "HTTP_FORWARDED = host={HTTP_HOST};proto=https, HTTP_X_FORWARDED_HOST = {HTTP_HOST} and HTTP_X_FORWARDED_PROTO = https in "
        "the rule, all allowed in allowedServerVariables; preserveHostHeader"
    )


LINES = Lines(
    types=types,
    script_type='<mimeMap fileExtension=".js" ... />',
    compression="switch on dynamic and static compression",
    no_cache='<clientCache cacheControlMode="DisableCache" /> for app-config.js',
    fallback=fallback,
    fallback_spares_files="a condition in the fallback rule: no asset extension",
    slash=slash,
    hand_on=hand_on,
    whole_path="rewrite to the same path: http://HOST:PORT/{R:0}",
    keeps_path=keeps_path,
    resources_alone=resources_alone,
    accept="no rule that sets HTTP_ACCEPT",
    body_size='<requestLimits maxAllowedContentLength="4294967295" />',
    post="no requestFiltering of the verb POST",
    forwarded=forwarded,
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
"""By its documentation."""
