"""One request and its outcome: an answer, or a named trouble. Nothing here judges."""

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
    "coding",
    "cut",
    "address",
]
"""Why there is no answer. `tls-certificate`: any fault of a certificate that has no kind of its own; `client-certificate`: the
server requires a certificate from the client; `endless`: the body exceeds the size limit; `coding`: the body is not what its
Content-Encoding says; `cut`: it ends before its announced end; `ca-bundle`: the CA file cannot be used."""

DEEPEST = 100
"""Maximum nesting of JSON; no document that a check reads has more than ten levels."""

MOST_SHOWN = 40
LONGEST_SHOWN = 1000
"""How many header fields of an answer a report shows, and how many characters of each."""


@dataclass(frozen=True)
class Trouble:
    """Why there is no answer. `detail` is the library's own text, without secrets; `proxy` is the proxy that should have made the
    connection, as `HTTPS_PROXY=http://proxy:3128`, without a password."""

    kind: TroubleKind
    detail: str
    proxy: str = ""


@dataclass(frozen=True)
class Sent:
    """The request as it was sent. A token has already been replaced by a placeholder."""

    method: str
    url: str
    headers: Headers = ()


@dataclass(frozen=True)
class Received(Answer):
    """An answer in the form that the rules of browsers take, with its body. `seconds` is the time until the end of the body."""

    body: bytes = field(default=b"", repr=False)
    seconds: float = 0.0

    def header(self, name: str) -> str:
        """All fields of that name, joined by a comma; empty if there is none."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())

    def json(self) -> Any:
        """The body as JSON. Raises ValueError if it is not valid JSON."""
        return parse_json(self.body)

    def is_html(self) -> bool:
        """Whether the answer is a web page, such as that of a captive portal, a login or a viewer."""
        # Some portals send a page without a Content-Type, or with that of the requested file.
        start = self.body[:256].lstrip().lower()
        return "html" in self.header("Content-Type").lower() or start.startswith((b"<!doctype html", b"<html"))


@dataclass(frozen=True)
class Exchange:
    """A request with either its answer or its trouble, never both. `proxy` is the proxy that an http request went to, as in
    `Trouble.proxy`: the answer may be the proxy's own."""

    sent: Sent
    received: Received | None = None
    trouble: Trouble | None = None
    proxy: str = ""

    @property
    def status(self) -> int | None:
        """The HTTP status; None if there is no answer."""
        if self.received:
            return self.received.status
        return None


def parse_json(text: bytes) -> Any:
    """UTF-8 text, with or without a byte order mark, parsed as JSON.

    Raises ValueError for invalid JSON and for what a report could not hold: NaN, infinite numbers, and more than `DEEPEST` levels.
    (Python's own parser accepts the first two and raises RecursionError for too many brackets.)
    """
    try:
        value = json.loads(text.decode("utf-8-sig"), parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    # Level by level, because a recursive walk would run into the same limit as the parser.
    level = [value]
    for _ in range(DEEPEST):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return value
    raise ValueError("the JSON is nested too deeply")


def evidence(exchange: Exchange) -> dict[str, object]:
    """The exchange as JSON values for a report: each header field, no body, no token."""
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


# Header fields that a report never shows, whatever the server puts into them.
_PRIVATE = {"set-cookie", "authorization", "proxy-authorization"}


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return value
    return []


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not valid JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text[:20]} is too large")
    return number
