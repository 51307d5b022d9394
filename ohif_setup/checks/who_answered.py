"""Which program sent an answer: the web server of the site, or an intermediary such as a company's proxy. Pure."""

from __future__ import annotations

from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.speakers import marked_by, spoken_by
from ohif_setup.checks.trouble_words import short
from ohif_setup.kinds import own_of
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.webservers import web_server_of


def is_web_server(server: Server, exchange: Exchange) -> bool:
    """Whether the front of the server sent this answer: it shows the front's own error page, or the `Server` field names it and no
    intermediary shows."""
    received, web = exchange.received, web_server_of(server)
    if received is None:
        return False
    if web is None:
        return own_of(server).wrote(received)
    if any(mark in received.body for mark in web.pages.errors):
        return True
    # The name alone proves little: a company's proxy may be an nginx too.
    return not between(exchange) and received.header("Server").lower().startswith(web.server_names)


def other_responder(server: Server, exchange: Exchange) -> str:
    """What seems to have answered instead of the front, for a sentence; empty if nothing indicates that."""
    received = exchange.received
    if received is None or is_web_server(server, exchange):
        return ""
    named, unknown_server = short(received.header("Server"), 60), ""
    if named:
        unknown_server = f"a server that calls itself {named}"
    return between(exchange) or unknown_server


def between(exchange: Exchange) -> str:
    """The intermediary that may have answered, for a sentence: known by a field that it adds, or by the proxy variable of this
    machine; empty if nothing shows one."""
    received = exchange.received
    if received is None:
        return ""
    via, named = short(received.header("Via"), 60), short(received.header("Server"), 60)
    intermediary, spoken, marked = "", spoken_by(exchange), marked_by(exchange)
    if spoken:
        intermediary = spoken.speaker.name
    elif marked:
        intermediary = marked.name
    elif via:
        intermediary = f"a proxy ({via})"
    # The configured proxy is certain, while fields can be forwarded from anywhere, so it wins.
    if exchange.proxy:
        intermediary = f"the proxy of {short(exchange.proxy)}"
    if intermediary and named:
        return f"{intermediary} (Server: {named})"
    return intermediary
