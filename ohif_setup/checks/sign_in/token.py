"""Does the DICOM service accept the access token? The claims are read, never verified: only the service can verify them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.checks.check import Check
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.look import Look
from ohif_setup.checks.sign_in.who_signs_in import no_token
from ohif_setup.checks.trouble_words import short
from ohif_setup.kinds import token_of
from ohif_setup.kinds.kind import ServerToken
from ohif_setup.network.look.discovery import tenant_of
from ohif_setup.network.sign_in import credentials
from ohif_setup.network.sign_in.sign_in import SignInResult

ID = "token"
SYMPTOM = "the sign-in succeeds, then every request to the DICOM service fails with 401"
_END_OF_TIME = 1e11
"""Seconds since 1970, in the year 5138: a larger value is not a date."""
_Wrong = tuple[str, str, *tuple[Fix, ...]]
"""Title, cause and fixes."""
# Claims that may appear in a report: none identifies the person, and none can be used to sign in.
_SHOWN = ("aud", "scp", "roles", "tid", "iss", "appid", "azp", "ver", "exp", "idtyp")


@dataclass(frozen=True)
class TokenObservations:
    """The result of the sign-in, the tenant of the issuer, and the provider's time (seconds since 1970)."""

    sign_in: SignInResult | None
    tenant_id: str
    now: float


def look(site: Look) -> TokenObservations | None:
    """No request of its own: reuses the sign-in and the discovery document. None if this tool cannot sign in at this site."""
    if no_token(ID, site.answers):
        return None
    discovery = site.discovery()
    signed = site.sign_in()
    # Expiry is compared with the provider's clock, because this machine's may be wrong.
    return TokenObservations(signed, tenant_of(discovery), time.time() - (discovery.clock_skew or 0))


def judge(answers: Answers, seen: TokenObservations | None) -> Sequence[Finding]:
    """One finding: the first claim that the service would reject, or what the token is for."""
    cannot = no_token(ID, answers)
    if cannot:
        return [cannot]
    if seen is None:
        return []
    signed = seen.sign_in
    if signed is None or signed.token is None:
        return [skipped(ID, "", "there is no token", see=("sign-in",), unseen="the token: nobody signed in")]
    claims = signed.claims
    if not claims:
        # A token is opaque to clients; the service may issue another format at any time. That alone is no fault.
        reason = "the token is not a JWT, so its claims cannot be read; dicomweb-reachable tries it"
        return [skipped(ID, "", reason, needless=True)]
    shown = {key: _plain(claims[key]) for key in _SHOWN if key in claims}
    token = token_of(answers)
    assert token is not None
    # Audience and tenant first: with the wrong one of these, scope and expiry say nothing about this service.
    wrong = _wrong_origin(claims, token, signed.client_id, seen.tenant_id) or _wrong_use(claims, token, seen.now)
    if wrong:
        title, cause, *fix = wrong
        return [finding_of(ID, "", Fault("", title, SYMPTOM, cause, tuple(fix)), shown)]
    left = _seconds_left(claims.get("exp"), seen.now)
    rights = "no scope, as expected for an application: its role decides"
    if "scp" in claims:
        rights = _plain(claims["scp"])
    title = f"for the DICOM service, {rights}"
    if left is not None:
        title += f", valid {left / 60:.0f} min"
    return [Finding(ID, "", "pass", title, evidence=shown)]


def _wrong_origin(claims: Mapping[str, Any], token: ServerToken, client_id: str, tenant_id: str) -> _Wrong | None:
    """A fault in the audience, the tenant or the client of the token; None if all three are right."""
    audience = claims.get("aud")
    if audience not in token.audiences:
        return (
            f"the token is for {_plain(audience) or 'no audience'}",
            f"The DICOM service accepts only tokens for {token.audiences[0]}.",
            Fix("Registration", f"the scope must be exactly {token.scope}, as ohif-setup generate writes it"),
        )
    tenant = _plain(claims.get("tid", "")).lower()
    if tenant_id and tenant and tenant != tenant_id:
        return (
            f"the token is from tenant {tenant}",
            f"The answers name the tenant {tenant_id}.",
            Fix("Sign-in", "sign in with an account of that tenant (a private browser window helps)"),
        )
    # Tokens of version 1 name the client in `appid`, those of version 2 in `azp`.
    client = _plain(claims.get("appid") or claims.get("azp") or "").lower()
    if client and client != client_id.lower():
        return (
            f"the token was issued to another application, {client}",
            f"The sign-in was made for {client_id}.",
            Fix("Answers", "compare sign_in.client_id with the registration"),
            Fix(
                "Environment",
                f"in a pipeline: check that {credentials.CLIENT} is the app that the credential belongs to",
            ),
        )
    return None


def _wrong_use(claims: Mapping[str, Any], token: ServerToken, now: float) -> _Wrong | None:
    """A fault in the scope or the expiry of the token; None if both are right. An application's token needs no scope."""
    scope, needed = _plain(claims.get("scp", "")), token.scope.rpartition("/")[2]
    if "scp" in claims and needed not in scope.split():
        return (
            f"the token lacks the scope {needed}",
            f"It has: {scope or 'none'}.",
            Fix(
                "Portal",
                f"App registrations › your app › API permissions › {token.api} › {needed}; grant consent",
            ),
        )
    left = _seconds_left(claims.get("exp"), now)
    if left is not None and left <= 0:
        return (
            "the token has already expired",
            "By the identity provider's own clock, it is no longer valid.",
            Fix("Clock", "check the clock of this machine and of the provider (see tenant-exists)"),
        )
    return None


def _seconds_left(expires: object, now: float) -> float | None:
    """Seconds until expiry; None if the claim is not a time."""
    # `bool` is a subclass of `int`, so `true` would pass as one second after the epoch.
    if isinstance(expires, bool) or not isinstance(expires, int | float) or not 0 <= expires < _END_OF_TIME:
        return None
    return expires - now


def _plain(claim: object) -> str:
    """A claim as one short line of text, whatever its type."""
    if isinstance(claim, list):
        return short(", ".join(_plain(item) for item in claim[:10] if not isinstance(item, list)))
    if isinstance(claim, str | int | float):
        return short(str(claim))
    return ""


CHECK = Check(ID, 60, "Does the DICOM service accept the token?", look, judge, needs=("sign-in",), proves="the token")
