"""A run over one output folder: look at everything, decide (`reconcile.py`), and make of the decisions what has to be replaced."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ohif_setup.files import staging
from ohif_setup.files import state as states
from ohif_setup.files.compare import difference
from ohif_setup.files.lines import fingerprint_of, lines_of, same_lines
from ohif_setup.files.merge import hunk_diff
from ohif_setup.files.plan import Planned
from ohif_setup.files.reconcile import Base, Decision, Row, Strategy, Valid, anything, reconcile
from ohif_setup.files.staging import read_regular
from ohif_setup.files.state import CONFLICTS, FOLDER, GENERATED, IGNORE, IGNORED, STATE, Entry, Origin, State
from ohif_setup.files.transaction import Replacement

Cause = Literal["answers", "tool", "hand"]
"""Why a file differs from what was generated last: the answers changed, the tool or its template is newer, someone edited it."""


@dataclass(frozen=True)
class Survey:
    """One output folder as it was read: what is remembered, what would be generated from what, and all that is known of each file,
    by name; `answers_file` relative to the folder, None where it is not known.

    `other_owner` is the answers file that this folder was generated from last, where that is another one than this run's and still
    there: two sites would overwrite each other."""

    folder: Path
    state: State
    origin: Origin
    texts: Mapping[str, str]
    rows: Mapping[str, Row]
    answers_file: str | None = None
    other_owner: str | None = None

    @property
    def home(self) -> Path:
        """Where state, journal, lock and undo record are."""
        return self.folder / FOLDER


def survey(folder: Path, planned: Sequence[Planned], origin: Origin, answers: Path | None = None) -> Survey:
    """Looks at all files that are planned or were generated before. `answers` is the answers file of the run. Raises
    SetupError (`file-unreadable`, `state-damaged`, `state-newer`)."""
    texts = {one.name: one.text for one in planned}
    for name in texts:
        if not states.is_name(name):
            raise ValueError(name)
    state = states.load(folder / FOLDER, texts)
    rows = {}
    for name in [*texts, *sorted(state.entries.keys() - texts.keys())]:
        entry = state.entries.get(name)
        rows[name] = Row(
            name,
            _base(state, name, texts.get(name)),
            read_regular(folder / name),
            texts.get(name),
            entry.deleted if entry else False,
            state.told.get(name),
            read_regular(folder / f"{name}.new"),
        )
    named = state.answers_file if answers is None else _seen_from(folder, answers)
    return Survey(folder, state, origin, texts, rows, named, other_owner(folder, state.answers_file, answers))


def _base(state: State, name: str, text: str | None) -> Base | None:
    """The merge base of a file. Where git has merged it, so that it fits no digest, but it is what would be generated now, it is
    taken: git has merged the file in the same way."""
    entry = state.entries.get(name)
    if entry is None:
        return None
    there = state.files[f"{GENERATED}/{name}"]
    if name not in state.bases and there is not None and text is not None and same_lines(there, text.encode()):
        return Base(fingerprint_of(text), lines_of(text))
    return Base(entry.sha256, state.bases.get(name))


def _seen_from(folder: Path, answers: Path) -> str | None:
    """The answers file relative to the output folder. None where that would name more folders than the one it lies in: those
    belong to this machine, and the state is committed."""
    try:
        name = Path(os.path.relpath(staging.unlinked(answers), os.path.realpath(folder)))
    except ValueError:  # another drive of Windows
        return None
    return name.as_posix() if len([part for part in name.parts if part != ".."]) <= 2 else None


def other_owner(folder: Path, known: str | None, answers: Path | None) -> str | None:
    """The answers file `known`, relative to `folder`, where it is there and another one than `answers`."""
    if known is None or answers is None:
        return None
    other = Path(os.path.realpath(folder), known)
    if not other.is_file() or os.path.realpath(other) == os.path.realpath(answers):
        return None
    return os.path.normpath(folder / known)


def decide(
    found: Survey,
    strategy: Strategy = "stop",
    *,
    force: bool = False,
    valid: Valid = anything,
) -> tuple[Decision, ...]:
    """One decision for each file, in the order of the plan. One that a person makes differently is put in its place before
    `replacements`: `reconcile` of its row with another strategy, or `settle`."""
    return tuple(reconcile(row, strategy, force=force, valid=valid) for row in found.rows.values())


def replacements(found: Survey, decisions: Sequence[Decision]) -> tuple[Replacement, ...]:
    """What has to be written and removed: artefacts, NAME.new, merge bases, state. What is as it should be is not among them."""
    changes = []
    for one in decisions:
        path = found.folder / one.row.name
        changes.append(Replacement(path, one.row.disk, one.content))
        changes.append(Replacement(path.with_name(f"{path.name}.new"), one.row.beside, one.beside))
    for name, content in _remembered(found, decisions).items():
        changes.append(Replacement(found.home / name, found.state.files[name], content))
    return tuple(one for one in changes if one.before != one.after)


def files_after(found: Survey, decisions: Sequence[Decision]) -> dict[str, bytes | None]:
    """Every file that a run looks at, by name in the folder, as the decisions leave it (None: no file); for `digest.remember`."""
    files = {f"{FOLDER}/{name}": content for name, content in _remembered(found, decisions).items()}
    for one in decisions:
        files[one.row.name], files[f"{one.row.name}.new"] = one.content, one.beside
    return files


def causes(found: Survey, decision: Decision) -> tuple[Cause, ...]:
    """Why a file differs from what was generated last; empty where it does not, or where nothing was generated yet."""
    row = decision.row
    entry = found.state.entries.get(row.name)
    if entry is None:
        return ()
    by_hand: tuple[Cause, ...] = ("hand",) if row.disk is None or fingerprint_of(row.disk) != entry.sha256 else ()
    if row.new is not None and fingerprint_of(row.new) == entry.sha256:
        return by_hand
    tool = entry.origin.tool != found.origin.tool
    answers = entry.origin.answers != found.origin.answers
    # With neither changed, it is the templates of a tool that still has the same version.
    return (*(("answers",) if answers else ()), *(("tool",) if tool or not answers else ()), *by_hand)


def diff(decision: Decision) -> str:
    """What a run changes in the file as a unified diff; in a conflict, the hunks that it is about, or disk against new text."""
    row = decision.row
    if decision.word == "conflict" and decision.hunks:
        lines = [f"--- {row.name} (on disk)", f"+++ {row.name}.new (generated now)"]
        return "\n".join([*lines, *(line for hunk in decision.hunks for line in hunk_diff(hunk))])
    if decision.word == "conflict" and row.new is not None:
        return difference(row.name, row.disk, row.new.encode())
    return difference(row.name, row.disk, decision.content)


def _remembered(found: Survey, decisions: Sequence[Decision]) -> dict[str, bytes | None]:
    """The files of `.ohif-setup/` that are to be committed, and the conflicts, by name in it."""
    entries, told = {}, {}
    was = found.state.files
    files: dict[str, bytes | None] = {f"{GENERATED}/{name}": None for name in found.rows}
    for one in decisions:
        name = one.row.name
        base, old = f"{GENERATED}/{name}", found.state.entries.get(name)
        if one.base == "new":
            entries[name] = Entry(fingerprint_of(found.texts[name]), found.origin, one.deleted)
            files[base] = _in_place(was[base], found.texts[name].encode())
        elif one.base == "old" and old:
            entries[name], files[base] = old, was[base]
        if one.told:
            told[name] = one.told
    files[STATE] = _in_place(was[STATE], states.state_bytes(entries, found.answers_file))
    files[CONFLICTS] = states.conflict_bytes(told)
    files[IGNORE] = IGNORED.encode() if was[IGNORE] is None and (entries or told) else was[IGNORE]
    return files


def _in_place(old: bytes | None, new: bytes | None) -> bytes | None:
    """The new content; the old one where git has given it other line ends."""
    return old if old is not None and new is not None and same_lines(old, new) else new
