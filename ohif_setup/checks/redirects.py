"""Where a redirect leads, in words, and whether a browser follows it for a request of the viewer. Pure."""

from __future__ import annotations

from typing import Literal

from ohif_setup.browser.foreign import parts_of, resolve
from ohif_setup.browser.origin import has_origin, is_same_origin
from ohif_setup.network.wire.exchange import Exchange

Turn = Literal["", "loop", "secure", "slash", "path", "origin"]
"""What differs: nothing (the address redirects to itself), https for http, a slash at the end, the path, or the origin as well.
Empty for no redirect that a browser could follow."""


def target_of(exchange: Exchange) -> str:
    """The absolute address that a redirect leads to; empty for an answer that is none."""
    received = exchange.received
    if received is None or received.status not in (301, 302, 303, 307, 308) or not received.header("Location"):
        return ""
    return resolve(exchange.sent.url, received.header("Location"))


def turn_of(exchange: Exchange) -> Turn:
    """What the redirect changes."""
    target = target_of(exchange)
    if not has_origin(target):
        return ""
    here, there = parts_of(exchange.sent.url), parts_of(target)
    if (here.netloc, here.path, here.query) == (there.netloc, there.path, there.query):
        return "loop" if here.scheme == there.scheme else "secure"
    if not is_same_origin(target, exchange.sent.url):
        # Another port comes with https, so the hosts are compared.
        if (here.scheme, there.scheme) == ("http", "https") and (here.host, here.path) == (there.host, there.path):
            return "secure"
        return "origin"
    if there.path in (f"{here.path}/", here.path.removesuffix("/")):
        return "slash"
    return "path"


def is_followed(exchange: Exchange) -> bool:
    """Whether a browser follows it for a request within the viewer's origin, which needs no preflight: with its token, as long as
    it stays at that origin (Fetch, HTTP-redirect fetch)."""
    return turn_of(exchange) in ("slash", "path")


CHANGES: dict[Turn, str] = {
    "": "",
    "loop": "The address redirects to itself, for ever: something in front ends TLS and asks with http, and the redirect to https "
    "does not look at X-Forwarded-Proto.",
    "secure": "Whatever answers there sends http to https.",
    "slash": "The server wants the path with another end: a slash more or less.",
    "path": "The server has the resource under another path.",
    "origin": "The server sends callers to another address.",
}
"""The cause of each."""
