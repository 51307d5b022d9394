"""Reads files of a site: only plain files of a bounded size, and never one that would block the reader."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import BinaryIO

from ohif_setup.disk.safe_path import SafePath, file_at, opened, refuse_link
from ohif_setup.errors import SetupError

_FOLDER_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_CLOEXEC", "O_NOFOLLOW", "O_DIRECTORY"))
LARGEST = 16 * 1024 * 1024
"""In bytes. The largest file of a site, an `app-config.js`, has some ten thousand."""
LARGEST_RECORD = 64 * 1024 * 1024
"""In bytes, of a record that holds the files of a whole run."""
# O_NONBLOCK: should the file become a pipe between stat and open, the open returns instead of waiting for a writer.
# The flags that a system lacks (O_BINARY is of Windows) count as 0.
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOFOLLOW"))


def read_regular(path: SafePath, most: int = LARGEST, *, own: bool = False) -> bytes | None:
    """The bytes of a file, None if it does not exist. Raises SetupError (`file-unreadable`) for links, folders, devices, pipes,
    files with a second name or of more than `most` bytes, files without read permission and, with `own`, another user's files."""
    try:
        return contents(path, most, own=own)
    except (OSError, ValueError) as error:
        raise SetupError(
            "file-unreadable",
            f"cannot be read: {reason(error)}",
            where=str(path),
            hint=advice(error, path, f"look at it: ls -ld {quote(str(path))}"),
        ) from None


def contents(path: SafePath, most: int = LARGEST, *, second_name: bool = False, own: bool = False) -> bytes | None:
    """Like `read_regular`, but raises OSError. None also where a part of the path is not a folder. `second_name` accepts a file
    that has a hard link."""
    try:
        file = open_regular(path, second_name=second_name)
    except (FileNotFoundError, NotADirectoryError):
        return None
    with file:
        # Asked of the open file, not of the path, so that nobody can swap the file after the check.
        if own and hasattr(os, "geteuid") and os.fstat(file.fileno()).st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, "another user wrote it", str(path))
        # One byte more than allowed tells a file that is too large from one that just fits, however fast it grows.
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it is larger than the limit of {most} bytes", str(path))
    return content


def open_regular(path: SafePath, *, second_name: bool = False) -> BinaryIO:
    """Opens a plain file for reading; refuses anything else without opening it. Raises OSError."""
    with opened(path) as (folder, name):
        # Opening a device or a pipe can already have an effect, so look first; samestat below notices a swap in
        # between.
        seen = os.stat(name, dir_fd=folder, follow_symlinks=False)
        refuse_odd(seen, path, second_name=second_name)
        descriptor = os.open(name, _FLAGS, dir_fd=folder)
    file = os.fdopen(descriptor, "rb")
    if not os.path.samestat(seen, os.fstat(descriptor)):
        file.close()
        raise OSError(errno.EAGAIN, "it was replaced while it was being read", str(path))
    return file


def listing(top: SafePath) -> Iterator[tuple[str, os.stat_result]]:
    """Everything below a folder except the folders themselves: the name, with `/` between its parts, and the result of `stat`.
    Links are listed, not followed. Raises OSError."""
    folders = [top]
    while folders:
        folder = folders.pop()
        with opened(folder) as (parent, name):
            # Listed through its descriptor: by its path, a link put there since could lead the listing elsewhere.
            descriptor = os.open(name, _FOLDER_FLAGS, dir_fd=parent)
        try:
            with os.scandir(descriptor) as entries:
                found = [(entry.name, entry.stat(follow_symlinks=False)) for entry in entries]
        finally:
            os.close(descriptor)
        for name, status in found:
            if stat.S_ISDIR(status.st_mode):
                folders.append(folder / name)
            else:
                yield (folder / name).below(top) or name, status


def refuse_odd(found: os.stat_result, path: SafePath, *, second_name: bool = False) -> None:
    """Raises OSError unless it is a plain file with one name. Decides without opening it: opening a pipe or a device could block,
    and with a second name the file may belong somewhere else."""
    refuse_link(found, path)
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, "a folder is in the way", str(path))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is a pipe, a socket or a device, not a file", str(path))
    # A hard link passes every check of its path, and can still be a file from outside of the site.
    if found.st_nlink > 1 and not second_name:
        raise OSError(errno.EMLINK, "it is a hard link: the same file also has another name", str(path))


def answers_at(file: Path) -> SafePath:
    """The answers file that the command line names; it need not exist. Raises SetupError (`file-unreadable`)."""
    try:
        return file_at(file)
    except (OSError, ValueError) as error:
        raise SetupError(
            "file-unreadable",
            f"cannot be accessed: {reason(error)}",
            where=str(file),
            hint="name the answers file with --answers FILE",
        ) from None


def is_there(path: SafePath) -> bool:
    """Whether something exists at that path, even a dangling link. Raises SetupError (`file-unreadable`)."""
    try:
        with opened(path) as (folder, name):
            os.stat(name, dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        raise SetupError(
            "file-unreadable",
            f"cannot be accessed: {reason(error)}",
            where=str(path),
            hint="name a file that you can read: --answers FILE",
        ) from None
    return True


def reason(error: OSError | ValueError) -> str:
    """The system's error message, without the path."""
    # str() of an OSError has the errno and the path in it, and the caller shows the path already.
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def advice(error: OSError | ValueError, path: SafePath, otherwise: str = "") -> str:
    """What to type next; `otherwise` where the error suggests nothing specific."""
    code = None
    if isinstance(error, OSError):
        code = error.errno
    file, folder = quote(str(path)), quote(str(path.shown.parent))
    if code in (errno.ENOSPC, errno.EDQUOT):
        return f"free some space: df -h {folder}"
    if code in (errno.ENOENT, errno.ENOTDIR):
        return f"the folder cannot be created there: check ls -ld {folder}, or name another one with --output"
    if code == errno.EISDIR:
        return f"move the folder away: mv {file} {quote(f'{path}.old')}"
    if code == errno.ELOOP and isinstance(error, OSError):
        link = quote(str(error.filename))
        return f"see where it leads: ls -ld {link}; then replace it with a real file or folder, or name the real path"
    if code == errno.EMLINK:
        return f"replace it with a copy: cp -p {file} {file}.copy && mv {file}.copy {file}"
    return otherwise or f"check who may write there: ls -ld {file} {folder}"
