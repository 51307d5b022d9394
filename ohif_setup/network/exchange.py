"""One request and what came of it: an answer, or a named trouble. Nothing here judges."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

Headers = tuple[tuple[str, str], ...]

TroubleKind = Literal[
    "dns",
    "refused",
    "unreachable",
    "reset",
    "timeout",
    "tls-expired",
    "tls-wrong-host",
    "tls-untrusted",
    "tls",
    "ca-bundle",
    "proxy",
    "proxy-sign-in",
    "endless",
    "broken",
    "address",
]
"""Why no answer could be had. `endless` is a body over the size limit, `ca-bundle` a CA file that cannot be read."""


@dataclass(frozen=True)
class Trouble:
    """Why there is no answer; `detail` is the library's own text, without secrets."""

    kind: TroubleKind
    detail: str


@dataclass(frozen=True)
class Sent:
    """The request as it was sent; a token is replaced by a mark before it gets here."""

    method: str
    url: str
    headers: Headers = ()


@dataclass(frozen=True)
class Received:
    """The answer. `headers` are the raw fields, one by one, in order; `seconds` runs from the request to the end of the body."""

    status: int
    headers: Headers
    body: bytes = field(repr=False)
    seconds: float

    def header(self, name: str) -> str:
        """All fields of that name joined by a comma; empty when there is none."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())

    def json(self) -> Any:
        """The body as JSON. Raises ValueError when it is none."""
        return json.loads(self.body.decode("utf-8-sig"))

    def is_html(self) -> bool:
        """Whether a web page came, as from a captive portal, a sign-in wall or a viewer's index page."""
        start = self.body[:256].lstrip().lower()
        return "html" in self.header("Content-Type").lower() or start.startswith((b"<!doctype html", b"<html"))


@dataclass(frozen=True)
class Exchange:
    """A request with its answer or its trouble; exactly one of the two is there."""

    sent: Sent
    received: Received | None = None
    trouble: Trouble | None = None

    @property
    def status(self) -> int | None:
        """The HTTP status, None without an answer."""
        return self.received.status if self.received else None


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
            "headers": [list(field_) for field_ in exchange.received.headers if field_[0].lower() not in _PRIVATE],
            "milliseconds": round(exchange.received.seconds * 1000),
        }
    if exchange.trouble:
        shown["trouble"] = {"kind": exchange.trouble.kind, "detail": exchange.trouble.detail}
    return shown


_PRIVATE = {"set-cookie", "authorization", "proxy-authorization"}
