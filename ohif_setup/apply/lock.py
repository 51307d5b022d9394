"""One writer at a time for each site.

The lock is `flock` on a file in the memory of the site. The system releases it when the process that holds it ends, for whatever
reason, so no lock is ever left behind.

It does not cover the runs of another user, who has another memory, nor Windows, which has no `flock`, nor network file systems that
refuse it; no lock is taken there. In each of these cases a run still notices files that changed after it read them, and writes
nothing.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import socket
import time
from collections.abc import Iterator

from ohif_setup.apply.site_paths import SitePaths, remember_here
from ohif_setup.disk.reading import refuse_odd
from ohif_setup.disk.safe_path import SafePath, opened
from ohif_setup.disk.writing import PRIVATE, unwritable
from ohif_setup.errors import SetupError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # a module and None have no type in common

NAME = "lock"
WAIT = 10.0
"""In seconds."""
_PAUSE = 0.05
# More than a command, a number and a host name need. Another process wrote it.
_MOST_SAID = 500
# What file systems without flock answer, such as some NFS and FUSE mounts.
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}
_FLAGS = os.O_RDWR | os.O_CREAT | sum(getattr(os, name, 0) for name in ("O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK"))


@contextlib.contextmanager
def held(site: SitePaths, command: str, wait: float = WAIT) -> Iterator[None]:
    """Holds the lock of a site; creates its memory if needed.

    `command` is what other runs report, such as `generate`; it has no answers in it. Waits up to `wait` seconds, then raises
    SetupError (`folder-locked`), which says who holds it; also `file-unwritable` if no lock file can be created, and
    `state-folder-unusable`.
    """
    remember_here(site)
    path = site.memory / NAME
    try:
        descriptor = _opened(path)
    except OSError as error:
        raise unwritable(error, path) from None
    try:
        _wait(descriptor, site, wait)
        # The content is only for the message of those who wait; the lock is the flock itself.
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{command}\n{os.getpid()}\n{socket.gethostname()}\n".encode())
        yield
    finally:
        os.close(descriptor)


def _opened(path: SafePath) -> int:
    with opened(path) as (folder, name):
        descriptor = os.open(name, _FLAGS, PRIVATE, dir_fd=folder)
    try:
        # Asked of the open file: by its path it could have been replaced since.
        refuse_odd(os.fstat(descriptor), path)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _wait(descriptor: int, site: SitePaths, seconds: float) -> None:
    """Waits until this process has the lock. Raises SetupError after `seconds`."""
    if fcntl is None:
        return
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            # At least one attempt, even with a wait of 0.
            if time.monotonic() >= deadline:
                raise _locked(descriptor, site) from None
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return
            raise unwritable(error, site.memory / NAME) from None
        # Polling, because flock has no timeout, and an alarm signal would work in the main thread only.
        time.sleep(_PAUSE)


def _locked(descriptor: int, site: SitePaths) -> SetupError:
    said = os.read(descriptor, _MOST_SAID).decode("utf-8", "replace")
    # Padded with empty texts: the holder may be between its truncate and its write.
    command, process, host = [*said.split("\n"), "", ""][:3]
    if command and process.isdecimal():
        # A site on a network drive may be locked by a process of another machine.
        where = "" if host == socket.gethostname() else f" on {_plain(host)}"
        message = f"ohif-setup {_plain(command)} (process {process}{where}) is working on this site"
        hint = f"wait for it to finish, or inspect it: ps -p {process}"
    else:
        message, hint = (
            "another ohif-setup is working on this site",
            "wait for it to finish, then run the command again",
        )
    return SetupError("folder-locked", message, where=str(site.answers), hint=hint)


def _plain(text: str) -> str:
    # No control characters: the text is printed to a terminal.
    return re.sub(r"[^\w .+-]", "?", text)[:60]
