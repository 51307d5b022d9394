"""What is found wrong in a configuration: one remark for each place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ohif_setup.config_js.read.config import Path, ReadConfig, shown_path
from ohif_setup.paste.showing import shown

Level = Literal["error", "warning", "note"]
"""It breaks something; it may, or it does nothing; it is only to be known."""


@dataclass(frozen=True)
class Remark:
    """`id` names the rule, `fm` the failure mode that it leads to (FM01 to FM78), if there is one. `path` is the key as JavaScript
    writes it. `wrong` and `do` are sentences; neither repeats a value that may be secret."""

    id: str
    level: Level
    path: str
    line: int
    wrong: str
    do: str
    fm: str = ""


def quoted(value: str) -> str:
    """A value as a remark may show it: in quotes, without a login, a query or what looks like a token."""
    return shown(re.split(r"[?#]", value, maxsplit=1)[0])


@dataclass(frozen=True)
class ConfigTable:
    """A table of the configuration and its path."""

    read: ReadConfig
    path: Path
    table: dict[str, Any]

    def get(self, key: str) -> Any:
        """The value of a key; None when it is missing."""
        return self.table.get(key)

    def text(self, key: str) -> str:
        """The value of a key that is a text; empty when it is none."""
        value = self.table.get(key)
        if isinstance(value, str):
            return value
        return ""

    def remark(self, id: str, level: Level, key: str, wrong: str, do: str, *, fm: str = "") -> Remark:
        """A remark on a key of the table."""
        path = self.path
        if key:
            path = (*path, key)
        return Remark(id, level, shown_path(path), self.read.line(*path), wrong, do, fm)


def top(read: ReadConfig) -> ConfigTable:
    """The configuration itself."""
    return ConfigTable(read, (), read.config)


def sources(read: ReadConfig) -> Iterator[tuple[ConfigTable, ConfigTable]]:
    """Each data source and its `configuration`."""
    for index, source in enumerate(read.listed("dataSources")):
        if isinstance(source, dict):
            path: Path = ("dataSources", index)
            options = source.get("configuration")
            if not isinstance(options, dict):
                options = {}
            yield ConfigTable(read, path, source), ConfigTable(read, (*path, "configuration"), options)


def providers(read: ReadConfig) -> Iterator[ConfigTable]:
    """Each entry of `oidc`, the one that is read first."""
    for index, provider in enumerate(read.listed("oidc")):
        if isinstance(provider, dict):
            yield ConfigTable(read, ("oidc", index), provider)
