"""Does the tenant know the client ID? Only some ways of signing in show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.checks import aadsts, oidc_provider
from ohif_setup.checks.check import Check
from ohif_setup.checks.finding import Finding, Fix, Status, skipped
from ohif_setup.checks.look import Look
from ohif_setup.checks.redirect_uri import CONFIRMED, UNKNOWN_CLIENT
from ohif_setup.checks.who_signs_in import nobody
from ohif_setup.network.authorize import AuthorizeProbe
from ohif_setup.network.sign_in import SignIn

ID = "client-known"

DISABLED = {70001, 7000112, 1000031}
MICROSOFTS = {65002}
CLIENT_CODES = UNKNOWN_CLIENT | DISABLED | MICROSOFTS
"""Refusals that are about the client ID itself."""

_NO_PROOF = {"temporarily_unavailable", "server_error", "invalid_tenant", "unauthorized_client"}
"""Errors that may come before the provider has looked for the client."""


@dataclass(frozen=True)
class Seen:
    """The sign-in, and the answers of the authorize endpoint."""

    sign_in: SignIn | None
    probes: tuple[AuthorizeProbe, ...]


def look(site: Look) -> Seen | None:
    """Nothing of its own: what the sign-in and the redirect probes showed. None where nobody signs in."""
    if site.answers.sign_in is None:
        return None
    return Seen(site.sign_in(), site.redirect_probes())


def judge(answers: Answers, seen: Seen | None) -> Sequence[Finding]:
    """A refusal by the sign-in fails; one that only the authorize page showed is a hint, so it warns."""
    if seen is None or answers.sign_in is None:
        return [nobody(ID)]
    client = answers.sign_in.client_id
    if not answers.sign_in.is_entra and any(oidc_provider.names_client(probe) for probe in seen.probes):
        return [oidc_provider.unknown_client(ID, client)]
    signed = seen.sign_in if seen.sign_in and seen.sign_in.client_id in ("", client) else None
    refused = signed is not None and signed.reason == "refused"
    if signed and refused:
        for code in aadsts.codes_in(signed.description):
            if code in CLIENT_CODES:
                return [_refused(client, "fail", code, signed.description)]
    for probe in seen.probes:
        for code in aadsts.codes_in(probe.page):
            if code in UNKNOWN_CLIENT:
                return [_refused(client, "warn", code, "")]
    if signed and (signed.token or (refused and signed.error not in _NO_PROOF)):
        return [Finding(ID, client, "pass", client)]
    if any(probe.returned and probe.error in CONFIRMED for probe in seen.probes) or (
        not answers.sign_in.is_entra and any(map(oidc_provider.names_redirect_uri, seen.probes))
    ):
        return [Finding(ID, client, "pass", client)]
    if not seen.probes:
        return [skipped(ID, client, "no identity provider to ask", see=("tenant-exists",))]
    return [skipped(ID, client, "only a sign-in with this client ID can show it")]


def _refused(client: str, status: Status, code: int, description: str) -> Finding:
    row = aadsts.lookup(code)
    assert row is not None
    shown = {"aadsts": [code], "correlation_id": aadsts.correlation_id(description)}
    symptom = f"the sign-in page shows AADSTS{code}"
    if code not in UNKNOWN_CLIENT:
        title = (
            "the app is disabled in this tenant" if code in DISABLED else "the client ID is one of Microsoft's own apps"
        )
        return Finding(ID, client, status, title, symptom, row.cause, (Fix("Portal", row.fix),), shown)
    return Finding(
        ID,
        client,
        status,
        "the tenant does not know this client ID",
        symptom=f"{symptom}: application was not found in the directory",
        cause=row.cause,
        fix=(
            Fix(
                "Portal",
                "Microsoft Entra ID › App registrations › your app › Overview: copy the Application (client) ID",
            ),
            Fix(
                "Answers",
                "set sign_in.client_id to it; if the app lives in another tenant, sign_in.tenant_id is wrong too",
            ),
        ),
        evidence=shown,
    )


CHECK = Check(ID, 30, "Does the tenant know the client ID?", look, judge, needs=("tenant-exists",))
