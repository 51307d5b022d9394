"""In which line of an answers file a key stands. A scan, because neither tomllib nor tomlkit gives positions."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_QUOTES = ('"""', "'''")


def line_of(text: str, key: str) -> int:
    """The line, from 1, of a dotted key such as `servers.2.url` or `viewer.extra_urls[0]`; of a key that is not there the header of
    its table; 0 where neither is found."""
    known = _places(text)
    parts = key.partition("[")[0].split(".")
    while parts:
        found = known.get(tuple(parts))
        if found:
            return found
        parts.pop()
    return 0


def _places(text: str) -> dict[tuple[str, ...], int]:
    places: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    server, quotes = 0, ""
    for number, line in enumerate(text.split("\n"), 1):
        # Inside a text of several lines nothing is a key.
        if quotes:
            if line.count(quotes) % 2:
                quotes = ""
            continue
        quotes = next((each for each in _QUOTES if line.count(each) % 2), "")
        header, pair = _HEADER.match(line), _KEY.match(line)
        if header:
            table = _parts(header[2])
            if header[1] == "[[" and table == ("servers",):
                server += 1
            # [[servers]] has no number in the file, and the keys of a message do.
            if table[:1] == ("servers",):
                table = ("servers", str(server), *table[1:])
            places.setdefault(table, number)
        elif pair:
            path = (*table, *_parts(pair[1]))
            for length in range(len(table) + 1, len(path) + 1):
                places.setdefault(path[:length], number)
    return places


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(name))
