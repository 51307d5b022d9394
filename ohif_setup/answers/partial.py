"""Answers before they are validated, whoever gives them: a file, `--set`, the environment, the wizard, an import."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from ohif_setup.answers.faults import problems_of
from ohif_setup.answers.model import Answers
from ohif_setup.answers.problems import SET, AnswersError, Problem, is_newer
from ohif_setup.answers.tables.tables import refused_by
from ohif_setup.kinds import KINDS
from ohif_setup.routes import ROUTES
from ohif_setup.webservers import WEBSERVERS

_FIRST = re.compile(r"\Aservers\.1(?=\.|\Z)|\Aservers\[0\](?=\.|\Z)")


@dataclass(frozen=True)
class PartialAnswers:
    """Answers as the tables of a file, `origins` by dotted key (what set it), and what was wrong with them already. The tables
    may hold anything: they are what somebody wrote."""

    tables: dict[str, Any]
    origins: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def texts(self) -> dict[str, str]:
        """The answers that are single values, as text, by dotted key; of several servers those of the first."""
        found = {}
        if servers := _servers(self.tables):
            found = dict(_texts("server", servers[0]))
        for group, table in self.tables.items():
            if group not in ("ohif", "servers"):
                found |= dict(_texts(group, table))
        return found

    def keys_set_outside(self, file: str) -> set[str]:
        """The keys that something else than the file set, those of the first server as `server.url`."""
        return {first_server(key) for key, origin in self.origins.items() if origin != file}

    def with_version(self) -> PartialAnswers:
        """The same, of this version of the layout where they name none."""
        return self.with_tables({"version": 1, **self.tables})

    def with_tables(self, tables: dict[str, Any]) -> PartialAnswers:
        """Other tables of the same origins."""
        return replace(self, tables=tables)

    def without(self, keys: Collection[str]) -> PartialAnswers:
        """Without these keys of tables, which are there, by dotted name; and without the tables that are empty then."""
        tables = {group: _copied(table) for group, table in self.tables.items()}
        for key in keys:
            group, _, name = key.partition(".")
            tables[group].pop(name)
        return self.with_tables({group: table for group, table in tables.items() if table != {}})

    def merged(self, answered: Mapping[str, object]) -> PartialAnswers:
        """With these answers, by dotted key, and without what they leave no use for: None takes a table or a key away, and
        another kind or route what only the old one had."""
        new: dict[str, Any] = {name: _copied(group) for name, group in self.tables.items()}
        several = _servers(new)
        if several:
            server = new["servers"][0] = dict(several[0])
        else:
            server = new.setdefault("server", {})
        for key, value in answered.items():
            group, _, name = key.partition(".")
            plain = _plain(value)
            if not name:
                new.pop(group, None)
                continue
            table = server if group == "server" else new.setdefault(group, {})
            if plain is None or plain == {}:
                table.pop(name, None)
            else:
                table[name] = plain
        _drop_useless(new, server, answered)
        return self.with_tables({name: group for name, group in new.items() if group != {} or name == "server"})

    def validated(self, *, file: str = "", exists: bool = True) -> Answers:
        """The answers. Raises AnswersError with all that is wrong; `file` is where missing keys would go, and `exists` says
        whether it is there: without it, and without a terminal, the error tells how to begin."""
        problems = list(self.problems)
        try:
            answers = Answers.model_validate(self.tables)
        except ValidationError as error:
            found = problems_of(error, self.origins, file=file)
            if any(map(is_newer, found)):
                problems = []
            problems += found
        else:
            if not problems:
                return answers
        begun = SET in self.origins.values()
        raise AnswersError(problems, where=file, exists=exists, begun=begun)


def first_server(key: str) -> str:
    """`server.url` of `servers.1.url`; every other key as it is."""
    return _FIRST.sub("server", key)


def _drop_useless(new: dict[str, Any], server: dict[str, Any], answered: Mapping[str, object]) -> None:
    if not answered.get("proxy.tls_certificate", "not asked"):
        new.get("proxy", {}).pop("tls_key", None)
    kind = KINDS.get(str(server.get("kind", KINDS.first)), KINDS[KINDS.last])
    for name in refused_by(kind.name):
        server.pop(name, None)
    if kind.behind_web_server:
        _drop_useless_proxy(new, server)
    elif len(_servers(new)) < 2:
        new.pop("proxy", None)
    if kind.token is None and "sign_in.client_id" in answered and "sign_in.tenant_id" not in answered:
        new.get("sign_in", {}).pop("tenant_id", None)
    elsewhere = "server.url" in answered and answered["server.url"] != server.get("url")
    if elsewhere and "server.capabilities" not in answered:
        server.pop("capabilities", None)


def _drop_useless_proxy(new: dict[str, Any], server: dict[str, Any]) -> None:
    """What the web server of an earlier answer had and that of this one cannot have."""
    route = ROUTES.get(str(server.get("route")), ROUTES[ROUTES.first])
    web_server = WEBSERVERS.get(str(server.get("proxy")))
    if not route.web_server:
        server.pop("proxy", None)
        new.pop("proxy", None)
        return
    if route.same_origin:
        new.get("proxy", {}).pop("url", None)
    if web_server and web_server.binding:
        for name in ("tls_certificate", "tls_key", "listen", "listen_addresses"):
            new.get("proxy", {}).pop(name, None)


def _texts(group: str, table: object) -> Iterator[tuple[str, str]]:
    if not isinstance(table, dict):
        return
    for name, value in table.items():
        if isinstance(value, bool):
            yield f"{group}.{name}", "yes" if value else "no"
        elif isinstance(value, str | int):
            yield f"{group}.{name}", str(value)


def _servers(tables: Mapping[str, Any]) -> list[dict[str, Any]]:
    servers = tables.get("servers")
    if not isinstance(servers, list):
        return []
    return [server for server in servers if isinstance(server, dict)]


def _copied(group: Any) -> Any:
    if isinstance(group, dict):
        return dict(group)
    if isinstance(group, list):
        return list(group)
    return group


def _plain(value: object) -> Any:
    """As the file has it: a table for a model, a list for a tuple."""
    if hasattr(value, "model_dump"):
        return {name: inner for name, inner in value.model_dump().items() if inner is not None}
    if isinstance(value, tuple):
        return list(value)
    return value
