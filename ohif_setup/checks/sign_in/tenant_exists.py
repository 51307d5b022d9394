"""Does the tenant exist at that identity provider, and does the provider speak for it?"""

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
from ohif_setup.checks.sign_in.who_signs_in import nobody
from ohif_setup.checks.trouble_words import from_status, from_trouble, is_tls, named_by_tls
from ohif_setup.network.look.challenge import Challenge
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.providers import provider_of

ID = "tenant-exists"
SKEW_LIMIT = 300
"""Seconds that clocks may differ: identity providers and services tolerate about five minutes."""


@dataclass(frozen=True)
class TenantObservations:
    """The discovery document, the tenant that the service's own challenge names, and the certificates where TLS failed."""

    discovery: Discovery
    challenge: Challenge | None
    certificates: tuple[Certificate, ...] = ()


def look(site: Look) -> TenantObservations | None:
    """Two GETs, both without a token; None where nobody signs in."""
    if site.answers.sign_in is None:
        return None
    discovery = site.discovery()
    certificates = site.certificates() if is_tls(discovery.exchange) else ()
    return TenantObservations(discovery, site.challenge(), certificates)


def judge(answers: Answers, seen: TenantObservations | None) -> Sequence[Finding]:
    """One finding for the tenant, or for the provider without one, and one more for a clock that is off."""
    if seen is None or answers.sign_in is None:
        return [nobody(ID)]
    sign_in = answers.sign_in
    provider = provider_of(sign_in)
    judging, subject = provider.judging(), provider.subject(sign_in)
    discovery = seen.discovery
    login = front_login(discovery.exchange) if provider.before else ""
    if login:
        return [behind_login(ID, subject, discovery.exchange, login)]
    if named_by_tls(discovery.exchange, seen.certificates):
        return [skipped(ID, subject, "no secure connection", see=("tls",))]
    if discovery.exchange.received is None:
        return [from_trouble(ID, subject, discovery.exchange, SYMPTOM)]
    # A busy provider speaks in errors too, so the status comes first.
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
            "sign-in from this machine fails with expired or not yet valid tokens, for no visible reason",
            f"The identity provider's Date and this machine's clock differ by {minutes} minutes; about 5 are tolerated.",
            (Fix("This machine", "set the clock: timedatectl set-ntp true (Windows: w32tm /resync)"),),
            "warn",
        ),
        {"clock_skew_seconds": round(skew)},
    )


CHECK = Check(
    ID, 20, "Does the tenant exist, and does its identity provider speak for it?", look, judge, needs=("tls",)
)
