"""Does the tenant exist at that identity provider, and does the provider speak for it?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ohif_setup.answers.model import Answers
from ohif_setup.checks import aadsts
from ohif_setup.checks.check import Check
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.look import Look
from ohif_setup.checks.trouble_words import from_status, from_trouble, is_tls
from ohif_setup.network.challenge import Challenge
from ohif_setup.network.discovery import Discovery
from ohif_setup.network.exchange import evidence

ID = "tenant-exists"
SYMPTOM = "the viewer stays blank, or the sign-in page shows an error, before any name can be typed"
SKEW_LIMIT = 300
"""Seconds that clocks may differ: identity providers and services tolerate about five minutes."""

_TENANT = re.compile(r"/([0-9a-fA-F-]{36})/")


@dataclass(frozen=True)
class Seen:
    """The discovery document, and the tenant that the service's own challenge names."""

    discovery: Discovery
    challenge: Challenge | None


def look(site: Look) -> Seen:
    """Two GETs, both without a token."""
    return Seen(site.discovery(), site.challenge())


def tenant_of(discovery: Discovery) -> str:
    """The tenant's ID that the issuer carries, in lower case; empty when it carries none."""
    found = _TENANT.search(discovery.endpoint("issuer") + "/")
    return found.group(1).lower() if found else ""


def judge(answers: Answers, seen: Seen) -> Sequence[Finding]:
    """One finding for the tenant, one more for a clock that is off."""
    subject = answers.sign_in.tenant_id
    discovery = seen.discovery
    if is_tls(discovery.exchange):
        return [Finding(ID, subject, "skipped", "skipped: no secure connection, see tls")]
    if discovery.exchange.received is None:
        return [from_trouble(ID, subject, discovery.exchange, SYMPTOM)]
    wrong = _refused(answers, seen) or from_status(ID, subject, discovery.exchange, SYMPTOM) or _odd(answers, discovery)
    if wrong:
        return [wrong]
    name = "" if subject == tenant_of(discovery) else f"{subject} is "
    passed = Finding(
        ID, subject, "pass", f"{name}{tenant_of(discovery)}", evidence={"issuer": discovery.endpoint("issuer")}
    )
    skew = _skew(discovery)
    return [passed, skew] if skew else [passed]


def _refused(answers: Answers, seen: Seen) -> Finding | None:
    discovery = seen.discovery
    if not discovery.error:
        return None
    fix = [Fix("Portal", "Microsoft Entra ID › Overview: copy the Tenant ID (not an application's or an object's ID)")]
    named = seen.challenge.tenant_id if seen.challenge else ""
    if named and named != answers.sign_in.tenant_id:
        fix.insert(0, Fix("Answers", f"the DICOM service itself trusts this tenant: sign_in.tenant_id = {named}"))
    for code in aadsts.codes_in(discovery.description):
        row = aadsts.lookup(code)
        if row and "Portal" not in row.fix:
            fix.append(Fix("More", f"ohif-setup explain AADSTS{code}"))
    return Finding(
        ID,
        answers.sign_in.tenant_id,
        "fail",
        "the identity provider does not know this tenant",
        symptom=SYMPTOM,
        cause=f"{urlsplit(answers.sign_in.authority).hostname} answers {discovery.error}: "
        f"{re.split('Trace ID:', discovery.description)[0].strip() or 'without a reason'}",
        fix=tuple(fix),
        evidence=evidence(discovery.exchange)
        | {"error": discovery.error, "correlation_id": aadsts.correlation_id(discovery.description)},
    )


def _odd(answers: Answers, discovery: Discovery) -> Finding | None:
    subject = answers.sign_in.tenant_id

    def fail(title: str, cause: str, *fix: Fix) -> Finding:
        shown = evidence(discovery.exchange) | {"issuer": discovery.endpoint("issuer")}
        return Finding(ID, subject, "fail", title, symptom=SYMPTOM, cause=cause, fix=fix, evidence=shown)

    authority = Fix("Answers", "correct sign_in.authority, or remove it: the default follows from the tenant")
    if not discovery.ok:
        return fail(
            "that address is not an identity provider",
            f"An OpenID Connect discovery document was expected; status {discovery.exchange.status} came with something else.",
            authority,
        )
    issuer = urlsplit(discovery.endpoint("issuer"))
    if issuer.scheme != "https" or issuer.netloc.lower() != urlsplit(answers.sign_in.authority).netloc.lower():
        return fail(
            "the identity provider speaks for another host",
            f"The document names the issuer {discovery.endpoint('issuer') or '(none)'}, which is not on the authority's own "
            "host. Something in between may have changed it.",
            authority,
        )
    wanted = answers.sign_in.tenant_id
    found = tenant_of(discovery)
    if not found or ("." not in wanted and found != wanted):
        return fail(
            "the identity provider answers for another tenant",
            f"The issuer carries the tenant {found or '(none)'}, the answers say {wanted}.",
            Fix("Answers", "sign_in.tenant_id and the tenant in sign_in.authority must be the same"),
        )
    return None


def _skew(discovery: Discovery) -> Finding | None:
    skew = discovery.clock_skew
    if skew is None or abs(skew) <= SKEW_LIMIT:
        return None
    minutes = round(abs(skew) / 60)
    return Finding(
        ID,
        "clock",
        "warn",
        f"this machine's clock is {minutes} minutes {'ahead' if skew > 0 else 'behind'}",
        symptom="sign-in from this machine fails with expired or not yet valid tokens, for no visible reason",
        cause=f"The identity provider's Date and this machine's clock differ by {minutes} minutes; about 5 are tolerated.",
        fix=(Fix("This machine", "set the clock: timedatectl set-ntp true (Windows: w32tm /resync)"),),
        evidence={"clock_skew_seconds": round(skew)},
    )


CHECK = Check(
    ID, 20, "Does the tenant exist, and does its identity provider speak for it?", look, judge, needs=("tls",)
)
