"""A remark on a configuration, and access to the tables on which remarks are made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ohif_setup.config_js.read.config import Path, ReadConfig, shown_path
from ohif_setup.paste.showing import shown

Level = Literal["error", "warning", "note"]
"""`error`: it breaks something; `warning`: it may break something or has no effect; `note`: for information."""


@dataclass(frozen=True)
class Remark:
    """`id` names the rule; `fm` is the failure mode that it causes (FM01 to FM78), if there is one. `path` is the key in JavaScript
    notation. `wrong` and `do` are sentences; neither repeats a value that may be secret."""

    id: str
    level: Level
    path: str
    line: int
    wrong: str
    do: str
    fm: str = ""


def quoted(value: str) -> str:
    """A value for display in a remark: in quotes, without a login, a query, or anything that looks like a token."""
    return shown(re.split(r"[?#]", value, maxsplit=1)[0])


@dataclass(frozen=True)
class ConfigTable:
    """A table (a JavaScript object) of the configuration and its path."""

    read: ReadConfig
    path: Path
    table: dict[str, Any]

    def get(self, key: str) -> Any:
        """The value of a key; None if it is missing."""
        return self.table.get(key)

    def text(self, key: str) -> str:
        """The value of a key if it is a string; otherwise empty."""
        value = self.table.get(key)
        if isinstance(value, str):
            return value
        return ""

    def remark(self, id: str, level: Level, key: str, wrong: str, do: str, *, fm: str = "") -> Remark:
        """A remark on a key of the table, or on the table itself if `key` is empty."""
        path = self.path
        if key:
            path = (*path, key)
        return Remark(id, level, shown_path(path), self.read.line(*path), wrong, do, fm)


def top(read: ReadConfig) -> ConfigTable:
    """The configuration itself."""
    return ConfigTable(read, (), read.config)


def sources(read: ReadConfig) -> Iterator[tuple[ConfigTable, ConfigTable]]:
    """Each data source with its `configuration`, which is empty if it is missing or code."""
    for index, source in enumerate(read.listed("dataSources")):
        if isinstance(source, dict):
            path: Path = ("dataSources", index)
            options = source.get("configuration")
            if not isinstance(options, dict):
                options = {}
            yield ConfigTable(read, path, source), ConfigTable(read, (*path, "configuration"), options)


def providers(read: ReadConfig) -> Iterator[ConfigTable]:
    """Each entry of `oidc` in order. OHIF reads only the first."""
    for index, provider in enumerate(read.listed("oidc")):
        if isinstance(provider, dict):
            yield ConfigTable(read, ("oidc", index), provider)
