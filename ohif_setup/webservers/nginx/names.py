"""What nginx has of its own: names that are too long for its hash tables, names of variables, and quotes."""

from __future__ import annotations

import re

from ohif_setup.webservers.quoting import double_quoted

HASHED = 46
"""Characters. A longer name does not fit into a bucket of 64 bytes, nginx's default, and then it does not start. The directives
that make buckets larger may stand once in `http { }`, so a file to be included cannot have them; expressions are not hashed."""


def key(name: str) -> str:
    """A host name for `server_name`, or an origin for `map`, that matches exactly; without quotes around it."""
    if len(name) <= HASHED:
        return name
    return f"~^{re.escape(name)}$"


def variable(stem: str, name: str) -> str:
    """A variable that belongs to that host name (normalised, with a port or not) and to no other."""
    signs = {"-": "__", ":": "_p", "[": "", "]": "", "_": "_u"}
    return f"${stem}_" + "".join(signs.get(sign, sign) for sign in name).replace(".", "_")


def quoted(value: str, *, expression: bool = False) -> str:
    """A value in double quotes; a regular `expression` may have a `$`. Raises ValueError as `double_quoted`."""
    return double_quoted(value, "" if expression else "$")
