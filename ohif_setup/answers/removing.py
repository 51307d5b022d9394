"""An answers file without some of its answers: the lines go, everything else stays."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import Any

import tomlkit

from ohif_setup.answers.keys import GROUPS, OPTIONAL, keys_in
from ohif_setup.answers.sections import without, without_key


def without_answers(text: str, names: Sequence[str]) -> str:
    """The text without these keys (`viewer.extra_urls`, `ohif.showPatientInfo`, `servers.2.name`) and tables (`fhir`).

    What is not there is no error. A table that may be left away goes with its last key. `text` is valid TOML.
    """
    windows = "\r\n" in text
    text = text.replace("\r\n", "\n")
    for name in names:
        if name in GROUPS:
            text = without(text, name)
            continue
        group, _, leaf = name.rpartition(".")
        known = next((key for key in keys_in(group) if key.name == leaf), None)
        text = _removed(without_key(text, known) if known else text, [*group.split("."), leaf])
        if group in OPTIONAL and not tomlkit.parse(text).get(group):
            text = without(text, group)
    return text.replace("\n", "\r\n") if windows else text


def _removed(text: str, path: Sequence[str]) -> str:
    document = tomlkit.parse(text)
    table: Any = document
    for part in path[:-1]:
        if isinstance(table, list):
            table = table[int(part) - 1] if part.isdigit() and 0 < int(part) <= len(table) else None
        else:
            table = table.get(part) if isinstance(table, MutableMapping) else None
    if not isinstance(table, MutableMapping) or path[-1] not in table:
        return text
    del table[path[-1]]
    return tomlkit.dumps(document)
