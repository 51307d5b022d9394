"""The versions of OHIF that the tool knows. Later releases of OHIF 3 are configured by the newest known rules."""

from __future__ import annotations

import re

KNOWN = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
"""Oldest first. 3.14 is a beta."""
OLDEST = KNOWN[0]
NEWEST = "3.13"
"""The newest release that is not a beta; the default."""

# No leading zeros, bounded lengths, ASCII digits: the text may come from a file or a server.
_VERSION = re.compile(r"v?(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})(?:\.\d{1,9})?(?:[-+][0-9A-Za-z.+-]{1,64})?", re.ASCII)


def parse(text: str) -> tuple[int, int]:
    """Major and minor of `3.13`, `v3.13.2` or `3.14.0-beta.6`, for comparing. ValueError for anything else."""
    match = _VERSION.fullmatch(text)
    if not match:
        raise ValueError("is not a version of OHIF; write major and minor number, as in 3.13")
    return int(match[1]), int(match[2])


def is_version(text: str) -> bool:
    """Whether `parse` takes it."""
    return bool(_VERSION.fullmatch(text))
