"""Does the identity provider let the viewer's page read what the page fetches from it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ohif_setup.answers.model import Answers
from ohif_setup.browser.console import console_message
from ohif_setup.browser.cors import judge_answer
from ohif_setup.browser.values import ScriptRequest
from ohif_setup.checks.check import Check
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.look import Look
from ohif_setup.checks.sign_in.who_signs_in import nobody
from ohif_setup.checks.trouble_words import from_status, from_trouble
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.wire.exchange import Exchange, evidence
from ohif_setup.network.wire.parallel import side_by_side

ID = "cors-sign-in"
SYMPTOM = "the viewer stays blank, and no sign-in page comes"
KEYS_SYMPTOM = "signing in works, then the viewer refuses the answer and starts over"


@dataclass(frozen=True)
class ByOrigin:
    """What a page of `origin` gets: the discovery document, and in the implicit flow the provider's keys, with which OHIF's client
    for that flow (oidc-client 1.11) checks the ID token."""

    origin: str
    discovery: Discovery
    keys: Exchange | None = None


@dataclass(frozen=True)
class SignInCorsObservations:
    """The discovery document as the tool itself gets it, and as each viewer origin does."""

    plain: Discovery
    by_origin: tuple[ByOrigin, ...]


def look(site: Look) -> SignInCorsObservations | None:
    """One GET with `Origin` for each viewer origin, in the implicit flow two. None where nobody signs in."""
    signs_in = site.answers.sign_in
    if signs_in is None:
        return None
    implicit = signs_in.flow == "implicit"
    origins = site.answers.viewer.origins
    return SignInCorsObservations(
        site.discovery(),
        tuple(side_by_side([partial(_look_from, site, origin, implicit=implicit) for origin in origins])),
    )


def _look_from(site: Look, origin: str, *, implicit: bool) -> ByOrigin:
    keys = site.keys_from(origin) if implicit else None
    return ByOrigin(origin, site.discovery_from(origin), keys)


def judge(answers: Answers, seen: SignInCorsObservations | None) -> Sequence[Finding]:
    """One finding for each viewer origin."""
    if seen is None or answers.sign_in is None:
        return [nobody(ID)]
    if seen.plain.exchange.received is None or not seen.plain.ok:
        return [
            skipped(ID, page.origin, "no discovery document to read", see=("tenant-exists", "tls"))
            for page in seen.by_origin
        ]
    return [_finding(page, implicit=answers.sign_in.flow == "implicit") for page in seen.by_origin]


def _finding(seen: ByOrigin, *, implicit: bool) -> Finding:
    refused = _refused(seen.origin, seen.discovery.exchange, "the discovery document", SYMPTOM)
    if refused is None and not seen.discovery.ok:
        refused = _otherwise(seen)
    note = "its token endpoint, only a browser proves"
    if refused is None and implicit:
        refused = _keys_refused(seen)
        note = "discovery document and keys"
    if refused:
        return refused
    return Finding(ID, seen.origin, "pass", f"{seen.origin}  ({note})", evidence=evidence(seen.discovery.exchange))


def _keys_refused(seen: ByOrigin) -> Finding | None:
    if seen.keys is None:
        return _no_keys(seen.origin)
    return _refused(seen.origin, seen.keys, "the keys (jwks_uri)", KEYS_SYMPTOM)


def _refused(origin: str, exchange: Exchange, what: str, symptom: str) -> Finding | None:
    if exchange.received is None:
        return from_trouble(ID, origin, exchange, symptom)
    busy = from_status(ID, origin, exchange, symptom)
    if busy:
        return busy
    url = exchange.sent.url
    verdict = judge_answer(origin, exchange.received)
    if verdict.allowed:
        return None
    return finding_of(
        ID,
        origin,
        Fault(
            "sign-in-origin",
            f"{origin} may not read {what}",
            f'{symptom}; the browser says "{console_message(verdict, ScriptRequest("GET", url), origin)}"',
            verdict.reason,
            (
                Fix("Answers", "Entra ID lets every origin in: is sign_in.authority right, and is a proxy in between?"),
                Fix("Provider", f"another provider: allow the origin {origin} (Keycloak: the client's Web origins)"),
            ),
        ),
        evidence(exchange),
    )


def _otherwise(seen: ByOrigin) -> Finding:
    status = seen.discovery.exchange.status
    return finding_of(
        ID,
        seen.origin,
        Fault(
            "",
            f"asked from {seen.origin}, the identity provider answers otherwise ({status})",
            SYMPTOM,
            "Without an Origin header the discovery document comes, with one it does not: something in front of the provider, "
            "such as a web application firewall, treats pages of other origins differently.",
            (Fix("Provider", f"let GET requests with Origin: {seen.origin} through to the discovery document"),),
        ),
        evidence(seen.discovery.exchange),
    )


def _no_keys(origin: str) -> Finding:
    return finding_of(
        ID,
        origin,
        Fault(
            "",
            "the discovery document names no keys (jwks_uri)",
            KEYS_SYMPTOM,
            "In the implicit flow OHIF checks the ID token with the provider's keys, and does not know where they are.",
            (Fix("Answers", 'sign_in.flow = "code", which needs no keys'),),
        ),
    )


CHECK = Check(
    ID, 90, "Does the identity provider let the viewer's page in?", look, judge, needs=("tenant-exists", "tls")
)
