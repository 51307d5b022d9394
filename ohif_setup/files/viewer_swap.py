"""A whole folder replaced at once: made beside it, then two renames, under a lock. What a crash left is put right."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from ohif_setup.errors import SetupError
from ohif_setup.files import staging

FILE_MODE, FOLDER_MODE = 0o644, 0o755
LOCK_SECONDS = 30.0


@contextlib.contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A new, empty folder beside `target` (no symbolic link), which is gone afterwards unless it was put in place.

    Parents are made, and taken away again when it comes to nothing. One run at a time: others wait. Raises OSError, and SetupError
    (`viewer-folder-busy`).
    """
    made = [parent for parent in target.parents if not parent.exists()]
    staged = _staged(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(target.parent):
            _recover(target)
            staged.mkdir(mode=0o700)
            try:
                yield staged
            finally:
                _discard(staged)
    finally:
        for parent in made:
            with contextlib.suppress(OSError):
                parent.rmdir()  # only while it is empty


def write(folder: Path, name: str, content: bytes) -> None:
    """One new file below `folder`, on the disk before this returns; `name` has `/` between its parts. Raises OSError."""
    path = folder / name
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(FILE_MODE)


def put_in_place(staged: Path, target: Path) -> None:
    """`staged` becomes `target`; what was there is gone. When that fails, it is there again. Ctrl-C waits. Raises OSError."""
    _like_the_old_one(staged, target)
    old = _old(target)
    with staging.uninterrupted():
        if target.exists():
            target.rename(old)
        try:
            staged.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
        staging.flush_folder(target.parent)
    _discard(old)


def _staged(target: Path) -> Path:
    return target.with_name(f".{target.name}.ohif-setup-new")


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.ohif-setup-old")


def _recover(target: Path) -> None:
    """Killed between the two renames, a run leaves the old folder under its other name; later, or earlier, a copy too many."""
    old = _old(target)
    if old.exists() and not target.exists():
        old.rename(target)
    _discard(old)
    _discard(_staged(target))


def _discard(folder: Path) -> None:
    """Away with it, as far as the system lets us; the next run tries again."""
    if folder.is_symlink():
        folder.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _like_the_old_one(staged: Path, target: Path) -> None:
    """Modes that a web server can read, and for root the owner that the old folder had."""
    status = target.stat() if target.exists() else None
    folders = [staged, *(path for path in staged.rglob("*") if path.is_dir())]
    for path in folders:
        path.chmod(FOLDER_MODE)
        staging.flush_folder(path)
    if status is None:
        return
    staged.chmod(stat.S_IMODE(status.st_mode))
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        for path in (staged, *staged.rglob("*")):
            os.chown(path, status.st_uid, status.st_gid)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the lock of `folder`, where the system has such locks; it ends with the process."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        end = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN):
                    break  # a network file system without locks
            if time.monotonic() > end:
                raise SetupError(
                    "viewer-folder-busy",
                    f"is locked by another program since {LOCK_SECONDS:.0f} seconds; it may be another install-viewer",
                    where=str(folder),
                    hint=f"look who it is: fuser -v {folder}; then run this again",
                )
            time.sleep(0.1)
        yield
    finally:
        os.close(descriptor)
