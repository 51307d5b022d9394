"""An answers file without some of its answers: the lines go, everything else stays."""

from __future__ import annotations

import math
import tomllib
from collections.abc import MutableMapping, Sequence
from typing import Any

import tomlkit

from ohif_setup.answers.file.sections import sections, without, without_key
from ohif_setup.answers.file.toml import below
from ohif_setup.answers.keys import FREE_TABLE, OPTIONAL, key_at, keys_in, one_of
from ohif_setup.answers.texts import settled


def is_known(name: str) -> bool:
    """Whether `without_answers` can take it out: a key, a table such as `fhir` or `servers.2`, or something of `[ohif]`."""
    return bool(key_at(name) or keys_in(name) or name.partition(".")[0] == FREE_TABLE)


def without_answers(text: str, names: Sequence[str]) -> str:
    """The text without these keys (`viewer.extra_urls`, `ohif.showPatientInfo`, `servers.2.name`) and tables (`fhir`,
    `servers.2`), those below a table with it.

    What is not there is no error. A table that may be left away goes with its last key. `text` is valid TOML, and every number of
    a server is that of `text`.
    """
    windows = "\r\n" in text
    text = text.replace("\r\n", "\n")
    # Keys before servers, and the last server first, so that the numbers of the others stay right.
    for name in sorted(dict.fromkeys(_settled(text, name) for name in names), key=_number, reverse=True):
        group, _, leaf = name.rpartition(".")
        if keys_in(name) or name == FREE_TABLE:
            text = _without_table(text, name)
            continue
        known = next((key for key in keys_in(group) if key.name == leaf), None)
        if known:
            text = without_key(text, known)
        text = _removed(text, [*group.split("."), leaf])
        if group in (*OPTIONAL, FREE_TABLE) and not tomlkit.parse(text).get(group):
            text = without(text, group)
    if windows:
        text = text.replace("\n", "\r\n")
    return text


def _settled(text: str, name: str) -> str:
    """`server.url` for the only one of `[[servers]]`, and `servers.1.url` for that of `[server]`, as the text has it."""
    try:
        return ".".join(settled(tomllib.loads(text), tuple(name.split("."))))
    except (ValueError, IndexError):
        return name


def _number(name: str) -> float:
    """The number of a server that goes as a whole."""
    if one_of(name) == name:
        return int(name.partition(".")[2])
    return math.inf


def _without_table(text: str, name: str) -> str:
    """Without a table and those below it: by lines where that does it, so that the comment above goes along."""
    new = text
    for section in reversed(sections(text.split("\n"))):
        if section.group == name or section.group.startswith(f"{name}."):
            new = without(new, section.group)
    plain = _removed(text, name.split("."))
    # The first keeps the comments around; the second is right wherever the table stands.
    if tomllib.loads(new) == tomllib.loads(plain):
        return new
    return plain


def _removed(text: str, path: Sequence[str]) -> str:
    document = tomlkit.parse(text)
    table: Any = document
    for part in path[:-1]:
        table = below(table, part)
    if isinstance(table, list) and path[-1].isdigit() and 0 < int(path[-1]) <= len(table):
        del table[int(path[-1]) - 1]
        return tomlkit.dumps(document)
    if not isinstance(table, MutableMapping) or path[-1] not in table:
        return text
    del table[path[-1]]
    return tomlkit.dumps(document)
