"""The authorize endpoint asked with `prompt=none`: it answers at the redirect URI without a person, or shows a page."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from ohif_setup.network.exchange import Exchange
from ohif_setup.network.http import Http

_CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""The code challenge of RFC 7636, appendix B; no code is ever redeemed with it."""


@dataclass(frozen=True)
class AuthorizeProbe:
    """One probe. `returned` says that the provider sent the browser back to `redirect_uri`, with `error` and `description`;
    otherwise `page` is the text of the page that it showed."""

    redirect_uri: str
    exchange: Exchange
    returned: bool = False
    error: str = ""
    description: str = ""
    page: str = ""


def probe(
    http: Http, endpoint: str, *, client_id: str, redirect_uri: str, response_type: str, scope: str
) -> AuthorizeProbe:
    """Asks once, without cookies. Nothing is signed in, and nothing changes at the provider."""
    query = {
        "client_id": client_id,
        "response_type": response_type,
        "redirect_uri": redirect_uri,
        "scope": scope,
        "response_mode": "query" if response_type == "code" else "fragment",
        "state": "ohif-setup",
        "nonce": "ohif-setup",
        "prompt": "none",
    }
    if response_type == "code":
        query |= {"code_challenge": _CHALLENGE, "code_challenge_method": "S256"}
    joint = "&" if urlsplit(endpoint).query else "?"
    exchange = http.send("GET", f"{endpoint}{joint}{urlencode(query)}", (("Accept", "text/html"),))
    received = exchange.received
    if received is None:
        return AuthorizeProbe(redirect_uri, exchange)
    location = received.header("Location")
    if received.status in (302, 303) and location.split("#")[0].split("?")[0] == redirect_uri:
        parts = urlsplit(location)
        answer = parse_qs(parts.fragment or parts.query)
        return AuthorizeProbe(
            redirect_uri,
            exchange,
            returned=True,
            error=answer.get("error", [""])[0],
            description=answer.get("error_description", [""])[0],
        )
    return AuthorizeProbe(redirect_uri, exchange, page=received.body.decode("utf-8", "replace"))
