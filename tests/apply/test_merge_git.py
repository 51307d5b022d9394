"""Our merge against that of git. The two part only where they do not find the same lines to be the same: git looks for the fewest
changed lines, ours for the longest runs. Where a line stands once in a text, there is one way to find it."""

from __future__ import annotations

import subprocess
from difflib import SequenceMatcher
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ohif_setup.apply.lines import Lines
from ohif_setup.apply.merge import merge
from tests.extent import examples

Texts = tuple[Lines, Lines, Lines]
REPEATED = st.sampled_from(["a", "b", "c", "},", ""])


@st.composite
def edited(draw: st.DrawFn, base: Lines, new_lines: st.SearchStrategy[str]) -> Lines:
    """`base` with lines that were taken out and put in, in runs."""
    lines = list(base)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(lines)))
        out = draw(st.integers(0, 2))
        lines[at : at + out] = draw(st.lists(new_lines, max_size=2))
    return tuple(lines)


@st.composite
def with_lines_that_stand_once(draw: st.DrawFn) -> Texts:
    base = tuple(f"line {number}" for number in range(draw(st.integers(0, 12))))
    disk, new = (_once(draw(edited(base, st.sampled_from(["x", "y", "z"])))) for _ in range(2))
    return base, disk, new


@st.composite
def with_lines_that_stand_often(draw: st.DrawFn) -> Texts:
    base = tuple(draw(st.lists(REPEATED, max_size=10)))
    return base, draw(edited(base, REPEATED)), draw(edited(base, REPEATED))


@given(with_lines_that_stand_once())
@settings(deadline=None, max_examples=examples(100, 300))
def test_lines_that_stand_once_are_merged_as_git_merges_them(texts: Texts) -> None:
    assert _ours(*texts) == _gits(*texts)


@given(with_lines_that_stand_often())
@settings(deadline=None, max_examples=examples(70, 200))
def test_where_both_find_the_same_lines_they_merge_alike(texts: Texts) -> None:
    base, *sides = texts
    assume(all(_same_lines_to_us(base, side) == _same_lines_to_git(base, side) for side in sides))
    assert _ours(*texts) == _gits(*texts)


def _once(lines: Lines) -> Lines:
    """Each line that stands there already with a number."""
    return tuple(f"{line} {lines[:at].count(line)}" if line in lines[:at] else line for at, line in enumerate(lines))


def _ours(base: Lines, disk: Lines, new: Lines) -> Lines:
    found = merge(base, disk, new)
    return found.lines(
        lambda hunk: ("<<<<<<< disk", *hunk.disk, "||||||| base", *hunk.base, "=======", *hunk.new, ">>>>>>> new")
    )


def _gits(base: Lines, disk: Lines, new: Lines) -> Lines:
    # With --diff3, as git otherwise takes out of a conflict what both sides have alike.
    labels = [word for name in ("disk", "base", "new") for word in ("-L", name)]
    return _git("merge-file", "-p", "--diff3", *labels, "disk", "base", "new", disk=disk, base=base, new=new)


def _same_lines_to_us(base: Lines, side: Lines) -> list[tuple[int, int]]:
    blocks = SequenceMatcher(None, base, side, autojunk=False).get_matching_blocks()
    return [(block.a + index, block.b + index) for block in blocks for index in range(block.size)]


def _same_lines_to_git(base: Lines, side: Lines) -> list[tuple[int, int]]:
    """As its merge finds them, which knows no heuristic about indents. One hunk has the whole of both texts."""
    shown = _git("diff", "--no-index", "-U1000", "--no-indent-heuristic", "base", "side", base=base, side=side)
    body = shown[shown.index("+++ b/side") + 2 :] if shown else [f" {line}" for line in base]
    signs = [line[0] for line in body]
    of_base = (index for index, sign in enumerate(sign for sign in signs if sign != "+") if sign == " ")
    of_side = (index for index, sign in enumerate(sign for sign in signs if sign != "-") if sign == " ")
    return list(zip(of_base, of_side, strict=True))


def _git(*command: str, **texts: Lines) -> Lines:
    with TemporaryDirectory() as folder:
        for name, lines in texts.items():
            Path(folder, name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        done = subprocess.run(["git", *command], cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode < 128, done.stderr
    return tuple(done.stdout.split("\n")[:-1])
