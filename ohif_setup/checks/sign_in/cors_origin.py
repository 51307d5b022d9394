"""What it means that a page may not read an answer of the identity provider."""

from __future__ import annotations

from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.browser.console import Api, console_message
from ohif_setup.browser.cors import judge_answer
from ohif_setup.browser.values import ScriptRequest
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.trouble_words import from_status, from_trouble
from ohif_setup.network.wire.exchange import Exchange, evidence
from ohif_setup.providers import provider_of


def origin_refused(
    check: str, sign_in: SignIn, origin: str, exchange: Exchange, *, what: str, symptom: str, words: str = ""
) -> Finding | None:
    """The fault of an answer that a page of `origin` gets; None if it may read it. `words` are the provider's, if it said any."""
    if exchange.received is None:
        return from_trouble(check, origin, exchange, symptom)
    # A gateway's own error usually has no CORS headers; reported as a CORS fault it would send people to the wrong setting.
    busy = from_status(check, origin, exchange, symptom)
    if busy:
        return busy
    verdict = judge_answer(origin, exchange.received)
    if verdict.allowed:
        return None
    request = ScriptRequest(exchange.sent.method, exchange.sent.url)
    # OHIF's client for the code flow uses fetch, the one for the implicit flow XMLHttpRequest (measured).
    api: Api = "fetch" if sign_in.flow == "code" else "XMLHttpRequest"
    cause = verdict.reason
    if words:
        cause += f". The provider says: {words}"
    return finding_of(
        check,
        origin,
        Fault(
            "sign-in-origin",
            f"{origin} may not read {what}",
            f'{symptom}; the browser says "{console_message(verdict, request, origin, api)}"',
            cause,
            _allow(sign_in, origin, post=request.method == "POST"),
        ),
        evidence(exchange),
    )


def _allow(sign_in: SignIn, origin: str, *, post: bool) -> tuple[Fix, ...]:
    provider = provider_of(sign_in)
    console = provider.console.of(sign_in.client_id)
    lost = Fix("Answers", "check sign_in.authority, and whether a proxy in between takes CORS headers away")
    if not console.origins or not provider.refusal_tells:
        return (lost,)
    add = Fix(console.name, f"{console.origins}: add {origin}")
    # Most providers let every page read what is got by GET, so there something in between is the likelier cause.
    return (add,) if post else (lost, add)
