"""A person at a terminal settles a conflict: keep, take the new text, look at the difference, or edit both."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from ohif_setup.apply.lines import Lines, decoded, form_of, in_form, lines_of
from ohif_setup.apply.merge import Hunk, has_marks, marked, merge
from ohif_setup.apply.reconcile import Decision, Reason, reconcile, settle
from ohif_setup.apply.regenerate import diff
from ohif_setup.apply.validity import why_not
from ohif_setup.talk.prompts import ask_choice, say

EDITOR = "notepad" if os.name == "nt" else "vi"
WHAT: dict[Reason, str] = {
    "both": "you and the answers changed the same lines",
    "invalid": "your changes and those of the answers, put together, give a file that would not work",
    "not-ours": "this file was there before, and ohif-setup did not write it",
    "not-text": "it was edited, and is no UTF-8 text, so it cannot be merged",
    "too-long": "it was edited, and is too long to be merged",
    "no-base": "it was edited, and what was generated last is lost, so nobody can tell which lines are yours",
    "marks": "the marks <<<<<<<, ======= and >>>>>>> of a merge stand in it",
}
LEGEND = "Lines with - are on disk, lines with + would be generated now."
REST = "Changes in other places go together whatever you choose."
IN_EDITOR = (
    "To edit: go to <<<<<<<, leave the lines that shall stand, take the three marks out, save, and leave the editor."
)
OPEN_AT_LINE = ("vi", "vim", "nvim", "nano", "emacs", "micro")
"""Editors that take `+7` for the seventh line."""


def settled_by_person(conflict: Decision) -> Decision:
    """What she chose; the conflict as it was when she leaves it. Raises KeyboardInterrupt when she goes."""
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
            f"What shall become of {conflict.row.name}?", hint, _choices(conflict, text is not None), default
        )
        hint = LEGEND
        if chosen == "later":
            return conflict
        if chosen == "diff":
            print()
            _show(conflict)
            continue
        if chosen == "edit" and text is not None:
            text, wrong = _edited(conflict.row.name, text)
            done = None if wrong else settle(conflict.row, text)
        else:
            done, wrong = _taken(conflict, theirs=chosen == "theirs")
        if done is not None:
            return done
        say(f"✗ {wrong}")
        default = chosen


def _choices(conflict: Decision, editable: bool) -> list[tuple[str, str]]:
    """Pairs of what is shown and what it stands for."""
    if conflict.hunks:
        keep, take = "keep mine: the lines with -", "take the new ones: the lines with +"
    else:
        keep, take = "keep mine: the file stays as it is", "take the new file: mine is given up, until ohif-setup undo"
    choices = []
    # A file with marks in it does not work, so it cannot be kept as it is.
    if conflict.reason != "marks":
        choices.append((keep, "ours"))
    choices += [(take, "theirs"), ("show the difference again", "diff")]
    if editable:
        what = "both" if conflict.hunks else "it"
        choices.append((f"edit {what} ({_editor()[0]})", "edit"))
    return [*choices, ("decide later: nothing happens to the file", "later")]


def _show(conflict: Decision) -> None:
    for line in diff(conflict).splitlines():
        print(f"  {line}")
    if conflict.note:
        say(conflict.note)


def _taken(conflict: Decision, *, theirs: bool) -> tuple[Decision | None, str]:
    """One side: in the lines that do not fit together where there are such, else of the whole file. And why that cannot be."""
    row = conflict.row
    if not conflict.hunks:
        return reconcile(row, "theirs" if theirs else "ours", force=theirs, valid=why_not), ""
    text = _merged(conflict, lambda hunk: hunk.new if theirs else hunk.disk)
    wrong = why_not(row.name, text)
    if wrong:
        return None, f"the file would not work then: {wrong}"
    done = settle(row, text)
    if theirs and done.word == "merged":
        done = replace(done, note="new lines where they differed")
    return done, ""


def _both(conflict: Decision) -> str | None:
    """What the editor opens: both sides, between marks where they do not fit together. None where there is no text to edit."""
    row = conflict.row
    if row.disk is None:
        return None
    text = decoded(row.disk)
    mergeable = text is not None and row.base is not None and row.base.lines is not None
    if mergeable and conflict.reason in ("both", "invalid"):
        return _merged(conflict, marked)
    return text


def _merged(conflict: Decision, settled: Callable[[Hunk], Lines]) -> str:
    """Everything together, with what `settled` makes of the lines that do not fit; those that were settled before stay."""
    row = conflict.row
    disk = decoded(row.disk or b"") or ""
    assert row.base is not None
    lines = merge(row.base.lines or (), lines_of(disk), lines_of(row.new or "")).lines(
        lambda hunk: settled(hunk) if hunk in conflict.hunks else hunk.disk
    )
    return in_form(lines, form_of(disk))


def _edited(name: str, text: str) -> tuple[str, str]:
    """What she made of a text in her editor, and why that cannot be taken ("" if it can); she may go on with it then."""
    editor = _editor()
    with tempfile.TemporaryDirectory(prefix="ohif-setup-") as folder:
        file = Path(folder) / Path(name).name
        file.write_text(text, encoding="utf-8", newline="")
        try:
            with _interrupts_go_to_the_editor():
                command = [*editor, *_at_mark(editor[0], text), str(file)]
                ended = subprocess.run(command, check=False)  # noqa: S603  the editor that the person named
            content = file.read_bytes()
        except OSError as error:
            return text, f"{editor[0]}: {error.strerror}. Set {_named()} to another editor, or choose another way."
    if ended.returncode:
        return text, f"{editor[0]} ended with status {ended.returncode}, so nothing is taken from it."
    found = decoded(content)
    if found is None:
        return text, "That is no UTF-8 text, so it is not taken."
    if has_marks(lines_of(found)):
        return found, "The marks <<<<<<<, ======= and >>>>>>> still stand in it. Edit again to go on where you were."
    if found == text:
        return text, f"Nothing was changed in {editor[0]}."
    wrong = why_not(name, found)
    if wrong:
        wrong = f"The file would not work: {wrong.removesuffix('.')}. Edit again to go on where you were."
    return found, wrong or ""


def _named() -> str:
    """The variable that names the editor."""
    if os.environ.get("VISUAL"):
        return "VISUAL"
    return "EDITOR"


def _editor() -> list[str]:
    named = os.environ.get(_named()) or EDITOR
    try:
        return shlex.split(named) or [EDITOR]
    except ValueError:
        return [named]


def _at_mark(editor: str, text: str) -> list[str]:
    """The argument that opens the editor where the first mark is."""
    at = next((number for number, line in enumerate(lines_of(text), 1) if line.startswith("<<<<<<< ")), 0)
    if at and Path(editor).name in OPEN_AT_LINE:
        return [f"+{at}"]
    return []


@contextlib.contextmanager
def _interrupts_go_to_the_editor() -> Iterator[None]:
    """Ctrl-C in an editor is for the editor alone; ours would leave it without a terminal."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
