"""Shows the line of a file that has a fault, with a caret below the position. Lines that may hold a secret are not shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ohif_setup.paste.showing import is_secret_name, may_hold_secret, printable

WIDTH = 100
"""In columns; a longer line is cut around the place."""

# A key at the beginning of a line: bare, dotted or quoted.
_OWN_KEY = re.compile(r"""\s*(?:[\w.-]+|"[^"]*"|'[^']*')\s*=""")


def excerpt(lines: Sequence[str], line: int, column: int) -> str:
    """Two lines, the second one with the caret; empty if there is nothing to show. `line` and `column` count from 1, in
    characters."""
    if not 0 < line <= len(lines) or not lines[line - 1].strip() or _is_hidden(lines, line):
        return ""
    # A tab is legal in TOML and as wide as the terminal likes: one blank keeps the caret in its place.
    cells = [" " if character == "\t" else printable(character) for character in lines[line - 1].rstrip()]
    place = min(column - 1, len(cells))
    first, last = _window(cells, place)
    before, after = "".join(cells[first:place]), "".join(cells[place:last])
    if first:
        before = "…" + before
    if last < len(cells):
        after += "…"
    return f"{before}{after}\n{' ' * _width(before)}^"


def _is_hidden(lines: Sequence[str], line: int) -> bool:
    """Whether the line may be part of a secret: by itself, by a value that begins above it, or by the name of its table."""
    text, above = lines[line - 1], lines[: line - 1]
    in_text = any(quotes in line for line in above for quotes in ('"""', "'''"))
    has_own_key = bool(_OWN_KEY.match(text)) and not in_text
    # For a line with a key only the headers above matter, for a continued value all lines above.
    begun = [line for line in above if not line.lstrip().startswith("#")]
    if has_own_key:
        begun = [line for line in begun if line.lstrip().startswith("[")]
    return may_hold_secret(text) or any(map(is_secret_name, begun))


def _window(cells: Sequence[str], place: int) -> tuple[int, int]:
    """The part of the line that fits, with the place in it: all before it while that fits, else its surroundings."""
    if _width("".join(cells)) <= WIDTH:
        return 0, len(cells)
    first = last = place
    # The place gets two thirds of the width before it, because the cause is usually there.
    while first > max(place - WIDTH, 0) and _width("".join(cells[first - 1 : place])) <= WIDTH * 2 // 3:
        first -= 1
    while last < min(place + WIDTH, len(cells)) and _width("".join(cells[first : last + 1])) <= WIDTH - 2:
        last += 1
    return first, last


def _width(text: str) -> int:
    # Wide characters of East Asia take two cells of a terminal.
    return sum(
        1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
        if not unicodedata.combining(character)
    )
