"""A run over one output folder: reads everything, decides (`reconcile.py`), and turns the decisions into replacements."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ohif_setup.apply import state as states
from ohif_setup.apply.compare import difference
from ohif_setup.apply.lines import fingerprint_of, lines_of, same_lines
from ohif_setup.apply.merge import hunk_diff
from ohif_setup.apply.reconcile import Decision, MergeBase, Row, Strategy, Valid, anything, reconcile
from ohif_setup.apply.site_paths import CONFLICTS, GENERATED, OURS, STATE, SitePaths
from ohif_setup.apply.state import ArtefactState, Origin, State
from ohif_setup.apply.transaction import Replacement
from ohif_setup.disk.reading import read_regular
from ohif_setup.disk.safe_path import SafePath, absolute, status
from ohif_setup.output.plan import Planned

Cause = Literal["answers", "tool", "hand"]
"""Why a file differs from what was generated last: the answers changed, the tool or its template is newer, someone edited it."""


@dataclass(frozen=True)
class Survey:
    """One output folder as it was read: what is recorded, what would be generated and from what, and everything known about each
    file, by name; `answers_file` is relative to the folder, None if unknown.

    `other_owner` is the answers file that this folder was last generated from, if it still exists and is not the one of this run:
    two sites would overwrite each other."""

    site: SitePaths
    folder: SafePath
    state: State
    origin: Origin
    texts: Mapping[str, str]
    rows: Mapping[str, Row]
    answers_file: str | None = None
    other_owner: str | None = None


def survey(site: SitePaths, folder: SafePath, planned: Sequence[Planned], origin: Origin) -> Survey:
    """Reads all files in the output folder that are planned or were generated before. Raises SetupError (`file-unreadable`,
    `state-damaged`, `state-newer`)."""
    texts = {artefact.name: artefact.text for artefact in planned}
    state = states.load(folder, site, texts)
    rows = {}
    # First what is planned, in its order; then what was generated before and is not planned any more.
    for name in [*texts, *sorted(state.entries.keys() - texts.keys())]:
        entry = state.entries.get(name)
        rows[name] = Row(
            name,
            _base(state, name, texts.get(name)),
            read_regular(folder / name),
            texts.get(name),
            entry.deleted if entry else False,
            state.reported.get(name),
            read_regular(folder / f"{name}.new"),
        )
    named = _relative_to(folder, site.answers)
    return Survey(
        site, folder, state, origin, texts, rows, named, other_owner(folder, state.answers_file, site.answers)
    )


def _base(state: State, name: str, text: str | None) -> MergeBase | None:
    """The merge base of a file. One that Git has merged matches no digest; it is still used if it is what would be generated now,
    because Git has then merged the file in the same way."""
    entry = state.entries.get(name)
    if entry is None:
        return None
    there = state.files[f"{GENERATED}/{name}"]
    if name not in state.bases and there is not None and text is not None and same_lines(there, text.encode()):
        return MergeBase(fingerprint_of(text), lines_of(text))
    return MergeBase(entry.sha256, state.bases.get(name))


def _relative_to(folder: SafePath, answers: SafePath) -> str | None:
    """The answers file relative to the output folder. None if that would name more folders than the one that contains it: those
    belong to this machine, and the state is committed."""
    try:
        name = Path(os.path.relpath(answers.real, folder.real))
    # os.path.relpath has no answer across drives.
    except ValueError:
        return None
    # The file and at most one folder; any number of ".." says nothing about this machine.
    if len([part for part in name.parts if part != ".."]) <= 2:
        return name.as_posix()
    return None


def other_owner(folder: SafePath, known: str | None, answers: SafePath) -> str | None:
    """The answers file `known`, relative to `folder`, if it exists and is not `answers`."""
    if known is None:
        return None
    try:
        # From a committed file, so it may name anything; `absolute` follows no link.
        other = absolute(os.path.normpath(Path(folder.real, known)))
        found = None if other.real == answers.real else status(other)
    except OSError:
        return None
    if found and stat.S_ISREG(found.st_mode):
        return os.path.normpath(folder.shown / known)
    return None


def decide(
    found: Survey,
    strategy: Strategy = "stop",
    *,
    force: bool = False,
    valid: Valid = anything,
) -> tuple[Decision, ...]:
    """One decision for each file, in the order of the plan. If a person decides differently, that replaces it before
    `replacements` is called: `reconcile` of its row with another strategy, or `settle`."""
    return tuple(reconcile(row, strategy, force=force, valid=valid) for row in found.rows.values())


def replacements(found: Survey, decisions: Sequence[Decision]) -> tuple[Replacement, ...]:
    """What has to be written and removed: artefacts, NAME.new, merge bases, state, and the record of conflicts. Files that are
    already correct are left out."""
    changes = []
    for decision in decisions:
        path = found.folder / decision.row.name
        # The artefact and NAME.new in one run: a conflict is never half reported.
        changes.append(Replacement(path, decision.row.disk, decision.content))
        changes.append(Replacement(path.with_name(f"{path.name}.new"), decision.row.beside, decision.beside))
    for name, content in _state_files(found, decisions).items():
        changes.append(Replacement(found.folder / OURS / name, found.state.files[name], content))
    reported = {decision.row.name: decision.reported for decision in decisions if decision.reported}
    changes.append(
        Replacement(found.site.memory / CONFLICTS, found.state.conflicts, states.conflict_bytes(reported), private=True)
    )
    return tuple(change for change in changes if change.before != change.after)


def files_after(found: Survey, decisions: Sequence[Decision]) -> dict[str, bytes | None]:
    """Every file that a run reads, by name in the folder, as the decisions leave it (None: no file); for `digest.remember`."""
    files = {f"{OURS}/{name}": content for name, content in _state_files(found, decisions).items()}
    for decision in decisions:
        files[decision.row.name], files[f"{decision.row.name}.new"] = decision.content, decision.beside
    return files


def afterwards(found: Survey, decisions: Sequence[Decision]) -> Survey:
    """What the next run would find if nothing changes until then: each file as the decisions leave it."""
    rows = {}
    for decision in decisions:
        row = decision.row
        # The file is removed and not planned, so the next run does not know it.
        if decision.base == "gone" and row.new is None:
            continue
        base = None
        if decision.base == "old":
            base = row.base
        elif decision.base == "new" and row.new is not None:
            base = MergeBase(fingerprint_of(row.new), lines_of(row.new))
        rows[row.name] = Row(
            row.name, base, decision.content, row.new, decision.deleted, decision.reported, decision.beside
        )
    return replace(found, rows=rows)


def causes(found: Survey, decision: Decision) -> tuple[Cause, ...]:
    """Why a file differs from what was generated last; empty if it does not, or if nothing was generated yet."""
    row = decision.row
    entry = found.state.entries.get(row.name)
    if entry is None:
        return ()
    by_hand: tuple[Cause, ...] = ()
    # Deleting the file is an edit by hand too.
    if row.disk is None or fingerprint_of(row.disk) != entry.sha256:
        by_hand = ("hand",)
    if row.new is not None and fingerprint_of(row.new) == entry.sha256:
        return by_hand
    tool = entry.origin.tool != found.origin.tool
    answers = entry.origin.answers != found.origin.answers
    # If neither changed, the templates did, in a tool that still has the same version.
    causes: list[Cause] = []
    if answers:
        causes.append("answers")
    if tool or not answers:
        causes.append("tool")
    return (*causes, *by_hand)


def diff(decision: Decision) -> str:
    """What a run changes in the file, as a unified diff; in a conflict, its hunks, or the file on disk against the new text."""
    row = decision.row
    if decision.word == "conflict" and decision.hunks:
        lines = [f"--- {row.name} (on disk)", f"+++ {row.name}.new (generated now)"]
        return "\n".join([*lines, *(line for hunk in decision.hunks for line in hunk_diff(hunk))])
    if decision.word == "conflict" and row.new is not None:
        return difference(row.name, row.disk, row.new.encode())
    return difference(row.name, row.disk, decision.content)


def _state_files(found: Survey, decisions: Sequence[Decision]) -> dict[str, bytes | None]:
    """The files of `.ohif-setup/`, by name in it."""
    entries = {}
    was = found.state.files
    # None for all, so that the base of a file that is gone is removed.
    files: dict[str, bytes | None] = {f"{GENERATED}/{name}": None for name in found.rows}
    for decision in decisions:
        name = decision.row.name
        base, old = f"{GENERATED}/{name}", found.state.entries.get(name)
        if decision.base == "new":
            entries[name] = ArtefactState(fingerprint_of(found.texts[name]), found.origin, decision.deleted)
            files[base] = _unless_same_lines(was[base], found.texts[name].encode())
        elif decision.base == "old" and old:
            entries[name], files[base] = old, was[base]
    files[STATE] = _unless_same_lines(was[STATE], states.state_bytes(entries, found.answers_file))
    return files


def _unless_same_lines(old: bytes | None, new: bytes | None) -> bytes | None:
    """The new content, or the old one if Git has only changed its line ends."""
    if old is not None and new is not None and same_lines(old, new):
        return old
    return new
