"""Values as TOML writes them."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

WIDTH = 118
"""In characters: a comment without its sign."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def toml_value(value: Any) -> str:
    """`value` (text, truth value, number, list or mapping) in one line of TOML."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        if not value:
            return "{}"
        return "{ " + ", ".join(f"{toml_key(key)} = {toml_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return repr(value)


def toml_key(key: str) -> str:
    """`key` bare where TOML allows it, else quoted."""
    if _BARE_KEY.fullmatch(key):
        return key
    return toml_value(key)


def unwrapped(written: Any) -> Any:
    """The value of an item of tomlkit; every other value as it is."""
    if hasattr(written, "unwrap"):
        return written.unwrap()
    return written


def listed(value: Any) -> Any:
    """Lists for the tuples of the model: TOML has no others."""
    if isinstance(value, tuple):
        return list(value)
    return value


def below(table: Any, part: str) -> Any:
    """What a table has under that key, or a list of tables at that number, counted from 1; None for nothing."""
    if isinstance(table, Mapping):
        return table.get(part)
    if isinstance(table, list) and part.isdecimal() and 0 < int(part) <= len(table):
        return table[int(part) - 1]
    return None


def comment(text: str) -> list[str]:
    """`text` as lines of a comment."""
    return [f"# {line}" for line in textwrap.wrap(" ".join(text.split()), WIDTH)]


def same(written: object, value: object) -> bool:
    """Equal and of one type at every depth (to OHIF 1, 1.0 and true differ); the order of keys does not matter."""
    plain = unwrapped(written)
    if isinstance(plain, Mapping) and isinstance(value, Mapping):
        return plain.keys() == value.keys() and all(same(plain[key], value[key]) for key in value)
    if isinstance(plain, list) and isinstance(value, list):
        return len(plain) == len(value) and all(map(same, plain, value))
    return repr(plain) == repr(value)


def with_lf(text: str, change: Callable[[str], str]) -> str:
    """`change` done to a text whose lines end in LF, while those of `text` may end in CRLF, and those of the result do then."""
    if "\r\n" not in text:
        return change(text)
    return change(text.replace("\r\n", "\n")).replace("\n", "\r\n")
