"""Names in the configuration of nginx: long host names, variables, and quoting."""

from __future__ import annotations

import re

from ohif_setup.webservers.quoting import double_quoted

HASHED = 46
"""In characters. A longer name does not fit into a hash bucket of 64 bytes, nginx's default, and then nginx does not start. The
directives for larger buckets may occur only once in `http { }`, so an included file must not have them. Regular expressions are
not hashed."""


def key(name: str) -> str:
    """A host name for `server_name`, or an origin for `map`, as an exact match; without quotes."""
    if len(name) <= HASHED:
        return name
    return f"~^{re.escape(name)}$"


def variable(stem: str, name: str) -> str:
    """The name of a variable that is unique to this host name (normalised, with or without a port)."""
    # An underscore escapes itself and the others, so that two names never give the same variable: `a-b` and `a.b`
    # differ.
    signs = {"-": "__", ":": "_p", "[": "", "]": "", "_": "_u"}
    return f"${stem}_" + "".join(signs.get(sign, sign) for sign in name).replace(".", "_")


def quoted(value: str, *, expression: bool = False) -> str:
    """A value in double quotes; a regular `expression` may contain `$`. Raises ValueError as `double_quoted` does."""
    return double_quoted(value, "" if expression else "$")
