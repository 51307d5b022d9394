"""Who gave an answer: the web server of the site, or something on the way to it, such as a company's proxy. Pure."""

from __future__ import annotations

from ohif_setup.answers.tables import Server
from ohif_setup.checks.trouble_words import short
from ohif_setup.network.exchange import Exchange, Received
from ohif_setup.servers.recognise import is_orthanc

_PAGES = {
    "nginx": (b"<center>nginx", b"<center>openresty"),
    "apache": (
        b"<address>Apache",
        b"<p>You don't have permission to access ",
        b"<p>This server could not verify that you\nare authorized to access ",
        b"<p>The server encountered an internal error or\nmisconfiguration ",
    ),
    "iis": (
        b"<title>IIS ",
        b"<h3>You do not have permission to view this directory or page",
        b"Access is denied.</h2>",
    ),
}
"""Marks of the pages that web servers write themselves (measured with nginx 1.22 and Apache 2.4; IIS by its documentation)."""
_NAMES = {"nginx": ("nginx", "openresty"), "apache": ("apache",), "iis": ("microsoft-iis", "microsoft-httpapi")}
"""How the field `Server` begins, in lower case."""
_BETWEEN = (
    ("X-Squid-Error", "the proxy Squid"),
    ("CF-RAY", "Cloudflare"),
    ("X-Amz-Cf-Id", "Amazon CloudFront"),
    ("X-Azure-Ref", "Azure Front Door"),
    ("X-Akamai-Request-ID", "Akamai"),
    ("X-Iinfo", "Imperva"),
)
"""Fields by which what stands between makes itself known."""


def is_web_servers_page(received: Received) -> bool:
    """Whether nginx, Apache or IIS wrote that page itself."""
    return any(mark in received.body for marks in _PAGES.values() for mark in marks)


def is_web_server(server: Server, exchange: Exchange) -> bool:
    """Whether the web server of the site answered, as its own page shows, or its name where nothing stands between."""
    received = exchange.received
    if received is None:
        return False
    if server.route == "serve-folders":
        return is_orthanc(received)
    if any(mark in received.body for mark in _PAGES[server.proxy]):
        return True
    return not between(exchange) and _is_named(server, received)


def somebody_else(server: Server, exchange: Exchange) -> str:
    """Who seems to have answered in its place, for a sentence; empty where nothing says so."""
    received = exchange.received
    if received is None or is_web_server(server, exchange):
        return ""
    named = short(received.header("Server"), 60)
    return between(exchange) or (f"a server that calls itself {named}" if named else "")


def between(exchange: Exchange) -> str:
    """What stands between and may have answered, for a sentence: by what it adds, or by the environment that sends requests there;
    empty where nothing shows."""
    received = exchange.received
    if received is None:
        return ""
    via, named = short(received.header("Via"), 60), short(received.header("Server"), 60)
    who = next((name for field, name in _BETWEEN if received.header(field)), "")
    if not who and via:
        who = f"a proxy ({via})"
    if exchange.proxy:
        who = f"the proxy of {short(exchange.proxy)}"
    return f"{who} (Server: {named})" if who and named else who


def _is_named(server: Server, received: Received) -> bool:
    return received.header("Server").lower().startswith(_NAMES[server.proxy])
