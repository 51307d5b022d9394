"""What is on disk against what should be."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ohif_setup.files.write import read_bytes

Word = Literal["create", "update", "identical"]


@dataclass(frozen=True)
class Change:
    """One file: the fixed word for what happens to it, the bytes on disk (None when there is no file) and the new text."""

    word: Word
    path: Path
    name: str
    old: bytes | None
    new: str


def change(path: Path, name: str, text: str) -> Change:
    """What happens to one file. Raises SetupError when it cannot be read."""
    old = read_bytes(path)
    word: Word = "create" if old is None else "identical" if old == text.encode() else "update"
    return Change(word, path, name, old, text)


def diff(one: Change) -> str:
    """The change as a unified diff, empty when there is none."""
    return difference(one.name, one.old, one.new.encode())


def difference(name: str, old: bytes | None, new: bytes | None) -> str:
    """Two contents of a file (None: no file) as a unified diff, empty when they are the same."""
    if old == new:
        return ""
    before, after = ("/dev/null" if content is None else name for content in (old, new))
    left, right = ((content or b"").decode("utf-8", "replace").splitlines() for content in (old, new))
    text = "\n".join(difflib.unified_diff(left, right, before, after, lineterm=""))
    return text or f"({name}: only line ends or the final newline differ)"
