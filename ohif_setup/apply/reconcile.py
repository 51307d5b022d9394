"""Compares what was generated last, what is on disk and what would be generated now: one word for each file. Pure.

The **merge base** of a file is the generated text whose changes the file on disk already has. Everything else follows from it:

- The file equals its base: nobody edited it, so it is replaced (`update`) or removed (`remove`).
- The generated text equals the base: nothing new has to go into the file, so a hand-edited one is `kept`.
- Both differ from the base: they are merged. The new text is the next base, as the file then has its changes (`merged`).
- They cannot be merged (`conflict`): the file stays, the base stays the old one, and the new text goes to NAME.new.

A conflict ends, and the new text becomes the base, as soon as one of these is true:

- The file has the text that would be generated: NAME.new was moved over it, or `theirs` took it.
- Every contested line has changed since the conflict was reported: someone edited it, and that is the decision.
  As long as one line of a hunk has not changed, the hunk stays in conflict.
- The file was changed after the conflict was reported, and NAME.new was removed.
- `ours` keeps what is on disk.

NAME.new is removed when the conflict ends, unless someone has edited it; in a clone, where it is unknown who wrote it, only if it
has the new text. Removing NAME.new settles nothing by itself, because `git clean` does that too.
Files that differ only in line ends, final newline or byte order mark are the same, and the one on disk keeps its form.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from ohif_setup.apply.lines import Form, Lines, decoded, fingerprint, fingerprint_of, form_of, in_form, lines_of
from ohif_setup.apply.merge import MOST_LINES, Hunk, has_marks, marked, merge
from ohif_setup.apply.state import ReportedConflict

Word = Literal["create", "update", "identical", "kept", "merged", "conflict", "remove"]
Reason = Literal[
    "",  # the word is enough
    "edited",  # kept: by hand
    "given-up",  # update: what was on disk was given up, as asked
    "deleted",  # kept: the file was deleted by hand and stays deleted
    "settled",  # kept: a conflict was settled by hand
    "not-needed",  # kept: no answer needs the file, but it was edited by hand
    "gone",  # remove: the file no longer existed
    "both",  # conflict: the same lines were changed by hand and by the tool
    "invalid",  # conflict: the merged text is not acceptable; `note` says why
    "not-ours",  # conflict: the tool did not write this file
    "not-text",  # conflict: the file was edited and is not UTF-8
    "too-long",  # conflict: too many lines to merge
    "no-base",  # conflict: the file was edited and the last generated text is lost
    "marks",  # conflict: the file has conflict markers
]
Strategy = Literal["stop", "ours", "theirs", "markers"]
"""How a conflict is settled: not at all; by the text on disk; by the new text; by both, between conflict markers."""

Valid = Callable[[str, str], str | None]
"""Takes the name and merged text of a file, and says why it is not acceptable; None if it is."""


@dataclass(frozen=True)
class MergeBase:
    """The merge base: its fingerprint, and its lines or None if they are lost."""

    sha256: str
    lines: Lines | None


@dataclass(frozen=True)
class Row:
    """Everything known about one file; None: no such text. `new` None: no answer needs the file. `beside` is NAME.new on disk."""

    name: str
    base: MergeBase | None
    disk: bytes | None
    new: str | None
    deleted: bool = False
    reported: ReportedConflict | None = None
    beside: bytes | None = None


@dataclass(frozen=True)
class Decision:
    """What a run does with one file: the word and the reason; the bytes of the file and of NAME.new afterwards (None: no file);
    and what to record: the merge base (`old` keeps it, `new` takes the new text, `gone` forgets it), whether the user deleted the
    file, and the conflict as reported."""

    row: Row
    word: Word
    reason: Reason
    content: bytes | None
    base: Literal["old", "new", "gone"]
    beside: bytes | None = None
    deleted: bool = False
    reported: ReportedConflict | None = None
    hunks: tuple[Hunk, ...] = ()
    note: str = ""


def anything(name: str, text: str) -> str | None:
    """A `Valid` that accepts every merged text."""
    return None


def reconcile(row: Row, strategy: Strategy = "stop", *, force: bool = False, valid: Valid = anything) -> Decision:
    """The decision for one file. `strategy` applies to conflicts only, except that `ours` also leaves a deleted file deleted and
    `theirs` restores it. `force` also replaces a file that the tool did not write, which `theirs` does not, and hand edits that are
    not in conflict."""
    if row.new is None:
        return _with_new_file(_not_needed(row))
    return _with_new_file(_needed(_Case(row, row.new, lines_of(row.new), strategy, valid), force))


def settle(row: Row, text: str) -> Decision:
    """The decision if a person supplies the text of the file, for example from an editor."""
    content = text.encode()
    if _marks_in(content):
        return _with_new_file(Decision(row, "conflict", "marks", content, "new"))
    word: Word
    if row.disk is None:
        word = "create"
    elif row.new is not None and lines_of(text) == lines_of(row.new):
        word = "identical" if content == row.disk else "update"
    elif content != row.disk:
        word = "merged"
    else:
        # The person left the file as it was. That is a decision too, and ends the conflict.
        return _with_new_file(Decision(row, "kept", "settled", content, "new"))
    return _with_new_file(Decision(row, word, "", content, "new"))


def _not_needed(row: Row) -> Decision:
    if row.disk is None:
        return Decision(row, "remove", "gone", None, "gone")
    # Only a file that nobody has edited may be removed.
    if row.base and fingerprint_of(row.disk) == row.base.sha256:
        return Decision(row, "remove", "", None, "gone")
    return Decision(row, "kept", "not-needed", row.disk, "old")


@dataclass(frozen=True)
class _Case:
    """One file with a new text, and the options of the run."""

    row: Row
    text: str
    new: Lines
    strategy: Strategy
    valid: Valid


def _needed(case: _Case, force: bool) -> Decision:
    row, new = case.row, case.new
    # No file on disk: created, unless a person deleted it and wants it to stay deleted.
    if row.disk is None:
        if row.base and (case.strategy == "ours" or (row.deleted and case.strategy != "theirs")):
            return Decision(row, "kept", "deleted", None, "new", deleted=True)
        return Decision(row, "create", "", case.text.encode(), "new")
    text = decoded(row.disk)
    lines = None if text is None else lines_of(text)
    # Equal except for the form, and the form on disk is kept.
    if lines == new:
        return Decision(row, "identical", "", row.disk, "new")
    untouched = row.base is not None and lines is not None and fingerprint(lines) == row.base.sha256
    # `force` comes before all questions about hand edits.
    if force and not untouched:
        return _given_up(case)
    # The file was there before the first run, so it is another person's or another tool's.
    if row.base is None:
        return _contested(case, "not-ours")
    # Merging a text with markers would put markers into markers.
    if lines is not None and has_marks(lines) and not has_marks(new):
        if case.strategy == "theirs":
            return _given_up(case)
        return Decision(row, "conflict", "marks", row.disk, "old")
    if untouched:
        return _replaced(case)
    # The generated text is unchanged, so only the user changed something.
    if fingerprint(new) == row.base.sha256:
        return Decision(row, "kept", "edited", row.disk, "new")
    # From here on, the three texts have to be merged; each reason why that is impossible has a name of its own.
    if lines is None:
        return _contested(case, "not-text")
    if row.base.lines is None:
        return _contested(case, "no-base")
    if max(map(len, (lines, new, row.base.lines))) > MOST_LINES:
        return _contested(case, "too-long")
    return _merged(case, row.base.lines, lines)


def _merged(case: _Case, base: Lines, disk: Lines) -> Decision:
    row, result = case.row, merge(base, disk, case.new)
    reported = _reported_before(row, case.new)
    # Lines that were edited after the report are decided; so is all, if NAME.new is gone too.
    done = _is_decided(row, case.new)
    hunks = tuple(hunk for hunk in result.hunks if not done and (reported is None or hunk.is_open(reported.lines)))
    form = _form(row)
    if hunks and case.strategy == "markers":
        lines = result.lines(lambda hunk: marked(hunk) if hunk in hunks else hunk.disk)
        return Decision(row, "conflict", "marks", in_form(lines, form).encode(), "new", hunks=hunks)
    if hunks:
        return _contested(case, "both", hunks)
    # What remains is settled by hand, so the disk wins in it.
    lines = result.lines(lambda hunk: hunk.disk)
    if lines == disk:
        return Decision(row, "kept", "settled" if result.hunks else "edited", row.disk, "new")
    text = in_form(lines, form)
    # Two valid texts may merge into an invalid one, such as a list with a comma missing.
    why = case.valid(row.name, text)
    if why is not None:
        return _contested(case, "invalid", note=why)
    return Decision(row, "merged", "", text.encode(), "new")


def _contested(case: _Case, reason: Reason, hunks: tuple[Hunk, ...] = (), note: str = "") -> Decision:
    """The decision of the strategy about a file that cannot be merged."""
    row = case.row
    # Not even `theirs` overwrites a file of unknown origin; that takes `force`.
    if case.strategy == "theirs" and reason != "not-ours":
        return _given_up(case)
    if case.strategy == "ours" or _is_decided(row, case.new):
        if _marks_in(row.disk):
            return Decision(row, "conflict", "marks", row.disk, "new")
        return Decision(row, "kept", "edited" if case.strategy == "ours" else "settled", row.disk, "new")
    return Decision(row, "conflict", reason, row.disk, "old", hunks=hunks, note=note)


def _replaced(case: _Case) -> Decision:
    return Decision(case.row, "update", "", in_form(case.new, _form(case.row)).encode(), "new")


def _given_up(case: _Case) -> Decision:
    return replace(_replaced(case), reason="given-up")


def _marks_in(content: bytes | None) -> bool:
    text = decoded(content or b"")
    return text is not None and has_marks(lines_of(text))


def _form(row: Row) -> Form:
    text = None
    if row.disk is not None:
        text = decoded(row.disk)
    if text is None:
        return Form()
    return form_of(text)


def _reported_before(row: Row, new: Lines) -> ReportedConflict | None:
    """The conflict as last reported, if it was about the same new text and the same base."""
    reported, base = row.reported, ""
    if row.base:
        base = row.base.sha256
    if reported and (reported.new, reported.base) == (fingerprint(new), base):
        return reported
    return None


def _is_decided(row: Row, new: Lines) -> bool:
    """Whether the file was changed after the conflict was reported, and the NAME.new that came with it is gone."""
    reported = _reported_before(row, new)
    # Removing NAME.new alone does not count, because `git clean` does that too.
    return bool(
        reported
        and reported.beside
        and row.beside is None
        and row.disk is not None
        and reported.disk != digest(row.disk)
    )


def _with_new_file(decision: Decision) -> Decision:
    """Adds what happens to NAME.new: written in a conflict, removed after it; kept if someone edited or created it."""
    row = decision.row
    known = ""
    if row.reported:
        known = row.reported.beside
    if decision.word != "conflict" or decision.reason == "marks" or row.new is None:
        # Also without a record of it, in a clone: NAME.new with exactly the new text is the tool's.
        ended = decision.reason in ("edited", "settled", "given-up") and _has_lines_of(row.beside, row.new)
        ours = row.beside is not None and digest(row.beside) == known
        if ours or ended:
            return replace(decision, beside=None)
        return replace(decision, beside=row.beside)
    new = lines_of(row.new)
    # Right already: keep the bytes, whose line ends Git may have converted.
    if _has_lines_of(row.beside, row.new):
        beside = row.beside
    # Missing, or written by the last run and not edited since.
    elif row.beside is None or digest(row.beside) == known:
        beside = row.new.encode()
    else:
        beside = None
    reported = _reported_before(row, new)
    disk = reported.disk if reported else digest(row.disk or b"")
    # The lines as first reported: one that was edited since stays settled while others are not.
    lines = {number: text for hunk in decision.hunks for number, text in hunk.contested.items()}
    if reported:
        lines |= reported.lines
    base = ""
    if row.base:
        base = row.base.sha256
    if beside is None:
        note = "; ".join(filter(None, (decision.note, f"{row.name}.new does not come from this run and is left alone")))
        return replace(
            decision,
            beside=row.beside,
            reported=ReportedConflict(fingerprint(new), base, disk, known, lines),
            note=note,
        )
    return replace(
        decision, beside=beside, reported=ReportedConflict(fingerprint(new), base, disk, digest(beside), lines)
    )


def _has_lines_of(content: bytes | None, text: str | None) -> bool:
    """Whether those bytes have the lines of that text."""
    found = None
    if content is not None:
        found = decoded(content)
    return found is not None and text is not None and lines_of(found) == lines_of(text)


def digest(content: bytes) -> str:
    """SHA-256 of bytes, in hex."""
    return hashlib.sha256(content).hexdigest()
