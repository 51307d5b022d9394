"""The entries of the CHANGELOG about a generated file."""

from __future__ import annotations

import re

from ohif_setup.output import resources

_RELEASE = re.compile(r"## \[(?P<name>[^\]]+)\]")


def entries(name: str, since: str) -> list[str]:
    """The entries about the file in releases after `since` (such as `0.1.0`), newest first, each as one line."""
    try:
        text = resources.changelog().read_text(encoding="utf-8")
    except OSError:  # an installation without it; the note is a help, not a need
        return []
    found: list[str] = []
    newer = False
    # Releases and subheadings start with #, entries with "- "; an entry may span several lines.
    for paragraph in re.split(r"\n(?=## |### |- )|\n\n", text):
        release = _RELEASE.match(paragraph)
        if release:
            newer = _number(release["name"]) > _number(since)
        elif newer and paragraph.startswith("- ") and f"`{name}`" in paragraph:
            found.append(" ".join(paragraph.removeprefix("- ").split()))
    return found


def is_newer(release: str, than: str) -> bool:
    """Whether `release` comes after `than`; both are versions of the tool."""
    return _number(release) > _number(than)


def _number(release: str) -> tuple[int, ...]:
    """For comparing; an unreleased version is newer than all others."""
    digits = re.match(r"\d+(?:\.\d+)*", release)
    if digits:
        return tuple(int(part) for part in digits[0].split("."))
    return (10**6,)
