"""Removes answers from an answers file, together with their comments; everything else stays."""

from __future__ import annotations

import math
from collections.abc import MutableMapping, Sequence
from typing import Any

from tomlkit import TOMLDocument

from ohif_setup.answers.file.document import parse, remove_tables, rendered, replace_key, reread
from ohif_setup.answers.file.toml import below, with_lf
from ohif_setup.answers.keys import FREE_TABLE, OPTIONAL, key_at, keys_in, one_of
from ohif_setup.answers.texts import settled


def is_known(name: str) -> bool:
    """Whether `without_answers` can remove it: a key, a table such as `fhir` or `servers.2`, or anything in `[ohif]`."""
    return bool(key_at(name) or keys_in(name) or name.partition(".")[0] == FREE_TABLE)


def without_answers(text: str, names: Sequence[str]) -> str:
    """The text without these keys (`viewer.extra_urls`, `ohif.showPatientInfo`, `servers.2.name`) and tables (`fhir`,
    `servers.2`), those below a table with it.

    What is not there is no error. A table that may be left away goes with its last key. `text` is valid TOML, and every number of
    a server is that of `text`.
    """
    if not names:
        return text
    return with_lf(text, lambda plain: _without(plain, names))


def _without(text: str, names: Sequence[str]) -> str:
    document = parse(text)
    raw = document.unwrap()
    # Keys before servers, and the last server first, so that the numbers of the others stay right.
    for name in sorted(dict.fromkeys(_settled(raw, name) for name in names), key=_number, reverse=True):
        group, _, leaf = name.rpartition(".")
        if keys_in(name) or name == FREE_TABLE:
            document = _without_table(document, name.split("."))
            continue
        document = _without_key(document, group, leaf)
        # The last entry of a table such as `sign_in.extra_parameters` takes the table along.
        above, _, table = group.rpartition(".")
        if key_at(group) and not below(document.get(above), table):
            document = _without_key(document, above, table)
        # An optional table without keys would still count as present.
        if group in (*OPTIONAL, FREE_TABLE) and not document.get(group):
            document = _without_table(document, [group])
    return rendered(document, text)


def _settled(raw: dict[str, Any], name: str) -> str:
    """`server.url` for the only one of `[[servers]]`, and `servers.1.url` for that of `[server]`, as the text has it."""
    try:
        return ".".join(settled(raw, tuple(name.split("."))))
    except (ValueError, IndexError):
        return name


def _number(name: str) -> float:
    """A sort key: the number of a server that is removed as a whole, infinity for everything else."""
    if one_of(name) == name:
        return int(name.partition(".")[2])
    return math.inf


def _without_table(document: TOMLDocument, path: Sequence[str]) -> TOMLDocument:
    """Without a table and those below it."""
    had_header = remove_tables(document, {tuple(path)})
    document = reread(document)
    # The next server has the number of the one that is gone.
    if not (had_header and path[0] == "servers"):
        _remove(document, path)
    return document


def _without_key(document: TOMLDocument, group: str, leaf: str) -> TOMLDocument:
    known = next((key for key in keys_in(group) if key.name == leaf), None)
    path = [*group.split("."), leaf]
    if known is None:
        # Of `[ohif]` a key may be a table with a header, and so a comment of its own.
        return _without_table(document, path)
    if replace_key(document, known):
        document = reread(document)
    _remove(document, path)
    return document


def _remove(document: TOMLDocument, path: Sequence[str]) -> None:
    table: Any = document
    for part in path[:-1]:
        table = below(table, part)
    # An array of tables: the last part is the number of a server.
    if isinstance(table, list) and path[-1].isdigit() and 0 < int(path[-1]) <= len(table):
        del table[int(path[-1]) - 1]
    elif isinstance(table, MutableMapping):
        table.pop(path[-1], None)
