"""An old answers file with only what changed: comments, order and the way in which values are written stay."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, MutableMapping, MutableSequence
from typing import Any

import tomlkit
from pydantic import ValidationError
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT

from ohif_setup.answers.file.migration import with_version
from ohif_setup.answers.file.sections import (
    optional_table,
    renamed,
    sections,
    with_key,
    with_table,
    without,
    without_key,
)
from ohif_setup.answers.file.toml import below, listed, same, unwrapped
from ohif_setup.answers.file.written import FIRST, answers_as_written, must_be_written, server_of, table_of, words_of
from ohif_setup.answers.keys import FREE_TABLE, GROUPS, AnswerKey, header, keys_in, normal_entry, one_of
from ohif_setup.answers.model import Answers

_CAPABILITIES = "capabilities"


def edited(text: str, answers: Answers) -> str | None:
    """`text` changed so that it should read as `answers`; None when that cannot be done."""
    written = answers_as_written(answers)
    try:
        text = _with_other_lines(text, written, answers)
        document = tomlkit.parse(text)
        if document["version"] != answers.version:
            document["version"] = answers.version
        for group in GROUPS:
            if group == "server":
                _edit_servers(document, written, answers)
            elif not group.startswith("server"):
                _edit_group(document, group, written.get(group), answers)
        _edit_table(document, FREE_TABLE, answers.ohif)
        return tomlkit.dumps(document)
    except (TOMLKitError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None


def _with_other_lines(text: str, written: Mapping[str, dict[str, Any]], answers: Answers) -> str:
    """Tables and keys that come or go, as far as that can be done by lines."""
    raw = tomllib.loads(text)
    if "version" not in raw:
        text = with_version(text)
    if "server" in raw and "servers" not in raw and answers.several:
        text = renamed(text, "server", FIRST)
    elif "servers" in raw and "server" not in raw and answers.single:
        text = renamed(text, FIRST, "server")
    raw = tomllib.loads(text)
    for section in reversed(sections(text.split("\n"))):
        group = section.group
        if group not in written and keys_in(group) and (_table_in(raw, group) or group == "sign_in"):
            text = without(text, group)
    for group, values in written.items():
        table = _table_in(raw, group)
        if table is None:
            text, table = _with_new_table(text, group, values)
        if table is not None:
            text = _with_other_keys(text, group, table, values, answers)
    return text


def _with_new_table(text: str, group: str, values: Mapping[str, Any]) -> tuple[str, Mapping[str, Any] | None]:
    """The text with a table that has a natural place; and the table, as far as keys are yet to be written."""
    above, _, last = group.rpartition(".")
    if last == _CAPABILITIES:
        return with_table(text, group, words_of(group), values, after=above), None
    if group == "fhir":
        example = "\n".join(["", *optional_table(group), ""])
        return text.replace(example, f"\n{header(group)}\n", 1), {}
    servers = [section.group for section in sections(text.split("\n")) if one_of(section.group)]
    if one_of(group) and servers:
        return with_table(text, group, "", values, after=servers[-1]), None
    return text, None


def _with_other_keys(
    text: str, group: str, table: Mapping[str, Any], values: Mapping[str, Any], answers: Answers
) -> str:
    for key in keys_in(group):
        if key.name in values and key.name not in table and must_be_written(key, values[key.name], answers):
            text = with_key(text, key, values[key.name])
        elif key.name in table and key.name not in values and not _stays(key, table, values, answers):
            text = without_key(text, key)
    return text


def _table_in(raw: Mapping[str, Any], group: str) -> Mapping[str, Any] | None:
    """The table of a group; None where there is none."""
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
    if not isinstance(servers, AoT):
        document.pop("servers", None)
        document["servers"] = tomlkit.aot()
        servers = document["servers"]
    assert isinstance(servers, MutableSequence)
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
        server[_CAPABILITIES] = _new_table(values)


def _edit_group(
    document: MutableMapping[str, Any], group: str, values: Mapping[str, Any] | None, answers: Answers
) -> None:
    """One table below the top. None takes it away."""
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
    if changed:
        document.pop(group, None)
        document[group] = _new_table(changed)


def _edit_keys(table: MutableMapping[str, Any], group: str, values: Mapping[str, Any], answers: Answers) -> None:
    """The keys of one table, which may hold others too."""
    for key in keys_in(group):
        value = values.get(key.name)
        if key.name not in table:
            if value is not None and must_be_written(key, value, answers):
                table[key.name] = value
        elif value is None:
            if not _stays(key, table, values, answers):
                del table[key.name]
        elif not _means(key, table[key.name], value, values) and not _edit_list(key, table[key.name], value, values):
            table[key.name] = value


def _edit_list(key: AnswerKey, written: object, value: object, beside: Mapping[str, Any]) -> bool:
    """Takes entries out of a list and adds others at its end, so that comments between them stay; False where that does not do."""
    if not isinstance(written, MutableSequence) or not isinstance(value, list | tuple):
        return False
    for number in reversed(range(len(written))):
        if normal_entry(key, str(written[number]), beside) not in value:
            del written[number]
    known = [normal_entry(key, str(entry), beside) for entry in written]
    for entry in value:
        if entry not in known:
            written.append(entry)
    return _means(key, written, value, beside)


def _stays(key: AnswerKey, table: Mapping[str, Any], values: Mapping[str, Any], answers: Answers) -> bool:
    """Whether a key that need not be written is there all the same, with the value that it would have without."""
    server = server_of(answers, key.group)
    if server and key.name in server.refused:
        return False
    return _means(key, table[key.name], getattr(table_of(answers, key.group), key.name), values)


def _new_table(values: Mapping[str, Any]) -> Any:
    table = tomlkit.table()
    for name, value in values.items():
        table[name] = value
    return table


def _means(key: AnswerKey, written: object, value: object, beside: Mapping[str, Any]) -> bool:
    """True when what is written in the file stands for `value` already, beside the new answers of its group."""
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
