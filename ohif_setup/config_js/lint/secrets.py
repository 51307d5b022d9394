"""Finds secrets in a configuration, which every visitor can read: by name, by form and by place. They are never shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ohif_setup.answers.rules.secret_values import holds_secret, is_place, is_secret, names_secret
from ohif_setup.config_js.lint.remark import Remark
from ohif_setup.config_js.read.config import Code, Path, ReadConfig, shown_path

# A name that is given a string: `password = '...'`, `"token": "..."`.
_GIVEN = re.compile(r"(?<![\w$])([\w$]+)['\"]?\s*[:=]\s*['\"`][^'\"`]")
# The name of something that the code looks up when it runs: `.get('token')`, `getCookie('token')`, `session['token']`.
_LOOKED_UP = re.compile(
    r"(?:\.(?:get|getAll|getItem|has|match|split|find|startsWith|endsWith|includes|indexOf|replace|replaceAll|querySelector"
    r"|getElementById)|\bgetCookie)\s*\(\s*(['\"`])[^'\"`$\n]*\1|(?<=[\w$)\]])\[\s*(['\"`])[^'\"`$\n]*\2\s*\]"
)
_SCHEME = re.compile(r"(?i)basic|bearer|token|")
_DO = (
    "Remove it and let the web server in front of the images add the login. Anyone who opened the viewer may have read it, so "
    "replace the secret itself"
)


def secret_paths(read: ReadConfig) -> tuple[Path, ...]:
    """The paths of values that look like secrets."""
    return tuple(_found(read.config, ()))


def remarks(read: ReadConfig) -> Iterator[Remark]:
    """One remark for each secret, without its value."""
    for path in secret_paths(read):
        wrong = "Everyone who can open the viewer can read this login or secret."
        yield Remark("secret", "error", shown_path(path), read.line(*path), wrong, _DO, fm="FM56")


def in_code(text: str) -> bool:
    """Whether code contains something that looks like a secret, or assigns a string to a name that suggests one."""
    given = _GIVEN.finditer(_LOOKED_UP.sub("", text))
    return holds_secret(text, code=True) or any(names_secret(match[1]) for match in given)


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
    # At a place where secrets belong, such as `requestOptions.auth`, any string in the code counts.
    return (is_place(path) and _holds_literal(value.source)) or in_code(value.source)


def _holds_literal(code: str) -> bool:
    """Whether code holds a string that is more than a name to look up, or the scheme of a login."""
    text = _LOOKED_UP.sub("", code)
    # The parts of a template between its expressions: `Bearer ${token}` is a scheme alone.
    text = re.sub(r"\$\{[^{}]*\}", "", text)
    literals = (match[1] for match in re.finditer(r"['\"`]([^'\"`]*)['\"`]", text))
    return any(re.search(r"\w", literal) and not _SCHEME.fullmatch(literal.strip()) for literal in literals)
