"""Finds what a template was to fill in and did not: `${DICOMWEB_URL}`, `%name%`, `__NAME__`, `{{ x }}`, `<NAME>`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ohif_setup.config_js.lint.remark import Level, Remark, quoted
from ohif_setup.config_js.read.config import Path, ReadConfig, shown_path
from ohif_setup.paste.pasted import placeholder_in

# Where OHIF takes addresses, paths and IDs from. Elsewhere such text may be meant, as in a label or a page of help.
_PLACES = ("routerBasename", "defaultDataSourceName", "dataSources", "oidc")
_LABELS = ("friendlyName", "name")


def remarks(read: ReadConfig) -> Iterator[Remark]:
    """One remark for each text in which a placeholder is left."""
    # Usually the roots are equal: each text is reported once.
    seen: set[str] = set()
    for key in _PLACES:
        for path, text in _texts(read.config.get(key), (key,)):
            left = placeholder_in(text)
            if left and text not in seen:
                seen.add(text)
                yield _remark(read, path, left)


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*path, index))


def _remark(read: ReadConfig, path: Path, left: str) -> Remark:
    level: Level = "error"
    if path[-1] in _LABELS:
        level = "warning"
    do = f"Write the value in its place, or run {_who(left)} over the file before it is published"
    wrong = f"{quoted(left)} was never filled in: {_why(left)}."
    return Remark("placeholder", level, shown_path(path), read.line(*path), wrong, do)


def _why(left: str) -> str:
    if left.startswith("$"):
        return f"{_who(left)} did not run, or does not know this name"
    return "the template that it belongs to was not filled in"


def _who(left: str) -> str:
    if left.startswith("$"):
        return "envsubst"
    return "what fills in the template"
