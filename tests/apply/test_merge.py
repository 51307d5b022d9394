"""Three texts to one: what is agreed, what is not, and the form of a file."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohif_setup.apply.lines import MARK, Form, Lines, decoded, fingerprint_of, form_of, in_form, lines_of, same_lines
from ohif_setup.apply.merge import Hunk, has_marks, hunk_diff, marked, merge

BASE = ("one", "two", "three", "four", "five")
LINE = st.sampled_from(["a", "b", "c", "", "}, "])
TEXT = st.lists(LINE, max_size=8).map(tuple)


def test_changes_apart_are_both_taken() -> None:
    result = merge(BASE, ("ONE", *BASE[1:]), (*BASE[:4], "FIVE"))
    assert not result.hunks
    assert result.lines(lambda hunk: hunk.disk) == ("ONE", "two", "three", "four", "FIVE")


def test_the_same_change_on_both_sides_is_agreed() -> None:
    changed = ("one", "TWO", *BASE[2:])
    assert merge(BASE, changed, changed).parts == (("one",), ("TWO",), BASE[2:])


def test_different_changes_of_a_line_are_a_hunk_with_its_place() -> None:
    (hunk,) = merge(BASE, ("zero", "one", "hers", *BASE[2:]), ("one", "ours", *BASE[2:])).hunks
    assert hunk == Hunk(("two",), ("hers",), ("ours",), 3, 2)
    assert hunk_diff(hunk) == ("@@ line 3 @@", "-hers", "+ours")


def test_changes_of_lines_that_touch_are_not_agreed() -> None:
    assert merge(BASE, ("ONE", *BASE[1:]), ("one", "TWO", *BASE[2:])).hunks


def test_contested_lines_are_those_that_the_new_text_wants_otherwise() -> None:
    hunk = Hunk(("a", "b", "c"), ("A", "x", "c"), ("a", "y", "z"), 5, 7)
    assert hunk.contested == {8: "x", 9: "c"}
    assert Hunk(("a",), ("b", "c"), ("d",), 5, 7).contested == {7: "b\nc"}


def test_a_hunk_is_open_until_each_contested_line_was_edited() -> None:
    hunk = Hunk(("a", "b"), ("A", "x"), ("c", "y"), 1, 7)
    said = hunk.contested
    assert hunk.is_open(said)
    assert replace(hunk, disk=("B", "x")).is_open(said)
    assert not replace(hunk, disk=("B", "X")).is_open(said)
    assert not replace(hunk, disk=("B", "X", "and more")).is_open(said)
    assert replace(hunk, base_at=9).is_open(said)


def test_a_hunk_that_grew_by_a_line_beside_it_stays_open() -> None:
    hunk = Hunk(("b",), ("x",), ("y",), 2, 2)
    assert Hunk(("a", "b"), ("A", "x"), ("a", "y"), 1, 1).is_open(hunk.contested)


def test_marks_are_recognised_until_they_are_gone() -> None:
    lines = ("x", *marked(Hunk(("two",), ("hers",), ("ours",), 1, 1)), "y")
    assert lines[1:6] == ("<<<<<<< on disk", "hers", "=======", "ours", ">>>>>>> generated now")
    assert has_marks(lines)
    assert has_marks(lines[:5])
    assert has_marks((">>>>>>> generated now",))
    assert has_marks(("a", "=======", "b"))
    assert not has_marks(("a", "========", "<<<<<<<<", "b"))


@given(TEXT, TEXT, TEXT)
def test_merge_loses_no_line_that_a_side_added(base: Lines, disk: Lines, new: Lines) -> None:
    result = merge(base, disk, new)
    assert Counter(disk) - Counter(base) <= Counter(result.lines(lambda hunk: hunk.disk))
    assert Counter(new) - Counter(base) <= Counter(result.lines(lambda hunk: hunk.new))


@given(TEXT, TEXT, TEXT)
def test_merge_is_the_same_with_the_sides_exchanged(base: Lines, disk: Lines, new: Lines) -> None:
    there, back = merge(base, disk, new), merge(base, new, disk)
    assert there.lines(lambda hunk: hunk.disk) == back.lines(lambda hunk: hunk.new)
    assert [(one.base, one.disk, one.new) for one in there.hunks] == [
        (one.base, one.new, one.disk) for one in back.hunks
    ]


@given(TEXT, TEXT)
def test_change_of_one_side_or_of_both_alike_is_taken_whole(base: Lines, changed: Lines) -> None:
    for result in (merge(base, changed, base), merge(base, base, changed), merge(base, changed, changed)):
        assert not result.hunks
        assert result.lines(lambda hunk: hunk.disk) == changed


@given(TEXT, TEXT, TEXT)
def test_hunks_say_where_they_stand(base: Lines, disk: Lines, new: Lines) -> None:
    for hunk in merge(base, disk, new).hunks:
        assert base[hunk.base_at - 1 :][: len(hunk.base)] == hunk.base
        assert disk[hunk.at - 1 :][: len(hunk.disk)] == hunk.disk


@given(TEXT, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans())
def test_text_and_form_come_back(lines: tuple[str, ...], end: str, final: bool, mark: bool) -> None:
    text = in_form(lines, Form(end, final, mark))
    ambiguous = not final and lines and not lines[-1]
    assert ambiguous or lines_of(text) == lines
    assert in_form(lines_of(text), form_of(text)) == text


@pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\r"], ids=ascii)
def test_what_is_no_line_end_is_content(separator: str) -> None:
    assert lines_of(f"a{separator}b\n") == (f"a{separator}b",)


def test_form_alone_is_no_difference() -> None:
    assert fingerprint_of("a\nb\n") == fingerprint_of(f"{MARK}a\r\nb".encode()) != fingerprint_of("a\nb\n\n")
    assert same_lines(b"a\r\n", b"a\n")
    assert not same_lines(b"\xff", b"\xfe")


def test_most_line_ends_decide() -> None:
    assert form_of("a\r\nb\r\nc\n").end == "\r\n"
    assert form_of("a\r\nb\nc\n").end == "\n"


@pytest.mark.parametrize("content", [b"\xff\xfea\x00", b"\xe4", "a".encode("utf-16-le")])
def test_what_is_not_utf8_is_no_text(content: bytes) -> None:
    assert decoded(content) is None
