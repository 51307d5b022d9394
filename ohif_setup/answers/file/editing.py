"""Edits an old answers file: changes values that differ, and keeps comments, order and notation of all others."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any

import tomlkit
from pydantic import ValidationError
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array

from ohif_setup.answers.file.document import (
    add_key,
    add_table,
    make_several,
    make_single,
    parse,
    remove_tables,
    rendered,
    replace_example,
    replace_key,
    reread,
    table_paths,
)
from ohif_setup.answers.file.toml import below, listed, same, unwrapped
from ohif_setup.answers.file.written import answers_as_written, must_be_written, server_of, table_of, words_of
from ohif_setup.answers.keys import FREE_TABLE, GROUPS, AnswerKey, keys_in, normal_entry, one_of
from ohif_setup.answers.model import Answers

_CAPABILITIES = "capabilities"


def edited(text: str, answers: Answers) -> str | None:
    """`text`, whose lines end in LF, edited to read as `answers`; None if that is impossible. The caller verifies the result."""
    written = answers_as_written(answers)
    try:
        document = parse(text)
        document = _with_tables_and_keys(document, written, answers)
        if document.get("version", answers.version) != answers.version:
            document["version"] = answers.version
        for group in GROUPS:
            if group == "server":
                _edit_servers(document, written, answers)
            elif not group.startswith("server"):
                _edit_group(document, group, written.get(group), answers)
        _edit_table(document, FREE_TABLE, answers.ohif)
        return rendered(document, text)
    # tomlkit raises many types for notations that it cannot edit. The caller then writes a new file.
    except (TOMLKitError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None


def _with_tables_and_keys(
    document: TOMLDocument, written: Mapping[str, dict[str, Any]], answers: Answers
) -> TOMLDocument:
    """Adds and removes tables and keys wherever the comments of the file tell the right place; `edited` does the rest."""
    if "server" in document and "servers" not in document and answers.several:
        make_several(document)
    elif "servers" in document and "server" not in document and answers.single:
        make_single(document)
    # The functions of `document` change tomlkit's lists behind its back, see there.
    document = reread(document)
    raw = document.unwrap()
    remove_tables(document, {path for path in table_paths(document) if _is_gone(path, raw, written, answers)})
    for group, values in written.items():
        table = _table_in(raw, group)
        if table is None:
            table = _add_table(document, group, values)
        if table is not None:
            _change_keys(document, group, table, values, answers)
    return reread(document)


def _is_gone(
    path: Sequence[str], raw: Mapping[str, Any], written: Mapping[str, dict[str, Any]], answers: Answers
) -> bool:
    """Whether to remove a table. An empty one does no harm and stays, except [sign_in], which means that people sign in."""
    if path[0] == FREE_TABLE:
        return _is_free_table_gone(raw[FREE_TABLE], answers.ohif, path[1:])
    group = ".".join(path)
    return group not in written and bool(keys_in(group) and (_table_in(raw, group) or group == "sign_in"))


def _is_free_table_gone(table: Any, wanted: Any, path: Sequence[str]) -> bool:
    """Whether a table in `[ohif]` has to be removed, or replaced as a whole, instead of being edited."""
    for part in path:
        if part not in wanted:
            return True
        table, wanted = table[part], wanted[part]
        if not isinstance(table, Mapping) or not isinstance(wanted, Mapping):
            return not same(table, wanted)
    return bool(table) and not wanted


def _add_table(document: TOMLDocument, group: str, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Adds a table next to a related one. Returns the empty table if its keys still have to be written, else None."""
    above, _, last = group.rpartition(".")
    if last == _CAPABILITIES:
        add_table(document, group, words_of(group), values, after=above)
    elif group == "fhir" and replace_example(document, group):
        return {}
    elif one_of(group):
        servers = [path for path in table_paths(document) if path[0] == "servers"]
        if servers:
            add_table(document, group, "", values, after=".".join(servers[-1]))
    return None


def _change_keys(
    document: TOMLDocument, group: str, table: Mapping[str, Any], values: Mapping[str, Any], answers: Answers
) -> None:
    for key in keys_in(group):
        if key.name in values and key.name not in table and must_be_written(key, values[key.name], answers):
            add_key(document, key, values[key.name])
        elif key.name in table and key.name not in values and not _may_stay(key, table, values, answers):
            replace_key(document, key)


def _table_in(raw: Mapping[str, Any], group: str) -> Mapping[str, Any] | None:
    """The table of a group; None if there is none."""
    table: Any = raw
    for part in group.split("."):
        table = below(table, part)
    if isinstance(table, Mapping):
        return table
    return None


def _edit_servers(document: MutableMapping[str, Any], written: Mapping[str, dict[str, Any]], answers: Answers) -> None:
    if answers.single:
        document.pop("servers", None)
        _edit_group(document, "server", written["server"], answers)
        _edit_capabilities(document["server"], "server", written.get(f"server.{_CAPABILITIES}"), answers)
        return
    document.pop("server", None)
    servers = document.get("servers")
    # `servers = [{ ... }]` is edited in place only if the number of servers stays.
    is_inline = isinstance(servers, Array) and len(servers) == len(answers.several)
    if not isinstance(servers, AoT) and not is_inline:
        document.pop("servers", None)
        document["servers"] = tomlkit.aot()
        servers = document["servers"]
    assert isinstance(servers, MutableSequence)
    # Servers have no identity in the file but their position, so extra ones go from the end.
    while len(servers) > len(answers.several):
        del servers[-1]
    for number in range(1, len(answers.several) + 1):
        group = f"servers.{number}"
        if number > len(servers):
            servers.append(_new_table(written[group]))
        table = servers[number - 1]
        _edit_keys(table, group, written[group], answers)
        _edit_capabilities(table, group, written.get(f"{group}.{_CAPABILITIES}"), answers)


def _edit_capabilities(
    server: MutableMapping[str, Any], group: str, values: Mapping[str, Any] | None, answers: Answers
) -> None:
    table = server.get(_CAPABILITIES)
    if isinstance(table, MutableMapping) and values:
        _edit_keys(table, f"{group}.{_CAPABILITIES}", values, answers)
        return
    if values or table:
        server.pop(_CAPABILITIES, None)
    if values:
        # tomlkit makes it a table of the kind that the server can hold: an inline one where the server is.
        server[_CAPABILITIES] = dict(values)


def _edit_group(
    document: MutableMapping[str, Any], group: str, values: Mapping[str, Any] | None, answers: Answers
) -> None:
    """Edits a top-level table; None removes it."""
    if values is None:
        if document.get(group) or group == "sign_in":
            document.pop(group, None)
        return
    table = document.get(group)
    if isinstance(table, MutableMapping):
        _edit_keys(table, group, values, answers)
        return
    changed = {
        key.name: values[key.name]
        for key in keys_in(group)
        if key.name in values and must_be_written(key, values[key.name], answers)
    }
    # A group whose values are all defaults needs no table.
    if changed:
        document.pop(group, None)
        document[group] = _new_table(changed)


def _edit_keys(table: MutableMapping[str, Any], group: str, values: Mapping[str, Any], answers: Answers) -> None:
    """Edits the keys of one table, which may contain others as well."""
    for key in keys_in(group):
        value = values.get(key.name)
        if key.name not in table:
            if value is not None and must_be_written(key, value, answers):
                table[key.name] = value
        elif value is None:
            if not _may_stay(key, table, values, answers):
                del table[key.name]
        elif not _has_meaning(key, table[key.name], value, values) and not _edit_list(
            key, table[key.name], value, values
        ):
            table[key.name] = value


def _edit_list(key: AnswerKey, written: object, value: object, beside: Mapping[str, Any]) -> bool:
    """Removes and appends entries of a list, which keeps the comments between them. False if the result is still different."""
    if not isinstance(written, MutableSequence) or not isinstance(value, list | tuple):
        return False
    # From the end, so that the remaining indexes stay valid.
    for number in reversed(range(len(written))):
        if normal_entry(key, str(written[number]), beside) not in value:
            del written[number]
    known = [normal_entry(key, str(entry), beside) for entry in written]
    for entry in value:
        if entry not in known:
            written.append(entry)
    return _has_meaning(key, written, value, beside)


def _may_stay(key: AnswerKey, table: Mapping[str, Any], values: Mapping[str, Any], answers: Answers) -> bool:
    """Whether a key that could be omitted may stay in the file, because its value is the one it would have without it."""
    server = server_of(answers, key.group)
    if server and key.name in server.refused:
        return False
    return _has_meaning(key, table[key.name], getattr(table_of(answers, key.group), key.name), values)


def _new_table(values: Mapping[str, Any]) -> Any:
    table = tomlkit.table()
    for name, value in values.items():
        table[name] = value
    return table


def _has_meaning(key: AnswerKey, written: object, value: object, beside: Mapping[str, Any]) -> bool:
    """Whether the notation in the file already means `value`, given the new answers of its group."""
    try:
        meant = key.validated(unwrapped(written), beside)
    except ValidationError:
        return False
    return bool(listed(meant) == listed(value))


def _edit_table(parent: MutableMapping[str, Any], name: str, wanted: Mapping[str, Any]) -> None:
    table = parent.get(name)
    if not wanted:
        if table:
            parent.pop(name)
        return
    if not isinstance(table, MutableMapping):
        parent[name] = dict(wanted)
        return
    # A copy, because the table changes in the loop.
    for key in [key for key in table if key not in wanted]:
        del table[key]
    for key, value in wanted.items():
        if isinstance(value, Mapping) and isinstance(table.get(key), MutableMapping):
            _edit_nested(table, key, value)
        elif key not in table or not same(table[key], value):
            table[key] = value


def _edit_nested(table: MutableMapping[str, Any], key: str, value: Mapping[str, Any]) -> None:
    if value:
        _edit_table(table, key, value)
    elif table[key]:
        table[key] = {}
