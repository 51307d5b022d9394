"""Faults that the sign-in page of an OIDC provider other than Entra ID shows without a person.

Keycloak's words are the best known; they come from public threads (OHIF 1677, shanoir-ng 3263), not from a live server.
"""

from __future__ import annotations

import html
import re

from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.sign_in.provider_said import said
from ohif_setup.checks.trouble_words import short
from ohif_setup.network.look.authorize import AuthorizeProbe
from ohif_setup.network.wire.exchange import evidence
from ohif_setup.providers import provider_of

# Keycloak says "Invalid parameter: redirect_uri", others use the error names of OAuth 2.0 or of common libraries.
_WRONG_URI = re.compile(
    r"invalid[ _](?:parameter: |)redirect[_ ]?uri|redirect_(?:uri_)?mismatch|mismatching redirection", re.IGNORECASE
)
_WRONG_CLIENT = re.compile(
    r"client not found|invalid (?:parameter: |)client_?id|unknown client|invalid_client", re.IGNORECASE
)
_TAG = re.compile("<[^<>]*>")
_SHOWN = 400


def wrong_redirect_uri(probe: AuthorizeProbe) -> str:
    """The provider's words for a redirect URI that it refuses; empty if it does not. Then it knows the client."""
    return _words(probe, _WRONG_URI)


def names_redirect_uri(probe: AuthorizeProbe) -> bool:
    """Whether the provider refuses the redirect URI."""
    return bool(wrong_redirect_uri(probe))


def wrong_client(probe: AuthorizeProbe) -> str:
    """The provider's words for a client that it does not know; empty if it does."""
    return _words(probe, _WRONG_CLIENT)


def _words(probe: AuthorizeProbe, wrong: re.Pattern[str]) -> str:
    # Neither fault is ever sent to the redirect URI (RFC 6749, 4.1.2.1), so the provider says it at its own address.
    if probe.returned:
        return ""
    named = said(probe.error, probe.description)
    if wrong.search(named):
        return named
    found = wrong.search(probe.page) if probe.exchange.status in (400, 401, 403) else None
    if found is None:
        return ""
    text = _TAG.sub(" ", probe.page[found.start() : found.start() + _SHOWN])
    return short(html.unescape(text.partition("<")[0]), 120)


def unknown_client(check: str, sign_in: SignIn, words: str) -> Finding:
    """The warning for a client ID that the provider does not know. Not a failure, because no sign-in has confirmed it."""
    console = provider_of(sign_in).console.of(sign_in.client_id)
    return finding_of(
        check,
        sign_in.client_id,
        Fault(
            "",
            "the provider does not know this client ID",
            "during the sign-in, the browser shows an error page of the provider instead of the viewer",
            f"Its sign-in page says: {words}. The client ID is a typo, or the client belongs to another realm or tenant, or is "
            "disabled. (Seen without a sign-in, so this is a strong hint, not proof.)",
            (
                Fix(console.name, console.client),
                Fix("Answers", "or correct sign_in.client_id, or sign_in.authority"),
            ),
            "warn",
        ),
    )


def refused_uri(check: str, sign_in: SignIn, probe: AuthorizeProbe) -> Finding | None:
    """The fault of this redirect URI, or of the request with it; None if the answer has no known words."""
    if wrong_client(probe):
        return skipped(check, probe.redirect_uri, "the provider does not know the client ID", see=("client-known",))
    words = wrong_redirect_uri(probe)
    if words:
        console = provider_of(sign_in).console.of(sign_in.client_id)
        return finding_of(
            check,
            probe.redirect_uri,
            Fault(
                "FM57",
                "the provider refuses this redirect URI",
                "during the sign-in, the browser shows a page of the provider, which names the redirect URI, instead of the viewer",
                f"It says: {words}. The client does not have this redirect URI, which must match exactly. (Seen without a sign-in, "
                "so this is a strong hint, not proof.)",
                (Fix(console.name, f"{console.redirect_uris}: add {probe.redirect_uri}"),),
                "warn",
            ),
            evidence(probe.exchange),
        )
    if not probe.returned or not probe.error:
        return None
    # The provider accepted client and URI, or it would not have redirected; so it refuses the flow.
    flow = "the standard flow (code, with PKCE)"
    if sign_in.flow == "implicit":
        flow = "the implicit flow"
    return finding_of(
        check,
        probe.redirect_uri,
        Fault(
            "",
            f"the provider refuses the sign-in: {short(probe.error, 60)}",
            f"the browser returns to {probe.redirect_uri} with error={short(probe.error, 60)}, and no study list appears",
            f"It says: {said(probe.error, probe.description)}.",
            (
                Fix(
                    provider_of(sign_in).console.name,
                    f"enable {flow} for the client {sign_in.client_id}, without a secret",
                ),
            ),
            "warn",
        ),
        evidence(probe.exchange),
    )
