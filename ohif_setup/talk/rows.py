"""The row of a file in a report: `kept       deploy/app-config.js, edited by hand`. Imports nothing heavy."""

from __future__ import annotations

from ohif_setup.terminal import in_one_line

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from collections.abc import Sequence


def line(row: Sequence[str]) -> str:
    """One file: its word, its path, a remark."""
    word, remark, path = row
    text = f"{word:<10} {in_one_line(path)}"
    if remark:
        text += f", {remark}"
    return text


def summary(rows: Sequence[Sequence[str]]) -> str:
    """The words of several files as counts in one line, for one site among many."""
    words = [row[0] for row in rows]
    counts = {word: words.count(word) for word in dict.fromkeys(words)}
    # Windows paths too. Only conflicts are named: they are what the user has to act on.
    names = ", ".join(row[2].replace("\\", "/").rpartition("/")[2] for row in rows if row[0] == "conflict")
    parts = {word: f"{count} {word}" for word, count in counts.items()}
    if "conflict" in parts:
        parts["conflict"] += f" ({names})"
    return ", ".join(parts.values())
