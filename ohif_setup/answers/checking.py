"""Checks one answer given as text, together with the other answers, by the rules of the model itself."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pydantic import ValidationError

from ohif_setup.answers.faults import problems_of
from ohif_setup.answers.file.toml import below, listed
from ohif_setup.answers.keys import AnswerKey, key_at
from ohif_setup.answers.model import Answers
from ohif_setup.answers.problems import Problem
from ohif_setup.answers.rules import rules
from ohif_setup.answers.tables.site import VERSION
from ohif_setup.answers.texts import place, value_of_text
from ohif_setup.kinds import KINDS, kind_meant
from ohif_setup.paste.showing import printable
from ohif_setup.providers import PROVIDERS
from ohif_setup.routes import ROUTES

SIGN_IN = "sign_in"
"""The provider that signs people in, by name, if the server needs no token of its own; False or absent: no sign-in."""
LOGIN = "login"
"""True if Orthanc or another DICOMweb server asks the web server for a login."""

# Placeholders for answers that are not given yet. Port 1 of [::1] and the reserved zone .invalid (RFC 2606) cannot be
# the address of a real server, so no rule finds a conflict with a real answer.
_OPEN_VIEWER = "http://[::1]:1"
_OPEN = "not-answered-yet.invalid"


def check_answer(key: str, text: str, others: Mapping[str, object] | None = None) -> Any:
    """The value of an answer given as text, checked and normalised; its default for an empty answer to an optional question.

    `others` are the answers already given, by dotted key, for rules that compare answers; unknown names in it are ignored. `key`
    may belong to one of several servers (`servers.2.url`). Raises ValueError with a sentence to show to the user, and KeyError
    for an unknown key.
    """
    known = _known(key)
    others = others or {}
    if not text.strip():
        if is_needed(key, others):
            raise ValueError(f"An answer is needed. {known.description} For example: {known.example}")
        return known.default
    try:
        given = value_of_text(known, text)
    except ValueError as error:
        raise ValueError(f"This {error}.") from None
    path = tuple(key.split("."))
    # The model validates a whole site, so what is missing around this answer is filled with placeholders.
    raw = _tables(others, but=key)
    place(raw, path, given)
    _fill(raw, but=key)
    try:
        answers = Answers.model_validate(raw)
    except ValidationError as error:
        wrong = _about(key, error)
        if wrong:
            raise ValueError(f"This {wrong.wrong}.") from None
        # The fault is in another answer, so only the rules of this key's own group count here.
        return known.validated(given, _group(raw, path))
    return _value(answers, path)


def is_needed(key: str, others: Mapping[str, object]) -> bool:
    """Whether an answer must not be empty, because of the model or of `others`, which may hold `SIGN_IN` and `LOGIN` too."""
    known = _known(key)
    raw = _tables(others, but=key)
    if key == "proxy.orthanc_credentials_file" and others.get(LOGIN):
        return True
    provider = PROVIDERS.get(str(others.get(SIGN_IN)))
    # Of the two keys that identify a provider (sign_in.tenant_id, sign_in.authority), only the one of the chosen
    # provider is needed.
    if provider and key in (f"sign_in.{each.key}" for each in PROVIDERS.values()):
        return key == f"sign_in.{provider.key}"
    path = tuple(key.split("."))
    if (known.required and not known.group_optional) or path in rules.missing(raw):
        return True
    # Left without this answer on purpose: if the model then complains about the key, it is needed.
    _fill(raw, but=key)
    try:
        Answers.model_validate(raw)
    except ValidationError as error:
        return _about(key, error) is not None
    return False


def understood(key: str, text: str, value: object) -> str:
    """How `check_answer` understood `text`, to show below it; empty if that is exactly what was typed."""
    given = value_of_text(_known(key), text)
    if isinstance(value, tuple) and list(value) != given:
        return printable(", ".join(map(str, value)))
    if isinstance(value, str) and text.strip() and value not in (text, text.strip()):
        return printable(value)
    return ""


def server_urls(text: str) -> dict[str, str]:
    """The kinds of server that accept an answer to `server.url`, each with the address normalised for that kind.

    Only a look at the server itself can tell which kind it is. Raises ValueError with a sentence if no kind accepts it.
    """
    found: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for name, kind in KINDS.items():
        try:
            found[name] = kind.parse_root(text)
        except ValueError as error:
            wrong[name] = str(error)
    # Explain the refusal by the kind whose address it resembles, else by the most general kind, which is last.
    if not any(KINDS[name].addresses.may_be(url) for name, url in found.items()):
        meant = kind_meant(text)
        name = list(wrong)[-1]
        if meant and meant.name in wrong:
            name = meant.name
        raise ValueError(f"This {wrong[name]}.")
    return found


def _known(key: str) -> AnswerKey:
    known = key_at(key)
    if known is None:
        raise KeyError(key)
    return known


def _tables(others: Mapping[str, object], *, but: str) -> dict[str, Any]:
    """Answers by dotted key as the tables of a file, without the answer to `but`."""
    raw: dict[str, Any] = {}
    for key, value in others.items():
        if key_at(key) and key != but and value is not None:
            place(raw, tuple(key.split(".")), listed(value))
    # A server that needs a token decides about the sign-in; the choice of the user counts only without one.
    if SIGN_IN in others and not rules.wanted_providers(raw):
        if others[SIGN_IN]:
            _table(raw, "sign_in")
        else:
            raw.pop("sign_in", None)
    return raw


def _fill(raw: dict[str, Any], *, but: str) -> None:
    """Fills required answers that are still open with placeholders, so that the model can validate the answer to `but`.

    A placeholder must not conflict with any answer, or the user would read about an answer that they did not give."""
    raw.setdefault("version", VERSION)
    server = raw.get("server")
    servers = raw.get("servers") or [server if isinstance(server, dict) else raw.setdefault("server", {})]
    # A different path for each, because two servers behind one web server must not share one.
    for number, server in enumerate(servers):
        if not isinstance(server, dict):
            continue
        server.setdefault("url", _open_url(str(server.get("kind", KINDS.first)), number))
    named = [str(server.get("route")) for server in servers if isinstance(server, dict)]
    routes = [ROUTES[name] for name in named if name in ROUTES]
    # A server that serves the viewer itself does not do so at its root, so the viewer needs a path.
    path = ""
    if any(route.by_server for route in routes):
        path = "/open"
    _table(raw, "viewer").setdefault("url", f"{_OPEN_VIEWER}{path}")
    two_origins = any(route.web_server and not route.same_origin for route in routes)
    # A route with two origins needs a proxy URL, unless it is the one being asked for.
    if two_origins and but != "proxy.url" and "listen" not in _table(raw, "proxy"):
        _table(raw, "proxy").setdefault("url", f"https://proxy.{_OPEN}")
    if any(where[0] == "sign_in" for where in rules.missing(raw)) or "sign_in" in raw:
        sign_in = _table(raw, "sign_in")
        # Any valid provider will do, if none follows from the servers.
        provider = PROVIDERS[next(iter(rules.wanted_providers(raw)), PROVIDERS.first)]
        if not any(each.key in sign_in for each in PROVIDERS.values()):
            sign_in[provider.key] = provider.made_up[provider.key]
        sign_in.setdefault("client_id", provider.made_up["client_id"])
    proxy = raw.get("proxy")
    # A certificate and its key are required together, but asked one after the other.
    if isinstance(proxy, dict) and proxy.get("tls_certificate"):
        proxy.setdefault("tls_key", f"/{_OPEN}.key")
    elif isinstance(proxy, dict) and proxy.get("tls_key"):
        proxy.setdefault("tls_certificate", f"/{_OPEN}.pem")


def _open_url(name: str, number: int) -> str:
    """A placeholder address that is valid for that kind."""
    kind = KINDS.get(name, KINDS[KINDS.last])
    # Some kinds require a path, others forbid one.
    for url in (f"https://{_OPEN}/open-{number}", f"https://{_OPEN}"):
        with suppress(ValueError):
            kind.parse_root(url)
            return url
    return kind.example_url


def _table(raw: dict[str, Any], name: str) -> dict[str, Any]:
    """The table `name` in `raw`; a throwaway table if the value there is not a table."""
    found = raw.setdefault(name, {})
    if not isinstance(found, dict):
        return {}
    return found


def _about(key: str, error: ValidationError) -> Problem | None:
    return next((found for found in problems_of(error, {}) if found.key.partition("[")[0] == key), None)


def _group(raw: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    table: Any = raw
    for part in path[:-1]:
        table = below(table, part)
    return {name: value for name, value in table.items() if name != path[-1]}


def _value(answers: Answers, path: tuple[str, ...]) -> Any:
    if path[0] == "servers":
        # Keys count servers from 1.
        found: Any = answers.servers[int(path[1]) - 1]
        path = path[2:]
    else:
        found = answers
    for part in path:
        found = getattr(found, part)
    return found
