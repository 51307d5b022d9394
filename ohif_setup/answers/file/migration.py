"""Migrates answers files of older layouts to the newest one, as text, so that comments and order stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from ohif_setup.answers.file.toml import with_lf

VERSION = 1
"""The version of the layout that this tool writes."""


@dataclass(frozen=True)
class Migration:
    """A step from one layout to the next: a sentence about it for the user, and the change of the text (lines end in LF)."""

    does: str
    change: Callable[[str], str]


def with_version(text: str) -> str:
    """Adds the version line below the comments at the beginning of the file."""
    # tomlkit is slow to load, and only an old file needs it.
    import tomlkit
    from tomlkit.exceptions import TOMLKitError
    from tomlkit.items import Comment

    try:
        body = tomlkit.parse(text).body
    except (TOMLKitError, RecursionError):
        # tomlkit does not take all that tomllib takes, such as lists within lists a hundred times. The top is right too.
        body = []
    opening = "".join(item.as_string() for _, item in takewhile(lambda pair: isinstance(pair[1], Comment), body))
    # The whole file is comments, and the last one has no newline.
    if opening and not opening.endswith("\n"):
        return f"{opening}\nversion = 1"
    return f"{opening}version = 1\n{text.removeprefix(opening)}"


STEPS: Mapping[int, Migration] = {
    0: Migration("A file now says which layout it has: version = 1 at its top.", with_version)
}
"""By the layout that a step begins with; a file without `version` has layout 0."""


def needed(tables: Mapping[str, Any]) -> tuple[Migration, ...]:
    """The steps from the layout of these tables to the newest one, in order; none if it is the newest, newer or invalid."""
    version = tables.get("version", 0)
    # A wrong version is for the validation to report.
    if not isinstance(version, int) or isinstance(version, bool) or ("version" in tables and version < 1):
        return ()
    return tuple(STEPS[number] for number in range(version, VERSION) if number in STEPS)


def migrated(text: str, tables: Mapping[str, Any]) -> str:
    """The text of a file in the newest layout, with its own line ends and byte order mark; `tables` is what it holds."""
    # tomllib and tomlkit refuse a byte order mark, which Windows editors write.
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(mark)
    for step in needed(tables):
        text = with_lf(text, step.change)
    return mark + text
