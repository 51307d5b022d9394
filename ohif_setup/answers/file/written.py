"""Which answers the file contains: all except empty, derived and inapplicable ones."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.file.toml import listed
from ohif_setup.answers.keys import GROUPS, AnswerKey, keys_in, one_of
from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules.defaults import default_folder, names_to_write
from ohif_setup.answers.tables.tables import Server
from ohif_setup.routes import route_of, routes_of

FIRST = "servers.1"
_CAPABILITIES = ".capabilities"


def answers_as_written(answers: Answers) -> dict[str, dict[str, Any]]:
    """The keys of a new file, by group: `viewer`, `server`, `server.capabilities`, or `servers.1` and so on if there are
    several."""
    values: dict[str, dict[str, Any]] = {}
    for group in groups_of(answers):
        table = table_of(answers, group)
        if table is None:
            continue
        found = {key.name: _value(key, table, answers) for key in keys_in(group)}
        kept = {name: value for name, value in found.items() if value is not None}
        # An empty [proxy] shows where its keys go, if the site has a web server.
        if kept or (group == "proxy" and _has_web_server(answers)):
            values[group] = kept
    return values


def groups_of(answers: Answers) -> list[str]:
    """The groups of the file in its order, with one for each of several servers."""
    groups = []
    for group in GROUPS:
        if not group.startswith("server") or answers.single:
            groups.append(group)
        elif group == "server":
            for number in range(1, len(answers.several) + 1):
                groups += [f"servers.{number}", f"servers.{number}{_CAPABILITIES}"]
    return groups


def table_of(answers: Answers, group: str) -> Any:
    """The table of a group; None where there is none."""
    server = server_of(answers, group)
    if server is None:
        return getattr(answers, group)
    if group.endswith(_CAPABILITIES):
        return server.capabilities
    return server


def server_of(answers: Answers, group: str) -> Server | None:
    """The server that a group is about; None for the other groups."""
    numbered = one_of(group)
    if numbered:
        return answers.several[int(numbered.partition(".")[2]) - 1]
    return answers.server if group.startswith("server") else None


def must_be_written(key: AnswerKey, value: Any, answers: Answers) -> bool:
    """Whether the file needs the key: without it, the value would be a different one."""
    return bool(value != default_of(key, answers))


def default_of(key: AnswerKey, answers: Answers) -> Any:
    """The value of a key that is absent from the file, given the other answers."""
    if key.key == "viewer.folder":
        return default_folder(answers)
    server = server_of(answers, key.group)
    if server is not None and key.name == "route":
        return routes_of(server.kind)[0]
    return key.default


def words_of(group: str) -> str:
    """The comment above a table."""
    general = group.replace(one_of(group), "server", 1) if one_of(group) else group
    return (GROUPS[general].__doc__ or "").strip()


def applies(key: AnswerKey, answers: Answers) -> bool:
    """Whether an empty key should appear in the file as a comment."""
    server = server_of(answers, key.group)
    if server is not None:
        return key.name != "name" and not key.group.endswith(_CAPABILITIES) and _fits(key, server)
    return key.key not in ("viewer.folder", "sign_in.tenant_id")


def _value(key: AnswerKey, table: Any, answers: Answers) -> Any:
    """The value to write; None to omit the key."""
    value = getattr(table, key.name)
    server = server_of(answers, key.group)
    if server is not None and key.name == "name":
        # A name that follows from the kind is omitted, so that it can follow a change of the kind.
        value = names_to_write(answers.servers)[answers.servers.index(server)]
    elif server is not None and not key.group.endswith(_CAPABILITIES) and not _fits(key, server):
        # A value that does not fit is kept if the user chose it: validation has to report it.
        if value == default_of(key, answers):
            value = None
    elif key.key == "sign_in.authority" and value == answers.default_authority:
        value = None
    if value in ("", (), {}):
        return None
    return listed(value)


def _fits(key: AnswerKey, server: Server) -> bool:
    return key.name not in server.refused and (key.name != "proxy" or route_of(server).web_server)


def _has_web_server(answers: Answers) -> bool:
    return any(route_of(server).web_server for server in answers.servers)
