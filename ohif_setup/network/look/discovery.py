"""The OpenID Connect discovery document of the identity provider."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ohif_setup.browser.foreign import moment_of
from ohif_setup.browser.values import Headers
from ohif_setup.network.look.oauth_error import json_object, text_of
from ohif_setup.network.wire.exchange import Exchange, Received
from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.origin import is_same_origin, why_refused

NEEDED = ("authorization_endpoint", "token_endpoint")
"""The endpoints that every sign-in needs; `device_authorization_endpoint` is needed by the device code flow only."""
_DEVICE = "device_authorization_endpoint"
# All addresses of the document to which this tool or the viewer may send something.
_ADDRESSES = (*NEEDED, _DEVICE, "jwks_uri", "userinfo_endpoint", "end_session_endpoint", "revocation_endpoint")
_TENANT = re.compile(r"/([0-9a-fA-F-]{36})/")


@dataclass(frozen=True)
class Discovery:
    """The exchange with `{issuer}/.well-known/openid-configuration`.

    `document` is empty unless the answer was a JSON object. `error` and `description` are the provider's own if it refused.
    `clock_skew` is this machine's clock minus the provider's, in seconds; None if the answer has no date.
    """

    exchange: Exchange
    document: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    description: str = ""
    clock_skew: float | None = None

    def endpoint(self, name: str) -> str:
        """The URL of an endpoint; empty if the document lacks it or its value is not a string."""
        value = self.document.get(name)
        if isinstance(value, str):
            return value
        return ""

    @property
    def ok(self) -> bool:
        """Whether the document has the two endpoints that every sign-in needs."""
        return all(self.endpoint(name) for name in NEEDED)

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """The sign-in endpoints at another origin than the document: credentials sent there would go to a host that the user did
        not name."""
        own = self.exchange.sent.url
        names = (*NEEDED, _DEVICE)
        return tuple(name for name in names if self.endpoint(name) and not is_same_origin(self.endpoint(name), own))

    @property
    def refused(self) -> tuple[tuple[str, str], ...]:
        """Name and reason of each address in the document that `origin_of` refuses."""
        named = [(name, self.endpoint(name)) for name in _ADDRESSES]
        return tuple((name, why) for name, url in named if url and (why := why_refused(url)))


def discovery_url(issuer: str) -> str:
    """The address of the discovery document. An issuer may end in a slash, and its document has one slash there all the same."""
    return f"{issuer.rstrip('/')}/.well-known/openid-configuration"


def tenant_of(discovery: Discovery) -> str:
    """The tenant ID in the issuer, in lower case; empty if there is none."""
    match = _TENANT.search(discovery.endpoint("issuer") + "/")
    if match is None:
        return ""
    return match[1].lower()


def discover(http: Http, issuer: str, headers: Headers = ()) -> Discovery:
    """Requests the document once; `headers` may contain an `Origin`."""
    exchange = http.send("GET", discovery_url(issuer), (("Accept", "application/json"), *headers))
    if not exchange.received:
        return Discovery(exchange)
    skew = _clock_skew(exchange.received)
    document = json_object(exchange.received)
    if document is None:
        return Discovery(exchange, clock_skew=skew)
    # Entra ID answers 400 with an AADSTS code for an unknown tenant.
    if exchange.received.status != 200:
        return Discovery(
            exchange,
            error=text_of(document, "error"),
            description=text_of(document, "error_description"),
            clock_skew=skew,
        )
    return Discovery(exchange, document, clock_skew=skew)


def _clock_skew(received: Received) -> float | None:
    # Tokens are valid by the provider's clock, so a wrong clock here makes good tokens look expired or not yet valid.
    provider_time = moment_of(received.header("Date"))
    if provider_time:
        return (datetime.now(UTC) - provider_time).total_seconds()
    return None
