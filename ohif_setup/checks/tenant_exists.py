"""Does the tenant exist at that identity provider, and does the provider speak for it?"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables import SignIn
from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks import aadsts, oidc_issuer
from ohif_setup.checks.check import Check
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.front_login import behind_login, front_login
from ohif_setup.checks.look import Look
from ohif_setup.checks.trouble_words import from_status, from_trouble, is_tls, named_by_tls, short
from ohif_setup.checks.who_signs_in import nobody
from ohif_setup.network.certificate import Certificate
from ohif_setup.network.challenge import Challenge
from ohif_setup.network.discovery import Discovery
from ohif_setup.network.exchange import evidence
from ohif_setup.network.origin import is_same_origin

ID = "tenant-exists"
SYMPTOM = "the viewer stays blank, or the sign-in page shows an error, before any name can be typed"
SKEW_LIMIT = 300
"""Seconds that clocks may differ: identity providers and services tolerate about five minutes."""

_TENANT = re.compile(r"/([0-9a-fA-F-]{36})/")


@dataclass(frozen=True)
class Seen:
    """The discovery document, the tenant that the service's own challenge names, and the certificates where TLS failed."""

    discovery: Discovery
    challenge: Challenge | None
    certificates: tuple[Certificate, ...] = ()


def look(site: Look) -> Seen | None:
    """Two GETs, both without a token; None where nobody signs in."""
    if site.answers.sign_in is None:
        return None
    discovery = site.discovery()
    return Seen(discovery, site.challenge(), site.certificates() if is_tls(discovery.exchange) else ())


def tenant_of(discovery: Discovery) -> str:
    """The tenant's ID that the issuer carries, in lower case; empty when it carries none."""
    found = _TENANT.search(discovery.endpoint("issuer") + "/")
    return found.group(1).lower() if found else ""


def judge(answers: Answers, seen: Seen | None) -> Sequence[Finding]:
    """One finding for the tenant (outside of Entra ID: for the provider), one more for a clock that is off."""
    if seen is None or answers.sign_in is None:
        return [nobody(ID)]
    sign_in = answers.sign_in
    subject = _subject(sign_in)
    discovery = seen.discovery
    login = "" if sign_in.is_entra else front_login(discovery.exchange)
    if login:
        return [behind_login(ID, subject, discovery.exchange, login)]
    if named_by_tls(discovery.exchange, seen.certificates):
        return [skipped(ID, subject, "no secure connection", see=("tls",))]
    if discovery.exchange.received is None:
        return [from_trouble(ID, subject, discovery.exchange, SYMPTOM)]
    # A busy provider speaks in errors too, so the status comes first.
    wrong = from_status(ID, subject, discovery.exchange, SYMPTOM)
    if sign_in.is_entra:
        wrong = wrong or _refused(answers, sign_in, seen) or _odd(answers, sign_in, discovery)
    else:
        wrong = wrong or oidc_issuer.odd(ID, sign_in, discovery)
    skew = _skew(discovery)
    if wrong:
        return [wrong, skew] if skew else [wrong]
    if not sign_in.is_entra:
        issuer = discovery.endpoint("issuer")
        passed = Finding(ID, subject, "pass", subject, evidence={"issuer": issuer})
        return [passed, skew] if skew else [passed]
    name = "" if subject == tenant_of(discovery) else f"{subject} is "
    passed = Finding(
        ID, subject, "pass", f"{name}{tenant_of(discovery)}", evidence={"issuer": discovery.endpoint("issuer")}
    )
    return [passed, skew] if skew else [passed]


def _subject(sign_in: SignIn) -> str:
    return sign_in.tenant_id if sign_in.is_entra else sign_in.authority


def _refused(answers: Answers, sign_in: SignIn, seen: Seen) -> Finding | None:
    discovery = seen.discovery
    if not discovery.error:
        return None
    fix = [Fix("Portal", "Microsoft Entra ID › Overview: copy the Tenant ID (not an application's or an object's ID)")]
    named = seen.challenge.tenant_id if seen.challenge else ""
    if named and named != sign_in.tenant_id:
        fix.insert(
            0,
            Fix("Answers", f"the DICOM service trusts the tenant {named}; to try it: {_try(answers, sign_in, named)}"),
        )
    fix += [Fix("Code", f"ohif-setup explain AADSTS{code}") for code in aadsts.codes_in(discovery.description)[:1]]
    return Finding(
        ID,
        sign_in.tenant_id,
        "fail",
        "the identity provider does not know this tenant",
        symptom=SYMPTOM,
        cause=f"{parts_of(sign_in.authority).host} answers {short(discovery.error, 60)}: "
        f"{short(re.split('Trace ID:', discovery.description)[0], 400) or 'without a reason'}",
        fix=tuple(fix),
        evidence=evidence(discovery.exchange)
        | {"error": short(discovery.error), "correlation_id": aadsts.correlation_id(discovery.description)},
    )


def _try(answers: Answers, sign_in: SignIn, tenant_id: str) -> str:
    """A check with another tenant, at the same identity provider. What passes goes into the answers file."""
    sets = [f"sign_in.tenant_id={tenant_id}"]
    if sign_in.authority != answers.default_authority:
        sets.append(f"sign_in.authority={sign_in.authority.replace(sign_in.tenant_id, tenant_id)}")
    options = " ".join(f"--set {shlex.quote(one)}" for one in sets)
    return f"ohif-setup check {options}   (if it passes, write that into the answers file and run generate)"


def _odd(answers: Answers, sign_in: SignIn, discovery: Discovery) -> Finding | None:
    subject = sign_in.tenant_id
    named = short(discovery.endpoint("issuer")) or "(none)"

    def fail(title: str, cause: str, *fix: Fix) -> Finding:
        shown = evidence(discovery.exchange) | {"issuer": named}
        return Finding(ID, subject, "fail", title, symptom=SYMPTOM, cause=cause, fix=fix, evidence=shown)

    authority = Fix("Answers", "correct sign_in.authority, or remove it: the default follows from the tenant")
    if sign_in.authority == answers.default_authority:
        host = parts_of(sign_in.authority).host
        authority = Fix("Network", f"open https://{host} in a browser: something on the way answers in its place")
    if not discovery.ok:
        return fail(
            "that address is not an identity provider",
            f"An OpenID Connect discovery document was expected; status {discovery.exchange.status} came with something else.",
            authority,
        )
    if not is_same_origin(sign_in.authority, discovery.endpoint("issuer")):
        return fail(
            "the identity provider speaks for another host",
            f"The document names the issuer {named}, which is not on the authority's own host. Something in between may have "
            "changed it.",
            authority,
        )
    if discovery.elsewhere:
        name = discovery.elsewhere[0]
        why = dict(discovery.refused).get(name, "is not on the authority's own host")
        return fail(
            "the identity provider sends sign-ins to another host",
            f"The document names as {name} {short(discovery.endpoint(name))}, which {why}. Names, passwords and secrets would go "
            "there, so nobody is signed in. Something in between may have changed it.",
            authority,
        )
    refused = oidc_issuer.refused_address(ID, subject, discovery)
    if refused:
        return refused
    wanted = sign_in.tenant_id
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
