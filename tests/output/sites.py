"""A site in a folder of a test, as the code of `files/` sees it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from ohif_setup.apply.site_paths import SitePaths, site_paths
from ohif_setup.disk.safe_path import SafePath

ANSWERS, OUTPUT = "ohif-setup.toml", "deploy"
A, B, C = (f"{OUTPUT}/{name}" for name in ("app-config.js", "NEXT-STEPS.md", "nginx.conf"))
"""Three files that runs write."""


def site_of(folder: Path) -> SitePaths:
    """The site whose answers file lies in that folder, there or not."""
    return site_paths(folder / ANSWERS)


def output_of(folder: Path) -> SafePath:
    return site_of(folder).folder / OUTPUT


def memory_of(folder: Path) -> Path:
    """Where this user's records of the site are."""
    return Path(site_of(folder).memory.real)


def timeless(content: bytes) -> bytes:
    """A file of the memory without the times of runs, which differ between runs that do the same."""
    return re.sub(rb'"when": "[^"]*"', b'"when": ""', content)


def copied(old: Path, new: Path) -> None:
    """A copy of a site with what is remembered of it, as if all that had been done there."""
    shutil.copytree(old, new, symlinks=True)
    if memory_of(old).exists():
        shutil.copytree(memory_of(old), memory_of(new))
        seen = memory_of(new) / "seen"
        if seen.exists():
            seen.write_text(seen.read_text().replace(f'"{old}/', f'"{new}/'))
