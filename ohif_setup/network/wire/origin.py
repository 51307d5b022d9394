"""Where a URL leads, as the library that connects reads it. Two parsers that read a URL differently send a secret to one host
and compare another, so a URL that can be read in two ways is refused."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

import requests

from ohif_setup.browser import foreign

_URL = re.compile(r"https?://(?P<place>[^/?#]*)", re.IGNORECASE)
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._\-\x80-\U0010ffff]+)(?::[0-9]{0,5})?")
_PORTS = {"http": 80, "https": 443}

LONGEST = 8192
"""Characters of a URL; servers take no longer ones."""


def origin_of(url: str) -> str:
    """Scheme, host and port of an http or https URL as requests dials them: `https://login.example.org:443`, `http://[::1]:80`.

    Raises ValueError, with the reason as the end of a sentence, for any other text, and for a URL that has a backslash, a blank, a
    control character, a user name, anything else in its host than a name or an address, or more than `LONGEST` characters.
    """
    if len(url) > LONGEST:
        raise ValueError(f"has more than {LONGEST} characters")
    if is_ambiguous(url):
        raise ValueError("has a backslash, a blank or a control character")
    match = _URL.match(url)
    if match is None:
        raise ValueError("is not an http or https address")
    if "@" in match["place"]:
        raise ValueError("has a user name or a password")
    if not _HOST.fullmatch(match["place"]):
        raise ValueError("has a host or a port that cannot be")
    try:
        dialled = urlsplit(str(requests.Request("GET", url).prepare().url))
        port = dialled.port or _PORTS[dialled.scheme]
        host = dialled.hostname or ""
        if ":" in host:
            host = f"[{ipaddress.IPv6Address(host)}]"
    except ValueError:
        raise ValueError("has a host or a port that cannot be") from None
    return f"{dialled.scheme}://{host}:{port}"


def why_refused(url: str) -> str:
    """Why `origin_of` refuses a URL; empty where it does not."""
    try:
        origin_of(url)
    except ValueError as error:
        return str(error)
    return ""


def is_same_origin(url: str, other: str) -> bool:
    """Whether both URLs lead to the same origin; False where one of them is refused."""
    try:
        return origin_of(url) == origin_of(other)
    except ValueError:
        return False


def is_ambiguous(text: str) -> bool:
    """Whether a URL or a part of one holds what parsers read differently: a backslash, a blank or a control character."""
    return "\\" in text or not text.isprintable() or " " in text


def resolve(base: str, reference: str) -> str:
    """The URL that a reference in an answer means, as a browser resolves it. One that `is_ambiguous` comes back as it is, for
    `origin_of` to refuse: a browser would turn its backslashes into slashes."""
    if is_ambiguous(reference):
        return reference
    return foreign.resolve(base, reference)
