"""Quoting of values for the configuration of web servers."""

from __future__ import annotations

import re


def double_quoted(value: str, refused: str = "$") -> str:
    """`value` in double quotes. Raises ValueError for control characters and for the `refused` ones: most languages expand `$` as a
    variable even inside quotes, and have no escape for it."""
    # A line break would start a new directive; the others could hide one in an editor.
    if re.search("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff" + refused + "]", value):
        raise ValueError("a web server's configuration cannot hold this character")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
