"""Who gave an answer: the web server of the site, or something on the way to it, such as a company's proxy. Pure."""

from __future__ import annotations

from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.trouble_words import short
from ohif_setup.kinds import own_of
from ohif_setup.network.wire.exchange import Exchange, Received
from ohif_setup.webservers import WEBSERVERS, web_server_of

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
    """Whether a web server wrote that page itself."""
    return any(mark in received.body for webserver in WEBSERVERS.values() for mark in webserver.pages.errors)


def is_web_server(server: Server, exchange: Exchange) -> bool:
    """Whether what answers browsers for the server did, as its own page shows, or its name where nothing stands between."""
    received, web = exchange.received, web_server_of(server)
    if received is None:
        return False
    if web is None:
        return own_of(server).wrote(received)
    if any(mark in received.body for mark in web.pages.errors):
        return True
    return not between(exchange) and received.header("Server").lower().startswith(web.server_names)


def somebody_else(server: Server, exchange: Exchange) -> str:
    """Who seems to have answered in its place, for a sentence; empty where nothing says so."""
    received = exchange.received
    if received is None or is_web_server(server, exchange):
        return ""
    named, somebody = short(received.header("Server"), 60), ""
    if named:
        somebody = f"a server that calls itself {named}"
    return between(exchange) or somebody


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
    if who and named:
        return f"{who} (Server: {named})"
    return who
