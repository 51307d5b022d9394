"""Quotes each value for the language of its file."""

from __future__ import annotations

import json
import re
from typing import Any

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")
_BREAKS_OUT = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029\x7f"})
"""Characters that JSON allows in a string, but that end the script in an HTML page, or the string in JavaScript before ES2019."""


def js(value: Any, indent: int = 0) -> str:
    """`value` (JSON types) as a JavaScript literal, indented by two spaces per level, starting at column `indent`.

    Strings stay strings whatever is in them: quotes, `</script>`, newlines, U+2028. Raises ValueError for NaN and infinities
    and TypeError for types that JSON does not have.
    """
    pad, inner = " " * indent, " " * (indent + 2)
    if isinstance(value, dict):
        if not value:
            return "{}"
        # A comma after the last entry: an entry that is added by hand then changes one line only, which merges better.
        lines = (f"{inner}{js_key(key)}: {js(item, indent + 2)},\n" for key, item in value.items())
        return "{\n" + "".join(lines) + pad + "}"
    if isinstance(value, list | tuple):
        if not value:
            return "[]"
        return "[\n" + "".join(f"{inner}{js(item, indent + 2)},\n" for item in value) + pad + "]"
    return json.dumps(value, allow_nan=False, ensure_ascii=False).translate(_BREAKS_OUT)


def js_key(key: str) -> str:
    """A property name, quoted unless it is an identifier. `__proto__: x` would set the prototype, so that key is computed."""
    if key == "__proto__":
        return '["__proto__"]'
    if _IDENTIFIER.match(key):
        return key
    return js(key)


def js_comment(value: str) -> str:
    """Text for a `//` comment: all characters that end a line in JavaScript become spaces."""
    return " ".join(re.split(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", value))


def markdown_code(value: str) -> str:
    """A code span with the whole `value`, even if that has backticks."""
    text = " ".join(re.split(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", value))
    # The fence has to be longer than every run of backticks inside (CommonMark, code spans).
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    # A space next to a backtick, which Markdown strips again.
    blank = ""
    if text.startswith("`") or text.endswith("`"):
        blank = " "
    return f"{fence}{blank}{text}{blank}{fence}"


def xml(value: str) -> str:
    """A value in double quotes for an attribute. Raises ValueError for characters that XML 1.0 does not allow."""
    if re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", value):
        raise ValueError("XML cannot hold this character")
    # & first, or the entities themselves would be escaped.
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        value = value.replace(sign, entity)
    return f'"{value}"'


def as_json(value: Any) -> str:
    """`value` as strict JSON. Raises ValueError and TypeError like `js`."""
    return json.dumps(value, allow_nan=False, ensure_ascii=False)
