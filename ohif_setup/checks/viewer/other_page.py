"""Describes a page that is not the viewer's, by what the page and its headers say. Pure."""

from __future__ import annotations

from ohif_setup.checks.trouble_words import short
from ohif_setup.checks.viewer.parts import title_of
from ohif_setup.network.look.served import text_of
from ohif_setup.network.wire.exchange import Exchange, Received
from ohif_setup.ohif import build
from ohif_setup.webservers import WEBSERVERS


def is_viewer(received: Received | None) -> bool:
    """Whether the answer is OHIF's page, recognised by the scripts that it loads."""
    return received is not None and received.status == 200 and build.base_of(text_of(received)) is not None


def is_default_page(received: Received) -> bool:
    """Whether the answer is the page that a web server shows before a site is configured."""
    return bool(_default_page(received))


def describe(exchange: Exchange) -> str:
    """What answered, for a sentence: `the default page of nginx, "Welcome to nginx!" (nginx/1.22.1)`, `"Intranet" (Apache)`,
    `status 404 (nginx)`."""
    received = exchange.received
    assert received is not None
    server_header = short(received.header("Server"), 60)
    if server_header:
        return f"{_page(received)} ({server_header})"
    return _page(received)


def _page(received: Received) -> str:
    """The answer in words, without the name of the program that sent it. The text is foreign, so it is cut short."""
    if 300 <= received.status < 400:
        return f"a redirect ({received.status}) to {short(received.header('Location'), 80) or '(no Location)'}"
    if received.status != 200:
        return f"status {received.status}"
    if not received.is_html():
        return "something that is not a page"
    default, title = _default_page(received), f'"{short(title_of(text_of(received)), 80)}"'
    if default:
        return f"{default}, {title}"
    return title


def _default_page(received: Received) -> str:
    """The name of the default page, empty for another page."""
    # Every web server counts, not only the one of the answers: what answers here is just what the answers do not expect.
    defaults = (default for webserver in WEBSERVERS.values() for default in webserver.pages.defaults)
    return next((name for mark, name in defaults if mark in received.body), "")
