"""Every row of the table: generated last, on disk, generated now. And each way out of a conflict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ohif_setup.apply.lines import fingerprint_of, lines_of
from ohif_setup.apply.merge import MOST_LINES
from ohif_setup.apply.reconcile import Decision, MergeBase, Row, Strategy, reconcile, settle

OLD = "one\ntwo\nthree\nfour\nfive\n"
NEW = OLD.replace("five", "FIVE")
NEWER = OLD.replace("two", "ours")
HAND = OLD.replace("one", "ONE")
MERGED = HAND.replace("five", "FIVE")
CLASH = OLD.replace("two", "hers")
MARKED = "one\n<<<<<<< on disk\nhers\n=======\nours\n>>>>>>> generated now\nthree\nfour\nfive\n"
UTF16 = OLD.encode("utf-16")
LONG = "".join(f"{number}\n" for number in range(MOST_LINES + 1))


def row(base: str | None, disk: str | bytes | None, new: str | None, **further: Any) -> Row:
    content = disk.encode() if isinstance(disk, str) else disk
    return Row("a.js", base_of(base), content, new, **further)


def base_of(text: str | None) -> MergeBase | None:
    return None if text is None else MergeBase(fingerprint_of(text), lines_of(text))


def after(decision: Decision, new: str | None = "") -> Row | None:
    """What the next run finds when this one is carried out: None when the file is forgotten."""
    old = decision.row
    if decision.base == "gone":
        return None
    base = base_of(old.new) if decision.base == "new" else old.base
    text = old.new if new == "" else new
    return Row("a.js", base, decision.content, text, decision.deleted, decision.reported, decision.beside)


TABLE: list[Any] = [
    # generated last, on disk, generated now; word, reason, content afterwards, base
    pytest.param(None, None, NEW, "create", "", NEW, "new", id="new"),
    pytest.param(None, NEW, NEW, "identical", "", NEW, "new", id="adopted"),
    pytest.param(None, CLASH, NEW, "conflict", "not-ours", CLASH, "old", id="not-ours"),
    pytest.param(None, b"\xff\xfe", NEW, "conflict", "not-ours", b"\xff\xfe", "old", id="not-ours-no-text"),
    pytest.param(None, MARKED, NEW, "conflict", "not-ours", MARKED, "old", id="not-ours-marks"),
    pytest.param(OLD, OLD, OLD, "identical", "", OLD, "new", id="nothing-changed"),
    pytest.param(OLD, OLD, NEW, "update", "", NEW, "new", id="untouched"),
    pytest.param(OLD, HAND, OLD, "kept", "edited", HAND, "new", id="edited"),
    pytest.param(OLD, NEW, NEW, "identical", "", NEW, "new", id="the-same-by-hand"),
    pytest.param(OLD, HAND, NEW, "merged", "", MERGED, "new", id="both"),
    pytest.param(OLD, MERGED, NEW, "kept", "edited", MERGED, "new", id="by-hand-and-more"),
    pytest.param(OLD, CLASH, NEWER, "conflict", "both", CLASH, "old", id="conflict"),
    pytest.param(OLD, UTF16, OLD, "kept", "edited", UTF16, "new", id="no-text-edited"),
    pytest.param(OLD, UTF16, NEW, "conflict", "not-text", UTF16, "old", id="no-text-conflict"),
    pytest.param(OLD, LONG, NEW, "conflict", "too-long", LONG, "old", id="too-long"),
    pytest.param(OLD, MARKED, OLD, "conflict", "marks", MARKED, "old", id="marks"),
    pytest.param(OLD, None, OLD, "create", "", OLD, "new", id="deleted"),
    pytest.param(OLD, None, NEW, "create", "", NEW, "new", id="deleted-and-changed"),
    pytest.param(OLD, OLD, None, "remove", "", None, "gone", id="not-needed"),
    pytest.param(OLD, HAND, None, "kept", "not-needed", HAND, "old", id="not-needed-edited"),
    pytest.param(OLD, UTF16, None, "kept", "not-needed", UTF16, "old", id="not-needed-no-text"),
    pytest.param(OLD, None, None, "remove", "gone", None, "gone", id="not-needed-and-gone"),
    pytest.param(OLD, OLD.replace("\n", "\r\n"), NEW, "update", "", NEW.replace("\n", "\r\n"), "new", id="crlf"),
    pytest.param(OLD, OLD.replace("\n", "\r\n"), None, "remove", "", None, "gone", id="crlf-not-needed"),
    pytest.param(
        OLD, HAND.replace("\n", "\r\n"), NEW, "merged", "", MERGED.replace("\n", "\r\n"), "new", id="crlf-both"
    ),
    pytest.param(OLD, OLD[:-1], NEW, "update", "", NEW[:-1], "new", id="no-final-newline"),
    pytest.param(OLD, HAND[:-1], NEW, "merged", "", MERGED[:-1], "new", id="no-final-newline-both"),
    pytest.param(OLD, "\ufeff" + OLD, NEW, "update", "", "\ufeff" + NEW, "new", id="mark"),
    pytest.param(OLD, "\ufeff" + OLD, OLD, "identical", "", "\ufeff" + OLD, "new", id="mark-alone"),
    pytest.param(
        OLD, OLD.replace("\n", "\r\n"), OLD, "identical", "", OLD.replace("\n", "\r\n"), "new", id="crlf-alone"
    ),
    pytest.param(OLD, OLD[:-1], OLD, "identical", "", OLD[:-1], "new", id="no-final-newline-alone"),
    pytest.param(OLD, b"", NEW, "conflict", "both", b"", "old", id="emptied"),
]


@pytest.mark.parametrize(("base", "disk", "new", "word", "reason", "content", "records"), TABLE)
def test_row_of_the_table(  # noqa: PLR0917
    base: str | None,
    disk: str | bytes | None,
    new: str | None,
    word: str,
    reason: str,
    content: str | bytes | None,
    records: str,
) -> None:
    decision = reconcile(row(base, disk, new))
    wanted = content.encode() if isinstance(content, str) else content
    assert (decision.word, decision.reason, decision.content, decision.base) == (word, reason, wanted, records)
    in_conflict = word == "conflict" and reason != "marks"
    assert decision.beside == (new.encode() if in_conflict and new else None)


@pytest.mark.parametrize(("base", "disk", "new"), [pytest.param(*one.values[:3], id=one.id) for one in TABLE])
@pytest.mark.parametrize("strategy", ["stop", "ours", "theirs", "markers"])
@pytest.mark.parametrize("force", [False, True])
def test_the_next_run_changes_nothing_and_says_the_same_again(
    base: str | None, disk: str | bytes | None, new: str | None, strategy: Strategy, force: bool
) -> None:
    first = reconcile(row(base, disk, new), strategy, force=force)
    found = after(first)
    if found is None:
        return
    second = reconcile(found)
    assert second.content == first.content
    assert second.beside == first.beside
    assert second.word in ("identical", "kept", "conflict")
    if first.word in ("identical", "kept", "conflict"):
        assert second.word == first.word
    third = after(second)
    assert third == found


@pytest.mark.parametrize(
    ("base", "disk", "strategy", "force", "word", "content"),
    [
        pytest.param(OLD, CLASH, "theirs", False, "update", NEWER, id="theirs"),
        pytest.param(OLD, CLASH, "ours", False, "kept", CLASH, id="ours"),
        pytest.param(OLD, CLASH, "markers", False, "conflict", MARKED, id="markers"),
        pytest.param(OLD, MARKED, "theirs", False, "update", NEWER, id="theirs-over-marks"),
        pytest.param(OLD, MARKED, "ours", False, "conflict", MARKED, id="marks-are-nobodys"),
        pytest.param(OLD, UTF16, "theirs", False, "update", NEWER, id="theirs-over-no-text"),
        pytest.param(OLD, UTF16, "ours", False, "kept", UTF16, id="ours-no-text"),
        pytest.param(None, CLASH, "theirs", False, "conflict", CLASH, id="theirs-needs-force"),
        pytest.param(None, CLASH, "stop", True, "update", NEWER, id="force"),
        pytest.param(None, CLASH, "ours", False, "kept", CLASH, id="ours-adopts"),
        pytest.param(OLD, CLASH, "stop", True, "update", NEWER, id="force-over-hand-edits"),
        pytest.param(OLD, None, "ours", False, "kept", None, id="ours-stays-deleted"),
        pytest.param(None, None, "ours", False, "create", NEWER, id="never-there"),
        pytest.param(OLD, OLD, "ours", False, "update", NEWER, id="untouched-is-no-conflict"),
    ],
)
def test_strategy(  # noqa: PLR0917
    base: str | None, disk: str | bytes | None, strategy: Strategy, force: bool, word: str, content: str | bytes | None
) -> None:
    decision = reconcile(row(base, disk, NEWER), strategy, force=force)
    wanted = content.encode() if isinstance(content, str) else content
    assert (decision.word, decision.content) == (word, wanted)


def test_deleted_file_stays_deleted_until_theirs() -> None:
    told = reconcile(row(OLD, None, NEW), "ours")
    assert told.deleted
    found = after(told, NEWER)
    assert found
    later = reconcile(found)
    assert (later.word, later.reason, later.content) == ("kept", "deleted", None)
    assert reconcile(found, "theirs").word == "create"
    again = reconcile(replace(found, disk=CLASH.encode(), new=NEW))
    assert (again.word, again.deleted) == ("kept", False), "a file that is there again is an edited one"


def test_lost_base_text_is_only_needed_to_merge() -> None:
    lost = MergeBase(fingerprint_of(OLD), None)
    for disk, new, word in ((OLD, NEW, "update"), (HAND, OLD, "kept"), (HAND, NEW, "conflict"), (OLD, None, "remove")):
        assert reconcile(replace(row(OLD, disk, new), base=lost)).word == word
    assert reconcile(replace(row(OLD, HAND, NEW), base=lost), "theirs").content == NEW.encode()


def test_merged_text_that_is_not_acceptable_is_a_conflict() -> None:
    asked = []

    def valid(name: str, text: str) -> str | None:
        asked.append((name, text))
        return "line 3 does not parse"

    decision = reconcile(row(OLD, HAND, NEW), valid=valid)
    assert (decision.word, decision.reason, decision.note) == ("conflict", "invalid", "line 3 does not parse")
    assert decision.content == HAND.encode()
    assert asked == [("a.js", MERGED)]
    assert reconcile(row(OLD, HAND, NEW), "theirs", valid=valid).content == NEW.encode()


def test_hand_edits_outlive_a_merge() -> None:
    """The base after a merge is the new text: what changes next is merged with the same hand edit."""
    found = after(reconcile(row(OLD, HAND, NEW)), OLD.replace("three", "THREE"))
    assert found
    assert reconcile(found).content == HAND.replace("three", "THREE").encode()


# The ways out of a conflict. `conflict` is what the second run of a night finds.


def conflict(base: str = OLD, disk: str = CLASH, new: str = NEWER) -> Row:
    found = after(reconcile(row(base, disk, new)))
    assert found is not None
    assert found.beside == new.encode()
    return found


def ends(found: Row, word: str, content: str) -> None:
    """The conflict is over with this run, NAME.new is gone, and the new text is the base."""
    decision = reconcile(found)
    assert (decision.word, decision.content, decision.beside) == (word, content.encode(), None)
    assert decision.base == "new"
    assert decision.reported is None


def test_moving_the_new_file_over_the_old_one_ends_it() -> None:
    ends(replace(conflict(), disk=NEWER.encode(), beside=None), "identical", NEWER)


def test_copying_the_new_file_over_the_old_one_ends_it() -> None:
    ends(replace(conflict(), disk=NEWER.encode()), "identical", NEWER)


@pytest.mark.parametrize("beside", [True, False])
def test_editing_the_lines_in_question_ends_it(beside: bool) -> None:
    found = conflict()
    third = OLD.replace("two", "hers and ours")
    ends(replace(found, disk=third.encode(), beside=found.beside if beside else None), "kept", third)


def test_editing_the_new_file_and_moving_it_ends_it() -> None:
    third = NEWER.replace("ours", "ours and hers")
    ends(replace(conflict(), disk=third.encode(), beside=None), "kept", third)


def test_changing_something_and_removing_the_new_file_ends_it() -> None:
    third = CLASH.replace("five", "six")
    ends(replace(conflict(), disk=third.encode(), beside=None), "kept", third)


def test_what_was_agreed_comes_in_when_the_hunk_is_edited() -> None:
    found = conflict(new=NEWER.replace("five", "FIVE"))
    ends(replace(found, disk=OLD.replace("two", "third way").encode()), "merged", NEW.replace("two", "third way"))


def test_a_hunk_that_nobody_touched_stays_a_conflict() -> None:
    twice = conflict(disk=CLASH.replace("five", "hers too"), new=NEWER.replace("five", "ours too"))
    one_done = CLASH.replace("hers", "third way").replace("five", "hers too")
    decision = reconcile(replace(twice, disk=one_done.encode()))
    assert (decision.word, decision.content) == ("conflict", one_done.encode())
    assert [hunk.disk for hunk in decision.hunks] == [("hers too",)]
    found = after(decision)
    assert found
    both_done = one_done.replace("hers too", "fourth way")
    ends(replace(found, disk=both_done.encode()), "kept", both_done)


def test_a_contested_line_that_nobody_touched_keeps_its_hunk_in_conflict() -> None:
    found = conflict(disk=OLD.replace("two", "hers"), new=OLD.replace("two", "ours").replace("three", "ours too"))
    one_done = OLD.replace("two", "third way")
    decision = reconcile(replace(found, disk=one_done.encode()))
    assert (decision.word, decision.content) == ("conflict", one_done.encode())
    again = after(decision)
    assert again
    both_done = one_done.replace("three", "fourth way")
    ends(replace(again, disk=both_done.encode()), "kept", both_done)


def test_an_edit_beside_a_contested_line_settles_nothing() -> None:
    beside = CLASH.replace("one", "one, edited")
    decision = reconcile(replace(conflict(), disk=beside.encode()))
    assert (decision.word, decision.content) == ("conflict", beside.encode())


def test_a_line_that_is_contested_only_now_is_a_conflict() -> None:
    found = conflict(new=NEWER.replace("five", "FIVE"))
    disk = OLD.replace("two", "third way").replace("five", "hers too")
    decision = reconcile(replace(found, disk=disk.encode()))
    assert (decision.word, [hunk.disk for hunk in decision.hunks]) == ("conflict", [("hers too",)])


def test_the_text_of_this_run_in_the_new_file_goes_with_the_conflict_whoever_put_it_there() -> None:
    decision = reconcile(replace(conflict(), reported=None), "ours")
    assert (decision.word, decision.beside) == ("kept", None)


def test_an_edit_elsewhere_settles_nothing() -> None:
    decision = reconcile(replace(conflict(), disk=CLASH.replace("five", "six").encode()))
    assert (decision.word, decision.beside) == ("conflict", NEWER.encode())


def test_removing_the_new_file_alone_settles_nothing() -> None:
    decision = reconcile(replace(conflict(), beside=None))
    assert (decision.word, decision.beside) == ("conflict", NEWER.encode())


def test_a_checkout_without_our_notes_says_the_conflict_again() -> None:
    decision = reconcile(replace(conflict(), reported=None, disk=CLASH.replace("five", "six").encode()))
    assert decision.word == "conflict"


def test_another_change_of_answers_is_another_conflict_and_the_new_file_follows() -> None:
    newest = OLD.replace("two", "newest")
    decision = reconcile(replace(conflict(), new=newest, disk=CLASH.replace("hers", "hers again").encode()))
    assert (decision.word, decision.beside) == ("conflict", newest.encode())


def test_answers_changed_back_end_it() -> None:
    ends(replace(conflict(), new=OLD), "kept", CLASH)


def test_a_new_file_that_was_edited_is_never_overwritten_nor_removed() -> None:
    found = replace(conflict(), beside=b"notes of the night\n")
    for one in (found, replace(found, new=OLD.replace("two", "newest"))):
        decision = reconcile(one)
        assert (decision.word, decision.beside) == ("conflict", b"notes of the night\n")
        assert "a.js.new does not come from this run" in decision.note
    assert reconcile(found, "theirs").beside == b"notes of the night\n"


def test_a_new_file_of_somebody_else_is_never_touched() -> None:
    for base, disk in ((OLD, CLASH), (OLD, OLD), (None, CLASH)):
        assert reconcile(row(base, disk, NEWER, beside=b"mine")).beside == b"mine"
    assert reconcile(row(OLD, OLD, NEWER, beside=NEWER.encode())).beside == NEWER.encode()


def test_marks_that_are_edited_away_end_it() -> None:
    found = after(reconcile(row(OLD, CLASH, NEWER), "markers"))
    assert found
    assert reconcile(found).reason == "marks"
    third = OLD.replace("two", "third way")
    ends(replace(found, disk=third.encode()), "kept", third)


def test_stranger_that_is_edited_and_whose_new_file_is_removed_is_adopted() -> None:
    found = after(reconcile(row(None, CLASH, NEWER)))
    assert found
    ends(replace(found, disk=HAND.encode(), beside=None), "kept", HAND)


def test_text_from_an_editor_settles_it() -> None:
    decision = settle(conflict(), "all new\n")
    assert (decision.word, decision.content, decision.beside, decision.base) == ("merged", b"all new\n", None, "new")
    assert settle(conflict(), NEWER).word == "update"
    assert settle(conflict(), CLASH).word == "kept"


@pytest.mark.parametrize("text", ["all new\n", NEWER])
def test_text_from_an_editor_for_a_file_that_is_gone_is_created(text: str) -> None:
    decision = settle(replace(conflict(), disk=None), text)
    assert (decision.word, decision.reason, decision.content) == ("create", "", text.encode())


def test_conflict_over_no_text_ends_when_it_is_saved_as_utf8() -> None:
    found = after(reconcile(row(OLD, UTF16, NEW)))
    assert found
    ends(replace(found, disk=HAND.encode()), "merged", MERGED)
