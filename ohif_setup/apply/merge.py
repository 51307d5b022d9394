"""Merges three texts into one, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from ohif_setup.apply.lines import Lines

MOST_LINES = 2000
"""Per text. With more, the comparison takes too long in the worst case."""
_BEGIN, _MIDDLE, _END = "<<<<<<<", "=======", ">>>>>>>"


@dataclass(frozen=True)
class Hunk:
    """Lines that were changed on both sides in different ways. `at` is their first line on disk, `base_at` that in the base, both
    counted from 1."""

    base: Lines
    disk: Lines
    new: Lines
    at: int
    base_at: int

    @property
    def contested(self) -> dict[int, str]:
        """The lines on disk that the new text would change, keyed by the line of the base: line by line if all three have the
        same number of lines, as a whole if not."""
        # Without a line-by-line correspondence the hunk is one unit.
        if not len(self.base) == len(self.disk) == len(self.new):
            return {self.base_at: "\n".join(self.disk)}
        rows = zip(self.base, self.disk, self.new, strict=True)
        return {number: disk for number, (base, disk, new) in enumerate(rows, self.base_at) if new not in (base, disk)}

    def is_open(self, said: Mapping[int, str]) -> bool:
        """Whether the hunk is still in conflict after a conflict in these lines was reported (`said` is `contested` at that time):
        it is while one of its lines is unchanged, or was not reported."""
        # An unreported line counts as open: `get` then returns the text itself.
        if len(self.base) == len(self.disk) == len(self.new):
            return any(said.get(number, text) == text for number, text in self.contested.items())
        # The lines of the base that the hunk covers; an empty hunk still has the one at which it inserts.
        touched = [number for number in said if self.base_at <= number <= self.base_at + max(len(self.base), 1) - 1]
        return not touched or self.contested.items() <= said.items()


@dataclass(frozen=True)
class Merge:
    """The result of a merge: agreed lines and hunks in conflict, in order."""

    parts: tuple[Lines | Hunk, ...]

    @property
    def hunks(self) -> tuple[Hunk, ...]:
        """The hunks in conflict."""
        return tuple(part for part in self.parts if isinstance(part, Hunk))

    def lines(self, settle: Callable[[Hunk], Lines]) -> Lines:
        """The whole text, with each hunk resolved by `settle`."""
        lines: list[str] = []
        for part in self.parts:
            if isinstance(part, Hunk):
                lines += settle(part)
            else:
                lines += part
        return tuple(lines)


def merge(base: Lines, disk: Lines, new: Lines) -> Merge:
    """Combines the changes from `base` to `disk` and from `base` to `new`. Changes to adjacent lines are in conflict.

    Lines of the base that are on both sides align the three texts. What is between two runs of them is one piece, which is
    agreed if one side has it as in the base, or both have the same. This is how diff3 merges (Khanna, Kunal, Pierce:
    A Formal Investigation of Diff3, 2007).
    """
    parts: list[Lines | Hunk] = []
    base_at = disk_at = new_at = 0
    # Each step handles what is before the run, then the run itself.
    for run in _runs_on_both_sides(base, disk, new):
        piece = Hunk(
            base[base_at : run.base], disk[disk_at : run.disk], new[new_at : run.new], disk_at + 1, base_at + 1
        )
        base_at, disk_at, new_at = run.base + run.size, run.disk + run.size, run.new + run.size
        parts += [part for part in (_agreed(piece), base[run.base : base_at]) if part]
    return Merge(tuple(parts))


@dataclass(frozen=True)
class _Run:
    """`size` lines that are the same in all three texts, and where they begin in each, counted from 0."""

    base: int
    disk: int
    new: int
    size: int


def _runs_on_both_sides(base: Lines, disk: Lines, new: Lines) -> Iterator[_Run]:
    """The runs in order, and an empty one after the last lines."""
    # Without autojunk, which in a text of 200 lines or more ignores frequent lines, such as `},`.
    of_disk = SequenceMatcher(None, base, disk, autojunk=False).get_matching_blocks()
    of_new = SequenceMatcher(None, base, new, autojunk=False).get_matching_blocks()
    left = right = 0
    while left < len(of_disk) and right < len(of_new):
        one, other = of_disk[left], of_new[right]
        # The overlap of the two blocks, in lines of the base.
        begin, end = max(one.a, other.a), min(one.a + one.size, other.a + other.size)
        if begin < end:
            yield _Run(begin, one.b + begin - one.a, other.b + begin - other.a, end - begin)
        # Advance the block that ends first; the other may overlap the next one.
        if one.a + one.size == end:
            left += 1
        else:
            right += 1
    yield _Run(len(base), len(disk), len(new), 0)


def _agreed(piece: Hunk) -> Lines | Hunk:
    # Only the disk changed, or both in the same way.
    if piece.new in (piece.base, piece.disk):
        return piece.disk
    if piece.disk == piece.base:
        return piece.new
    return piece


def marked(hunk: Hunk) -> Lines:
    """Both sides of a hunk between the conflict markers of Git, which editors recognise."""
    return (f"{_BEGIN} on disk", *hunk.disk, _MIDDLE, *hunk.new, f"{_END} generated now")


def has_marks(lines: Lines) -> bool:
    """Whether a text still has a conflict marker, ours or Git's; a single one is enough."""
    # Git writes a label behind the outer markers, and nothing behind the middle one.
    return any(line == _MIDDLE or line.startswith((f"{_BEGIN} ", f"{_END} ")) for line in lines)


def hunk_diff(hunk: Hunk) -> Lines:
    """A hunk to show: `-` for what is on disk, `+` for what would be generated now."""
    return (f"@@ line {hunk.at} @@", *(f"-{line}" for line in hunk.disk), *(f"+{line}" for line in hunk.new))
