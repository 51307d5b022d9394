"""Finds secrets in a configuration that every visitor can read, by their name, form and place. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ohif_setup.paste.showing import is_secret_name, looks_secret, without_client_ids

# token_endpoint and accessTokenExpiringNotificationTimeInSeconds name a secret without containing one.
_PUBLIC_NAMES = re.compile(
    r"(?i)url|uri|endpoint|path|type|scope|name$|method|expir|lifetime|timeout|seconds|enabled|notification"
)
# IDs and hashes may look like secrets.
_PUBLIC_FORMS = re.compile(r"(?i)(?:id|hash|integrity|sha\d*|key[_-]?id|kid)$")
# The values of `credentials` in the Fetch API.
_PUBLIC_VALUES = ("include", "omit", "same-origin")
# Too short to be looked for inside of a name: `compass` is no password.
_WHOLE_NAMES = ("pass", "pwd", "passphrase")
# Secrets that may be numbers: `--set ohif.password=1234` is a TOML number. A `token` with a number is a count.
_NUMBERS = re.compile(r"(?i)password|passwd|secret|^(?:pass|pwd|pin)$")
# Parent and key in lower case: OHIF sends these with each request, so a value there is a credential.
_PLACES = (("requestoptions", "auth"), ("headers", "authorization"), ("headers", "x-api-key"), ("headers", "cookie"))
# The value of an Authorization header.
_LOGIN = re.compile(r"(?i)\b(?:basic|bearer)\s+([A-Za-z0-9+/_.=-]{8,})")
# `Basic annotations` is English, not a login.
_WORD = re.compile(r"[A-Za-z]?[a-z]+(?:-[a-z]+)*\.?|[A-Z]+\.?")
# user:password@ in a URL, or a token in its query.
_IN_TEXT = re.compile(r"(?i)//[^/\s'\"`@:]*:[^/\s'\"`@]*@|[?&](?:sig|token|key|apikey)=[^&\s'\"`]{6,}")
# btoa("user:password"), as in guides for Basic authentication.
_IN_CODE = re.compile(r"(?i)\bbtoa\s*\(\s*['\"`][^'\"`]*:")
_WORDS = re.compile(r"[^A-Za-z0-9_~.+/=-]+")
_LONGEST = 100_000


def is_secret(path: Sequence[object], value: object) -> bool:
    """Whether a plain value is a secret. `path` has the keys that lead to it, and indexes of lists; see `holds_secret` for code."""
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
    """Whether the path is one whose value is always a secret, such as `headers.Authorization`."""
    names = [part for part in path if isinstance(part, str)]
    return tuple(name.casefold() for name in names[-2:]) in _PLACES


def names_secret(name: str) -> bool:
    """Whether a key of that name contains a secret, and not only its address or lifetime."""
    return (is_secret_name(name) or name.casefold() in _WHOLE_NAMES) and not _PUBLIC_NAMES.search(name)


def holds_secret(text: str, *, code: bool = False) -> bool:
    """Whether a text, or code, contains something that looks like a login or a secret."""
    text = without_client_ids(text[:_LONGEST])
    if _IN_TEXT.search(text) or (code and _IN_CODE.search(text)):
        return True
    if any(not _WORD.fullmatch(match[1]) for match in _LOGIN.finditer(text)):
        return True
    # Long names are common in code, so only string literals count there.
    words = _WORDS.split(text)
    if code:
        words = re.findall(r"['\"`]([^'\"`\n]{30,})['\"`]", text)
    return any(len(word) >= 30 and "/" not in word and looks_secret(word) for word in words)
