"""Paths that no symbolic link can redirect.

The folder of a site may come from somebody else's repository, so any part of a path in it can be a link that leads elsewhere. A
`SafePath` is a base folder that a person chose, and the names below it. Everything below the base is reached one name at a time,
through the descriptor of the parent folder (`openat` with `O_NOFOLLOW`), so no link is followed, not even one created between a
check and a write. Systems without such calls (Windows) check each part before they use the whole path, and refuse links and
junctions too.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

# True on Linux and macOS, False on Windows, where os.open takes no dir_fd.
_BY_DESCRIPTOR = {
    os.open,
    os.stat,
    os.unlink,
    os.mkdir,
    os.rmdir,
    os.rename,
    os.link,
} <= os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
# O_PATH (Linux) needs no read permission on a folder that is only passed through.
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_BELOW = _FOLDER | getattr(os, "O_NOFOLLOW", 0)
_REPARSE_POINT = getattr(stat, "FILE_ATTRIBUTE_REPARSE_POINT", 0)


@dataclass(frozen=True)
class Base:
    """A folder that a person chose: `real` is absolute and free of links; `shown` is how that person typed it."""

    real: str
    shown: Path = field(compare=False)


@dataclass(frozen=True)
class SafePath:
    """A file or folder, which need not exist: the names that lead to it from `base`. Below `base` no link is followed."""

    base: Base
    parts: tuple[str, ...] = ()

    def __truediv__(self, name: str) -> SafePath:
        """A path below this one; `name` has `/` between its parts. Raises ValueError for a name that could lead elsewhere."""
        # Names come from answers and records that others may have written: an absolute path or ".." must not get
        # through.
        parts = tuple(name.split("/"))
        if not all(map(is_plain, parts)):
            raise ValueError(f"{name!r} is not a path below a folder")
        return SafePath(self.base, (*self.parts, *parts))

    @property
    def name(self) -> str:
        """The last name; for a base, the name of its folder."""
        if self.parts:
            return self.parts[-1]
        return Path(self.base.real).name

    @property
    def parent(self) -> SafePath:
        """The folder that contains it. Raises ValueError for a base."""
        if not self.parts:
            raise ValueError(f"{self} is the base of the path and has no parent")
        return SafePath(self.base, self.parts[:-1])

    @property
    def shown(self) -> Path:
        """For messages and for commands to type; never for opening."""
        return self.base.shown.joinpath(*self.parts)

    @property
    def real(self) -> str:
        """The whole path, valid as long as it has no link in it: for comparing and for records."""
        return str(Path(self.base.real, *self.parts))

    def with_name(self, name: str) -> SafePath:
        """The entry with that name in the same folder."""
        return self.parent / name

    def below(self, folder: SafePath) -> str | None:
        """This path relative to `folder`, with `/`; empty for the folder itself, None if it lies elsewhere."""
        own, other = Path(self.real), Path(folder.real)
        if not own.is_relative_to(other):
            return None
        return "/".join(own.relative_to(other).parts)

    def __str__(self) -> str:
        return str(self.shown)


def is_plain(name: str) -> bool:
    """Whether a name leads exactly one level down: not empty, not a way up, and not a path on any system."""
    return (
        name not in ("", ".", "..")
        and not any(sign in name for sign in "/\\\0")
        # On Windows a colon names a drive or an alternate data stream.
        and not (os.name == "nt" and ":" in name)
    )


def folder_at(path: Path) -> SafePath:
    """The folder that a person named. The current folder may be inside a repository that came from elsewhere, so no link is
    followed there. Any other path is trusted with all its links, and so is the current folder if it is the home folder or above it.
    Raises OSError."""
    return _at(path, is_folder=True)


def file_at(path: Path) -> SafePath:
    """The file that a person named; like `folder_at`, but a link in its last name is never followed. Raises OSError."""
    return _at(path, is_folder=False)


def absolute(real: str) -> SafePath:
    """The folder with that real path, which a record names; no link in it is followed. Raises ValueError."""
    path = Path(real)
    # A record could have been edited: normpath refuses "..", which Path would keep.
    if not path.is_absolute() or os.path.normpath(real) != real:
        raise ValueError(f"{real!r} is not a real path")
    return SafePath(Base(path.anchor, Path(path.anchor)), path.parts[1:])


def followed(path: Path) -> SafePath:
    """The folder with that path, which does not come from a repository: links in the part that exists are followed. Raises
    OSError."""
    return _chosen(path, is_folder=True)


def _at(path: Path, *, is_folder: bool) -> SafePath:
    here = os.path.realpath(os.curdir)
    text = os.path.normpath(path)
    home = os.path.expanduser("~")  # noqa: PTH111  Path.home() raises where no home is known
    # At or above the home folder, the user owns the links on the way: a home that lies on another disk is one.
    if Path(home).is_absolute() and Path(os.path.realpath(home)).is_relative_to(here):
        return _chosen(Path(text), is_folder=is_folder)
    if os.path.isabs(text):  # noqa: PTH117  is_absolute() is False for \name on Windows
        # The shell may know the current folder by a path with links in it.
        known_as = os.environ.get("PWD", "")
        for known in (here, known_as if os.path.realpath(known_as) == here else here):
            if Path(text).is_relative_to(known):
                return SafePath(Base(here, Path(known)), Path(text).relative_to(known).parts)
        return _chosen(Path(text), is_folder=is_folder)
    # A relative path may begin with "..": those lead out of the current folder, so they belong to the trusted base.
    parts = () if text == os.curdir else Path(text).parts
    ups = sum(part == os.pardir for part in parts)
    shown = Path(*parts[:ups])
    return SafePath(Base(os.path.realpath(Path(here, *parts[:ups])), shown), parts[ups:])


def _chosen(path: Path, *, is_folder: bool) -> SafePath:
    """Follows links as far as folders exist, except in the last name of a file."""
    # The last name of a file is left to `opened`, which refuses a link there.
    at = path if is_folder or path.parent == path else path.parent
    while not at.is_dir() and at.parent != at:
        at = at.parent
    return SafePath(Base(os.path.realpath(at), at), path.relative_to(at).parts)


@contextlib.contextmanager
def opened(path: SafePath) -> Iterator[tuple[int | None, str]]:
    """What a system call needs to reach `path`: the descriptor of its folder and the name in it. None and the whole path on
    systems without such calls.

    Raises OSError: FileNotFoundError and NotADirectoryError if the folder does not exist, ELOOP if there is a link in the path.
    """
    if not _BY_DESCRIPTOR:
        yield None, _checked_path(path)
        return
    # The base is trusted and already resolved, so this is the one open that may pass links.
    descriptor = os.open(path.base.real, _FOLDER)
    try:
        # Each folder is opened relative to the one before, so what was checked is what is used.
        for number, name in enumerate(path.parts[:-1], 1):
            below = _enter(descriptor, name, path, number)
            os.close(descriptor)
            descriptor = below
        yield descriptor, path.parts[-1] if path.parts else os.curdir
    finally:
        os.close(descriptor)


def status(path: SafePath) -> os.stat_result | None:
    """The `stat` of the path itself, also of a link; None if nothing exists there. Raises OSError."""
    try:
        with opened(path) as (folder, name):
            return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return None


def refuse_link(found: os.stat_result, path: SafePath) -> None:
    """Raises OSError (ELOOP) if `found` describes a link, or a reparse point of Windows."""
    if stat.S_ISLNK(found.st_mode) or getattr(found, "st_file_attributes", 0) & _REPARSE_POINT:
        raise OSError(errno.ELOOP, f"{path} is a symbolic link, and links are not followed here", str(path))


def _enter(folder: int, name: str, path: SafePath, number: int) -> int:
    try:
        return os.open(name, _BELOW, dir_fd=folder)
    except OSError as error:
        # O_NOFOLLOW on a link gives ELOOP on Linux and macOS, ENOTDIR together with O_DIRECTORY, EMLINK on FreeBSD. A
        # file in the way gives ENOTDIR too, so look before blaming a link.
        if error.errno in (errno.ENOTDIR, errno.ELOOP, errno.EMLINK):
            refuse_link(os.stat(name, dir_fd=folder, follow_symlinks=False), SafePath(path.base, path.parts[:number]))
        raise


def _checked_path(path: SafePath) -> str:
    """The whole path, after a check of each folder in it."""
    folder = Path(path.base.real)
    for number, name in enumerate(path.parts[:-1], 1):
        folder /= name
        refuse_link(os.lstat(folder), SafePath(path.base, path.parts[:number]))
    return path.real
