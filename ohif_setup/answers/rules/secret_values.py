"""Secrets in a configuration that every visitor can read: found by name, by form and by place. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ohif_setup.paste.showing import is_secret_name, looks_secret

_PUBLIC_NAMES = re.compile(
    r"(?i)url|uri|endpoint|path|type|scope|name$|method|expir|lifetime|timeout|seconds|enabled|notification"
)
"""A key such as token_endpoint or accessTokenExpiringNotificationTimeInSeconds names a secret, and holds none."""
_PUBLIC_FORMS = re.compile(r"(?i)(?:id|hash|integrity|sha\d*|key[_-]?id|kid)$")
"""An ID may look like a secret, and is none."""
_PUBLIC_VALUES = ("include", "omit", "same-origin")
"""Of `credentials` in a request of a browser."""
_WHOLE_NAMES = ("pass", "pwd", "passphrase")
_NUMBERS = re.compile(r"(?i)password|passwd|secret|^(?:pass|pwd|pin)$")
"""What may be a number: TOML takes --set ohif.password=1234 for one. The number of tokens is none."""
_PLACES = (("requestoptions", "auth"), ("headers", "authorization"), ("headers", "x-api-key"), ("headers", "cookie"))
_LOGIN = re.compile(r"(?i)\b(?:basic|bearer)\s+([A-Za-z0-9+/_.=-]{8,})")
_WORD = re.compile(r"[A-Za-z]?[a-z]+(?:-[a-z]+)*\.?|[A-Z]+\.?")
"""`Basic annotations` is no login."""
_IN_TEXT = re.compile(r"(?i)//[^/\s'\"`@:]*:[^/\s'\"`@]*@|[?&](?:sig|token|key|apikey)=[^&\s'\"`]{6,}")
_IN_CODE = re.compile(r"(?i)\bbtoa\s*\(\s*['\"`][^'\"`]*:")
_WORDS = re.compile(r"[^A-Za-z0-9_~.+/=-]+")
_LONGEST = 100_000


def is_secret(path: Sequence[object], value: object) -> bool:
    """Whether a value (none of code) is nobody's business; `path` has the keys above it, and numbers of places in lists."""
    if is_place(path):
        return bool(value)
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    if isinstance(value, int) and not isinstance(value, bool):
        return bool(_NUMBERS.search(name)) and not _PUBLIC_NAMES.search(name)
    if not isinstance(value, str) or not value:
        return False
    if names_secret(name) and value.casefold() not in _PUBLIC_VALUES:
        return True
    return not _PUBLIC_FORMS.search(name) and not value.startswith("data:") and holds_secret(value)


def is_place(path: Sequence[object]) -> bool:
    """Whether that is a place for secrets, such as `headers.Authorization`."""
    names = [part for part in path if isinstance(part, str)]
    return tuple(name.casefold() for name in names[-2:]) in _PLACES


def names_secret(name: str) -> bool:
    """Whether a key of that name holds a secret, and not only where one is fetched or how long it lasts."""
    return (is_secret_name(name) or name.casefold() in _WHOLE_NAMES) and not _PUBLIC_NAMES.search(name)


def holds_secret(text: str, *, code: bool = False) -> bool:
    """Whether a text, or code, holds what looks like a login or secret."""
    text = text[:_LONGEST]
    if _IN_TEXT.search(text) or (code and _IN_CODE.search(text)):
        return True
    if any(not _WORD.fullmatch(match[1]) for match in _LOGIN.finditer(text)):
        return True
    # In code long names are common; only what stands in quotes may be a secret there.
    words = _WORDS.split(text)
    if code:
        words = re.findall(r"['\"`]([^'\"`\n]{30,})['\"`]", text)
    return any(len(word) >= 30 and "/" not in word and looks_secret(word) for word in words)
