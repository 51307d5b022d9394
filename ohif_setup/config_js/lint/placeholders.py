"""Finds what a template was to fill in and did not: `${DICOMWEB_URL}`, `%name%`, `__NAME__`, `{{ x }}`, `<NAME>`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ohif_setup.config_js.lint.remark import ConfigTable, Level, Remark, quoted, top
from ohif_setup.config_js.read.config import Path, ReadConfig
from ohif_setup.paste.pasted import placeholder_in

# Where OHIF takes addresses, paths and IDs from. Elsewhere such text may be meant, as in a label or a page of help.
_PLACES = ("routerBasename", "defaultDataSourceName", "dataSources", "oidc")
_LABELS = ("friendlyName", "name")


def remarks(read: ReadConfig) -> Iterator[Remark]:
    """One remark for each text in which a placeholder is left."""
    for key in _PLACES:
        yield from _below(top(read), key, read.config.get(key), ())


def _below(table: ConfigTable, key: str, value: Any, path: Path) -> Iterator[Remark]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _below(table, key, inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _below(table, key, inner, (*path, index))
    elif isinstance(value, str) and (left := placeholder_in(value)):
        level: Level = "error"
        if path and path[-1] in _LABELS:
            level = "warning"
        inner_table = ConfigTable(table.read, (key, *path), {})
        do = f"Write the value in its place, or run {_who(left)} over the file before it is published"
        yield inner_table.remark("placeholder", level, "", f"{quoted(left)} was never filled in: {_why(left)}.", do)


def _why(left: str) -> str:
    if left.startswith("$"):
        return f"{_who(left)} did not run, or does not know this name"
    return "the template that it belongs to was not filled in"


def _who(left: str) -> str:
    if left.startswith("$"):
        return "envsubst"
    return "what fills in the template"
