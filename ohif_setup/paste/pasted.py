"""Text as people paste it: with blanks, quotes, brackets, labels of the portal, or a placeholder never filled in."""

from __future__ import annotations

import re
import unicodedata

# Blanks, zero-width characters, the byte order mark, and straight or typographic quotes: what a copy from a web page,
# a table or a chat leaves around a value.
_EDGES = (
    " \t\r\n\v\f\u00a0\u200b\u200c\u200d\u200e\u200f\u202f\u2060\ufeff,;\"'`\u00ab\u00bb\u2018\u2019\u201c\u201d\u201e"
)
_BRACKETS = {"<": ">", "(": ")", "{": "}"}
# Placeholders by their form: <id>, [id], {id}, $ID, ${ID}, $(id), %ID%, #{id}#, __ID__.
_WRAPPED = re.compile(r"<.+>|\[.+\]|\{.+\}|\$\w+|\$[({].+[)}]|%\w+%|#\{.+\}#?|__\w+__", re.DOTALL)
# The same forms inside of a longer text. Narrower, because such a text may have the signs for reasons of its own: `%D0%B0` is an
# encoded letter, `a$b` and `x__y__z` are names.
_INSIDE = re.compile(
    r"\$\{[^{}\n]{1,80}\}|\$\([^()\n]{1,80}\)|(?<![\w$])\$[A-Z][A-Z0-9_]+(?!\w)|\{\{[^{}\n]{1,80}\}\}|#\{[^{}\n]{1,80}\}#?"
    r"|(?<!\w)__[A-Z][A-Z0-9_]*?__(?!\w)|%(?![0-9A-Fa-f]{2}%)[A-Za-z_]\w{2,80}%(?![0-9A-Fa-f]{2})"
    r"|\{%[^{}\n]{1,80}%\}|<%[^%<>\n]{1,80}%>|@[A-Z][A-Z0-9_]+@"
)
_BRACKETED = re.compile(r"<[A-Za-z][\w .-]{0,80}>|\{[A-Za-z][\w.-]{0,80}\}")
# In code, comparisons and tables have these signs too.
_IN_CODE = re.compile(rf"{_INSIDE.pattern}|<[A-Z][A-Z0-9_-]+>")
# Placeholders by their words: your-tenant-id, the client id, TENANT_ID, changeme, ...
_NOUN = (
    r"(?:tenant|client|application|app|directory|workspace|service|viewer|server|org|organi[sz]ation|company|domain)"
)
_WORDS = re.compile(
    rf"(?:your|my|the)[-_ ]?(?:azure[-_ ]?)?(?:{_NOUN}|own|id|guid|uuid|url|value)(?:[-_ .].*|id|guid|url|name)?"
    rf"|{_NOUN}(?:[-_ ]?(?:id|guid|url|uri|name|host|here))+"
    r"|guid|uuid|todo|tbd|change[-_ ]?me|replace[-_ ]?me|placeholder|example|\.{2,}|…+|-+",
    re.IGNORECASE | re.DOTALL,
)
# Placeholders by their filling: xxxxxxxx-xxxx-..., the all-zero GUID, 0000, ****.
_CROSSES = re.compile(r"[x*?0#]{8}-?(?:[x*?0#]{4}-?){3}[x*?0#]{12}|x{3,}|0+|\*+", re.IGNORECASE)

# Also where it is part of a longer text, such as "Portal: https://portal.azure.com/...".
_PORTAL = re.compile(r"(?:^|[\s/.])(?:portal\.azure\.(?:com|us|cn)|entra\.microsoft\.com)(?:[/:?#\s]|$)", re.IGNORECASE)

LONGEST = 2000
"""In characters. No address and no ID is longer, not even with the words of the portal around it."""


def bounded(text: str) -> str:
    """`text` as it is. ValueError when it is longer than any answer can be."""
    if len(text) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters, which is too long for any answer here")
    return text


def trimmed(text: str) -> str:
    """`text` without the blanks, zero-width characters, quotes and commas around it that come along when text is pasted."""
    return text.strip(_EDGES)


def unwrapped(text: str) -> str:
    """`trimmed`, and without the brackets around it."""
    text = trimmed(text)
    # Nested: `"<{id}>"` is quoted, in angle brackets and in braces.
    while len(text) > 1 and _BRACKETS.get(text[0]) == text[-1]:
        text = trimmed(text[1:-1])
    return text


def is_placeholder(text: str) -> bool:
    """True for `{tenant-id}`, `<client-id>`, `your-client-id`, `$TENANT`, zeros, crosses: where a value was to be put
    in."""
    # The patterns below backtrack, so their input has to be bounded.
    if len(text) > LONGEST:
        return False
    text = trimmed(text)
    bare = unwrapped(text)
    # An address may have brackets at both ends and is still no placeholder: <https://...> is how mail programs write
    # it.
    return bool(_CROSSES.fullmatch(bare) or _WORDS.fullmatch(bare) or (_WRAPPED.fullmatch(text) and "://" not in text))


def placeholder_in(text: str) -> str:
    """The first part of an address, an ID or a path that a template was to fill in: `${ROOT}` in `${ROOT}/dicom-web`, `$HOST`,
    `%name%`, `__NAME__`, `{{ x }}`, `<NAME>`. Empty where there is none."""
    found = _INSIDE.search(text[:LONGEST]) or _BRACKETED.search(text[:LONGEST])
    return found[0] if found else ""


def placeholder_at(code: str, at: int) -> str:
    """The placeholder in a line of code that holds the character at that offset; empty where there is none."""
    spans = (match for match in _IN_CODE.finditer(code[: at + LONGEST]) if match.start() <= at < match.end())
    return next((match[0] for match in spans), "")


def has_control_characters(text: str) -> bool:
    """True when `text` holds a line break, NUL or another control character, or half of a surrogate pair."""
    return any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text)


def is_portal_page(text: str) -> bool:
    """True for a link to a page of the Azure portal or of the Entra admin center, whatever comes after the host."""
    return bool(_PORTAL.search(text))
