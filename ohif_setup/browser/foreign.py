"""Reads addresses, pages and dates that come from outside. Nothing here raises: unreadable input gives empty values or None.

Python's own parsers raise for much that a server may send, so no other module calls them for such text.
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

# urlsplit normalises the host (NFKC), which takes time with the square of its length.
_ENDLESS_PLACE = re.compile(rf"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]{{{LONGEST_PLACE + 1}}}")
# Python's int() refuses numbers with thousands of digits.
_LONG_REFERENCE = re.compile("&#[0-9]{1000,}")


class Parts(NamedTuple):
    """The parts of an address. `netloc` is as written and may contain a login; `host` is lower-case and without brackets; `port` is
    None when the address has no valid one."""

    scheme: str = ""
    netloc: str = ""
    host: str = ""
    port: int | None = None
    path: str = ""
    query: str = ""


class Tag(NamedTuple):
    """A start tag. The last of two equal attributes counts; an attribute without a value is empty."""

    name: str
    attributes: dict[str, str]


class Script(NamedTuple):
    """A `<script>` of a page with its text, line ends as LF; the text counts only where there is no `src`."""

    attributes: dict[str, str]
    text: str = ""


def parts_of(address: str) -> Parts:
    """The parts of an absolute or relative address; all empty when it cannot be parsed."""
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
    """The URL that a reference resolves to, such as the `Location` of a redirect. An unusable reference is returned unchanged."""
    # Browsers treat a backslash as a slash, but not in the query or the fragment.
    parts: list[str] = re.split("([?#])", trimmed(reference), maxsplit=1)
    plain = "".join([parts[0].replace("\\", "/"), *parts[1:]])
    if _ENDLESS_PLACE.match(plain) or _ENDLESS_PLACE.match(trimmed(base)):
        return reference
    try:
        url = urljoin(base, plain)
    except ValueError:
        return reference
    # Browsers drop an empty login (`https://@host`, `https://:@host`); urljoin keeps it.
    return re.sub("(?i)^(https?://):?@", r"\1", url)


def tags_of(page: str) -> tuple[Tag, ...]:
    """The start tags of a page, in order."""
    return tuple(_read(page).found)


def scripts_of(page: str) -> tuple[Script, ...]:
    """The scripts of a page, in order."""
    reader = _read(page)
    tags = [tag for tag in reader.found if tag.name == "script"]
    # `_read` writes every `<![` as `<! `, and a digest is one of the text as it was sent.
    texts = ["".join(text).replace("<! ", "<![") for text in reader.scripts]
    return tuple(Script(tag.attributes, text) for tag, text in zip(tags, texts, strict=True))


def _read(page: str) -> _Tags:
    reader = _Tags()
    # Browsers turn line ends into LF before they read anything.
    page = page.replace("\r\n", "\n").replace("\r", "\n")
    # Python's parser raises for `<![` and for a huge character reference; browsers read a comment and U+FFFD instead.
    plain = _LONG_REFERENCE.sub("&#xfffd", page.replace("<![", "<! "))
    # The tags before the place at which the parser gives up still count.
    with contextlib.suppress(AssertionError, ValueError):
        reader.feed(plain)
    return reader


def moment_of(date: str) -> datetime | None:
    """The time in a `Date` or `Last-Modified` header, taken as UTC when it has no time zone; None when it is not a date."""
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
        self.scripts: list[list[str]] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(Tag(tag, {name: value or "" for name, value in attrs}))
        self._in_script = tag == "script"
        if self._in_script:
            self.scripts.append([])

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1].append(data)
