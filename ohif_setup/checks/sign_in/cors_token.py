"""What keeps a page from getting a token, by the token endpoint's answer to a made-up code."""

from __future__ import annotations

import re

from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.browser.cors import judge_answer
from ohif_setup.checks.fault import Fault, Severity, finding_of
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.front_login import behind_login, front_login
from ohif_setup.checks.sign_in.cors_origin import origin_refused
from ohif_setup.checks.sign_in.provider_said import named_fix, said
from ohif_setup.checks.trouble_words import from_status, from_trouble
from ohif_setup.network.look.token_endpoint import TokenProbe
from ohif_setup.network.wire.exchange import evidence
from ohif_setup.providers import provider_of

# Measured with OHIF 3.13.2 in Chromium.
SYMPTOM = 'people sign in, and back at /callback the viewer says "Something went wrong" and "Error (404)"'

# Some providers name the origin that they do not let in, in an answer that the page cannot read.
_NAMES_ORIGIN = re.compile(r"\borigins?\b|\bCORS\b", re.IGNORECASE)


def token_refused(check: str, sign_in: SignIn, token: TokenProbe) -> Finding | None:
    """The fault of that answer; None if a page of its origin would get a token for a good code."""
    origin, exchange = token.origin, token.exchange
    if exchange.received is None:
        return from_trouble(check, origin, exchange, SYMPTOM)
    if token.refused_client:
        # Some providers let every page read that refusal, others none: it says nothing about the origin.
        return skipped(check, origin, "the provider does not let the client in", see=("client-known", "redirect-uri"))
    if not token.error and not token.accepted:
        return _somebody_else(check, token)
    words = said(token.error, token.description)
    readable = judge_answer(origin, exchange.received).allowed
    if token.accepted or (not readable and _NAMES_ORIGIN.search(token.description)):
        what = "the token endpoint's answer"
        if token.accepted:
            words += " (the code was made up)"
        return origin_refused(check, sign_in, origin, exchange, what=what, symptom=SYMPTOM, words=words)
    console = provider_of(sign_in).console.of(sign_in.client_id)
    return from_status(check, origin, exchange, SYMPTOM) or finding_of(
        check,
        origin,
        Fault(
            "",
            f"the token endpoint refuses the viewer's request: {words}",
            SYMPTOM,
            "It was asked as the viewer asks it, but for the code, which is made up. The answer for that is invalid_grant, not "
            f"{words}. (Seen without a sign-in, so this is a strong hint, not proof.)",
            named_fix(sign_in, token.description) or (Fix(console.name, console.public),),
            "warn",
        ),
        evidence(exchange),
    )


def _somebody_else(check: str, token: TokenProbe) -> Finding:
    """For an answer that is none of a token endpoint."""
    exchange = token.exchange
    url, status = exchange.sent.url, exchange.status
    login = front_login(exchange)
    if login:
        return behind_login(check, token.origin, exchange, login, where=url)
    # Where nothing is at all, a good code finds nothing either. Anything else may be about the made-up one.
    severity: Severity = "fail" if status in (404, 405) else "warn"
    return from_status(check, token.origin, exchange, SYMPTOM) or finding_of(
        check,
        token.origin,
        Fault(
            "",
            f"the token endpoint does not answer as one ({status})",
            SYMPTOM,
            f"The discovery document names {url} as token_endpoint. A refusal as JSON was expected from there, and something "
            "else came: something in front of the provider may answer instead of it.",
            (Fix("Proxy", f"let POST requests to {url} through to the provider"),),
            severity,
        ),
        evidence(exchange),
    )
