"""Does the identity provider's CORS policy allow the viewer's page to read what it fetches?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.checks.check import Check
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.look import Look
from ohif_setup.checks.sign_in.cors_origin import origin_refused
from ohif_setup.checks.sign_in.cors_token import token_refused
from ohif_setup.checks.sign_in.who_signs_in import no_sign_in
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.look.token_endpoint import TokenProbe
from ohif_setup.network.wire.exchange import Exchange, evidence
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.providers import provider_of

ID = "cors-sign-in"
SYMPTOM = "the viewer stays blank, and no sign-in page appears"
KEYS_SYMPTOM = "the sign-in succeeds, then the viewer rejects the answer and starts over"


@dataclass(frozen=True)
class ByOrigin:
    """What a page of `origin` gets: the discovery document, in the implicit flow the provider's keys, in the code flow the token
    endpoint's refusal of a made-up code, which is None if it was not asked.

    OHIF's client for the implicit flow (oidc-client 1.11) verifies the ID token with the keys. The one for the code flow
    (oidc-client-ts) never fetches them (measured).
    """

    origin: str
    discovery: Discovery
    keys: Exchange | None = None
    token: TokenProbe | None = None


@dataclass(frozen=True)
class SignInCorsObservations:
    """The discovery document as this tool gets it, and as a page of each viewer origin gets it."""

    plain: Discovery
    by_origin: tuple[ByOrigin, ...]


def look(site: Look) -> SignInCorsObservations | None:
    """A GET and a POST with `Origin` for each viewer origin, two GETs in the implicit flow. None for a site without a sign-in."""
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
    token = next((token for token in site.token_probes() if token.origin == origin), None)
    return ByOrigin(origin, site.discovery_from(origin), keys, token)


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
    return [_finding(answers.sign_in, page) for page in seen.by_origin]


def _finding(sign_in: SignIn, seen: ByOrigin) -> Finding:
    exchange = seen.discovery.exchange
    refused = origin_refused(ID, sign_in, seen.origin, exchange, what="the discovery document", symptom=SYMPTOM)
    if refused is None and not seen.discovery.ok:
        refused = _differs(seen)
    if refused:
        return refused
    if sign_in.flow == "implicit":
        return _keys_refused(sign_in, seen) or _passed(seen, "discovery document and keys")
    if seen.token is None or not provider_of(sign_in).judging().refusal_tells(seen.token):
        unseen = "the token endpoint: only a sign-in in the viewer shows its answer"
        return _passed(seen, "only a browser can test the token endpoint", unseen)
    return token_refused(ID, sign_in, seen.token) or _passed(seen, "discovery document and token endpoint")


def _passed(seen: ByOrigin, note: str, unseen: str = "") -> Finding:
    title = f"{seen.origin}  ({note})"
    return Finding(ID, seen.origin, "pass", title, evidence=evidence(seen.discovery.exchange), unseen=unseen)


def _keys_refused(sign_in: SignIn, seen: ByOrigin) -> Finding | None:
    if seen.keys is None:
        return _no_keys(seen.origin)
    return origin_refused(ID, sign_in, seen.origin, seen.keys, what="the keys (jwks_uri)", symptom=KEYS_SYMPTOM)


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
    needs=("tenant-exists", "tls", "client-known", "redirect-uri"),
    proves="the sign-in's CORS",
)
