"""Writes all files of a run, in any number of folders, or none of them, even if it is cut off. `journal.py` has the steps.

One gap remains: if a program saves a file in the microseconds between our last check and the rename, what it saved is
replaced and lost, since the undo record has the file as it was read.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Sequence
from shlex import quote
from typing import Literal

from ohif_setup.apply import journal
from ohif_setup.apply.change import Replacement, Run, bytes_of
from ohif_setup.apply.journal import BlockedError
from ohif_setup.apply.site_paths import SitePaths
from ohif_setup.disk import writing
from ohif_setup.disk.safe_path import SafePath
from ohif_setup.errors import SetupError

__all__ = ["Replacement", "changed", "recover", "run"]


def run(site: SitePaths, replacements: Sequence[Replacement]) -> None:
    """Makes all replacements, or none. The lock must be held, and `recover` must have been called.

    The run counts once the first file that changes has been renamed, so the answers file should come first. Raises SetupError:
    `file-unwritable` and `file-changed` (a file changed after it was read), with every file as it was; `run-unfinished` if the
    files could not be restored, which the next run then does. Raises ValueError for a file that no run of a site writes.
    """
    wanted = [replacement for replacement in replacements if replacement.before != replacement.after]
    if not wanted:
        return
    path = wanted[0].path
    missing: dict[str, SafePath] = {}
    try:
        # Check every file before the first change: the common failures then need no recovery.
        for replacement in wanted:
            path = replacement.path
            writing.refuse_unwritable(path)
            if journal.digest_at(path) != replacement.digest_before:
                raise changed(path)
        for replacement in wanted:
            path = replacement.path
            missing |= {folder.real: folder for folder in writing.missing_folders(path.parent)}
    except OSError as error:
        raise writing.unwritable(error, path, "nothing was changed") from None
    # A parent is created before what is in it.
    folders = sorted(missing.values(), key=lambda folder: len(folder.parts))
    # A signal between two renames would only cause a needless recovery.
    with writing.uninterrupted():
        _carry_out(site, Run.begin(secrets.token_hex(8), wanted, folders))


def recover(site: SitePaths) -> Literal["nothing", "completed", "taken-back"]:
    """Completes a run that was cut off, or takes it back, if there is one. The lock must be held.

    Raises SetupError: `run-unfinished` if a file was changed since, `journal-damaged`, `file-unwritable`.
    """
    phase = journal.found(site)
    if phase is None:
        # A crash while the journal was being written: no file had been touched.
        with contextlib.suppress(OSError):
            writing.remove(site.memory / journal.HALF)
        return "nothing"
    run = journal.read(site, phase)
    try:
        with writing.uninterrupted():
            # A run that counts is completed only if every file allows it; if not, it is taken back as a whole.
            if phase == "ready" and (not run.changes or journal.counts(run)) and _can_complete(run):
                for change in run.changes:
                    journal.forward(change, strict=False)
                _finish(site, run)
                return "completed"
            # All renames were made, and only the old files remain to be removed.
            if phase == "done":
                _clean(site, run)
                return "completed"
            _take_back(site, run, phase)
            return "taken-back"
    except BlockedError as blocked:
        raise _stuck(blocked.path) from None
    except OSError as error:
        raise writing.unwritable(error, site.answers) from None


def _carry_out(site: SitePaths, run: Run) -> None:
    path = site.memory
    phase: journal.Phase | None = None
    try:
        for folder in run.folders:
            path = folder
            writing.make_folder(folder)
        path = site.memory
        # Before the first temporary file exists: after a crash the next run has to know which ones to remove.
        journal.write(site, run)
        phase = "staging"
        for change in run.changes:
            path = change.path
            content = bytes_of(change.after)
            if content is not None:
                writing.stage(change.temporary, content, path, change.mode, change.owner, private=change.private)
        # `ready` promises that every new file survives a power cut, so their names must be on the disk before it is.
        for folder in {change.path.parent for change in run.changes}:
            writing.flush_folder(folder)
        path = site.memory
        journal.move(site, "staging", "ready")
        phase = "ready"
        for number, change in enumerate(run.changes):
            path = change.path
            journal.forward(change, strict=True)
            if number == 0:
                # The first rename decides whether the run counts, so it must not reach the disk after a later one.
                writing.flush_folder(change.path.parent)
    # KeyboardInterrupt and MemoryError too: whatever happened, the files must be restored.
    except BaseException as error:
        _give_up(site, run, phase, path)
        if isinstance(error, BlockedError):
            raise changed(path) from None
        if isinstance(error, OSError):
            raise writing.unwritable(error, path, "nothing was changed") from None
        raise
    # All files are as they should be. A failure here is no reason to report one: the next run tidies up.
    with contextlib.suppress(OSError):
        _finish(site, run)


def _give_up(site: SitePaths, run: Run, phase: journal.Phase | None, path: SafePath) -> None:
    """Restores every file. Raises SetupError (`run-unfinished`) if that fails."""
    try:
        # The phase on disk, not the one that we remember: a rename may have been made although the call failed.
        _take_back(site, run, journal.found(site) or phase)
    except (OSError, BlockedError) as error:
        if isinstance(error, BlockedError):
            path = error.path
        raise _stuck(path) from None


def _take_back(site: SitePaths, run: Run, phase: journal.Phase | None) -> None:
    begun = phase in ("ready", "back")
    if begun:
        # Look at every file before the first one is moved: a run that cannot be taken back whole stays as it is.
        for change in run.changes:
            journal.check_backward(change)
    if phase == "ready":
        # The first file tells whether a run counts, and is about to be restored: write the decision down before it is.
        journal.move(site, "ready", "back")
        phase = "back"
    for change in run.changes:
        # Before `ready` no target was touched, so it is enough to remove the temporary files.
        if begun:
            journal.backward(change)
        else:
            journal.clean(change)
    for folder in {change.path.parent for change in run.changes}:
        writing.flush_folder(folder)
    # The journal goes last: without it, nobody knows what lies beside the files.
    if phase is not None:
        writing.remove(journal.file_of(site, phase))
        writing.flush_folder(site.memory)
    journal.remove_folders(run)


def _can_complete(run: Run) -> bool:
    try:
        for change in run.changes:
            journal.check_forward(change)
    except BlockedError:
        return False
    return True


def _finish(site: SitePaths, run: Run) -> None:
    # `done` lets the old files be removed, so the renames must be on the disk before it is.
    for folder in {change.path.parent for change in run.changes}:
        writing.flush_folder(folder)
    journal.move(site, "ready", "done")
    _clean(site, run)


def _clean(site: SitePaths, run: Run) -> None:
    journal.tidy(run)
    writing.remove(journal.file_of(site, "done"))


def changed(path: SafePath) -> SetupError:
    """The error for a file that is no longer as it was read, or as the user agreed to."""
    return SetupError(
        "file-changed",
        "was changed while the command ran, so nothing was written",
        where=str(path),
        hint="save the file, then run the command again",
    )


def _stuck(path: SafePath) -> SetupError:
    mine = quote(f"{path}.mine")
    return SetupError(
        "run-unfinished",
        "a run was cut off, and this file prevents it from being completed or taken back",
        where=str(path),
        hint=f"move your version aside (mv {quote(str(path))} {mine}), run the command again, then compare the two",
    )
