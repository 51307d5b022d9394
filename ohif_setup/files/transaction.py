"""All files of a run, in however many folders, or none of them; whenever it is cut off. `journal.py` has the steps.

What it does not promise: a program that saves a file in the moment between our last look at it and the rename, both within
microseconds, is overtaken; what it saved is then in the undo record if it wrote in place, else lost.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Literal

from ohif_setup.errors import SetupError
from ohif_setup.files import journal as journals
from ohif_setup.files import staging
from ohif_setup.files.journal import BlockedError, Journal, Step


@dataclass(frozen=True)
class Replacement:
    """One file of a run: its bytes as they were read and as they shall be (None: no file). Mode and owner of a file that is there
    are kept; those given here are for a new one, which has 0644 and the caller's user else. `private`: 0600, whatever is there."""

    path: Path
    before: bytes | None
    after: bytes | None
    mode: int | None = None
    owner: tuple[int, int] | None = None
    private: bool = False


def run(home: Path, replacements: Sequence[Replacement]) -> None:
    """Makes all replacements, or none. `home` is the `.ohif-setup` folder where the journal goes; the lock must be held, and
    `recover` must have been called.

    The first one that changes something is the moment of truth: put the answers file there. Raises SetupError: `file-unwritable`
    and `file-changed` (someone wrote to a file since it was read), with everything as it was; `run-unfinished` where even that
    could not be done, so that the next run has to.
    """
    wanted = [one for one in replacements if one.before != one.after]
    if not wanted:
        return
    home = Path(os.path.realpath(home))
    path = wanted[0].path
    run_id = secrets.token_hex(8)
    try:
        steps = []
        for number, one in enumerate(wanted):
            path = one.path
            steps.append(Step(staging.target_of(path), _digest(one.before), _digest(one.after), run_id, number, path))
            if journals.digest_at(steps[-1].target) != steps[-1].before:
                raise changed(path)
        _refuse_twice(steps, wanted)
        journal = Journal(run_id, tuple(steps), _missing_folders([home, *(one.target.parent for one in steps)]))
    except OSError as error:
        raise staging.unwritable(error, path, "nothing was changed") from None
    with staging.uninterrupted():
        _carry_out(home, journal, wanted)


def recover(home: Path, answers: Path | None = None) -> Literal["nothing", "completed", "taken-back"]:
    """Ends a run that was cut off, if there is one: completes it, or takes it back. The lock must be held. `answers` is the site's
    answers file: besides what lies in the output folder, no other file and its JSON Schema are touched (`reach.may_write`).

    Raises SetupError: `run-unfinished` when a file was changed since, `journal-damaged`, `file-unwritable`.
    """
    phase = journals.found(home)
    if phase is None:
        with contextlib.suppress(OSError):
            staging.remove(home / "journal.tmp")
        return "nothing"
    journal = journals.read(home, phase, answers)
    try:
        with staging.uninterrupted():
            if phase == "ready" and (not journal.steps or journals.counts(journal)) and _can_complete(journal):
                for step in journal.steps:
                    journals.forward(step, strict=False)
                _finish(home, journal)
                return "completed"
            if phase == "done":
                _clean(home, journal)
                return "completed"
            _take_back(home, journal, phase)
            return "taken-back"
    except BlockedError as blocked:
        raise _stuck(blocked.path) from None
    except OSError as error:
        raise staging.unwritable(error, home) from None


def _carry_out(home: Path, journal: Journal, wanted: Sequence[Replacement]) -> None:
    path = home
    phase: journals.Phase | None = None
    try:
        for folder in journal.folders:
            path = folder
            folder.mkdir()
        path = home
        journals.write(home, journal)
        phase = "staging"
        for step, one in zip(journal.steps, wanted, strict=True):
            path = one.path
            if one.after is not None:
                staging.stage(step.temporary, one.after, step.target, one.mode, one.owner, private=one.private)
        for folder in {step.target.parent for step in journal.steps}:
            staging.flush_folder(folder)
        path = home
        journals.move(home, "staging", "ready")
        phase = "ready"
        for number, step in enumerate(journal.steps):
            path = wanted[number].path
            journals.forward(step, strict=True)
            if number == 0:
                staging.flush_folder(step.target.parent)
    except BaseException as error:
        _give_up(home, journal, phase, path)
        if isinstance(error, BlockedError):
            raise changed(path) from None
        if isinstance(error, OSError):
            raise staging.unwritable(error, path, "nothing was changed") from None
        raise
    with contextlib.suppress(OSError):  # the run counts; the next one tidies up
        _finish(home, journal)


def _give_up(home: Path, journal: Journal, phase: journals.Phase | None, path: Path) -> None:
    """Everything as it was. Raises SetupError (`run-unfinished`) where the system does not allow even that."""
    try:
        # The last move may have been made although it failed.
        _take_back(home, journal, journals.found(home) or phase)
    except (OSError, BlockedError) as error:
        where = error.path if isinstance(error, BlockedError) else path
        raise _stuck(where) from None


def _take_back(home: Path, journal: Journal, phase: journals.Phase | None) -> None:
    begun = phase in ("ready", "back")
    for step in journal.steps if begun else ():
        journals.check_backward(step)
    if phase == "ready":
        journals.move(home, "ready", "back")
        phase = "back"
    for step in journal.steps:
        (journals.backward if begun else journals.clean)(step)
    for folder in {step.target.parent for step in journal.steps}:
        staging.flush_folder(folder)
    if phase is not None:
        staging.remove(journals.place(home, phase))
        staging.flush_folder(home)
    journals.remove_folders(journal)


def _can_complete(journal: Journal) -> bool:
    try:
        for step in journal.steps:
            journals.check_forward(step)
    except BlockedError:
        return False
    return True


def _finish(home: Path, journal: Journal) -> None:
    for folder in {step.target.parent for step in journal.steps}:
        staging.flush_folder(folder)
    journals.move(home, "ready", "done")
    _clean(home, journal)


def _clean(home: Path, journal: Journal) -> None:
    journals.tidy(home, journal)
    staging.remove(journals.place(home, "done"))


def _missing_folders(folders: Sequence[Path]) -> tuple[Path, ...]:
    missing: set[Path] = set()
    for folder in folders:
        above = folder
        while not os.path.lexists(above):
            missing.add(above)
            above = above.parent
    return tuple(sorted(missing, key=lambda one: len(one.parts)))


def _refuse_twice(steps: Sequence[Step], wanted: Sequence[Replacement]) -> None:
    """Two names of one file, by a symbolic link: which of the texts should it hold?"""
    seen: dict[Path, Path] = {}
    for step, one in zip(steps, wanted, strict=True):
        if step.target in seen:
            raise SetupError(
                "file-twice",
                f"is the same file as {seen[step.target]}, so it cannot hold both texts",
                where=str(one.path),
                hint=f"look where they lead: ls -l {quote(str(seen[step.target]))} {quote(str(one.path))}",
            )
        seen[step.target] = one.path


def changed(path: Path) -> SetupError:
    """The error where what was read, or agreed to, is no longer so."""
    return SetupError(
        "file-changed",
        "was changed while the command ran, so nothing was written",
        where=str(path),
        hint="run the command again when it is saved",
    )


def _stuck(path: Path) -> SetupError:
    return SetupError(
        "run-unfinished",
        "a run was cut off, and this file has kept it from being completed or taken back",
        where=str(path),
        hint=f"put your version away (mv {quote(str(path))} {quote(f'{path}.mine')}), run the command again, then compare",
    )


def _digest(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()
