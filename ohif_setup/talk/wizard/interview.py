"""The questions of `init`, one after the other. Each answer is checked against the network at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from ohif_setup.answers.questions import (
    LOGIN,
    SIGN_IN,
    Question,
    asked,
    check_answer,
    kind_so_far,
    route_so_far,
    understood,
)
from ohif_setup.answers.tables.tables import provider_answered
from ohif_setup.network.look.find import addresses_of
from ohif_setup.network.wire.http import Http
from ohif_setup.paste.showing import shown
from ohif_setup.paste.urls import host_of, is_loopback, is_secure
from ohif_setup.talk.prompts import ask_choice, ask_text, ask_yes, say
from ohif_setup.talk.wizard import looking, words
from ohif_setup.talk.wizard.state import Interview


def interview(http: Http, last: Mapping[str, str], given: Mapping[str, str]) -> dict[str, object]:
    """Asks for the answers that were not given. `last` holds previous answers as text, by dotted key, for defaults; `given` those
    that an option or a variable set, which are not asked for. Returns the checked answers by dotted key, and `server.capabilities`
    as a table. None stands for a service that is not wanted, and for no sign-in (`sign_in`).

    Raises KeyboardInterrupt on Ctrl-C.
    """
    authority = given.get("sign_in.authority") or last.get("sign_in.authority", "")
    state = Interview(http, last, dict(given), authority=authority)
    # Computed again after each answer: which questions apply depends on the answers so far.
    while question := next((question for question in asked(state.answers) if question.key not in state.answers), None):
        _answer(state, question)
        _ask_follow_ups(state, question.key)
    return state.result()


def _answer(state: Interview, question: Question) -> None:
    """Asks one question until the answer is valid and the network confirms it, or the user insists on it."""
    key = question.key
    while True:
        text = _text(state, question)
        # `at_server` answers several keys at once: kind, root and capabilities.
        if key == "server.url":
            # The kind is not known yet, so whether the address is valid is only known once the server was asked.
            state.answers.pop(key, None)
            if looking.at_server(state, text):
                return
        else:
            before = state.last.get(key)
            value = state.answers[key] = check_answer(key, text, state.answers)
            meant = understood(key, text, value)
            if meant:
                say(f"→ {meant}")
            if key == "sign_in.tenant_id" and state.authority and before:
                # Another tenant at the same identity provider: its address stays, the tenant in it changes.
                state.authority = state.authority.replace(before, str(value))
            if _confirmed_by_network(state, key):
                return
            del state.answers[key]
        state.reject(key, text)


def _text(state: Interview, question: Question) -> str:
    """The answer as text that passes the check: the given one, or one that is asked for."""
    key = question.key
    if key in state.given:
        text = state.given[key]
        print(f"\n{question.prompt}: {text}")
        wrong = _wrong(key, state.answers, text)
        if wrong is None:
            return text
        # Valid on its own, as was checked at the start, but not together with the answers given since.
        say(f"✗ {wrong}", rest=4)
        state.reject(key, text)
    return _ask(question, state.default(question), state.answers)


def _ask(question: Question, default: str, answers: Mapping[str, object]) -> str:
    # Two choices and no text: a yes/no prompt instead of a menu.
    if question.choices == ("yes", "no"):
        if ask_yes(question.prompt, default=default in ("yes", "true"), hint=question.hint):
            return "yes"
        return "no"
    # A free text may be the previous answer of a question with open choices: then it is asked as text.
    if question.choices and (default in question.choices or not question.open_choices):
        choices = [(words.title(choice), choice) for choice in question.choices]
        if default not in question.choices:
            say(f"! {default} is not one of the choices")
            default = question.default or question.choices[0]
        return ask_choice(question.prompt, question.hint, choices, default)
    check = partial(_wrong, question.key, answers)
    if wrong := default and check(default):
        say(f"! the previous answer, {shown(default)}, is not valid: {wrong}", rest=4)
        if question.default == default:
            default = ""
        else:
            default = question.default or ""
    # An empty answer to a question with a default means that default, not "none".
    none = ""
    if question.optional and not question.default and question.key not in words.NEEDED:
        none = "none"
    return ask_text(question.prompt, _hint(question), default, check, none=none)


def _hint(question: Question) -> str:
    if question.key == "server.url":
        return f"{question.hint} {words.server_hint()}"
    return words.NEEDED.get(question.key, question.hint)


def _wrong(key: str, answers: Mapping[str, object], text: str) -> str | None:
    if key in words.NEEDED and not text.strip():
        return f"An answer is needed. {words.NEEDED[key]}"
    try:
        if key == "server.url" and text.strip():
            addresses_of(text)
        else:
            check_answer(key, text, answers)
    except ValueError as error:
        if key == "server.url" and text.strip():
            return f"This {error}."
        return str(error)
    return None


def _confirmed_by_network(state: Interview, key: str) -> bool:
    """Checks an answer against the network. False when the user wants to answer again."""
    if key == "sign_in.tenant_id":
        return looking.at_tenant(state)
    if key == "sign_in.authority":
        return looking.at_provider(state)
    if key == "fhir.url" and state.answers[key]:
        return looking.at_fhir(state)
    return True


def _ask_follow_ups(state: Interview, key: str) -> None:
    """Prints advice and asks follow-up questions after an answer; their answers are no keys of the file."""
    kind = kind_so_far(state.answers)
    if key == "server.url" and kind.behind_web_server:
        print()
        for line in words.advice(kind, lets_browsers_in=state.lets_browsers_in):
            say(line)
    elif key == "viewer.url":
        if kind.token is None:
            _ask_who_signs_in(state)
        if route_so_far(state.answers).web_server:
            _ask_login(state)


def _ask_login(state: Interview) -> None:
    """Asks whether the web server logs in to the server for all users, where the server requires a login."""
    kept = "proxy.orthanc_credentials_file"
    given = bool(state.given.get(kept))
    # A login file of a previous run is offered again, even if the server asks for no login now.
    wanted = (state.found is not None and state.found.login == "basic") or bool(state.last.get(kept))
    if not (wanted or given):
        return
    hint = "The server requires a login, which the viewer does not have. The web server can add it from a file that you create."
    state.answers[LOGIN] = given or ask_yes("Should the web server log in for all users?", default=True, hint=hint)


def _ask_who_signs_in(state: Interview) -> None:
    url = str(state.answers["viewer.url"])
    local = is_loopback(host_of(url))
    given = _sign_in(state.given)
    if given:
        state.answers[SIGN_IN] = provider_answered(given).name
    # OIDC in the browser needs Web Crypto (PKCE), which exists on https and on localhost only.
    elif is_secure(url):
        state.answers[SIGN_IN] = _provider(state)
    else:
        state.answers[SIGN_IN] = words.NOBODY
        say("! sign-in is left out, because browsers allow it at https:// addresses and on this machine only", rest=4)
    if not state.answers[SIGN_IN] and not local:
        say(f"! anyone who can reach {url} sees every image without signing in", rest=4)


def _provider(state: Interview) -> str:
    default = words.NOBODY
    answered = _sign_in({key: text for key, text in state.last.items() if text})
    if answered or (state.found and state.found.login == "bearer"):
        default = provider_answered(answered).name
    hint = "The viewer can ask people to sign in."
    if is_loopback(host_of(str(state.answers["viewer.url"]))):
        hint += " On this machine alone it is rarely needed."
    return ask_choice("Where do people sign in?", hint, words.providers(), default)


def _sign_in(answers: Mapping[str, str]) -> dict[str, str]:
    """The answers in `[sign_in]`, by their names there."""
    return {key.partition(".")[2]: text for key, text in answers.items() if key.startswith("sign_in.")}
