"""How text from outside is shown: without secrets and control characters, and shortened. Imports nothing slow."""

from __future__ import annotations

import re

from ohif_setup.paste import pasted

HIDDEN = "(not shown)"
LONGEST = 80
"""In characters: a value in an error."""

_GUID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# Compared without case, underscores and hyphens, so that client_secret and clientSecret match as well.
_SECRET_NAMES = ("secret", "password", "passwd", "token", "credential", "privatekey", "apikey", "assertion")
_SHORTEST = 30
"""In characters: a shorter word is never taken for a secret by its form alone."""
# The forms of Auth0 and authentik, as a value of `client_id` or `clientId`.
_CLIENT_ID = re.compile(r"""\bclient_?id\b["']?\s*[:=]\s*["'`](?:[a-z0-9]{32}|[a-z0-9]{40})["'`]""", re.IGNORECASE)
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s\"']*)")
_PARTS_OF_URL = r"([=:;,/]+)"
_PARTED = (r"([\s=:;,\"']+)", r"([\s/:]+)")
"""What parts words: with and without the signs that base64 has too."""


def looks_secret(text: str) -> bool:
    """True for what may be a client secret or a token, given instead of an ID. Such text is never shown."""
    text = pasted.unwrapped(text[: pasted.LONGEST])
    # `{"` in base64: the beginning of every JWT.
    if text.startswith("eyJ") and len(text) > 40:
        return True
    if _GUID.fullmatch(text):
        return False
    # Client secrets of Entra ID contain a tilde, which base64 and IDs do not.
    if "~" in text and re.fullmatch(r"[A-Za-z0-9_~.-]{30,}", text):
        return True
    # Anything long with upper case, lower case and digits, as base64 has: keys of storage accounts, opaque tokens.
    mixed = re.match(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)", text)
    return bool(mixed and re.fullmatch(r"[A-Za-z0-9_+/=-]{32,}", text))


def key_in_path(url: str) -> str:
    """The first segment of the path that is long and random, as in a link that lets in whoever has it. Empty where there is none:
    UIDs, GUIDs, hexadecimal IDs of 32 digits, titles of applications and words are names."""
    path = re.split(r"[?#]", url.partition("://")[2], maxsplit=1)[0].partition("/")[2]
    return next((segment for segment in path.split("/") if _is_random(segment)), "")


def _is_random(segment: str) -> bool:
    if looks_secret(segment) and segment.startswith("eyJ"):
        return True
    bare = segment.rstrip("=")
    if re.fullmatch(r"[0-9a-f]{40,}|[0-9A-F]{40,}", bare):
        return True
    # Upper case, lower case and digits, as in base64: 22 characters are 128 bits.
    mixed = re.match(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9_~-]{20,}\Z", bare)
    # A name is made of words and numbers, which are longer than what chance puts together.
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", bare)
    longest = max(map(len, re.split(r"[_~-]", bare)))
    return bool(mixed) and longest >= 10 and len(bare) < 3 * len(words)


def is_secret_name(name: str) -> bool:
    """True if the name of a key says that its value is a secret."""
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


def without_client_ids(text: str) -> str:
    """`text` without client IDs that look random, of which the name before them says that they are no secrets."""
    return _CLIENT_ID.sub("", text)


def shown(value: object) -> str:
    """A value as an error shows it: quoted, shortened, without passwords, query strings and tokens. Empty for tables
    and lists."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        try:
            return _shortened(str(value))
        # Python refuses to convert an int of more than 4300 digits to text.
        except ValueError:
            return ""
    if not isinstance(value, str):
        return ""
    # The user information of a URL (RFC 3986) may be a password.
    text = re.sub(r"//[^/\s]*@", "//…@", value[: 20 * LONGEST])
    # A query or fragment may hold a token or a signature, such as that of a SAS URL.
    text = re.sub(r"(://[^\s?#]*[?#])\S+", r"\1…", text)
    # The slashes of a URL separate words: a path such as /dcm4chee-arc/aets/DCM4CHEE/rs is no base64.
    parts = _URL.split(text)
    parts[1::2] = [_without_secrets(url, _PARTS_OF_URL) for url in parts[1::2]]
    parts[0::2] = [_without_secrets(other, _PARTED[0]) for other in parts[0::2]]
    text = _without_secrets("".join(parts), _PARTED[1])
    return f'"{_shortened(printable(text))}"'


def _without_secrets(text: str, separator: str) -> str:
    return "".join(HIDDEN if looks_secret(word) else word for word in re.split(separator, text))


def printable(text: str) -> str:
    """`text` with what a terminal would obey, or not show, written as `\\u001b`."""
    return "".join(map(_printable, text))


def _printable(character: str) -> str:
    if character.isprintable():
        return character
    # TOML and JSON write \u with four digits; what is beyond is rare enough for a replacement character.
    if ord(character) < 65536:
        return f"\\u{ord(character):04x}"
    return "\ufffd"


def _shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - 1]}…"
