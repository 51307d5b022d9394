"""What the CHANGELOG says about a generated file."""

from __future__ import annotations

import re

from ohif_setup.output import resources

_RELEASE = re.compile(r"## \[(?P<name>[^\]]+)\]")


def entries(name: str, since: str) -> list[str]:
    """The entries that name the file, of the releases after `since` (`0.1.0`), newest first, one text each."""
    try:
        text = resources.changelog().read_text(encoding="utf-8")
    except OSError:
        return []
    found: list[str] = []
    newer = False
    for paragraph in re.split(r"\n(?=## |### |- )|\n\n", text):
        release = _RELEASE.match(paragraph)
        if release:
            newer = _number(release["name"]) > _number(since)
        elif newer and paragraph.startswith("- ") and f"`{name}`" in paragraph:
            found.append(" ".join(paragraph.removeprefix("- ").split()))
    return found


def is_newer(release: str, than: str) -> bool:
    """Whether one version of the tool comes after another."""
    return _number(release) > _number(than)


def _number(release: str) -> tuple[int, ...]:
    """For comparing; an unreleased version is newer than all others."""
    digits = re.match(r"\d+(?:\.\d+)*", release)
    if digits:
        return tuple(int(part) for part in digits[0].split("."))
    return (10**6,)
