"""A page that is not the viewer's, in words: whose it is, as far as it says so. Pure."""

from __future__ import annotations

from ohif_setup.checks.trouble_words import short
from ohif_setup.checks.viewer.parts import title_of
from ohif_setup.network.look.served import text_of
from ohif_setup.network.wire.exchange import Exchange, Received
from ohif_setup.ohif import build
from ohif_setup.webservers import WEBSERVERS


def is_viewer(received: Received | None) -> bool:
    """Whether it is OHIF's page."""
    return received is not None and received.status == 200 and build.base_of(text_of(received)) is not None


def is_default_page(received: Received) -> bool:
    """Whether it is what a web server shows before anybody has put a site there."""
    return bool(_default_page(received))


def who(exchange: Exchange) -> str:
    """What answered, for a sentence: `the default page of nginx, "Welcome to nginx!" (nginx/1.22.1)`, `"Intranet" (Apache)`,
    `status 404 (nginx)`."""
    received = exchange.received
    assert received is not None
    named = short(received.header("Server"), 60)
    if named:
        return f"{_page(received)} ({named})"
    return _page(received)


def _page(received: Received) -> str:
    if 300 <= received.status < 400:
        return f"a redirect ({received.status}) to {short(received.header('Location'), 80) or '(no Location)'}"
    if received.status != 200:
        return f"status {received.status}"
    if not received.is_html():
        return "something that is no page"
    default, title = _default_page(received), f'"{short(title_of(text_of(received)), 80)}"'
    if default:
        return f"{default}, {title}"
    return title


def _default_page(received: Received) -> str:
    defaults = (default for webserver in WEBSERVERS.values() for default in webserver.pages.defaults)
    return next((name for mark, name in defaults if mark in received.body), "")
