"""Asks the token endpoint what the viewer asks it after the sign-in page, with a made-up code: its refusal shows what the provider
thinks of the client and of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ohif_setup.network.look.oauth_error import json_object, text_of
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http

MOST_ASKED = 4
"""How many origins are asked: providers may count refused codes."""

# No provider issues such a code. The verifier is that of RFC 7636, appendix B, whose challenge `authorize` sends.
_CODE = "made-up-by-ohif-setup"
_VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

_ERROR = re.compile("[a-z_]+")
# Google says this with invalid_request.
_WANTS_SECRET = re.compile(r"client[_ ]secret (?:is missing|is required|not provided)", re.IGNORECASE)


@dataclass(frozen=True)
class TokenProbe:
    """The answer that a page of `origin` gets; `error` and `description` are the provider's.

    `accepted`: the provider let the client in without a secret, and then refused the code (or, being made for tests, took it).
    """

    origin: str
    exchange: Exchange
    error: str = ""
    description: str = ""
    accepted: bool = False

    @property
    def refused_client(self) -> bool:
        """Whether the provider does not know the client, has disabled it, or wants a secret (RFC 6749, 5.2)."""
        if self.error in ("invalid_client", "unauthorized_client"):
            return True
        # Some have a name of their own for it, but 401 is about the client alone. What stands in front of a provider answers 401
        # too, and without an error in the form of OAuth.
        own_name = self.exchange.status == 401 and _ERROR.fullmatch(self.error)
        return bool(own_name or _WANTS_SECRET.search(self.description))


def probe(http: Http, endpoint: str, *, client_id: str, redirect_uri: str, origin: str) -> TokenProbe:
    """Posts once, with the fields and headers of oidc-client-ts, which need no preflight (measured). Sends no secret."""
    body = {
        "grant_type": "authorization_code",
        "redirect_uri": redirect_uri,
        "code": _CODE,
        "code_verifier": _VERIFIER,
        "client_id": client_id,
    }
    headers = (("Accept", "application/json"), ("Origin", origin))
    exchange = http.send("POST", endpoint, headers, body=body)
    document = json_object(exchange.received) if exchange.received else None
    if exchange.received is None or document is None:
        return TokenProbe(origin, exchange)
    # The body may hold a token where a server for tests takes any code, and nobody needs it.
    exchange = replace(exchange, received=replace(exchange.received, body=b""))
    error = text_of(document, "error")
    issued = exchange.status == 200 and not error
    return TokenProbe(
        origin,
        exchange,
        error,
        text_of(document, "error_description"),
        accepted=issued or error == "invalid_grant",
    )
