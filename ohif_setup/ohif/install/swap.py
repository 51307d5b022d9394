"""Replaces a whole folder at once: the new one is made beside it, then swapped, under a lock. Repairs what a crash left behind."""

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
    """A new, empty folder beside `target`, which is removed afterwards unless it was put in place.

    Missing parents are made, and removed again where the run fails. Only one run at a time: others wait for the lock. Raises
    OSError, and SetupError (`viewer-folder-busy`).
    """
    made = writing.missing_folders(target.parent)
    staged = _staged(target)
    try:
        for folder in made:
            writing.make_folder(folder)
        with _locked(target.parent):
            _recover(target)
            writing.make_folder(staged, writing.PRIVATE_FOLDER)
            try:
                yield staged
            finally:
                _discard(staged)
    finally:
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                writing.remove_folder(folder)  # fails, as intended, where the new folder is in it


def write(folder: SafePath, name: str, content: bytes) -> None:
    """Writes a new file below `folder` and flushes it to the disk; `name` has `/` between its parts. Raises OSError."""
    path = folder / name
    for missing in writing.missing_folders(path.parent):
        writing.make_folder(missing, FOLDER_MODE)
    writing.stage(path, content, path, FILE_MODE)


def put_in_place(staged: SafePath, target: SafePath) -> None:
    """Makes `staged` the new `target` and discards the old one, which is restored if that fails. Ctrl-C is deferred. Raises
    OSError."""
    _copy_modes_and_owner(staged, target)
    old = _old(target)
    with writing.uninterrupted():
        if status(target) is None:
            writing.rename(staged, target)
        # renameat2(RENAME_EXCHANGE), where the system has it: at no moment is there no viewer.
        elif exchange(staged, target):
            old = staged
        else:
            _renamed_twice(staged, target, old)
        writing.flush_folder(target.parent)
    _discard(old)


def _renamed_twice(staged: SafePath, target: SafePath, old: SafePath) -> None:
    """Swaps two folders by two renames. If this is killed in between, the next run restores the old folder."""
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
    """Repairs what a killed run left: between two renames, the old folder under its other name; before or after, a superfluous
    copy."""
    old = _old(target)
    if status(old) is not None and status(target) is None:
        writing.rename(old, target)
    _discard(old)
    _discard(_staged(target))


def _discard(folder: SafePath) -> None:
    """Removes a folder as far as possible; the next run tries again. Does not follow links in it."""
    with contextlib.suppress(OSError):
        found = status(folder)
        if found is None:
            return
        if not stat.S_ISDIR(found.st_mode):
            writing.remove(folder)
            return
        with opened(folder) as (parent, name):
            # With dir_fd, rmtree works on descriptors: no folder can be replaced by a link while it runs.
            shutil.rmtree(name, ignore_errors=True, dir_fd=parent)


def _copy_modes_and_owner(staged: SafePath, target: SafePath) -> None:
    """Sets modes that let a web server read the files. The top keeps the mode of the old folder and, under root, all keep its
    owner."""
    # Windows, which has neither these modes nor owners.
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
def _locked(folder: SafePath) -> Iterator[None]:
    """Holds a lock on `folder`, where the system has such locks. The kernel releases it when the process ends."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with opened(folder) as (parent, name):
        descriptor = os.open(name, os.O_RDONLY, dir_fd=parent)
    try:
        # Polled rather than blocking: flock() has no time limit.
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
                    f"has been locked by another program for {LOCK_SECONDS:.0f} seconds; it may be another install-viewer",
                    where=str(folder),
                    hint=f"find the program: fuser -v {quote(str(folder))}; then run this again",
                )
            time.sleep(0.1)
        yield
    finally:
        os.close(descriptor)
