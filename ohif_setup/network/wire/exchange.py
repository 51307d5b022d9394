"""One request and what came of it: an answer, or a named trouble. Nothing here judges."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

from ohif_setup.browser.values import Answer, Headers

TroubleKind = Literal[
    "dns",
    "refused",
    "unreachable",
    "reset",
    "timeout",
    "tls-expired",
    "tls-not-yet-valid",
    "tls-wrong-host",
    "tls-untrusted",
    "tls-certificate",
    "tls",
    "client-certificate",
    "ca-bundle",
    "proxy",
    "proxy-sign-in",
    "endless",
    "broken",
    "address",
]
"""Why no answer could be had. `tls-certificate` is a certificate with another fault than those that have a kind of their own,
`client-certificate` that the server wants one from the caller, `endless` a body over the size limit, `ca-bundle` a CA file that
cannot be used."""

DEEPEST = 100
"""Levels of nested JSON that are read; no document that a check reads has more than ten."""

MOST_SHOWN = 40
LONGEST_SHOWN = 1000
"""Header fields of an answer that a report shows, and characters of each."""


@dataclass(frozen=True)
class Trouble:
    """Why there is no answer. `detail` is the library's own text, without secrets; `proxy` the proxy that was asked to make the
    connection, as `HTTPS_PROXY=http://proxy:3128`, without a password."""

    kind: TroubleKind
    detail: str
    proxy: str = ""


@dataclass(frozen=True)
class Sent:
    """The request as it was sent; a token is replaced by a mark before it gets here."""

    method: str
    url: str
    headers: Headers = ()


@dataclass(frozen=True)
class Received(Answer):
    """The answer as the rules of browsers take it, with its body. `seconds` runs from the request to the end of the body."""

    body: bytes = field(default=b"", repr=False)
    seconds: float = 0.0

    def header(self, name: str) -> str:
        """All fields of that name joined by a comma; empty when there is none."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())

    def json(self) -> Any:
        """The body as JSON. Raises ValueError when it is none."""
        return parse_json(self.body)

    def is_html(self) -> bool:
        """Whether a web page came, as from a captive portal, a sign-in wall or a viewer's index page."""
        start = self.body[:256].lstrip().lower()
        return "html" in self.header("Content-Type").lower() or start.startswith((b"<!doctype html", b"<html"))


@dataclass(frozen=True)
class Exchange:
    """A request with its answer or its trouble; exactly one of the two is there. `proxy` is the proxy that a request by http went
    to, as in `Trouble.proxy`: it may have given the answer itself."""

    sent: Sent
    received: Received | None = None
    trouble: Trouble | None = None
    proxy: str = ""

    @property
    def status(self) -> int | None:
        """The HTTP status, None without an answer."""
        if self.received:
            return self.received.status
        return None


def parse_json(text: bytes) -> Any:
    """UTF-8 text, with or without a byte order mark, as JSON.

    Raises ValueError for all that cannot be written into a report again: broken or far too deeply nested text, NaN, infinite
    numbers. (Python's own parser takes the last two, and answers too many brackets with a RecursionError.)
    """
    try:
        value = json.loads(text.decode("utf-8-sig"), parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    level = [value]
    for _ in range(DEEPEST):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return value
    raise ValueError("the JSON is nested too deeply")


def evidence(exchange: Exchange) -> dict[str, object]:
    """The exchange as JSON values for a report: headers one by one, no body, no token."""
    shown: dict[str, object] = {
        "request": {
            "method": exchange.sent.method,
            "url": exchange.sent.url,
            "headers": [list(field_) for field_ in exchange.sent.headers],
        }
    }
    if exchange.received:
        shown["response"] = {
            "status": exchange.received.status,
            "headers": [
                [name[:LONGEST_SHOWN], value[:LONGEST_SHOWN]]
                for name, value in exchange.received.headers[:MOST_SHOWN]
                if name.lower() not in _PRIVATE
            ],
            "milliseconds": round(exchange.received.seconds * 1000),
        }
    proxy = exchange.proxy
    if exchange.trouble:
        shown["trouble"] = {"kind": exchange.trouble.kind, "detail": exchange.trouble.detail}
        proxy = exchange.trouble.proxy
    if proxy:
        shown["proxy"] = proxy
    return shown


_PRIVATE = {"set-cookie", "authorization", "proxy-authorization"}


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return value
    return []


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is too large a number")
    return number
