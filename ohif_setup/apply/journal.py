"""The journal of a run: what it is about to do, written before it starts, so that the next run can complete it or take it back.

The journal is one file in the memory of the site, and its name says how far the run has come:

    journal.staging    the temporary files are being written; no file of the site has changed
    journal.ready      all of them are complete and on the disk; the renames begin
    journal.done       all renames are made; the old files are being removed
    journal.back       the renames are being taken back

A run counts from its first rename: the next run completes a `journal.ready` found after it, and takes back one found before it.
Since the answers file comes first, the answers on disk always match what the next run does.

Beside each target are `.ohif-setup.ID.N.tmp` (the new file) and `.ohif-setup.ID.N.old` (the old one, a hard link where the file
system has them), both in the folder of the target, so that every step is a single rename.
"""

from __future__ import annotations

import contextlib
import json
import re
from shlex import quote
from typing import Any, Literal

from ohif_setup.apply.change import Replacement, Run, digest_of
from ohif_setup.apply.site_paths import OURS, SitePaths, folder_row, of_folder_row, of_row, recalled, row_of
from ohif_setup.disk import reading, writing
from ohif_setup.disk.safe_path import SafePath, status
from ohif_setup.errors import SetupError

Phase = Literal["staging", "ready", "done", "back"]
# In the order in which `found` looks for them.
PHASES: tuple[Phase, ...] = ("back", "done", "ready", "staging")
HALF = "journal.tmp"
_ID = re.compile(r"[0-9a-f]{16}\Z")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_MOST_STEPS = 200


class BlockedError(Exception):
    """A file that the run is about to replace or restore was changed by something else."""

    def __init__(self, path: SafePath) -> None:
        super().__init__(str(path))
        self.path = path


def file_of(site: SitePaths, phase: Phase) -> SafePath:
    """The name of the journal in that phase."""
    return site.memory / f"journal.{phase}"


def found(site: SitePaths) -> Phase | None:
    """The phase in which a run was cut off; None if no run was. Raises SetupError (`file-unreadable`)."""
    return next((phase for phase in PHASES if reading.is_there(file_of(site, phase))), None)


def write(site: SitePaths, run: Run) -> None:
    """Writes the journal in its first phase. Raises OSError, and then there is no journal."""
    steps = [
        {"file": row_of(site, change.path), "before": change.digest_before, "after": change.digest_after}
        for change in run.changes
    ]
    rows = {"run": run.id, "steps": steps, "folders": [folder_row(site, folder) for folder in run.folders]}
    half = site.memory / HALF
    # A crash may have left one, and `stage` refuses an existing file.
    writing.remove(half)
    try:
        writing.stage(half, json.dumps(rows).encode(), half, mode=writing.PRIVATE)
        writing.rename(half, file_of(site, "staging"))
    except OSError:
        with contextlib.suppress(OSError):
            writing.remove(half)
        raise
    writing.flush_folder(site.memory)


def read(site: SitePaths, phase: Phase) -> Run:
    """The journal of a run that was cut off. Raises SetupError (`journal-damaged`, `file-unreadable`)."""
    path = file_of(site, phase)
    try:
        raw = json.loads(recalled(site, path.name) or b"")
        run_id, rows, folders = raw["run"], raw["steps"], raw["folders"]
        # The ID becomes part of file names, so it must not contain a path.
        if not _ID.match(run_id) or len(rows) > _MOST_STEPS or len(folders) > _MOST_STEPS:
            raise ValueError
        changes = [
            Replacement(of_row(site, row["file"]), _digest_in(row["before"]), _digest_in(row["after"])) for row in rows
        ]
        return Run.begin(run_id, changes, [of_folder_row(site, folder) for folder in folders])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise SetupError(
            "journal-damaged",
            "records what a run that was cut off has changed, but cannot be read, or names files that no run of this site writes",
            where=str(path),
            hint=f"check the files, then move it aside: mv {quote(str(path))} {quote(f'{path}.old')}",
        ) from None


def move(site: SitePaths, old: Phase, new: Phase) -> None:
    """Moves the journal to its next phase, and flushes that. Raises OSError."""
    writing.rename(file_of(site, old), file_of(site, new))
    writing.flush_folder(site.memory)


def counts(run: Run) -> bool:
    """Whether the first rename of the run was made."""
    first = run.changes[0]
    if first.after is None:
        # A removal renames the file to its backup.
        return _there(first.backup) and not _there(first.path)
    # A temporary file that is gone is not proof enough: `git clean` removes it too.
    return not _there(first.temporary) and digest_at(first.path) != first.digest_before


def forward(change: Replacement, *, strict: bool) -> None:
    """Makes one rename and keeps the old file. `strict`: the file must be as it was read. Raises BlockedError, OSError."""
    current = digest_at(change.path)
    # Recovery is not strict: the file may be new already.
    if strict and current != change.digest_before:
        raise BlockedError(change.path)
    check_forward(change)
    if change.after is None:
        if current is not None:
            writing.rename(change.path, change.backup)
    elif _there(change.temporary):
        # Once the rename is made it is gone, so that the next run, after a crash, does not make it twice.
        if current is not None:
            _keep(change)
        writing.rename(change.temporary, change.path)


def check_forward(change: Replacement) -> None:
    """Raises BlockedError if the rename is still to be made and would overwrite a foreign change, or if the new file is lost."""
    current = digest_at(change.path)
    # The temporary file exists until its rename.
    to_do = change.after is None or _there(change.temporary)
    blocked = current == change.digest_before
    if to_do:
        blocked = current not in (None, change.digest_before, change.digest_after)
    if blocked:
        raise BlockedError(change.path)


def backward(change: Replacement) -> None:
    """Takes one rename back if it was made. Raises BlockedError, OSError."""
    check_backward(change)
    if _there(change.temporary):
        # The rename was not made, so the old file is still there and a backup is not needed.
        clean(change)
    elif _there(change.backup):
        writing.rename(change.backup, change.path)
    # A file that the run created has no backup. It is removed only if nobody has edited it.
    elif change.before is None and digest_at(change.path) == change.digest_after:
        writing.remove(change.path)
    clean(change)


def check_backward(change: Replacement) -> None:
    """Raises BlockedError if the file was changed after the run had replaced it, or if the old one is lost."""
    if _there(change.temporary):
        return
    current = digest_at(change.path)
    blocked = change.before is not None and current == change.digest_after
    if _there(change.backup):
        blocked = current not in (None, change.digest_before, change.digest_after)
    if blocked:
        raise BlockedError(change.path)


def clean(change: Replacement) -> None:
    """Removes the files beside the target; the new one last, because it shows that the rename was not made."""
    for beside in (change.copy, change.backup, change.temporary):
        writing.remove(beside)


def tidy(run: Run) -> None:
    """Removes the old files, and those of our own folders that are now empty. Raises OSError."""
    for change in run.changes:
        clean(change)
        folder = change.path.parent
        # Only our own folders: others may be empty on purpose.
        while change.after is None and OURS in folder.parts:
            try:
                writing.remove_folder(folder)
            except OSError:
                break
            folder = folder.parent


def remove_folders(run: Run) -> None:
    """Removes the folders that the run created, if they are empty."""
    for folder in reversed(run.folders):
        with contextlib.suppress(OSError):
            writing.remove_folder(folder)


def _there(path: SafePath) -> bool:
    return status(path) is not None


def _digest_in(text: Any) -> str | None:
    """Raises ValueError for anything but a digest or None."""
    if text is not None and not (isinstance(text, str) and _DIGEST.match(text)):
        raise ValueError
    return text


def _keep(change: Replacement) -> None:
    """Keeps the old file under a second name, whole or not at all."""
    if _there(change.backup):
        return
    # A second name rather than a rename: at no moment is the file missing.
    try:
        writing.link(change.path, change.backup)
    except OSError:
        # A file system without hard links. The copy is renamed once it is complete, so a backup is never half a file.
        writing.remove(change.copy)  # left by a crash
        content = reading.contents(change.path, second_name=True)
        writing.stage(change.copy, content or b"", change.path)
        writing.rename(change.copy, change.backup)


def digest_at(path: SafePath) -> str | None:
    """SHA-256 of the bytes of a file, None if it does not exist. Raises OSError."""
    return digest_of(reading.contents(path, reading.LARGEST_RECORD, second_name=True))  # the second name is the backup
