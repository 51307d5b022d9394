"""A value quoted as configurations of web servers have it."""

from __future__ import annotations

import re


def double_quoted(value: str, refused: str = "$") -> str:
    """`value` in double quotes. Raises ValueError for control characters, and for those that are `refused`: most languages read `$`
    as the beginning of a variable whatever is around it."""
    if re.search("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff" + refused + "]", value):
        raise ValueError("a web server's configuration cannot hold this character")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
