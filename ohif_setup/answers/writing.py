"""The answers file as text: a new one made for people, or an old one with only what changed. Writing to disk is
`files/`'s."""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

import tomlkit
from pydantic import ValidationError
from tomlkit.exceptions import TOMLKitError

from ohif_setup.answers.file import parse_answers
from ohif_setup.answers.keys import FREE_TABLE, GROUPS, KEYS, AnswerKey
from ohif_setup.answers.model import Answers
from ohif_setup.answers.schema import FILE_NAME as SCHEMA_FILE
from ohif_setup.answers.toml import toml_key, toml_value

DEFAULT_SCHEMA = f"./{SCHEMA_FILE}"
_HEAD = (
    "Answers for ohif-setup. Edit them, then run: ohif-setup generate, and ohif-setup check. No secret belongs here."
)
_WIDTH = 118


def render_answers(answers: Answers, schema_path: str | None = DEFAULT_SCHEMA) -> str:
    """A new file: grouped, every key with a comment. `schema_path` is where editors find the JSON Schema (relative to
    the file, or a URL); None leaves the pointer out."""
    lines = []
    if schema_path is not None:
        if not schema_path.isprintable():
            raise ValueError("the path of the schema holds a control character")
        lines.append(f"#:schema {schema_path}")
    lines += [*_comment(_HEAD), f"version = {answers.version}"]
    values = answers_as_written(answers)
    for group, model in GROUPS.items():
        if group not in values:
            key = KEYS[f"{group}.url"]
            lines += [
                "",
                *_comment(f"Optional: {key.description}"),
                f"# [{group}]",
                f"# {key.name} = {toml_value(key.example)}",
            ]
            continue
        lines += ["", *_comment((model.__doc__ or "").strip()), f"[{group}]"]
        for key in KEYS.values():
            if key.group == group:
                lines += _key_lines(key, values[group])
    if answers.ohif:
        lines += ["", *_comment(KEYS[FREE_TABLE].description), *_table_lines((FREE_TABLE,), answers.ohif)]
    return "\n".join(lines) + "\n"


def updated_answers(old_text: str, answers: Answers) -> str:
    """`old_text` with the values that differ from `answers` changed, and everything else (comments, order, line ends)
    as it was.

    A value that means the same is left as it is written; a missing key whose default is right stays missing. Where
    the text cannot be edited so that it reads back as `answers`, the result is a new file. Raises SetupError
    (`answers-not-toml`).
    """
    mark = "\ufeff" if old_text.startswith("\ufeff") else ""
    text = old_text.removeprefix(mark)
    parse_answers(text, where="the old answers file")
    windows = "\r\n" in text
    text = text.replace("\r\n", "\n")
    edited = _edited(text, answers)
    if edited is None or not _reads_as(edited, answers):
        edited = render_answers(answers)
    return mark + (edited.replace("\n", "\r\n") if windows else edited)


def answers_as_written(answers: Answers) -> dict[str, dict[str, Any]]:
    """The groups and keys that a new file holds: all but what is optional and empty, or follows from other answers."""
    values: dict[str, dict[str, Any]] = {}
    for key in KEYS.values():
        if not key.group:
            continue
        group = getattr(answers, key.group)
        if group is None:
            continue
        value = getattr(group, key.name)
        values.setdefault(key.group, {})
        if value == () or (key.key == "sign_in.authority" and value == answers.default_authority):
            continue
        values[key.group][key.name] = list(value) if isinstance(value, tuple) else value
    return values


def _key_lines(key: AnswerKey, values: Mapping[str, Any]) -> Iterator[str]:
    yield from _comment(key.description)
    if key.name in values:
        yield f"{toml_key(key.name)} = {toml_value(values[key.name])}"
    else:
        yield f"# {key.name} = {toml_value(key.example)}"


def _table_lines(path: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[str]:
    """A table with its own values first, then the tables below it, each under its own header."""
    own = {key: value for key, value in table.items() if not (isinstance(value, Mapping) and value)}
    below = {key: value for key, value in table.items() if key not in own}
    if own or len(path) == 1:
        yield f"[{'.'.join(map(toml_key, path))}]"
        yield from (f"{toml_key(key)} = {toml_value(value)}" for key, value in own.items())
    for key, value in below.items():
        if own or len(path) == 1:
            yield ""
        yield from _table_lines((*path, key), value)


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(" ".join(text.split()), _WIDTH)]


def _edited(text: str, answers: Answers) -> str | None:
    """None when tomlkit cannot make the change."""
    try:
        document = tomlkit.parse(text)
        if "version" not in document:
            text = _with_version(text)
            document = tomlkit.parse(text)
        elif document["version"] != answers.version:
            document["version"] = answers.version
        written = answers_as_written(answers)
        for group in GROUPS:
            _edit_group(document, group, written.get(group), answers)
        _edit_table(document, FREE_TABLE, answers.ohif)
        return tomlkit.dumps(document)
    except (TOMLKitError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None


def _with_version(text: str) -> str:
    """The version line goes below the comments that open the file."""
    lines = text.split("\n")
    head = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return "\n".join([*lines[:head], "version = 1", *lines[head:]])


def _edit_group(
    document: MutableMapping[str, Any], group: str, values: Mapping[str, Any] | None, answers: Answers
) -> None:
    if values is None:
        document.pop(group, None)
        return
    table = document.get(group)
    keys = [key for key in KEYS.values() if key.group == group]
    if not isinstance(table, MutableMapping):
        changed = {key.name: values[key.name] for key in keys if key.name in values and values[key.name] != key.default}
        if changed:
            document.pop(group, None)
            document[group] = _new_table(changed)
        return
    for key in keys:
        value = values.get(key.name)
        if key.name in table and (value is None or not _means(key, table[key.name], value)):
            if value is None and not _means(key, table[key.name], getattr(getattr(answers, group), key.name)):
                del table[key.name]
            elif value is not None:
                table[key.name] = value
        elif key.name not in table and value is not None and value != key.default:
            table[key.name] = value


def _new_table(values: Mapping[str, Any]) -> Any:
    table = tomlkit.table()
    for name, value in values.items():
        table[name] = value
    return table


def _means(key: AnswerKey, written: object, value: object) -> bool:
    """True when what is written in the file stands for `value` already."""
    plain = written.unwrap() if hasattr(written, "unwrap") else written
    try:
        meant = key.validated(plain)
    except ValidationError:
        return False
    return bool(
        (list(meant) if isinstance(meant, tuple) else meant) == (list(value) if isinstance(value, tuple) else value)
    )


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
        elif key not in table or not _same(table[key], value):
            table[key] = value


def _edit_nested(table: MutableMapping[str, Any], key: str, value: Mapping[str, Any]) -> None:
    if value:
        _edit_table(table, key, value)
    elif table[key]:
        table[key] = {}


def _same(written: object, value: object) -> bool:
    """Equal and of one type at every depth (to OHIF 1, 1.0 and true differ); the order of keys does not matter."""
    plain = written.unwrap() if hasattr(written, "unwrap") else written
    if isinstance(plain, Mapping) and isinstance(value, Mapping):
        return plain.keys() == value.keys() and all(_same(plain[key], value[key]) for key in value)
    if isinstance(plain, list) and isinstance(value, list):
        return len(plain) == len(value) and all(map(_same, plain, value))
    return repr(plain) == repr(value)


def _reads_as(text: str, answers: Answers) -> bool:
    try:
        found = Answers.model_validate(tomllib.loads(text))
    except (ValueError, RecursionError):
        return False
    return found == answers and _same(found.ohif, answers.ohif)
