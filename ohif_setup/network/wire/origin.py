"""Where a URL leads, as the library that connects parses it. If two parsers read a URL differently, a secret could be sent to one
host while another one is compared, so ambiguous URLs are refused."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

import requests

from ohif_setup.browser import foreign

_URL = re.compile(r"https?://(?P<place>[^/?#]*)", re.IGNORECASE)
# Stricter than any parser: an IPv6 address in brackets, or a name of letters, digits, dots, hyphens, underscores and non-ASCII.
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._\-\x80-\U0010ffff]+)(?::[0-9]{0,5})?")
_PORTS = {"http": 80, "https": 443}

LONGEST = 8192
"""Maximum length of a URL in characters; servers reject longer ones."""


def origin_of(url: str) -> str:
    """Scheme, host and port to which requests connects for an http or https URL: `https://login.example.org:443`,
    `http://[::1]:80`.

    Raises ValueError, whose text ends a sentence such as "URL ...", for any other text and for a URL with a backslash, a space, a
    control character, a user name, an invalid host, or more than `LONGEST` characters.
    """
    if len(url) > LONGEST:
        raise ValueError(f"has more than {LONGEST} characters")
    if is_ambiguous(url):
        raise ValueError("has a backslash, a space or a control character")
    match = _URL.match(url)
    if match is None:
        raise ValueError("is not an http or https address")
    if "@" in match["place"]:
        raise ValueError("has a user name or a password")
    if not _HOST.fullmatch(match["place"]):
        raise ValueError("has an invalid host or port")
    try:
        # requests' own preparation decides where it connects, so no other parser can disagree with it (IDNA names, for example).
        dialled = urlsplit(str(requests.Request("GET", url).prepare().url))
        port = dialled.port or _PORTS[dialled.scheme]
        host = dialled.hostname or ""
        if ":" in host:
            host = f"[{ipaddress.IPv6Address(host)}]"
    except ValueError:
        raise ValueError("has an invalid host or port") from None
    return f"{dialled.scheme}://{host}:{port}"


def why_refused(url: str) -> str:
    """Why `origin_of` refuses a URL; empty if it does not."""
    try:
        origin_of(url)
    except ValueError as error:
        return str(error)
    return ""


def is_same_origin(url: str, other: str) -> bool:
    """Whether both URLs lead to the same origin; False if `origin_of` refuses either."""
    try:
        return origin_of(url) == origin_of(other)
    except ValueError:
        return False


def is_ambiguous(text: str) -> bool:
    """Whether a URL or a part of one contains what parsers read differently: a backslash, a space or a control character."""
    return "\\" in text or not text.isprintable() or " " in text


def resolve(base: str, reference: str) -> str:
    """The URL of a reference in an answer, resolved as a browser does. An ambiguous reference is returned unchanged, so that
    `origin_of` refuses it; a browser would turn its backslashes into slashes."""
    if is_ambiguous(reference):
        return reference
    return foreign.resolve(base, reference)
