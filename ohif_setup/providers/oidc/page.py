"""What the sign-in page of an OIDC provider other than Entra ID says without a person. Keycloak's words are those that are known;
they were taken from public threads (OHIF 1677, shanoir-ng 3263), not from a live server."""

from __future__ import annotations

import re

from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.trouble_words import short
from ohif_setup.network.look.authorize import AuthorizeProbe
from ohif_setup.network.wire.exchange import evidence

_WRONG_URI = re.compile(
    r"invalid (?:parameter: |)redirect_?\s?uri|redirect_uri_mismatch|mismatching redirection", re.IGNORECASE
)
_WRONG_CLIENT = re.compile(
    r"client not found|invalid (?:parameter: |)client_?id|unknown client|invalid_client", re.IGNORECASE
)


def names_redirect_uri(probe: AuthorizeProbe) -> bool:
    """Whether the page that stayed refuses the redirect URI. Then the provider knows the client."""
    return not probe.returned and (probe.exchange.status or 0) in (400, 403) and bool(_WRONG_URI.search(probe.page))


def names_client(probe: AuthorizeProbe) -> bool:
    """Whether the page that stayed says that there is no such client."""
    return (
        not probe.returned
        and (probe.exchange.status or 0) in (400, 401, 403)
        and bool(_WRONG_CLIENT.search(probe.page))
    )


def unknown_client(check: str, client: str) -> Finding:
    """Learnt without a sign-in, so a warning."""
    return finding_of(
        check,
        client,
        Fault(
            "",
            "the provider does not know this client ID",
            "on the way to sign in, the browser shows an error page of the provider instead of the viewer",
            "Its sign-in page says that there is no such client: a typing error, a client of another realm, or a disabled one. "
            "(Learnt without a sign-in, so take it as a strong hint.)",
            (
                Fix(
                    "Provider",
                    f"Keycloak: Clients › Create client: Client ID {client}, client authentication off, standard flow on",
                ),
                Fix("Answers", "or correct sign_in.client_id, or the realm in sign_in.authority"),
            ),
            "warn",
        ),
    )


def refused_uri(check: str, sign_in: SignIn, probe: AuthorizeProbe) -> Finding | None:
    """What the provider has against this redirect URI or this request; None where it says nothing that is known."""
    if names_client(probe):
        return skipped(check, probe.redirect_uri, "the provider does not know the client ID", see=("client-known",))
    if names_redirect_uri(probe):
        return finding_of(
            check,
            probe.redirect_uri,
            Fault(
                "FM57",
                "the provider refuses this redirect URI",
                'on the way to sign in, the browser shows "Invalid parameter: redirect_uri" instead of the viewer',
                "The client has no such redirect URI; it is compared letter by letter. (Learnt without a sign-in, so take it as "
                "a strong hint.)",
                (
                    Fix(
                        "Provider",
                        f"Keycloak: Clients › {sign_in.client_id} › Valid redirect URIs: add {probe.redirect_uri}",
                    ),
                    Fix("Provider", "and Web origins: +"),
                ),
                "warn",
            ),
            evidence(probe.exchange),
        )
    if not probe.returned or not probe.error:
        return None
    flow = "the standard flow (code, with PKCE)" if sign_in.flow == "code" else "the implicit flow"
    return finding_of(
        check,
        probe.redirect_uri,
        Fault(
            "",
            f"the provider refuses the sign-in: {short(probe.error, 60)}",
            f"the browser comes back to {probe.redirect_uri} with error={short(probe.error, 60)}, and no study list appears",
            short(probe.description) or "It gives no reason.",
            (Fix("Provider", f"switch on {flow} for the client {sign_in.client_id}, without a client secret"),),
            "warn",
        ),
        evidence(probe.exchange),
    )
