"""Answers before validation, from any source: a file, `--set`, the environment, the wizard, an import."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from ohif_setup.answers.faults import problems_of
from ohif_setup.answers.file.lines import line_of
from ohif_setup.answers.model import Answers
from ohif_setup.answers.problems import SET, AnswersError, Problem, is_newer
from ohif_setup.answers.tables.tables import refused_by
from ohif_setup.kinds import KINDS
from ohif_setup.routes import ROUTES
from ohif_setup.webservers import WEBSERVERS

# Both notations of the first server: that of dotted keys, and that of a location of pydantic.
_FIRST = re.compile(r"\Aservers\.1(?=\.|\Z)|\Aservers\[0\](?=\.|\Z)")


@dataclass(frozen=True)
class PartialAnswers:
    """Answers as the tables of a file, the source of each by dotted key (`origins`), the problems found so far, and
    the text of the file (empty if there is none), in which the lines of faults are looked up.

    The tables are unchecked input and may hold values of any type."""

    tables: dict[str, Any]
    origins: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    text: str = ""

    def texts(self) -> dict[str, str]:
        """The answers that are single values, as text, by dotted key; if there are several servers, those of the first."""
        found = {}
        if servers := _servers(self.tables):
            found = dict(_texts("server", servers[0]))
        for group, table in self.tables.items():
            if group not in ("ohif", "servers"):
                found |= dict(_texts(group, table))
        return found

    def keys_set_outside(self, file: str) -> set[str]:
        """The keys that were not set by the file; those of the first server in the form `server.url`."""
        return {first_server(key) for key, origin in self.origins.items() if origin != file}

    def with_version(self) -> PartialAnswers:
        """The same answers, with the current version of the layout if they have none."""
        return self.with_tables({"version": 1, **self.tables})

    def with_tables(self, tables: dict[str, Any]) -> PartialAnswers:
        """Other tables with the same origins."""
        return replace(self, tables=tables)

    def without(self, keys: Collection[str]) -> PartialAnswers:
        """Without these keys, which must exist (dotted), and without tables that become empty."""
        tables = {group: _copied(table) for group, table in self.tables.items()}
        for key in keys:
            group, _, name = key.partition(".")
            tables[group].pop(name)
        return self.with_tables({group: table for group, table in tables.items() if table != {}})

    def merged(self, answered: Mapping[str, object]) -> PartialAnswers:
        """With these answers, by dotted key, and without those that they make useless.

        None removes a key or a table. A new kind or route removes the answers that only the old one allows."""
        new: dict[str, Any] = {name: _copied(group) for name, group in self.tables.items()}
        # The wizard asks about one server, which is the first if the file has several.
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
            # An empty table for an optional group, such as capabilities, would only be noise in the file.
            if plain is None or plain == {}:
                table.pop(name, None)
            else:
                table[name] = plain
        _drop_useless(new, server, answered)
        # [server] stays even if it is empty, because a site without it is invalid.
        return self.with_tables({name: group for name, group in new.items() if group != {} or name == "server"})

    def validated(self, *, file: str = "", exists: bool = True, by: str = SET) -> Answers:
        """The validated answers. Raises AnswersError with everything that is wrong.

        `file` is the file to which missing keys should be added. If it does not exist (`exists`), the error explains how to
        create it without a terminal. `by` says how the command takes answers: `--set`, `set` or `unset`."""
        problems = list(self.problems)
        try:
            answers = Answers.model_validate(self.tables)
        except ValidationError as error:
            found = problems_of(error, self.origins, file=file)
            # A newer version may allow what was reported so far.
            if any(map(is_newer, found)):
                problems = []
            problems += found
        else:
            if not problems:
                return answers
        begun = SET in self.origins.values()
        problems = [
            replace(each, line=line_of(self.text, each.key)) if each.where == file else each for each in problems
        ]
        raise AnswersError(problems, where=file, exists=exists, begun=begun, by=by)


def first_server(key: str) -> str:
    """`server.url` for `servers.1.url`; other keys unchanged."""
    return _FIRST.sub("server", key)


def _drop_useless(new: dict[str, Any], server: dict[str, Any], answered: Mapping[str, object]) -> None:
    # "not asked" is truthy: only an empty answer, not an absent one, removes the key of the certificate.
    if not answered.get("proxy.tls_certificate", "not asked"):
        new.get("proxy", {}).pop("tls_key", None)
    kind = KINDS.get(str(server.get("kind", KINDS.first)), KINDS[KINDS.last])
    # The model refuses these keys for this kind, so a file that keeps them could not be read.
    for name in refused_by(kind.name):
        server.pop(name, None)
    if kind.behind_web_server:
        _drop_useless_proxy(new, server)
    # [proxy] is for the whole site, so another server may still need it.
    elif len(_servers(new)) < 2:
        new.pop("proxy", None)
    # A client ID that was answered without a tenant belongs to a provider other than Entra ID.
    if kind.token is None and "sign_in.client_id" in answered and "sign_in.tenant_id" not in answered:
        new.get("sign_in", {}).pop("tenant_id", None)
    elsewhere = "server.url" in answered and answered["server.url"] != server.get("url")
    if elsewhere and "server.capabilities" not in answered:
        server.pop("capabilities", None)


def _drop_useless_proxy(new: dict[str, Any], server: dict[str, Any]) -> None:
    """Removes the answers that the web server of the new answers does not accept."""
    route = ROUTES.get(str(server.get("route")), ROUTES[ROUTES.first])
    web_server = WEBSERVERS.get(str(server.get("proxy")))
    if not route.web_server:
        server.pop("proxy", None)
        new.pop("proxy", None)
        return
    if route.same_origin:
        new.get("proxy", {}).pop("url", None)
    # IIS takes address, port and certificate from the binding of the site.
    if web_server and web_server.binding:
        for name in ("tls_certificate", "tls_key", "listen", "listen_addresses"):
            new.get("proxy", {}).pop(name, None)


def _texts(group: str, table: object) -> Iterator[tuple[str, str]]:
    if not isinstance(table, dict):
        return
    for name, value in table.items():
        # Before int, because bool is a subclass of int. `yes` and `no` are the answers that the prompt takes.
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
    """The value as the file has it: a table for a model, a list for a tuple."""
    if hasattr(value, "model_dump"):
        return {name: inner for name, inner in value.model_dump().items() if inner is not None}
    if isinstance(value, tuple):
        return list(value)
    return value
