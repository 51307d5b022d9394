"""A whole folder replaced at once: made beside it, then swapped with it, under a lock. What a crash left is put right."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import time
from collections.abc import Iterator
from shlex import quote

from ohif_setup.disk import writing
from ohif_setup.disk.exchange import exchange
from ohif_setup.disk.safe_path import SafePath, opened, status
from ohif_setup.errors import SetupError

FILE_MODE, FOLDER_MODE = 0o644, 0o755
LOCK_SECONDS = 30.0


@contextlib.contextmanager
def beside(target: SafePath) -> Iterator[SafePath]:
    """A new, empty folder beside `target`, which is gone afterwards unless it was put in place.

    Parents are made, and taken away again when it comes to nothing. One run at a time: others wait. Raises OSError, and SetupError
    (`viewer-folder-busy`).
    """
    made = writing.missing_folders(target.parent)
    staged = _staged(target)
    try:
        for folder in made:
            writing.make_folder(folder)
        with _alone(target.parent):
            _recover(target)
            writing.make_folder(staged, writing.PRIVATE_FOLDER)
            try:
                yield staged
            finally:
                _discard(staged)
    finally:
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                writing.remove_folder(folder)  # only while it is empty


def write(folder: SafePath, name: str, content: bytes) -> None:
    """One new file below `folder`, on the disk before this returns; `name` has `/` between its parts. Raises OSError."""
    path = folder / name
    for missing in writing.missing_folders(path.parent):
        writing.make_folder(missing, FOLDER_MODE)
    writing.stage(path, content, path, FILE_MODE)


def put_in_place(staged: SafePath, target: SafePath) -> None:
    """`staged` becomes `target`; what was there is gone. When that fails, it is there again. Ctrl-C waits. Raises OSError."""
    _like_the_old_one(staged, target)
    old = _old(target)
    with writing.uninterrupted():
        if status(target) is None:
            writing.rename(staged, target)
        elif exchange(staged, target):
            old = staged
        else:
            _renamed_twice(staged, target, old)
        writing.flush_folder(target.parent)
    _discard(old)


def _renamed_twice(staged: SafePath, target: SafePath, old: SafePath) -> None:
    """Where two folders cannot be swapped in one step. Killed in between, the next run puts the old one back."""
    writing.rename(target, old)
    try:
        writing.rename(staged, target)
    except OSError:
        writing.rename(old, target)
        raise


def _staged(target: SafePath) -> SafePath:
    return target.with_name(f".{target.name}.ohif-setup-new")


def _old(target: SafePath) -> SafePath:
    return target.with_name(f".{target.name}.ohif-setup-old")


def _recover(target: SafePath) -> None:
    """Killed between two renames, a run leaves the old folder under its other name; later, or earlier, a copy too many."""
    old = _old(target)
    if status(old) is not None and status(target) is None:
        writing.rename(old, target)
    _discard(old)
    _discard(_staged(target))


def _discard(folder: SafePath) -> None:
    """Away with it, as far as the system lets us; the next run tries again. No link in it is followed."""
    with contextlib.suppress(OSError):
        found = status(folder)
        if found is None:
            return
        if not stat.S_ISDIR(found.st_mode):
            writing.remove(folder)
            return
        with opened(folder) as (parent, name):
            shutil.rmtree(name, ignore_errors=True, dir_fd=parent)


def _like_the_old_one(staged: SafePath, target: SafePath) -> None:
    """Modes that a web server can read, and for root the owner that the old folder had."""
    if not hasattr(os, "fwalk"):
        return
    found = status(target)
    to_root = found is not None and os.geteuid() == 0
    with opened(staged) as (parent, top):
        for folder, _, names, descriptor in os.fwalk(top, dir_fd=parent):
            mode = FOLDER_MODE
            if found is not None and folder == top:
                mode = stat.S_IMODE(found.st_mode)
            os.fchmod(descriptor, mode)
            if found is not None and to_root:
                os.fchown(descriptor, found.st_uid, found.st_gid)
                for name in names:
                    os.chown(name, found.st_uid, found.st_gid, dir_fd=descriptor, follow_symlinks=False)
            os.fsync(descriptor)


@contextlib.contextmanager
def _alone(folder: SafePath) -> Iterator[None]:
    """Holds the lock of `folder`, where the system has such locks; it ends with the process."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with opened(folder) as (parent, name):
        descriptor = os.open(name, os.O_RDONLY, dir_fd=parent)
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
                    hint=f"look who it is: fuser -v {quote(str(folder))}; then run this again",
                )
            time.sleep(0.1)
        yield
    finally:
        os.close(descriptor)
