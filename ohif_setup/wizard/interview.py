"""The questions of `init`, asked one after the other; what the network says to an answer is shown at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from ohif_setup.answers.questions import QUESTIONS, Question, check_answer, understood
from ohif_setup.answers.services import default_authority
from ohif_setup.checks.tenant_exists import tenant_of
from ohif_setup.checks.trouble_words import explain_trouble
from ohif_setup.network.discovery import discover
from ohif_setup.network.exchange import Exchange
from ohif_setup.network.http import Http
from ohif_setup.report.text import printable
from ohif_setup.servers.recognise import recognise
from ohif_setup.viewer.requests import JSON
from ohif_setup.wizard.prompts import ask_choice, ask_text, ask_yes, say

TRUSTED = "(the tenant that the service trusts)"
"""The key, which is none of an answer, under which what the service said is kept beside the defaults."""

FLOWS = {
    "code": "code: authorization code with PKCE (recommended)",
    "implicit": "implicit: only where the registration cannot be changed",
}


def interview(http: Http, last: Mapping[str, str], given: Mapping[str, str]) -> dict[str, object]:
    """Asks what was not given. `last` holds earlier answers as text, by dotted key, for defaults; `given` those that a flag or
    a variable already set, which are not asked. Returns the checked answers by dotted key; None where a service is not wanted.

    Raises KeyboardInterrupt when the person leaves.
    """
    answers: dict[str, object] = {}
    defaults = dict(last)
    given = dict(given)
    authority = given.get("sign_in.authority") or last.get("sign_in.authority", "")
    for question in QUESTIONS:
        key = question.key
        while True:
            if key in given:
                text = given[key]
                print(f"\n{question.prompt}: {printable(text)}")
            else:
                text = _ask(question, defaults.get(key, question.default or ""), answers)
            answers[key] = check_answer(key, text, answers)
            meant = understood(key, text, answers[key])
            if meant:
                say(f"→ {printable(meant)}")
            if key == "sign_in.tenant_id" and authority:
                # Another tenant at the same identity provider: its address stays, the tenant in it changes.
                authority = authority.replace(last.get(key, ""), str(answers[key])) if last.get(key) else authority
            if _seen_to_fit(http, key, answers, defaults, authority):
                break
            defaults[key] = text
            given.pop(key, None)
    return answers | ({"sign_in.authority": authority} if authority else {})


def _ask(question: Question, default: str, answers: Mapping[str, object]) -> str:
    if question.choices == ("yes", "no"):
        return "yes" if ask_yes(question.prompt, default=default in ("yes", "true"), hint=question.hint) else "no"
    if question.choices and (default in question.choices or not question.open_choices):
        choices = [(FLOWS.get(choice, choice), choice) for choice in question.choices]
        if default not in question.choices:
            say(f"! {printable(default)} is none of the choices")
            default = question.default or question.choices[0]
        return ask_choice(question.prompt, question.hint, choices, default)
    prompt = f"{question.prompt}{' (Enter for none)' if question.optional and not default else ''}:"
    return ask_text(prompt, question.hint, default, partial(_wrong, question.key, answers))


def _wrong(key: str, answers: Mapping[str, object], text: str) -> str | None:
    try:
        check_answer(key, text, answers)
    except ValueError as error:
        return str(error)
    return None


def _seen_to_fit(http: Http, key: str, answers: dict[str, object], defaults: dict[str, str], authority: str) -> bool:
    """Looks at what an answer names. False when the person would rather answer again."""
    if key == "server.url":
        return _look_at_service(http, str(answers[key]), defaults)
    if key == "sign_in.tenant_id":
        usual = default_authority(str(answers["server.url"]), str(answers[key]))
        return _look_at_tenant(http, answers, authority or usual, defaults.get(TRUSTED, ""))
    if key == "fhir.url" and answers[key]:
        exchange = http.send("GET", f"{answers[key]}/metadata", (("Accept", "application/fhir+json"),))
        if exchange.received is None:
            return _trouble(exchange)
        say(f"✓ the FHIR service answers ({exchange.received.status})")
    return True


def _look_at_service(http: Http, url: str, defaults: dict[str, str]) -> bool:
    exchange = http.send("GET", f"{url}/studies?limit=1", (("Accept", JSON),))
    if exchange.received is None:
        return _trouble(exchange)
    found = recognise(exchange.received)
    if found.tenant_id:
        defaults["sign_in.tenant_id"] = defaults[TRUSTED] = found.tenant_id
        say(f"✓ {found.name}; it trusts the tenant {found.tenant_id}", rest=4)
        return True
    say(f"{'✓' if found.fits else '!'} {found.name} ({exchange.received.status})", rest=4)
    return found.fits or ask_yes("Use this address all the same?", default=False)


def _look_at_tenant(http: Http, answers: dict[str, object], authority: str, trusted: str) -> bool:
    typed = str(answers["sign_in.tenant_id"])
    found = discover(http, authority)
    tenant_id = tenant_of(found)
    if not tenant_id:
        if found.exchange.received is None:
            return _trouble(found.exchange, of_url=False)
        first_line = found.description.splitlines()[0] if found.description else f"status {found.exchange.status}"
        say(f"! the identity provider does not know this tenant: {printable(first_line)}", rest=4)
        return ask_yes("Use this tenant all the same?", default=False)
    if "." not in typed and typed != tenant_id:
        say(f"! this identity provider answers for the tenant {tenant_id}, you typed {typed}", rest=4)
        return ask_yes("Use this tenant all the same?", default=False)
    if trusted and tenant_id != trusted:
        say(f"! the DICOM service trusts the tenant {trusted} only; with another one every request gets 401", rest=4)
        return ask_yes("Use this tenant all the same?", default=False)
    known = "" if typed == tenant_id else f"; its ID is {tenant_id}"
    say(f"✓ the identity provider knows this tenant{known}", rest=4)
    answers["sign_in.tenant_id"] = tenant_id
    return True


def _trouble(exchange: Exchange, *, of_url: bool = True) -> bool:
    """Shows why no answer came. True to go on all the same. `of_url`: the person typed the address that failed."""
    title, cause, fixes = explain_trouble(exchange)
    say(f"! {title}", rest=4)
    say(cause, first=4, rest=4)
    for fix in fixes:
        if of_url or fix.where != "Address":
            say(f"{fix.where}: {fix.text}", first=4, rest=4)
    return ask_yes("Go on with this answer all the same?", default=False)
