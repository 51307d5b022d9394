"""How text that somebody gave is shown: no secret, no control character, nothing endless. Loads nothing heavy."""

from __future__ import annotations

import re

from ohif_setup.paste import pasted

HIDDEN = "(not shown)"
LONGEST = 80
"""In characters: a value in an error."""

_GUID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SECRET_NAMES = ("secret", "password", "passwd", "token", "credential", "privatekey", "apikey", "assertion")
_SHORTEST = 30
"""In characters: nothing shorter looks secret by itself."""
_PARTED = (r"([\s=:;,\"']+)", r"([\s/:]+)")
"""What parts words: with and without the signs that base64 has too."""


def looks_secret(text: str) -> bool:
    """True for what may be a client secret or a token given instead of an ID; such text is shown nowhere."""
    text = pasted.unwrapped(text[: pasted.LONGEST])
    if text.startswith("eyJ") and len(text) > 40:
        return True
    if _GUID.fullmatch(text):
        return False
    if "~" in text and re.fullmatch(r"[A-Za-z0-9_~.-]{30,}", text):
        return True
    mixed = re.match(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)", text)
    return bool(mixed and re.fullmatch(r"[A-Za-z0-9_+/=-]{32,}", text))


def is_secret_name(name: str) -> bool:
    """True when a key's name says that its value is nobody's business."""
    name = name.casefold().replace("_", "").replace("-", "")
    return any(word in name for word in _SECRET_NAMES)


def may_hold_secret(line: str) -> bool:
    """True when a line of a file names a secret, or holds what looks like one: then none of it is shown."""
    # Up to the next "://" only, or it takes minutes to go through a line full of them.
    if is_secret_name(line) or re.search(r"//[^/\s]*@|://(?:(?!://)[^\s?#])*[?#]\S", line):
        return True
    parted = (*_PARTED, r"[\s\"'\[\]{}()<>,;]+", r"[^A-Za-z0-9_~.-]+")
    words = (word for separator in parted for word in re.split(separator, line))
    return any(len(word) >= _SHORTEST and looks_secret(word) for word in words)


def shown(value: object) -> str:
    """A value as an error shows it: quoted, shortened, without passwords, query strings and tokens. Empty for tables
    and lists."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        try:
            return _shortened(str(value))
        except ValueError:
            return ""
    if not isinstance(value, str):
        return ""
    text = re.sub(r"//[^/\s]*@", "//…@", value[: 20 * LONGEST])
    text = re.sub(r"(://[^\s?#]*[?#])\S+", r"\1…", text)
    for separator in _PARTED:
        text = "".join(HIDDEN if looks_secret(word) else word for word in re.split(separator, text))
    return f'"{_shortened(printable(text))}"'


def printable(text: str) -> str:
    """`text` with what a terminal would obey, or not show, written as `\\u001b`."""
    return "".join(map(_printable, text))


def _printable(character: str) -> str:
    if character.isprintable():
        return character
    if ord(character) < 65536:
        return f"\\u{ord(character):04x}"
    return "\ufffd"


def _shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - 1]}…"
