"""Secrets in a configuration that every visitor can read. They are found by name, by form and by place, and never shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ohif_setup.answers.showing import is_secret_name, looks_secret
from ohif_setup.javascript.read import Code, Path, ReadConfig, shown_path
from ohif_setup.javascript.remark import Remark

_PUBLIC_NAMES = re.compile(
    r"(?i)url|uri|endpoint|path|type|scope|name$|method|expir|lifetime|timeout|seconds|enabled|notification"
)
"""A key such as token_endpoint or accessTokenExpiringNotificationTimeInSeconds names a secret, and holds none."""
_PUBLIC_FORMS = re.compile(r"(?i)(?:id|hash|integrity|sha\d*|key[_-]?id|kid)$")
"""An ID may look like a secret, and is none."""
_PLACES = (("requestOptions", "auth"), ("headers", "authorization"), ("headers", "x-api-key"), ("headers", "cookie"))
_IN_TEXT = re.compile(
    r"(?i)\b(?:basic|bearer)\s+[A-Za-z0-9+/_.=-]{8,}|//[^/\s'\"`@]+:[^/\s'\"`@]*@|[?&](?:sig|token|key|apikey)=[^&\s'\"`]{6,}"
)
_IN_CODE = re.compile(r"(?i)\bbtoa\s*\(\s*['\"`][^'\"`]*:")
_GIVEN = re.compile(r"([A-Za-z_$][\w$]*)['\"]?\s*[:=]\s*['\"`][^'\"`]")
"""`password = '...'`, `"token": "..."`."""
_WORDS = re.compile(r"[^A-Za-z0-9_~.+/=-]+")
_DO = (
    "Take it out; let the web server before the images add the login. Whoever opened the viewer may have read it: replace the "
    "secret itself"
)


def secret_paths(read: ReadConfig) -> tuple[Path, ...]:
    """Where the configuration holds what looks like a secret."""
    return tuple(_found(read.config, ()))


def remarks(read: ReadConfig) -> Iterator[Remark]:
    """One for each secret, without its value."""
    for path in secret_paths(read):
        wrong = "Everybody who can open the viewer can read this login or secret."
        yield Remark("secret", "error", shown_path(path), read.line(*path), wrong, _DO, fm="FM56")


def in_code(text: str) -> bool:
    """Whether code holds what looks like a secret, or gives one a name."""
    named = (match[1] for match in _GIVEN.finditer(text))
    return _holds(text, code=True) or any(is_secret_name(name) and not _PUBLIC_NAMES.search(name) for name in named)


def _found(value: Any, path: Path) -> Iterator[Path]:
    if path and _is_secret(path, value):
        yield path
    elif isinstance(value, dict):
        for key, below in value.items():
            yield from _found(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _found(below, (*path, index))


def _is_secret(path: Path, value: Any) -> bool:
    names = [str(one) for one in path if isinstance(one, str)]
    last = tuple(name.casefold() for name in names[-2:])
    if isinstance(value, Code):
        return (last in _lower_places() and bool(re.search(r"['\"`][^'\"`]+['\"`]", value.source))) or in_code(
            value.source
        )
    if last in _lower_places():
        return bool(value)
    if not isinstance(value, str) or not value:
        return False
    named = bool(names) and is_secret_name(names[-1]) and not _PUBLIC_NAMES.search(names[-1])
    public = bool(names) and bool(_PUBLIC_FORMS.search(names[-1]))
    return named or (not public and not value.startswith("data:") and _holds(value, code=False))


def _lower_places() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(one.casefold() for one in place) for place in _PLACES)


def _holds(text: str, *, code: bool) -> bool:
    if _IN_TEXT.search(text) or (code and _IN_CODE.search(text)):
        return True
    words = _WORDS.split(text[:100_000])
    # In code long names are common; only what stands in quotes may be a secret there.
    quoted = re.findall(r"['\"`]([^'\"`\n]{30,})['\"`]", text[:100_000]) if code else words
    return any(len(word) >= 30 and "/" not in word and looks_secret(word) for word in quoted)
