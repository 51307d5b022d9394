"""Probes the authorize endpoint with `prompt=none`: the provider redirects back without user interaction, or shows a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ohif_setup.browser.foreign import parts_of, tags_of
from ohif_setup.network.look.oauth_error import json_object, text_of
from ohif_setup.network.wire.exchange import Exchange, Received
from ohif_setup.network.wire.http import Http

# The code challenge of RFC 7636, appendix B; no code is ever redeemed with it.
_CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

# How many bytes of a page are searched for a form; a page that posts itself contains little else.
_FORM_BYTES = 65536


@dataclass(frozen=True)
class AuthorizeProbe:
    """One probe. `returned`: the provider sent the browser back to `redirect_uri`; otherwise `page` is the text of the page that it
    showed. `error` and `description` are the provider's, empty if its page is a web page. A returned `login_required` shows that
    client and redirect URI are registered."""

    redirect_uri: str
    exchange: Exchange
    returned: bool = False
    error: str = ""
    description: str = ""
    page: str = ""


def probe(
    http: Http,
    endpoint: str,
    *,
    client_id: str,
    redirect_uri: str,
    response_type: str,
    scope: str,
    extra: Mapping[str, str] | None = None,
) -> AuthorizeProbe:
    """Sends one request without cookies. It signs nobody in and changes nothing at the provider. `extra` are further parameters."""
    # A `prompt` of the site's own must not show a page here.
    query = {
        **(extra or {}),
        "client_id": client_id,
        "response_type": response_type,
        "redirect_uri": redirect_uri,
        "scope": scope,
        "response_mode": "fragment",
        "state": "ohif-setup",
        "nonce": "ohif-setup",
        "prompt": "none",
    }
    # The viewer sends PKCE with the code flow only; without it Entra ID refuses a code for a SPA redirect (AADSTS9002325).
    if response_type == "code":
        query |= {"response_mode": "query", "code_challenge": _CHALLENGE, "code_challenge_method": "S256"}
    # Some providers have a query in the endpoint itself, such as the name of a policy.
    separator = "?"
    if "?" in endpoint:
        separator = "&"
    exchange = http.send("GET", f"{endpoint}{separator}{urlencode(query)}", (("Accept", "text/html"),))
    received = exchange.received
    if received is None:
        return AuthorizeProbe(redirect_uri, exchange)
    answer = _by_redirect(received, redirect_uri) or _by_form(received, redirect_uri)
    page = ""
    if answer is None:
        page = received.body.decode("utf-8", "replace")
    said = answer or _elsewhere(received)
    return AuthorizeProbe(
        redirect_uri,
        exchange,
        returned=answer is not None,
        error=text_of(said, "error"),
        description=text_of(said, "error_description"),
        page=page,
    )


def _by_redirect(received: Received, redirect_uri: str) -> dict[str, str] | None:
    """The parameters of a redirect to the redirect URI, from its query and its fragment."""
    location = received.header("Location")
    address, _, fragment = location.partition("#")
    address, _, query = address.partition("?")
    if received.status not in (302, 303, 307) or address not in (redirect_uri, _with_root(redirect_uri)):
        return None
    return dict(parse_qsl(query)) | dict(parse_qsl(fragment))


def _elsewhere(received: Received) -> dict[str, Any]:
    """What the provider says in an answer of its own: JSON, or a redirect to its page for errors."""
    if 300 <= received.status < 400:
        return dict(parse_qsl(parts_of(received.header("Location")).query))
    return json_object(received) or {}


def _by_form(received: Received, redirect_uri: str) -> dict[str, str] | None:
    """The fields of a page that posts itself to the redirect URI (`response_mode=form_post`). Some providers send it although
    another mode was requested."""
    if received.status != 200 or not received.is_html():
        return None
    tags = tags_of(received.body[:_FORM_BYTES].decode("utf-8", "replace"))
    action = next((tag.attributes.get("action", "") for tag in tags if tag.name == "form"), None)
    if action not in (redirect_uri, _with_root(redirect_uri)):
        return None
    fields: dict[str, str] = {}
    for tag in tags:
        if tag.name == "input":
            fields.setdefault(tag.attributes.get("name", ""), tag.attributes.get("value", ""))
    return fields


def _with_root(uri: str) -> str:
    """`http://localhost` as a browser writes it, with the root's slash; a URI with a path is returned unchanged."""
    if parts_of(uri).path:
        return uri
    return f"{uri}/"
