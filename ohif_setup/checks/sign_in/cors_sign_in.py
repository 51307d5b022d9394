"""Does the identity provider's CORS policy allow the viewer's page to read what it fetches?

The token endpoint is left out: Entra ID sends CORS headers there only for a code whose redirect URI is registered as a Single-page
application, and there is no such code without a person.
"""

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
from ohif_setup.checks.sign_in.who_signs_in import no_sign_in
from ohif_setup.checks.trouble_words import from_status, from_trouble
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.wire.exchange import Exchange, evidence
from ohif_setup.network.wire.parallel import side_by_side

ID = "cors-sign-in"
SYMPTOM = "the viewer stays blank, and no sign-in page appears"
KEYS_SYMPTOM = "the sign-in succeeds, then the viewer rejects the answer and starts over"


@dataclass(frozen=True)
class ByOrigin:
    """What a page of `origin` gets: the discovery document, and in the implicit flow the provider's keys.

    OHIF's client for the implicit flow (oidc-client 1.11) verifies the ID token with the keys. The one for the code flow
    (oidc-client-ts) never fetches them (measured).
    """

    origin: str
    discovery: Discovery
    keys: Exchange | None = None


@dataclass(frozen=True)
class SignInCorsObservations:
    """The discovery document as this tool gets it, and as a page of each viewer origin gets it."""

    plain: Discovery
    by_origin: tuple[ByOrigin, ...]


def look(site: Look) -> SignInCorsObservations | None:
    """One GET with `Origin` for each viewer origin, two in the implicit flow. None for a site without a sign-in."""
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
        return [no_sign_in(ID)]
    # If there is no document even without an `Origin`, CORS is not the fault.
    if seen.plain.exchange.received is None or not seen.plain.ok:
        return [
            skipped(ID, page.origin, "no discovery document to read", see=("tenant-exists", "tls"))
            for page in seen.by_origin
        ]
    return [_finding(page, implicit=answers.sign_in.flow == "implicit") for page in seen.by_origin]


def _finding(seen: ByOrigin, *, implicit: bool) -> Finding:
    refused = _refused(seen.origin, seen.discovery.exchange, "the discovery document", SYMPTOM)
    if refused is None and not seen.discovery.ok:
        refused = _differs(seen)
    note = "only a browser can test the token endpoint"
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
    # A gateway's own error usually has no CORS headers; reported as a CORS fault it would send people to the wrong setting.
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
                Fix(
                    "Answers",
                    "Entra ID allows every origin: check sign_in.authority, and whether a proxy is in between",
                ),
                Fix("Provider", f"any other provider: allow the origin {origin} (Keycloak: the client's Web origins)"),
            ),
        ),
        evidence(exchange),
    )


def _differs(seen: ByOrigin) -> Finding:
    status = seen.discovery.exchange.status
    return finding_of(
        ID,
        seen.origin,
        Fault(
            "",
            f"the identity provider gives {seen.origin} a different answer ({status})",
            SYMPTOM,
            "A request without an Origin header gets the discovery document, one with it does not: something in front of the "
            "provider, such as a web application firewall, treats requests from other origins differently.",
            (Fix("Provider", f"allow GET requests with Origin: {seen.origin} for the discovery document"),),
        ),
        evidence(seen.discovery.exchange),
    )


def _no_keys(origin: str) -> Finding:
    return finding_of(
        ID,
        origin,
        Fault(
            "",
            "the discovery document does not name the keys (jwks_uri)",
            KEYS_SYMPTOM,
            "In the implicit flow OHIF verifies the ID token with the provider's keys, and cannot find them.",
            (Fix("Answers", 'sign_in.flow = "code", which does not need the keys'),),
        ),
    )


CHECK = Check(
    ID,
    90,
    "Does the identity provider allow requests from the viewer's origin?",
    look,
    judge,
    needs=("tenant-exists", "tls"),
    proves="the sign-in's CORS",
)
