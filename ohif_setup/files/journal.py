"""The journal of a run: what it replaces, written down before it does, so that the next run can complete it or take it back.

A run leaves these names in `.ohif-setup/`, one after the other:

    journal.staging    the temporary files are being made; nothing that counts has changed
    journal.ready      all of them are complete and on the disk; the renames begin
    journal.done       all renames are made; the old files are being removed
    journal.back       the renames are being taken back

The first rename of a run is the moment at which it counts: found after it, `journal.ready` is completed, found before it, taken
back. With the answers file as the first one, the answers on disk always fit what the next run does, wherever the journal lies.

Beside each target lie `.ohif-setup.ID.N.tmp` (the new file) and `.ohif-setup.ID.N.old` (the old one, a hard link where the file
system has them), both in the target's folder, so that every step is one rename.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Literal

from ohif_setup.errors import SetupError
from ohif_setup.files import reach, staging

Phase = Literal["staging", "ready", "done", "back"]
PHASES: tuple[Phase, ...] = ("back", "done", "ready", "staging")
_HALF = "journal.tmp"
_ID = re.compile(r"[0-9a-f]{16}\Z")


@dataclass(frozen=True)
class Step:
    """One file: the target without links, SHA-256 of its bytes before and after (None: no file), where the other two lie, and the
    path that led to the target."""

    target: Path
    before: str | None
    after: str | None
    run: str
    number: int
    path: Path

    @property
    def temporary(self) -> Path:
        """The new file, until it is renamed."""
        return self._beside("tmp")

    @property
    def backup(self) -> Path:
        """The old file, from just before the rename to the end of the run."""
        return self._beside("old")

    @property
    def copy(self) -> Path:
        """The old file while it is copied, where it cannot be linked."""
        return self._beside("copy")

    def _beside(self, kind: str) -> Path:
        return self.target.with_name(f".ohif-setup.{self.run}.{self.number}.{kind}")


@dataclass(frozen=True)
class Journal:
    """The steps of one run in order, and the folders that it makes, outermost first."""

    run: str
    steps: tuple[Step, ...]
    folders: tuple[Path, ...]


class BlockedError(Exception):
    """Somebody changed a file that the run is about to replace or to restore."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


def place(home: Path, phase: Phase) -> Path:
    """The journal's file in that phase."""
    return home / f"journal.{phase}"


def found(home: Path) -> Phase | None:
    """The phase in which a run was cut off; None when none was."""
    return next((phase for phase in PHASES if os.path.lexists(place(home, phase))), None)


def write(home: Path, journal: Journal) -> None:
    """Puts the journal in place, in the first phase. Raises OSError, and then it is not there."""
    steps = [{"path": relative(home, one.path), "before": one.before, "after": one.after} for one in journal.steps]
    rows = {"run": journal.run, "steps": steps, "folders": [relative(home, one) for one in journal.folders]}
    half = home / _HALF
    staging.remove(half)
    try:
        staging.stage(half, json.dumps(rows).encode(), half, mode=staging.PRIVATE)
        os.replace(half, place(home, "staging"))  # noqa: PTH105
    except OSError:
        with contextlib.suppress(OSError):
            staging.remove(half)
        raise
    staging.flush_folder(home)


def read(home: Path, phase: Phase, answers: Path | None) -> Journal:
    """The journal of a run that was cut off, of the site with that answers file. Raises SetupError (`journal-damaged`,
    `file-unreadable`)."""
    path = place(home, phase)
    try:
        raw = json.loads(staging.read_regular(path) or b"")
        run = raw["run"]
        if not _ID.match(run):
            raise ValueError
        steps = []
        for number, one in enumerate(raw["steps"]):
            named = absolute(home, one["path"])
            if not reach.may_write(home, named, answers):
                raise ValueError
            steps.append(Step(staging.resolved(named), one["before"], one["after"], run, number, named))
        folders = tuple(absolute(home, one) for one in raw["folders"])
        known = [Path(os.path.realpath(home)), *(one.target.parent for one in steps)]
        if not all(any(one.is_relative_to(folder) for one in known) for folder in folders):
            raise ValueError
        return Journal(run, tuple(steps), folders)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OSError):
        raise SetupError(
            "journal-damaged",
            "says what a run that was cut off has changed, and cannot be read, or names files that no run of this site writes",
            where=str(path),
            hint=f"look at the files, then put it away: mv {quote(str(path))} {quote(f'{path}.old')}",
        ) from None


def move(home: Path, old: Phase, new: Phase) -> None:
    """The next phase, for good."""
    os.replace(place(home, old), place(home, new))  # noqa: PTH105
    staging.flush_folder(home)


def counts(journal: Journal) -> bool:
    """Whether the first rename of the run was made."""
    first = journal.steps[0]
    if first.after is None:
        return first.backup.exists() and not first.target.exists()
    return not first.temporary.exists() and digest_at(first.target) != first.before


def forward(step: Step, *, strict: bool) -> None:
    """One rename, the old file kept. `strict` is the run itself: the file must be as it was read. Raises BlockedError, OSError."""
    current = digest_at(step.target)
    if strict and current != step.before:
        raise BlockedError(step.target)
    check_forward(step)
    if step.after is None:
        if current is not None:
            os.replace(step.target, step.backup)  # noqa: PTH105
    elif step.temporary.exists():
        if current is not None:
            _keep(step)
        os.replace(step.temporary, step.target)  # noqa: PTH105


def check_forward(step: Step) -> None:
    """Raises BlockedError where the step is still to be made and would overwrite what somebody else wrote, or where the new file
    is lost."""
    current = digest_at(step.target)
    to_do = step.after is None or step.temporary.exists()
    if current not in (None, step.before, step.after) if to_do else current == step.before:
        raise BlockedError(step.target)


def backward(step: Step) -> None:
    """Takes one rename back where it was made. Raises BlockedError, OSError."""
    check_backward(step)
    if step.temporary.exists():
        clean(step)
    elif step.backup.exists():
        os.replace(step.backup, step.target)  # noqa: PTH105
    elif step.before is None and digest_at(step.target) == step.after:
        staging.remove(step.target)
    clean(step)


def check_backward(step: Step) -> None:
    """Raises BlockedError where the file was changed after the run had replaced it, or where the old one is lost."""
    if step.temporary.exists():
        return
    current = digest_at(step.target)
    lost = step.before is not None and current == step.after
    if current not in (None, step.before, step.after) if step.backup.exists() else lost:
        raise BlockedError(step.target)


def clean(step: Step) -> None:
    """Removes what lies beside the target; the new file last, as it says that the rename was not made."""
    for path in (step.copy, step.backup, step.temporary):
        staging.remove(path)


def tidy(home: Path, journal: Journal) -> None:
    """Removes the old files, and the folders of ours that are empty now. Raises OSError."""
    home = Path(os.path.realpath(home))
    for step in journal.steps:
        clean(step)
        folder = step.target.parent
        while step.after is None and home in folder.parents:
            try:
                folder.rmdir()
            except OSError:
                break
            folder = folder.parent


def remove_folders(journal: Journal) -> None:
    """The folders that the run made, where nothing is in them."""
    for folder in reversed(journal.folders):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _keep(step: Step) -> None:
    """The old file under its second name, whole or not at all."""
    if step.backup.exists():
        return
    try:
        os.link(step.target, step.backup)
    except OSError:
        staging.remove(step.copy)
        staging.stage(step.copy, staging.contents(step.target) or b"", step.target)
        os.replace(step.copy, step.backup)  # noqa: PTH105


def digest_at(path: Path) -> str | None:
    """SHA-256 of the bytes of a file, None when there is none. Raises OSError."""
    content = staging.contents(path)
    return None if content is None else hashlib.sha256(content).hexdigest()


def relative(home: Path, path: Path) -> str:
    """A path as it is written down: seen from `home`, so that a folder that was moved as a whole still fits. In the output folder
    it is the name that it has there, wherever links lead."""
    folder = os.path.realpath(home.parent)
    for above in path.parents:
        name = path.relative_to(above)
        if os.path.realpath(above) == folder and ".." not in name.parts:
            return f"../{name.as_posix()}"
    try:
        return Path(os.path.relpath(staging.unlinked(path), Path(folder, home.name))).as_posix()
    except ValueError:  # another drive of Windows
        return path.as_posix()


def absolute(home: Path, text: str) -> Path:
    """What `relative` wrote down."""
    return Path(os.path.normpath(Path(os.path.realpath(home.parent), home.name, text)))
