"""Does the tenant exist at that identity provider, and is the provider authoritative for it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.checks.check import Check
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.front_login import behind_login, front_login
from ohif_setup.checks.look import Look
from ohif_setup.checks.sign_in.provider_fault import SYMPTOM
from ohif_setup.checks.sign_in.who_signs_in import no_sign_in
from ohif_setup.checks.trouble_words import from_status, from_trouble, is_tls, named_by_tls
from ohif_setup.network.look.challenge import Challenge
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.providers import provider_of

ID = "tenant-exists"
SKEW_LIMIT = 300
"""Clock skew in seconds that identity providers and services tolerate: about five minutes."""


@dataclass(frozen=True)
class TenantObservations:
    """The discovery document, the challenge of the service with its tenant, and the certificates if TLS failed."""

    discovery: Discovery
    challenge: Challenge | None
    certificates: tuple[Certificate, ...] = ()


def look(site: Look) -> TenantObservations | None:
    """Two GETs, both without a token; None for a site without a sign-in."""
    if site.answers.sign_in is None:
        return None
    discovery = site.discovery()
    # Needed only to know whether the check `tls` has a finding to point to.
    certificates = site.certificates() if is_tls(discovery.exchange) else ()
    return TenantObservations(discovery, site.challenge(), certificates)


def judge(answers: Answers, seen: TenantObservations | None) -> Sequence[Finding]:
    """One finding for the tenant (or the provider, if it has no tenants), and one more if the clock is wrong."""
    if seen is None or answers.sign_in is None:
        return [no_sign_in(ID)]
    sign_in = answers.sign_in
    provider = provider_of(sign_in)
    judging, subject = provider.judging(), provider.subject(sign_in)
    discovery = seen.discovery
    # The order matters: what prevents an answer comes first, then answers that say nothing, then the document itself.
    # Entra ID is never behind a login of the site, so there a sign-in page is a fault of the network (`from_status`).
    login = front_login(discovery.exchange) if provider.before else ""
    if login:
        return [behind_login(ID, subject, discovery.exchange, login)]
    if named_by_tls(discovery.exchange, seen.certificates):
        return [skipped(ID, subject, "no secure connection", see=("tls",))]
    if discovery.exchange.received is None:
        return [from_trouble(ID, subject, discovery.exchange, SYMPTOM)]
    # A busy provider returns JSON errors too, so the status is judged before the document.
    wrong = from_status(ID, subject, discovery.exchange, SYMPTOM)
    wrong = wrong or judging.discovery(ID, answers, sign_in, discovery, seen.challenge)
    skew = _skew(discovery)
    issuer = {"issuer": discovery.endpoint("issuer")}
    found = wrong or Finding(ID, subject, "pass", judging.passed(sign_in, discovery), evidence=issuer)
    return [found, skew] if skew else [found]


def _skew(discovery: Discovery) -> Finding | None:
    skew = discovery.clock_skew
    if skew is None or abs(skew) <= SKEW_LIMIT:
        return None
    minutes, direction = round(abs(skew) / 60), "behind"
    if skew > 0:
        direction = "ahead"
    return finding_of(
        ID,
        "clock",
        Fault(
            "",
            f"this machine's clock is {minutes} minutes {direction}",
            "signing in from this machine fails because tokens seem expired or not yet valid",
            f"The identity provider's Date header and this machine's clock differ by {minutes} minutes; about 5 are tolerated.",
            (Fix("This machine", "set the clock: timedatectl set-ntp true (Windows: w32tm /resync)"),),
            "warn",
        ),
        {"clock_skew_seconds": round(skew)},
    )


CHECK = Check(
    ID,
    20,
    "Does the tenant exist, and is the identity provider authoritative for it?",
    look,
    judge,
    needs=("tls",),
    proves="the tenant",
)
