"""All files of a run, in however many folders, or none of them; whenever it is cut off. `journal.py` has the steps.

What it does not promise: a program that saves a file in the moment between our last look at it and the rename, both within
microseconds, is overtaken; what it saved is then in the undo record if it wrote into the same file, else lost.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Literal

from ohif_setup.apply import journal as journals
from ohif_setup.apply.journal import BlockedError, Journal, JournalStep
from ohif_setup.apply.site_paths import SitePaths
from ohif_setup.disk import writing
from ohif_setup.disk.safe_path import SafePath
from ohif_setup.errors import SetupError


@dataclass(frozen=True)
class Replacement:
    """One file of a run: its bytes as they were read and as they should be (None: no file). Mode and owner of a file that is there
    are kept; those given here are for a new one, which has 0644 and the caller's user else. `private`: 0600, whatever is there."""

    path: SafePath
    before: bytes | None
    after: bytes | None
    mode: int | None = None
    owner: tuple[int, int] | None = None
    private: bool = False


def run(site: SitePaths, replacements: Sequence[Replacement]) -> None:
    """Makes all replacements, or none. The lock must be held, and `recover` must have been called.

    The first one that changes something is the moment of truth: put the answers file there. Raises SetupError: `file-unwritable`
    and `file-changed` (someone wrote to a file since it was read), with everything as it was; `run-unfinished` where even that
    could not be done, so that the next run has to. Raises ValueError for a file that no run of a site writes.
    """
    wanted = [replacement for replacement in replacements if replacement.before != replacement.after]
    if not wanted:
        return
    path = wanted[0].path
    run_id = secrets.token_hex(8)
    try:
        steps = []
        for number, replacement in enumerate(wanted):
            path = replacement.path
            writing.refuse_unwritable(path)
            steps.append(JournalStep(path, _digest(replacement.before), _digest(replacement.after), run_id, number))
            if journals.digest_at(path) != steps[-1].before:
                raise changed(path)
        missing: dict[str, SafePath] = {}
        for step in steps:
            path = step.target
            missing |= {folder.real: folder for folder in writing.missing_folders(step.target.parent)}
        folders = sorted(missing.values(), key=lambda folder: len(folder.parts))
        journal = Journal(run_id, tuple(steps), tuple(folders))
    except OSError as error:
        raise writing.unwritable(error, path, "nothing was changed") from None
    with writing.uninterrupted():
        _carry_out(site, journal, wanted)


def recover(site: SitePaths) -> Literal["nothing", "completed", "taken-back"]:
    """Ends a run that was cut off, if there is one: completes it, or takes it back. The lock must be held.

    Raises SetupError: `run-unfinished` when a file was changed since, `journal-damaged`, `file-unwritable`.
    """
    phase = journals.found(site)
    if phase is None:
        with contextlib.suppress(OSError):
            writing.remove(site.memory / journals.HALF)
        return "nothing"
    journal = journals.read(site, phase)
    try:
        with writing.uninterrupted():
            if phase == "ready" and (not journal.steps or journals.counts(journal)) and _can_complete(journal):
                for step in journal.steps:
                    journals.forward(step, strict=False)
                _finish(site, journal)
                return "completed"
            if phase == "done":
                _clean(site, journal)
                return "completed"
            _take_back(site, journal, phase)
            return "taken-back"
    except BlockedError as blocked:
        raise _stuck(blocked.path) from None
    except OSError as error:
        raise writing.unwritable(error, site.answers) from None


def _carry_out(site: SitePaths, journal: Journal, wanted: Sequence[Replacement]) -> None:
    path = site.memory
    phase: journals.Phase | None = None
    try:
        for folder in journal.folders:
            path = folder
            writing.make_folder(folder)
        path = site.memory
        journals.write(site, journal)
        phase = "staging"
        for step, replacement in zip(journal.steps, wanted, strict=True):
            path = replacement.path
            if replacement.after is not None:
                writing.stage(
                    step.temporary,
                    replacement.after,
                    step.target,
                    replacement.mode,
                    replacement.owner,
                    private=replacement.private,
                )
        for folder in {step.target.parent for step in journal.steps}:
            writing.flush_folder(folder)
        path = site.memory
        journals.move(site, "staging", "ready")
        phase = "ready"
        for number, step in enumerate(journal.steps):
            path = step.target
            journals.forward(step, strict=True)
            if number == 0:
                writing.flush_folder(step.target.parent)
    except BaseException as error:
        _give_up(site, journal, phase, path)
        if isinstance(error, BlockedError):
            raise changed(path) from None
        if isinstance(error, OSError):
            raise writing.unwritable(error, path, "nothing was changed") from None
        raise
    with contextlib.suppress(OSError):  # the run counts; the next one tidies up
        _finish(site, journal)


def _give_up(site: SitePaths, journal: Journal, phase: journals.Phase | None, path: SafePath) -> None:
    """Everything as it was. Raises SetupError (`run-unfinished`) where the system does not allow even that."""
    try:
        # The last move may have been made although it failed.
        _take_back(site, journal, journals.found(site) or phase)
    except (OSError, BlockedError) as error:
        if isinstance(error, BlockedError):
            path = error.path
        raise _stuck(path) from None


def _take_back(site: SitePaths, journal: Journal, phase: journals.Phase | None) -> None:
    begun = phase in ("ready", "back")
    if begun:
        # Look at every file before the first one is moved.
        for step in journal.steps:
            journals.check_backward(step)
    if phase == "ready":
        journals.move(site, "ready", "back")
        phase = "back"
    for step in journal.steps:
        if begun:
            journals.backward(step)
        else:
            journals.clean(step)
    for folder in {step.target.parent for step in journal.steps}:
        writing.flush_folder(folder)
    if phase is not None:
        writing.remove(journals.file_of(site, phase))
        writing.flush_folder(site.memory)
    journals.remove_folders(journal)


def _can_complete(journal: Journal) -> bool:
    try:
        for step in journal.steps:
            journals.check_forward(step)
    except BlockedError:
        return False
    return True


def _finish(site: SitePaths, journal: Journal) -> None:
    for folder in {step.target.parent for step in journal.steps}:
        writing.flush_folder(folder)
    journals.move(site, "ready", "done")
    _clean(site, journal)


def _clean(site: SitePaths, journal: Journal) -> None:
    journals.tidy(journal)
    writing.remove(journals.file_of(site, "done"))


def changed(path: SafePath) -> SetupError:
    """The error where what was read, or agreed to, is no longer so."""
    return SetupError(
        "file-changed",
        "was changed while the command ran, so nothing was written",
        where=str(path),
        hint="run the command again when it is saved",
    )


def _stuck(path: SafePath) -> SetupError:
    mine = quote(f"{path}.mine")
    return SetupError(
        "run-unfinished",
        "a run was cut off, and this file has kept it from being completed or taken back",
        where=str(path),
        hint=f"put your version away (mv {quote(str(path))} {mine}), run the command again, then compare",
    )


def _digest(content: bytes | None) -> str | None:
    if content is None:
        return None
    return hashlib.sha256(content).hexdigest()
