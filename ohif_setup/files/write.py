"""Whole or not at all: the only place that writes to disk."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ohif_setup.errors import SetupError

NEW_FILE_MODE = 0o644


def read_bytes(path: Path) -> bytes | None:
    """The bytes of a file, None when there is none. Raises SetupError (`file-unreadable`) for anything else."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SetupError(
            "file-unreadable",
            f"cannot be read: {error.strerror}",
            where=str(path),
            hint=f"look at it: ls -ld {path}",
        ) from None


def is_there(path: Path) -> bool:
    """Whether there is something at that path. Raises SetupError (`file-unreadable`) when that cannot be told."""
    try:
        return path.exists()
    except OSError as error:
        raise SetupError(
            "file-unreadable",
            f"cannot be looked at: {error.strerror}",
            where=str(path),
            hint="name a file that you may read: --answers FILE",
        ) from None


def write_all(files: Sequence[tuple[Path, str]]) -> None:
    """Writes all files, or none of them when anything fails before the first is put in place.

    Each text goes to a temporary file beside its target, is flushed to the disk and then renamed over it; an existing file
    keeps its mode, and a symbolic link stays one. Ctrl-C is held back while the files are put in place. Raises SetupError
    (`file-unwritable`).
    """
    staged: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for path, text in files:
            staged.append((_stage(path, text), path.resolve()))
        with _uninterrupted():
            for temporary, path in staged:
                temporary.replace(path)
        for folder in {target.parent for _, target in staged}:
            _flush_folder(folder)
    except OSError as error:
        raise SetupError(
            "file-unwritable",
            f"cannot be written: {error.strerror or error}",
            where=str(path),
            hint=_advice(error.errno, path),
        ) from None
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def _advice(code: int | None, path: Path) -> str:
    if code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"make room: df -h {path.parent}"
    if code in (errno.ENOENT, errno.ENOTDIR):
        return f"the folder cannot be made there: look at ls -ld {path.parent}, or name another one with --output"
    if code == errno.EISDIR:
        return f"move the folder away: mv {path} {path}.old"
    return f"look at who may write there: ls -ld {path} {path.parent}"


def _stage(path: Path, text: str) -> Path:
    """A temporary file beside the target, complete and flushed, with the mode that the target shall have."""
    target = path.resolve()
    if target.is_dir():
        raise IsADirectoryError(21, "a folder is in the way", str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else NEW_FILE_MODE
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(13, "the file is read-only", str(target))
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _flush_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
