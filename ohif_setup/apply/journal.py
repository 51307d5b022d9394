"""The journal of a run: what it is about to do, written down before it does, so that the next run can complete it or take it back.

A run leaves these names in the memory of the site, one after the other:

    journal.staging    the temporary files are being made; nothing that counts has changed
    journal.ready      all of them are complete and on the disk; the renames begin
    journal.done       all renames are made; the old files are being removed
    journal.back       the renames are being taken back

The first rename of a run is the moment at which it counts: found after it, `journal.ready` is completed, found before it, taken
back. With the answers file as the first one, the answers on disk always fit what the next run does.

Beside each target lie `.ohif-setup.ID.N.tmp` (the new file) and `.ohif-setup.ID.N.old` (the old one, a hard link where the file
system has them), both in the target's folder, so that every step is one rename.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from dataclasses import dataclass
from shlex import quote
from typing import Any, Literal

from ohif_setup.apply.site_paths import OURS, SitePaths, folder_row, of_folder_row, of_row, recalled, row_of
from ohif_setup.disk import reading, writing
from ohif_setup.disk.safe_path import SafePath, status
from ohif_setup.errors import SetupError

Phase = Literal["staging", "ready", "done", "back"]
PHASES: tuple[Phase, ...] = ("back", "done", "ready", "staging")
HALF = "journal.tmp"
_ID = re.compile(r"[0-9a-f]{16}\Z")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_MOST_STEPS = 200


@dataclass(frozen=True)
class JournalStep:
    """One file: SHA-256 of its bytes before and after (None: no file), and by whose names the other two lie beside it."""

    target: SafePath
    before: str | None
    after: str | None
    run: str
    number: int

    @property
    def temporary(self) -> SafePath:
        """The new file, until it is renamed."""
        return self._beside("tmp")

    @property
    def backup(self) -> SafePath:
        """The old file, from just before the rename to the end of the run."""
        return self._beside("old")

    @property
    def copy(self) -> SafePath:
        """The old file while it is copied, where it cannot be linked."""
        return self._beside("copy")

    def _beside(self, kind: str) -> SafePath:
        return self.target.with_name(f".ohif-setup.{self.run}.{self.number}.{kind}")


@dataclass(frozen=True)
class Journal:
    """The steps of one run in order, and the folders that it makes, outermost first."""

    run: str
    steps: tuple[JournalStep, ...]
    folders: tuple[SafePath, ...]


class BlockedError(Exception):
    """Somebody changed a file that the run is about to replace or to restore."""

    def __init__(self, path: SafePath) -> None:
        super().__init__(str(path))
        self.path = path


def file_of(site: SitePaths, phase: Phase) -> SafePath:
    """The journal's file in that phase."""
    return site.memory / f"journal.{phase}"


def found(site: SitePaths) -> Phase | None:
    """The phase in which a run was cut off; None when none was. Raises SetupError (`file-unreadable`)."""
    return next((phase for phase in PHASES if reading.is_there(file_of(site, phase))), None)


def write(site: SitePaths, journal: Journal) -> None:
    """Writes the journal, in the first phase. Raises OSError, and then it is not there."""
    steps = [{"file": row_of(site, step.target), "before": step.before, "after": step.after} for step in journal.steps]
    rows = {"run": journal.run, "steps": steps, "folders": [folder_row(site, folder) for folder in journal.folders]}
    half = site.memory / HALF
    writing.remove(half)
    try:
        writing.stage(half, json.dumps(rows).encode(), half, mode=writing.PRIVATE)
        writing.rename(half, file_of(site, "staging"))
    except OSError:
        with contextlib.suppress(OSError):
            writing.remove(half)
        raise
    writing.flush_folder(site.memory)


def read(site: SitePaths, phase: Phase) -> Journal:
    """The journal of a run that was cut off. Raises SetupError (`journal-damaged`, `file-unreadable`)."""
    path = file_of(site, phase)
    try:
        raw = json.loads(recalled(site, path.name) or b"")
        run, rows, folders = raw["run"], raw["steps"], raw["folders"]
        if not _ID.match(run) or len(rows) > _MOST_STEPS or len(folders) > _MOST_STEPS:
            raise ValueError
        steps = tuple(
            JournalStep(of_row(site, step["file"]), _digest_in(step["before"]), _digest_in(step["after"]), run, number)
            for number, step in enumerate(rows)
        )
        return Journal(run, steps, tuple(of_folder_row(site, folder) for folder in folders))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise SetupError(
            "journal-damaged",
            "says what a run that was cut off has changed, and cannot be read, or names files that no run of this site writes",
            where=str(path),
            hint=f"look at the files, then put it away: mv {quote(str(path))} {quote(f'{path}.old')}",
        ) from None


def move(site: SitePaths, old: Phase, new: Phase) -> None:
    """The next phase, for good. Raises OSError."""
    writing.rename(file_of(site, old), file_of(site, new))
    writing.flush_folder(site.memory)


def counts(journal: Journal) -> bool:
    """Whether the first rename of the run was made."""
    first = journal.steps[0]
    if first.after is None:
        return _there(first.backup) and not _there(first.target)
    return not _there(first.temporary) and digest_at(first.target) != first.before


def forward(step: JournalStep, *, strict: bool) -> None:
    """One rename, the old file kept. `strict` is the run itself: the file must be as it was read. Raises BlockedError, OSError."""
    current = digest_at(step.target)
    if strict and current != step.before:
        raise BlockedError(step.target)
    check_forward(step)
    if step.after is None:
        if current is not None:
            writing.rename(step.target, step.backup)
    elif _there(step.temporary):
        if current is not None:
            _keep(step)
        writing.rename(step.temporary, step.target)


def check_forward(step: JournalStep) -> None:
    """Raises BlockedError where the step is still to be made and would overwrite what somebody else wrote, or where the new file
    is lost."""
    current = digest_at(step.target)
    to_do = step.after is None or _there(step.temporary)
    blocked = current == step.before
    if to_do:
        blocked = current not in (None, step.before, step.after)
    if blocked:
        raise BlockedError(step.target)


def backward(step: JournalStep) -> None:
    """Takes one rename back where it was made. Raises BlockedError, OSError."""
    check_backward(step)
    if _there(step.temporary):
        clean(step)
    elif _there(step.backup):
        writing.rename(step.backup, step.target)
    elif step.before is None and digest_at(step.target) == step.after:
        writing.remove(step.target)
    clean(step)


def check_backward(step: JournalStep) -> None:
    """Raises BlockedError where the file was changed after the run had replaced it, or where the old one is lost."""
    if _there(step.temporary):
        return
    current = digest_at(step.target)
    blocked = step.before is not None and current == step.after
    if _there(step.backup):
        blocked = current not in (None, step.before, step.after)
    if blocked:
        raise BlockedError(step.target)


def clean(step: JournalStep) -> None:
    """Removes what lies beside the target; the new file last, as it says that the rename was not made."""
    for beside in (step.copy, step.backup, step.temporary):
        writing.remove(beside)


def tidy(journal: Journal) -> None:
    """Removes the old files, and what is empty now of the folders of ours. Raises OSError."""
    for step in journal.steps:
        clean(step)
        folder = step.target.parent
        while step.after is None and OURS in folder.parts:
            try:
                writing.remove_folder(folder)
            except OSError:
                break
            folder = folder.parent


def remove_folders(journal: Journal) -> None:
    """The folders that the run made, where nothing is in them."""
    for folder in reversed(journal.folders):
        with contextlib.suppress(OSError):
            writing.remove_folder(folder)


def _there(path: SafePath) -> bool:
    return status(path) is not None


def _digest_in(text: Any) -> str | None:
    """Raises ValueError for what is no digest."""
    if text is not None and not (isinstance(text, str) and _DIGEST.match(text)):
        raise ValueError
    return text


def _keep(step: JournalStep) -> None:
    """The old file under its second name, whole or not at all."""
    if _there(step.backup):
        return
    try:
        writing.link(step.target, step.backup)
    except OSError:
        writing.remove(step.copy)
        content = reading.contents(step.target, second_name=True)
        writing.stage(step.copy, content or b"", step.target)
        writing.rename(step.copy, step.backup)


def digest_at(path: SafePath) -> str | None:
    """SHA-256 of the bytes of a file, None when there is none. Raises OSError."""
    content = reading.contents(path, reading.LARGEST_RECORD, second_name=True)  # ours, until the run is over
    if content is None:
        return None
    return hashlib.sha256(content).hexdigest()
