"""The parts of every write: a complete temporary file beside its target, a rename, a flush."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import stat
from collections.abc import Iterator

from ohif_setup.disk.reading import advice, reason, refuse_odd
from ohif_setup.disk.safe_path import SafePath, opened, status
from ohif_setup.errors import SetupError

NEW_FILE_MODE = 0o644
PRIVATE = 0o600
PRIVATE_FOLDER = 0o700
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_NEW |= sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"))
_READ = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK"))


def refuse_unwritable(path: SafePath) -> None:
    """Raises OSError if a file cannot be written there: a folder, a link or a device is in the way, or the file is read-only."""
    found = status(path)
    if found is None:
        return
    refuse_odd(found, path)
    with opened(path) as (folder, name):
        may = os.access(name, os.W_OK, dir_fd=folder)
    # Root passes os.access for every file, but a file made read-only on purpose stays so for root too.
    if not found.st_mode & 0o222 or not may:
        raise PermissionError(errno.EACCES, "the file is read-only", str(path))


def stage(
    temporary: SafePath,
    content: bytes,
    target: SafePath,
    mode: int | None = None,
    owner: tuple[int, int] | None = None,
    *,
    private: bool = False,
) -> None:
    """Writes a temporary file, complete and flushed, with the mode, owner and extended attributes of `target`, or with `mode` and
    `owner` if there is no target yet. `private` means 0600 regardless of `target`. Raises OSError; PermissionError if the owner
    cannot be kept."""
    like = status(target)
    if like is not None:
        mode, owner = stat.S_IMODE(like.st_mode), (like.st_uid, like.st_gid)
    if private:
        mode = PRIVATE
    with opened(temporary) as (folder, name):
        # Private until its final mode is set: the content of a 0600 file must not be readable for a moment.
        descriptor = os.open(name, _NEW, PRIVATE, dir_fd=folder)
    try:
        view = memoryview(content)
        while view:  # a write may be short, on a disk that is nearly full
            view = view[os.write(descriptor, view) :]
        if like is not None and not private:
            _copy_attributes(target, descriptor)
        if owner is not None:
            _give_to(descriptor, owner, must=like is not None)
        _change_mode(descriptor, temporary, NEW_FILE_MODE if mode is None else mode)  # after chown, which clears bits
        # Before any rename: otherwise a power cut can leave the new name with an empty file.
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rename(old: SafePath, new: SafePath) -> None:
    """Renames a file, replacing any file of the new name. Raises OSError."""
    with opened(old) as (from_folder, from_name), opened(new) as (to_folder, to_name):
        os.replace(from_name, to_name, src_dir_fd=from_folder, dst_dir_fd=to_folder)


def link(old: SafePath, new: SafePath) -> None:
    """Gives a file a second name. Raises OSError, also if the file system has no hard links."""
    follow = os.link not in os.supports_follow_symlinks  # Windows has no choice there
    with opened(old) as (from_folder, from_name), opened(new) as (to_folder, to_name):
        os.link(from_name, to_name, src_dir_fd=from_folder, dst_dir_fd=to_folder, follow_symlinks=follow)


def remove(path: SafePath) -> None:
    """Removes a file, or a link itself, unless it is already gone. Raises OSError."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError), opened(path) as (folder, name):
        os.unlink(name, dir_fd=folder)


def make_folder(path: SafePath, mode: int = 0o777) -> None:
    """Creates one folder; the umask narrows `mode`. Raises OSError."""
    with opened(path) as (folder, name):
        os.mkdir(name, mode, dir_fd=folder)


def remove_folder(path: SafePath) -> None:
    """Removes an empty folder. Raises OSError."""
    with opened(path) as (folder, name):
        os.rmdir(name, dir_fd=folder)


def missing_folders(path: SafePath) -> tuple[SafePath, ...]:
    """`path` and the folders above it that do not exist, outermost first. Raises OSError for anything but a folder."""
    missing: list[SafePath] = []
    while path.parts:
        found = status(path)
        if found is not None:
            # The first call says what is in the way, such as a link; a plain file passes it and is reported here.
            if not stat.S_ISDIR(found.st_mode):
                refuse_odd(found, path, second_name=True)
                raise NotADirectoryError(errno.ENOTDIR, "a file is where a folder should be", str(path))
            break
        missing.append(path)
        path = path.parent
    return tuple(reversed(missing))


def flush_folder(path: SafePath) -> None:
    """Makes renames and removals in a folder survive a power cut. Does nothing where the system cannot do that."""
    # A rename is visible at once, but until its folder is flushed a power cut may undo it, or reorder it with others.
    with contextlib.suppress(OSError):
        with opened(path) as (folder, name):
            descriptor = os.open(name, _READ, dir_fd=folder)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Delays Ctrl-C and SIGTERM until the end of the block."""
    # Windows has no signal masks. The journal covers a run that was cut off there too.
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def unwritable(error: OSError, path: SafePath, outcome: str = "") -> SetupError:
    """The error to report; `outcome` says what state the files are in."""
    message = "; ".join(filter(None, (f"cannot be written: {reason(error)}", outcome)))
    return SetupError("file-unwritable", message, where=str(path), hint=advice(error, path))


def _copy_attributes(source: SafePath, descriptor: int) -> None:
    """Copies access lists and labels, if the system has them and allows it."""
    if not hasattr(os, "listxattr"):
        return
    with contextlib.suppress(OSError):
        with opened(source) as (folder, name):
            old = os.open(name, _READ, dir_fd=folder)
        try:
            for attribute in os.listxattr(old):
                # Some attributes, such as security.*, need privileges. They are worth copying, not worth failing for.
                with contextlib.suppress(OSError):
                    os.setxattr(descriptor, attribute, os.getxattr(old, attribute))
        finally:
            os.close(old)


def _give_to(descriptor: int, owner: tuple[int, int], *, must: bool) -> None:
    found = os.fstat(descriptor)
    if (found.st_uid, found.st_gid) == owner or not hasattr(os, "fchown"):
        return
    try:
        os.fchown(descriptor, *owner)
    except PermissionError:
        # A new file may keep the caller as its owner; an existing one must not silently change hands.
        if must:
            raise PermissionError(errno.EPERM, "its owner or group could not be kept") from None


def _change_mode(descriptor: int, path: SafePath, mode: int) -> None:
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, mode)
    else:
        path.shown.chmod(mode)  # Windows, where replacing a path between two calls is harder
