"""Resolves a conflict with the user at a terminal: keep the file, use the new text, see the difference, or edit both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ohif_setup.apply.lines import Lines, decoded, form_of, in_form, lines_of
from ohif_setup.apply.merge import Hunk, has_marks, marked, merge
from ohif_setup.apply.reconcile import Decision, Reason, reconcile, settle
from ohif_setup.apply.regenerate import diff
from ohif_setup.apply.validity import why_not
from ohif_setup.talk.editor import edited, editor_words
from ohif_setup.talk.prompts import ask_choice, say

WHAT: dict[Reason, str] = {
    "both": "you and the answers changed the same lines",
    "invalid": "merging your changes with those of the answers gives a file that would not work",
    "not-ours": "this file already existed, and ohif-setup did not write it",
    "not-text": "it was edited and is not UTF-8 text, so it cannot be merged",
    "too-long": "it was edited and is too long to be merged",
    "no-base": "it was edited, and the last generated version is lost, so your lines cannot be told apart",
    "marks": "it contains the conflict markers <<<<<<<, ======= and >>>>>>>",
}
LEGEND = "Lines with - are on disk, lines with + would be generated now."
REST = "Changes elsewhere in the file are merged whatever you choose."
IN_EDITOR = "To edit: go to <<<<<<<, keep the lines that you want, delete the three markers, save, and quit the editor."


def resolved_by_user(conflict: Decision) -> Decision:
    """The decision that the user makes; the conflict unchanged where she decides later. Raises KeyboardInterrupt on Ctrl-C."""
    print(f"\n{conflict.row.name}: {WHAT[conflict.reason]}\n")
    _show(conflict)
    hint = LEGEND
    if conflict.hunks:
        hint = f"{LEGEND} {REST} {IN_EDITOR}"
    text = _both(conflict)
    default = "later"
    if conflict.reason == "marks" and text is not None:
        default = "edit"
    while True:
        chosen = ask_choice(
            f"How should the conflict in {conflict.row.name} be resolved?",
            hint,
            _choices(conflict, text is not None),
            default,
        )
        hint = LEGEND
        if chosen == "later":
            return conflict
        if chosen == "diff":
            print()
            _show(conflict)
            continue
        if chosen == "edit" and text is not None:
            # After a fault the edited text stays, so that the next edit continues with it.
            text, wrong = _edited(conflict.row.name, text)
            done = None
            if not wrong:
                done = settle(conflict.row, text)
        else:
            done, wrong = _taken(conflict, theirs=chosen == "theirs")
        if done is not None:
            return done
        say(f"✗ {wrong}")
        default = chosen


def _choices(conflict: Decision, editable: bool) -> list[tuple[str, str]]:
    """The options for a conflict, as pairs of the text shown and its value."""
    if conflict.hunks:
        keep, take = "keep mine: the lines with -", "use the new ones: the lines with +"
    else:
        keep, take = (
            "keep mine: the file stays as it is",
            "use the new file: mine is discarded (ohif-setup undo restores it)",
        )
    choices = []
    # A file with markers does not work, so keeping it is no option.
    if conflict.reason != "marks":
        choices.append((keep, "ours"))
    choices += [(take, "theirs"), ("show the difference again", "diff")]
    if editable:
        what = "both" if conflict.hunks else "it"
        choices.append((f"edit {what} ({editor_words()[0]})", "edit"))
    return [*choices, ("decide later: leave the file as it is", "later")]


def _show(conflict: Decision) -> None:
    for line in diff(conflict).splitlines():
        print(f"  {line}")
    if conflict.note:
        say(conflict.note)


def _taken(conflict: Decision, *, theirs: bool) -> tuple[Decision | None, str]:
    """The decision for one side, in the conflicting lines where there are any, else for the whole file. Or None, and the reason."""
    row = conflict.row
    if not conflict.hunks:
        return reconcile(row, "theirs" if theirs else "ours", force=theirs, valid=why_not), ""
    text = _merged(conflict, lambda hunk: hunk.new if theirs else hunk.disk)
    # One side of each hunk may contradict what was merged elsewhere in the file.
    wrong = why_not(row.name, text)
    if wrong:
        return None, f"the file would not work: {wrong}"
    done = settle(row, text)
    if theirs and done.word == "merged":
        done = replace(done, note="new lines where they differed")
    return done, ""


def _both(conflict: Decision) -> str | None:
    """The text for the editor: both sides, with markers around conflicting lines. None where there is no text to edit."""
    row = conflict.row
    if row.disk is None:
        return None
    text = decoded(row.disk)
    mergeable = text is not None and row.base is not None and row.base.lines is not None
    if mergeable and conflict.reason in ("both", "invalid"):
        return _merged(conflict, marked)
    return text


def _merged(conflict: Decision, settled: Callable[[Hunk], Lines]) -> str:
    """The merged text, with the result of `settled` for each conflicting hunk; hunks that were resolved before stay as on disk."""
    row = conflict.row
    disk = decoded(row.disk or b"") or ""
    assert row.base is not None
    lines = merge(row.base.lines or (), lines_of(disk), lines_of(row.new or "")).lines(
        lambda hunk: settled(hunk) if hunk in conflict.hunks else hunk.disk
    )
    # With the line endings and the byte order mark that the file on disk has.
    return in_form(lines, form_of(disk))


def _edited(name: str, text: str) -> tuple[str, str]:
    """The text after editing, and why it cannot be used ("" if it can); then the next edit continues with it."""
    # At the first marker.
    line = next((number for number, line in enumerate(lines_of(text), 1) if line.startswith("<<<<<<< ")), 0)
    content, trouble = edited(name, text, line)
    if content is None:
        return text, f"{trouble}, or choose another option." if "another editor" in trouble else trouble
    found = decoded(content)
    if found is None:
        return text, "The result is not UTF-8 text, so it is ignored."
    if has_marks(lines_of(found)):
        return (
            found,
            "It still contains the markers <<<<<<<, ======= and >>>>>>>. Edit again to continue where you were.",
        )
    if found == text:
        return text, f"Nothing was changed in {editor_words()[0]}."
    wrong = why_not(name, found)
    if wrong:
        wrong = f"The file would not work: {wrong.removesuffix('.')}. Edit again to continue where you were."
    return found, wrong or ""
