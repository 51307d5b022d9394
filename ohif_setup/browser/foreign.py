"""Addresses, pages and dates as others wrote them. Nothing here raises: what cannot be read is empty, or None.

The one home of Python's own parsers of such text, which raise for much that a server may send.
"""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from ohif_setup.browser.origin import LONGEST_PLACE, trimmed

_ENDLESS_PLACE = re.compile(rf"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]{{{LONGEST_PLACE + 1}}}")
_LONG_REFERENCE = re.compile("&#[0-9]{1000,}")


class Parts(NamedTuple):
    """An address in parts. `netloc` is as written, perhaps with a login; `host` is in lower case, without brackets; `port` is None
    where none is named, or none that can be."""

    scheme: str = ""
    netloc: str = ""
    host: str = ""
    port: int | None = None
    path: str = ""
    query: str = ""


class Tag(NamedTuple):
    """A start tag. Of an attribute that is there twice the last counts; one without a value is empty."""

    name: str
    attributes: dict[str, str]


def parts_of(address: str) -> Parts:
    """The parts of an address, or of a reference; all empty where it is none."""
    if _ENDLESS_PLACE.match(trimmed(address)):
        return Parts()
    try:
        split = urlsplit(address)
    except ValueError:
        return Parts()
    try:
        port = split.port
    except ValueError:
        port = None
    return Parts(split.scheme, split.netloc, split.hostname or "", port, split.path, split.query)


def resolve(base: str, reference: str) -> str:
    """The URL that a reference means, such as the `Location` of a redirect. What is no URL comes back as it is."""
    parts: list[str] = re.split("([?#])", trimmed(reference), maxsplit=1)
    plain = "".join([parts[0].replace("\\", "/"), *parts[1:]])
    if _ENDLESS_PLACE.match(plain) or _ENDLESS_PLACE.match(trimmed(base)):
        return reference
    try:
        url = urljoin(base, plain)
    except ValueError:
        return reference
    return re.sub("(?i)^(https?://):?@", r"\1", url)


def tags_of(page: str) -> tuple[Tag, ...]:
    """The start tags of a page in its order."""
    reader = _Tags()
    # To browsers `<![` begins a comment, and a reference to such a number is U+FFFD; Python's parser raises for both.
    plain = _LONG_REFERENCE.sub("&#xfffd", page.replace("<![", "<! "))
    with contextlib.suppress(AssertionError, ValueError):
        reader.feed(plain)
    return tuple(reader.found)


def moment_of(date: str) -> datetime | None:
    """The moment that a `Date` or a `Last-Modified` names, in UTC where it has no time zone; None where it is no date."""
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    if moment.tzinfo:
        return moment
    return moment.replace(tzinfo=UTC)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(Tag(tag, {name: value or "" for name, value in attrs}))
