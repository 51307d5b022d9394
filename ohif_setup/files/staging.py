"""What every write is made of: a complete temporary file beside its target, a rename, a flush. And reading, which never blocks."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

from ohif_setup.errors import SetupError

OURS = ".ohif-setup"
"""The folder in an output folder that is ours: no symbolic link is followed there."""
NEW_FILE_MODE = 0o644
PRIVATE = 0o600
_BINARY = getattr(os, "O_BINARY", 0)
_NEVER_BLOCKS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | _BINARY
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | _BINARY


def read_regular(path: Path) -> bytes | None:
    """The bytes of a file, None when there is none. Raises SetupError (`file-unreadable`) for folders, devices, pipes and
    what may not be read."""
    try:
        return contents(path)
    except (OSError, ValueError) as error:
        raise SetupError(
            "file-unreadable",
            f"cannot be read: {reason(error)}",
            where=str(path),
            hint=advice(error, path)
            if isinstance(error, IsADirectoryError)
            else f"look at it: ls -ld {quote(str(path))}",
        ) from None


def is_there(path: Path) -> bool:
    """Whether there is something at that path. Raises SetupError (`file-unreadable`) when that cannot be told."""
    try:
        return path.exists()
    except OSError as error:
        raise SetupError(
            "file-unreadable",
            f"cannot be looked at: {reason(error)}",
            where=str(path),
            hint="name a file that you may read: --answers FILE",
        ) from None


def contents(path: Path) -> bytes | None:
    """As `read_regular`, but raises OSError. A path below something that is no folder has no file."""
    if OURS in path.parts:
        resolved(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | _NEVER_BLOCKS)
    except (FileNotFoundError, NotADirectoryError):
        return None
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, "a folder is in the way", str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        return file.read()


def resolved(path: Path) -> Path:
    """The file that `path` leads to. Raises OSError where a symbolic link in `.ohif-setup/` is on the way: that folder may come
    with a clone, and its files are written without a question."""
    real = Path(os.path.realpath(path))
    if OURS in path.parts:
        at = len(path.parts) - 1 - path.parts[::-1].index(OURS)
        if real != Path(os.path.realpath(Path(*path.parts[:at])), *path.parts[at:]):
            raise OSError(errno.ELOOP, f"a symbolic link is in the way, and none is followed in {OURS}", str(path))
    return real


def unlinked(path: Path) -> Path:
    """The path without links in its folders; the last name stays as it is."""
    return Path(os.path.realpath(path.parent), path.name)


def target_of(path: Path) -> Path:
    """The file that a write to `path` changes: symbolic links stay, and what they point to is written; not so in `.ohif-setup/`.

    Raises OSError where that is a folder, a device or read-only, and for a link in `.ohif-setup/`.
    """
    target = resolved(path)
    try:
        found = target.stat()
    except (FileNotFoundError, NotADirectoryError):
        return target
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, "a folder is in the way", str(target))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(target))
    if not found.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is read-only", str(target))
    return target


def stage(
    temporary: Path,
    content: bytes,
    target: Path,
    mode: int | None = None,
    owner: tuple[int, int] | None = None,
    *,
    private: bool = False,
) -> None:
    """A temporary file, complete and flushed, with mode, owner and extended attributes of `target`, or those given where there is
    no target yet. `private`: for its owner alone (0600), whatever `target` has. Raises OSError; PermissionError where the owner
    cannot be kept."""
    try:
        like = target.stat()
    except FileNotFoundError:
        like = None
    if like is not None:
        mode, owner = stat.S_IMODE(like.st_mode), (like.st_uid, like.st_gid)
    if private:
        mode = PRIVATE
    descriptor = os.open(temporary, _NEW, PRIVATE)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        if like is not None and not private:
            _copy_attributes(target, temporary)
        if owner is not None:
            _give_to(descriptor, owner, must=like is not None)
        os.chmod(temporary, NEW_FILE_MODE if mode is None else mode)  # noqa: PTH101  after chown, which clears bits
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy_attributes(source: Path, target: Path) -> None:
    """Access lists and labels, where the system has them and allows it."""
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):
            for name in os.listxattr(source):
                with contextlib.suppress(OSError):
                    os.setxattr(target, name, os.getxattr(source, name))


def _give_to(descriptor: int, owner: tuple[int, int], *, must: bool) -> None:
    found = os.fstat(descriptor)
    if (found.st_uid, found.st_gid) == owner or not hasattr(os, "fchown"):
        return
    try:
        os.fchown(descriptor, *owner)
    except PermissionError:
        if must:
            raise PermissionError(errno.EPERM, "its owner or group could not be kept") from None


def remove(path: Path) -> None:
    """Removes a file that may be gone already."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        os.unlink(path)  # noqa: PTH108  as all here, by the system call that it is


def flush_folder(folder: Path) -> None:
    """Makes renames and removals in a folder last; where the system cannot do that, nothing."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Holds Ctrl-C and SIGTERM back until the end of the block."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def unwritable(error: OSError, path: Path, outcome: str = "") -> SetupError:
    """The error for people, who know the file as `path`; `outcome` is how things stand now."""
    message = "; ".join(filter(None, (f"cannot be written: {reason(error)}", outcome)))
    return SetupError("file-unwritable", message, where=str(path), hint=advice(error, path))


def reason(error: OSError | ValueError) -> str:
    """What the system says, without the path."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def advice(error: OSError | ValueError, path: Path) -> str:
    """What to type next."""
    code = error.errno if isinstance(error, OSError) else None
    file, folder = quote(str(path)), quote(str(path.parent))
    if code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"make room: df -h {folder}"
    if code in (errno.ENOENT, errno.ENOTDIR):
        return f"the folder cannot be made there: look at ls -ld {folder}, or name another one with --output"
    if code == errno.EISDIR:
        return f"move the folder away: mv {file} {quote(f'{path}.old')}"
    return f"look at who may write there: ls -ld {file} {folder}"
