"""How any OIDC provider's answers are judged."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.checks.finding import Finding
from ohif_setup.network.look.authorize import AuthorizeProbe
from ohif_setup.network.look.challenge import Challenge
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.look.token_endpoint import TokenProbe
from ohif_setup.network.sign_in.sign_in import SignInResult
from ohif_setup.providers.entra import registration
from ohif_setup.providers.judging import Judging
from ohif_setup.providers.oidc import issuer, page

# Entra ID, Azure AD B2C and External ID can be configured by their authority. There the redirect URI of a real code decides.
_MICROSOFT = re.compile(r"AADSTS\d|AADB2C\d")


def discovery(
    check: str, answers: Answers, sign_in: SignIn, found: Discovery, challenge: Challenge | None
) -> Finding | None:
    """The fault of the discovery document by the standard; a challenge says nothing about this provider."""
    return issuer.fault(check, sign_in, found)


def passed(sign_in: SignIn, found: Discovery) -> str:
    """The authority."""
    return sign_in.authority


def client(
    check: str, sign_in: SignIn, signed: SignInResult | None, probes: Sequence[AuthorizeProbe]
) -> Finding | None:
    """The fault of the client ID by the words of the provider's page."""
    # Entra ID can be configured by its authority instead of a tenant, so its numbers are looked for as well.
    words = next(filter(None, map(page.wrong_client, probes)), "")
    if words:
        return page.unknown_client(check, sign_in, words)
    return registration.client(check, sign_in, signed, probes)


def redirect_uri(check: str, sign_in: SignIn, probe: AuthorizeProbe) -> Finding | None:
    """The fault of the redirect URI by the words of the provider's page, or by Entra ID's numbers."""
    return page.refused_uri(check, sign_in, probe) or registration.redirect_uri(check, sign_in, probe)


def refusal_tells(token: TokenProbe) -> bool:
    """Whether somebody else than Microsoft refused."""
    return not _MICROSOFT.search(token.description)


JUDGING = Judging(
    discovery=discovery,
    passed=passed,
    client=client,
    knows_client=page.names_redirect_uri,
    redirect_uri=redirect_uri,
    refusal_tells=refusal_tells,
)
