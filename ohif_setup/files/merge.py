"""Three texts to one, line by line. The only importer of merge3."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from merge3 import Merge3

from ohif_setup.files.lines import Lines

MOST_LINES = 2000
"""Of one text. Beyond it the comparison takes too long in the worst case."""
_BEGIN, _MIDDLE, _END = "<<<<<<<", "=======", ">>>>>>>"


@dataclass(frozen=True)
class Hunk:
    """Lines that were changed on both sides in different ways. `at` is the line on disk where they begin, and `base_at` that of
    the base, both from 1."""

    base: Lines
    disk: Lines
    new: Lines
    at: int
    base_at: int

    @property
    def contested(self) -> dict[int, str]:
        """What is on disk where the new text wants something else, by the line of the base: line by line where all three have as
        many, else the whole."""
        if not len(self.base) == len(self.disk) == len(self.new):
            return {self.base_at: "\n".join(self.disk)}
        rows = zip(self.base, self.disk, self.new, strict=True)
        return {number: disk for number, (base, disk, new) in enumerate(rows, self.base_at) if new not in (base, disk)}

    def is_open(self, said: Mapping[int, str]) -> bool:
        """Whether the hunk is still in conflict after one was said about those lines (`contested` of then): while one of its own
        is as it was, or was not among them."""
        if len(self.base) == len(self.disk) == len(self.new):
            return any(said.get(number, text) == text for number, text in self.contested.items())
        touched = [number for number in said if self.base_at <= number <= self.base_at + max(len(self.base), 1) - 1]
        return not touched or self.contested.items() <= said.items()


@dataclass(frozen=True)
class Merge:
    """Lots of lines that are agreed, and hunks that are not, in order."""

    parts: tuple[Lines | Hunk, ...]

    @property
    def hunks(self) -> tuple[Hunk, ...]:
        """What is not agreed."""
        return tuple(part for part in self.parts if isinstance(part, Hunk))

    def lines(self, settle: Callable[[Hunk], Lines]) -> Lines:
        """The whole text, with what `settle` makes of each hunk."""
        return tuple(line for part in self.parts for line in (settle(part) if isinstance(part, Hunk) else part))


class _Matcher(difflib.SequenceMatcher[str]):
    """Without the guess that a line which stands often in a long text is of no meaning (such as `},`)."""

    def __init__(
        self,
        isjunk: Callable[[str], bool] | None = None,
        a: Sequence[str] = (),
        b: Sequence[str] = (),
        autojunk: bool = False,
    ) -> None:
        super().__init__(isjunk, a, b, autojunk)

    def get_matching_blocks(self) -> list[tuple[int, int, int]]:  # type: ignore[override]  # merge3 asks for plain tuples
        """The blocks as difflib finds them."""
        return [(block.a, block.b, block.size) for block in super().get_matching_blocks()]


def merge(base: Lines, disk: Lines, new: Lines) -> Merge:
    """What changed from `base` to `disk` and from `base` to `new`, together. Changes in lines that touch are not agreed."""
    merger = Merge3(base, disk, new, sequence_matcher=_Matcher)
    parts: list[Lines | Hunk] = []
    for region in merger.merge_regions():
        if region[0] == "conflict":
            _, base_from, base_to, disk_from, disk_to, new_from, new_to = region
            parts.append(
                Hunk(
                    base[base_from:base_to],
                    disk[disk_from:disk_to],
                    new[new_from:new_to],
                    disk_from + 1,
                    base_from + 1,
                )
            )
        else:
            source = {"unchanged": base, "same": disk, "a": disk, "b": new}[region[0]]
            parts.append(source[region[1] : region[2]])
    return Merge(tuple(parts))


def marked(hunk: Hunk) -> Lines:
    """Both sides of a hunk between the marks that git uses, which editors know."""
    return (f"{_BEGIN} on disk", *hunk.disk, _MIDDLE, *hunk.new, f"{_END} generated now")


def has_marks(lines: Lines) -> bool:
    """Whether a mark of a merge, ours or git's, still stands in a text; one that was forgotten is enough."""
    return any(line == _MIDDLE or line.startswith((f"{_BEGIN} ", f"{_END} ")) for line in lines)


def hunk_diff(hunk: Hunk) -> Lines:
    """A hunk for people: `-` what is on disk, `+` what would be generated now."""
    return (f"@@ line {hunk.at} @@", *(f"-{line}" for line in hunk.disk), *(f"+{line}" for line in hunk.new))
