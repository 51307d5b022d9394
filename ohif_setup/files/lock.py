"""One writer for each output folder.

The lock is `flock` on `.ohif-setup/lock`. The system lets go of it when the process that holds it ends, however that ends, so a
dead lock does not exist: a file without a holder is taken over.

Where that does not reach: over NFS, Linux turns it into a lock of the server, which other machines see too, unless the share is
mounted with `nolock` or `local_lock=flock`; then only runs on one machine keep apart. Windows has no `flock`, and some network
file systems refuse it: no lock is taken there. What remains in each case is that a run notices files which changed since it read
them, and writes nothing.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from ohif_setup.errors import SetupError
from ohif_setup.files import staging

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

NAME = "lock"
WAIT = 10.0
"""In seconds."""
_PAUSE = 0.05
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}


@contextlib.contextmanager
def held(home: Path, command: str, wait: float = WAIT) -> Iterator[None]:
    """Holds the lock of `home`, the `.ohif-setup` folder, which is made and, if nothing came into it, removed again.

    `command` is what others are told, such as `generate`; no answers. Waits up to `wait` seconds, then raises SetupError
    (`folder-locked`), which says who holds it; `file-unwritable` where no lock file can be made.
    """
    path = home / NAME
    made: list[Path] = []
    try:
        try:
            descriptor = _take(path, command, wait, made)
        except OSError as error:
            raise staging.unwritable(error, path) from None
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                staging.remove(path)
            os.close(descriptor)
    finally:
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()


def _take(path: Path, command: str, wait: float, made: list[Path]) -> int:
    """The open lock file. The folders that are made for it are added to `made`, outermost first."""
    deadline = time.monotonic() + wait
    while True:
        _make(path.parent, made)
        with contextlib.suppress(FileNotFoundError):  # whoever was before us has just removed the folder as empty
            descriptor = _try(path)
            if descriptor is not None:
                with contextlib.suppress(OSError):  # it is only for those who wait
                    os.ftruncate(descriptor, 0)
                    os.write(descriptor, f"{command}\n{os.getpid()}\n{socket.gethostname()}\n".encode())
                return descriptor
        if time.monotonic() >= deadline:
            raise _locked(path)
        time.sleep(_PAUSE)


def _make(home: Path, made: list[Path]) -> None:
    missing = []
    above = home
    while not os.path.lexists(above):
        missing.append(above)
        above = above.parent
    for folder in reversed(missing):
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
            made.append(folder)


def _try(path: Path) -> int | None:
    """An open lock file that is ours; None when someone else holds it, or has just removed it."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags, staging.NEW_FILE_MODE)
    if fcntl is None:
        return descriptor
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever held it removes the file: a lock on one that no longer has its name is worth nothing.
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return descriptor
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _locked(path: Path) -> SetupError:
    with contextlib.suppress(OSError):
        command, process, host = [*path.read_text(encoding="utf-8", errors="replace")[:500].split("\n"), "", ""][:3]
        if command and process.isdigit():
            where = "" if host == socket.gethostname() else f" on {_plain(host)}"
            hint = f"wait until it has ended, or look at it: ps -p {process}"
            return _error(path, f"ohif-setup {_plain(command)} (process {process}{where}) works in this folder", hint)
    return _error(
        path, "another ohif-setup works in this folder", "wait until it has ended, then run the command again"
    )


def _error(path: Path, message: str, hint: str) -> SetupError:
    return SetupError("folder-locked", message, where=str(path.parent.parent), hint=hint)


def _plain(text: str) -> str:
    return re.sub(r"[^\w.+-]", "?", text)[:60]
