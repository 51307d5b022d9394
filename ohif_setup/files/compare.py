"""What is on disk against what should be."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ohif_setup.files.plan import Planned
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


def compare(directory: Path, planned: Sequence[Planned]) -> tuple[Change, ...]:
    """One change for each planned file. Raises SetupError when a file cannot be read."""
    return tuple(change(directory / file.name, file.name, file.text) for file in planned)


def change(path: Path, name: str, text: str) -> Change:
    """What happens to one file."""
    old = read_bytes(path)
    word: Word = "create" if old is None else "identical" if old == text.encode() else "update"
    return Change(word, path, name, old, text)


def diff(one: Change) -> str:
    """The change as a unified diff, empty when there is none."""
    old = (one.old or b"").decode("utf-8", "replace")
    before, after = ("/dev/null" if one.old is None else one.name), one.name
    lines = difflib.unified_diff(old.splitlines(), one.new.splitlines(), before, after, lineterm="")
    text = "\n".join(lines)
    return text or ("" if one.word == "identical" else f"({one.name}: only line ends or the final newline differ)")
