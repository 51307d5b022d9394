"""Secrets in a configuration that every visitor can read. They are found by name, by form and by place, and never shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ohif_setup.answers.rules.secret_values import holds_secret, is_place, is_secret, names_secret
from ohif_setup.config_js.lint.remark import Remark
from ohif_setup.config_js.read.config import Code, Path, ReadConfig, shown_path

_GIVEN = re.compile(r"(?<![\w$])([\w$]+)['\"]?\s*[:=]\s*['\"`][^'\"`]")
"""`password = '...'`, `"token": "..."`."""
_DO = (
    "Take it out; let the web server before the images add the login. Whoever opened the viewer may have read it: replace the "
    "secret itself"
)


def secret_paths(read: ReadConfig) -> tuple[Path, ...]:
    """Where the configuration holds what looks like a secret."""
    return tuple(_found(read.config, ()))


def remarks(read: ReadConfig) -> Iterator[Remark]:
    """One for each secret, without its value."""
    for path in secret_paths(read):
        wrong = "Everybody who can open the viewer can read this login or secret."
        yield Remark("secret", "error", shown_path(path), read.line(*path), wrong, _DO, fm="FM56")


def in_code(text: str) -> bool:
    """Whether code holds what looks like a secret, or gives one a name."""
    return holds_secret(text, code=True) or any(names_secret(match[1]) for match in _GIVEN.finditer(text))


def _found(value: Any, path: Path) -> Iterator[Path]:
    if path and _is_secret(path, value):
        yield path
    elif isinstance(value, dict):
        for key, below in value.items():
            yield from _found(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _found(below, (*path, index))


def _is_secret(path: Path, value: Any) -> bool:
    if not isinstance(value, Code):
        return is_secret(path, value)
    quoted = is_place(path) and re.search(r"['\"`][^'\"`]+['\"`]", value.source)
    return bool(quoted) or in_code(value.source)
