"""Values as TOML writes them."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

WIDTH = 118
"""In characters, without the number sign of the comment."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def toml_value(value: Any) -> str:
    """`value` (text, truth value, number, list or mapping) in one line of TOML."""
    if isinstance(value, str):
        # A JSON string is a TOML basic string, except that TOML also escapes DEL.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    # Before the numbers: bool is a subclass of int, and TOML writes it in lower case.
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        if not value:
            return "{}"
        return "{ " + ", ".join(f"{toml_key(key)} = {toml_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    # int and float; Python and TOML agree on their form, including inf and nan.
    return repr(value)


def toml_key(key: str) -> str:
    """`key` bare where TOML allows it, else quoted."""
    if _BARE_KEY.fullmatch(key):
        return key
    return toml_value(key)


def unwrapped(written: Any) -> Any:
    """The plain value of an item of tomlkit; other values unchanged."""
    if hasattr(written, "unwrap"):
        return written.unwrap()
    return written


def listed(value: Any) -> Any:
    """A list for a tuple of the model, because TOML has only lists; other values unchanged."""
    if isinstance(value, tuple):
        return list(value)
    return value


def below(table: Any, part: str) -> Any:
    """The value under a key of a table, or at a number (from 1) of a list of tables; None if there is none."""
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
    # Unlike ==, repr tells 1 from 1.0 and from True.
    return repr(plain) == repr(value)


def with_lf(text: str, change: Callable[[str], str]) -> str:
    """Applies `change`, which needs lines that end in LF, to a text that may have CRLF; the result has the same line ends."""
    if "\r\n" not in text:
        return change(text)
    return change(text.replace("\r\n", "\n")).replace("\n", "\r\n")
