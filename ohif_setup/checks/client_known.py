"""Does the tenant know the client ID? Only some ways of signing in show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.checks import aadsts
from ohif_setup.checks.check import Check
from ohif_setup.checks.finding import Finding, Fix, Status
from ohif_setup.checks.look import Look
from ohif_setup.checks.redirect_uri import CONFIRMED, UNKNOWN_CLIENT
from ohif_setup.network.authorize import AuthorizeProbe
from ohif_setup.network.sign_in import SignIn

ID = "client-known"


@dataclass(frozen=True)
class Seen:
    """The sign-in, and the answers of the authorize endpoint."""

    sign_in: SignIn | None
    probes: tuple[AuthorizeProbe, ...]


def look(site: Look) -> Seen:
    """Nothing of its own: what the sign-in and the redirect probes showed."""
    return Seen(site.sign_in(), site.redirect_probes())


def judge(answers: Answers, seen: Seen) -> Sequence[Finding]:
    """A refusal by the sign-in fails; one that only the authorize page showed is a hint, so it warns."""
    client = answers.sign_in.client_id
    signed = seen.sign_in if seen.sign_in and seen.sign_in.client_id in ("", client) else None
    if signed and signed.reason == "refused" and UNKNOWN_CLIENT & set(aadsts.codes_in(signed.description)):
        return [_unknown(client, "fail", signed.description)]
    pages = [probe for probe in seen.probes if UNKNOWN_CLIENT & set(aadsts.codes_in(probe.page))]
    if pages:
        return [_unknown(client, "warn", "")]
    if signed and signed.method != "none" and (signed.token or signed.reason == "refused"):
        return [Finding(ID, client, "pass", client)]
    if any(probe.returned and probe.error in CONFIRMED for probe in seen.probes):
        return [Finding(ID, client, "pass", client)]
    return [Finding(ID, client, "skipped", "skipped: only a sign-in with this client ID can show it")]


def _unknown(client: str, status: Status, description: str) -> Finding:
    row = aadsts.lookup(700016)
    assert row is not None
    return Finding(
        ID,
        client,
        status,
        "the tenant does not know this client ID",
        symptom="the sign-in page shows AADSTS700016: application was not found in the directory",
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
        evidence={"aadsts": [700016], "correlation_id": aadsts.correlation_id(description)},
    )


CHECK = Check(ID, 30, "Does the tenant know the client ID?", look, judge, needs=("tenant-exists",))
