"""What the identity provider says of itself: the OpenID Connect discovery document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ohif_setup.browser.foreign import moment_of
from ohif_setup.browser.values import Headers
from ohif_setup.network.wire.exchange import Exchange, Received
from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.origin import is_same_origin, why_refused

NEEDED = ("authorization_endpoint", "token_endpoint")
"""What every sign-in needs; `device_authorization_endpoint` is for one of them only."""
_DEVICE = "device_authorization_endpoint"
_ADDRESSES = (*NEEDED, _DEVICE, "jwks_uri", "userinfo_endpoint", "end_session_endpoint", "revocation_endpoint")
"""What this tool or the viewer takes from the document to send something there."""
_TENANT = re.compile(r"/([0-9a-fA-F-]{36})/")


@dataclass(frozen=True)
class Discovery:
    """The exchange with `{issuer}/.well-known/openid-configuration`.

    `document` is empty when no JSON object came. `error` and `description` are the provider's own when it refused.
    `clock_skew` is this machine's clock less the provider's, in seconds; None when it sent no date.
    """

    exchange: Exchange
    document: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    description: str = ""
    clock_skew: float | None = None

    def endpoint(self, name: str) -> str:
        """An endpoint's URL, empty when the document lacks it or has something else there."""
        value = self.document.get(name)
        if isinstance(value, str):
            return value
        return ""

    @property
    def ok(self) -> bool:
        """Whether the two endpoints that every sign-in needs are known."""
        return all(self.endpoint(name) for name in NEEDED)

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """The endpoints of a sign-in that are on another origin than the document: what a person or a pipeline sends there
        would go to a host that the user did not name."""
        own = self.exchange.sent.url
        names = (*NEEDED, _DEVICE)
        return tuple(name for name in names if self.endpoint(name) and not is_same_origin(self.endpoint(name), own))

    @property
    def refused(self) -> tuple[tuple[str, str], ...]:
        """The addresses in the document that `origin_of` refuses, each by its name with the reason."""
        named = [(name, self.endpoint(name)) for name in _ADDRESSES]
        return tuple((name, why) for name, url in named if url and (why := why_refused(url)))


def discovery_url(issuer: str) -> str:
    """The address of the discovery document."""
    return f"{issuer}/.well-known/openid-configuration"


def tenant_of(discovery: Discovery) -> str:
    """The tenant's ID that the issuer carries, in lower case; empty when it carries none."""
    found = _TENANT.search(discovery.endpoint("issuer") + "/")
    if found is None:
        return ""
    return found[1].lower()


def discover(http: Http, issuer: str, headers: Headers = ()) -> Discovery:
    """Asks once; `headers` may hold an `Origin`."""
    exchange = http.send("GET", discovery_url(issuer), (("Accept", "application/json"), *headers))
    if not exchange.received:
        return Discovery(exchange)
    skew = _clock_skew(exchange.received)
    try:
        document = exchange.received.json()
    except ValueError:
        return Discovery(exchange, clock_skew=skew)
    if not isinstance(document, dict):
        return Discovery(exchange, clock_skew=skew)
    if exchange.received.status != 200:
        return Discovery(
            exchange,
            error=_text(document.get("error")),
            description=_text(document.get("error_description")),
            clock_skew=skew,
        )
    return Discovery(exchange, document, clock_skew=skew)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return ""


def _clock_skew(received: Received) -> float | None:
    theirs = moment_of(received.header("Date"))
    if theirs:
        return (datetime.now(UTC) - theirs).total_seconds()
    return None
