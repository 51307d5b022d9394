"""Is the access token one that the DICOM service takes? Its claims are read, never verified: that is the service's part."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.checks.check import Check
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.look import Look
from ohif_setup.checks.tenant_exists import tenant_of
from ohif_setup.network.sign_in import SignIn
from ohif_setup.servers import azure_dicom

ID = "token"
SYMPTOM = "signing in works, then every request to the DICOM service fails with 401"
_SHOWN = ("aud", "scp", "roles", "tid", "iss", "appid", "azp", "ver", "exp", "idtyp")


@dataclass(frozen=True)
class Seen:
    """The sign-in, the tenant of the issuer, and the provider's time (seconds since 1970)."""

    sign_in: SignIn | None
    tenant_id: str
    now: float


def look(site: Look) -> Seen:
    """Nothing of its own. Expiry is measured by the provider's clock, since this machine's may be off."""
    discovery = site.discovery()
    signed = site.sign_in()
    return Seen(signed, tenant_of(discovery), time.time() - (discovery.clock_skew or 0))


def judge(answers: Answers, seen: Seen) -> Sequence[Finding]:
    """One finding: the first claim that the service would refuse, or what the token is for."""
    signed = seen.sign_in
    if signed is None or signed.token is None:
        return [Finding(ID, "", "skipped", "skipped: there is no token, see sign-in")]
    claims = signed.claims
    if not claims:
        return [
            Finding(
                ID,
                "",
                "skipped",
                "skipped: the token is no JWT, so its claims cannot be read; dicomweb-reachable tries it out",
            )
        ]
    shown = {key: claims[key] for key in _SHOWN if key in claims}

    def fail(title: str, cause: str, *fix: Fix) -> list[Finding]:
        return [Finding(ID, "", "fail", title, symptom=SYMPTOM, cause=cause, fix=fix, evidence=shown)]

    audience = claims.get("aud")
    if audience not in azure_dicom.AUDIENCES:
        return fail(
            f"the token is for {audience}",
            f"The DICOM service takes tokens for {azure_dicom.AUDIENCE} only.",
            Fix(
                "Registration", f"the scope must be exactly {azure_dicom.SCOPE}; ohif-setup writes it so: run generate"
            ),
        )
    tenant = str(claims.get("tid", "")).lower()
    if seen.tenant_id and tenant and tenant != seen.tenant_id:
        return fail(
            f"the token is from tenant {tenant}",
            f"The answers name the tenant {seen.tenant_id}.",
            Fix("Sign-in", "sign in with an account of that tenant (a private browser window helps)"),
        )
    client = str(claims.get("appid") or claims.get("azp") or "").lower()
    if client and client != signed.client_id.lower():
        return fail(
            f"the token was issued to another application, {client}",
            f"The sign-in was made for {signed.client_id}.",
            Fix("Answers", "compare sign_in.client_id with the registration"),
        )
    app_only = "scp" not in claims
    if not app_only and "Dicom.ReadWrite" not in str(claims["scp"]).split():
        return fail(
            "the token lacks the scope Dicom.ReadWrite",
            f"It holds: {claims['scp']}.",
            Fix(
                "Portal",
                "App registrations › your app › API permissions › Azure API for DICOM › Dicom.ReadWrite; grant consent",
            ),
        )
    expires = claims.get("exp")
    if isinstance(expires, int | float) and expires <= seen.now:
        return fail(
            "the token has already expired",
            "By the identity provider's own clock its time is over.",
            Fix("Clock", "is the clock of this machine, or of the provider, right?"),
        )
    minutes = round((expires - seen.now) / 60) if isinstance(expires, int | float) else None
    rights = "no scope, as is right for an application: its role decides" if app_only else str(claims["scp"])
    valid = f", valid {minutes} min" if minutes is not None else ""
    return [Finding(ID, "", "pass", f"for the DICOM service, {rights}{valid}", evidence=shown)]


CHECK = Check(ID, 60, "Is the token one that the DICOM service takes?", look, judge, needs=("sign-in",))
