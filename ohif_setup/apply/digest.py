"""Tells whether anything has changed since the last run, without loading pydantic, jinja2 or a TOML parser.

`seen` in the memory of the site has a digest of everything that determines what a run writes and prints (the bytes of the answers
file and its path as typed, `--set`, the variables, the tool and its templates, the installed packages), a digest of each file that
the run left, and what it printed.
If all of them are unchanged, a run would do nothing and print the same, so nothing needs to be loaded.

The files of a site are read and hashed. Those of the tool are too many for that: they count as unchanged if the name, size, inode
and both times of each are, as in the index of Git. Every change of a file updates its `ctime`, which cannot be set back, so only a
change within the resolution of the clock could be missed; nothing is recorded within two seconds of a change.

This module uses only the standard library, and of that only what any command loads anyway.
"""

# ruff: noqa: PTH100, PTH105, PTH108, PTH112, PTH116, PTH118, PTH120, PTH123, PTH208
# The short path of `generate` does without pathlib, which is slow to load.
from __future__ import annotations

import json
import os
import stat
import sys
import time

from ohif_setup import __version__
from ohif_setup.disk.state_folder import site_folder

try:
    from _blake2 import blake2b  # hashlib loads OpenSSL first, which takes as long as all else here
except ImportError:
    from hashlib import blake2b

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NAME = "seen"
LARGEST = 16 * 1024 * 1024
"""The limit for a file that is read here, in bytes. The long path reads larger ones."""

PREFIX = "OHIF_SETUP_"
NOT_ANSWERS = (
    "OHIF_SETUP_CLIENT_SECRET",
    "OHIF_SETUP_CLIENT_ID",
    "OHIF_SETUP_CLIENT_CERTIFICATE",
    "OHIF_SETUP_TRUSTED_HOSTS",
)
# Increase it when the format of `seen` or the meaning of a digest changes: an old record then matches nothing.
_FORM = 2
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_BINARY"))
_SETTLED = 2.0
"""In seconds: how long the files of the tool must have been unchanged."""
# Not from `importlib.resources`, which is slow to load.
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# At most one element: the result of `_stamp`, for this process.
_tool: list[tuple[str, float]] = []


def inputs(answers: str, sets: Sequence[str], environ: Mapping[str, str], *options: str) -> str:
    """A digest of everything that determines what a run does, except the files in the output folder; "" if it cannot be computed.

    `answers` is the path of the answers file as typed, because what the run prints has paths that begin with it; `options` are the
    other options, such as `--output`. Call it **before** the answers are loaded, and again after the run, for `remember`: the run
    saw what was hashed only if both results are the same.
    """
    content = _answers(answers)
    if content is None:
        return ""
    variables = sorted((k, v) for k, v in environ.items() if k.startswith(PREFIX) and k not in NOT_ANSWERS)
    # The digest only. The time of the last change is used in `remember`.
    stamp = _stamp()[0]
    # As ASCII: a variable or an argument may have bytes that are not UTF-8.
    text = json.dumps([_FORM, __version__, stamp, answers, list(sets), variables, options])
    return _digest(text.encode() + b"\0" + content)


def unchanged(answers: str, environ: Mapping[str, str], known: str) -> list[list[str]] | None:
    """What the last run of the site with that answers file printed, as a row of texts for each file, if this run would do nothing
    and print the same; None if not.

    `known` is the result of `inputs`. A false None is possible, a false report is not.
    """
    memory = site_folder(answers, environ)
    try:
        content = None
        if known and memory:
            content = _own(os.path.join(memory, NAME))
        # A journal means that a run was cut off, and only the long path can recover it.
        if content is None or any(name.startswith("journal.") for name in os.listdir(memory)):
            return None
        raw = json.loads(content)
        if raw["inputs"] != known:
            return None
        folder, files = raw["folder"], raw["files"]
        # A folder that has become a link would make the files below look right while they are elsewhere.
        for below in {os.path.dirname(name) for name in files}:
            path = os.path.join(folder, below).rstrip(os.sep)
            if os.path.realpath(path) != path:
                return None
        for name, wanted in files.items():
            found = _content(os.path.join(folder, name))
            if wanted != _digest_of(found):
                return None
        return [[str(text) for text in row] for row in raw["rows"]]
    # A damaged cache is not worth an error: the long path gives the right result.
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def remember(
    answers: str,
    environ: Mapping[str, str],
    *,
    folder: str,
    known: str,
    again: str,
    files: Mapping[str, bytes | None],
    rows: Sequence[Sequence[str]],
    tool_changed: float | None = None,
) -> None:
    """Records what a run printed, for `unchanged`. This is a cache, so a failed write is ignored.

    `folder` is the real path of the output folder. `known` and `again` are the results of `inputs` before and after the run.
    `files` are the files that the run read or wrote, by name in the folder, as it left them (None: no file). They come from memory
    and are not read again, so that a change in between is not taken as seen. `tool_changed` is when the tool last changed (seconds
    since 1970); None looks it up.
    """
    memory = site_folder(answers, environ)
    if tool_changed is None:
        tool_changed = _stamp()[1]
    if not memory or not known or known != again or time.time() - tool_changed < _SETTLED:
        return
    path = os.path.join(memory, NAME)
    digests = {name: _digest_of(content) for name, content in files.items()}
    report = {"inputs": known, "folder": folder, "files": digests, "rows": [list(row) for row in rows]}
    text = json.dumps(report).encode()
    half = f"{path}.{os.getpid()}"
    try:
        # Nothing to write, and the times of the file stay.
        if _own(path) == text:
            return
        # "x" refuses an existing file or link of that name.
        with open(half, "xb") as file:
            file.write(text)
        os.replace(half, path)
    except (OSError, ValueError):
        try:
            os.unlink(half)
        except OSError:
            return


def _digest_of(content: bytes | None) -> str | None:
    if content is None:
        return None
    return _digest(content)


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=32).hexdigest()


def _answers(path: str) -> bytes | None:
    try:
        return _content(path)
    except (OSError, ValueError):
        return None


def _own(path: str) -> bytes | None:
    """The bytes of a file that this user wrote. Raises like `_content`, and ValueError for the file of another user."""
    content = _content(path)
    if content is not None and hasattr(os, "geteuid") and os.lstat(path).st_uid != os.geteuid():
        raise ValueError(path)
    return content


def _content(path: str) -> bytes | None:
    """The bytes of a plain file, None if it does not exist. Raises OSError for a link, ValueError for anything else that is not
    a plain file with one name, or is too large."""
    try:
        descriptor = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        found = os.fstat(descriptor)
        # The same conditions as in `disk/reading.py`, which would load pathlib.
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1 or found.st_size > LARGEST:
            raise ValueError(path)
        parts = []
        left = LARGEST
        # Read in pieces: the size from fstat may be out of date by now.
        while part := os.read(descriptor, min(left, 65536) + 1):
            parts.append(part)
            left -= len(part)
            if left < 0:
                raise ValueError(path)
        return b"".join(parts)
    finally:
        os.close(descriptor)


def _stamp() -> tuple[str, float]:
    """A digest of the tool as installed, and when it last changed (seconds since 1970). Computed once for each process."""
    if not _tool:
        newest = 0
        whole = blake2b(f"{sys.version}\0{_PACKAGE}".encode())
        templates = os.path.join(os.path.dirname(_PACKAGE), "templates")  # of a checkout
        shipped = os.path.isdir(os.path.join(_PACKAGE, "templates"))
        roots = [_PACKAGE]
        if not shipped:
            roots.append(templates)
        for root in roots:
            for line, changed in _looks(root):
                whole.update(line.encode("utf-8", "surrogateescape"))
                newest = max(newest, changed)
        # The packages that we use: installing, updating or removing one changes their folder.
        for folder in sys.path:
            if folder.endswith(("site-packages", "dist-packages")) and os.path.isdir(folder):
                found = os.stat(folder)
                whole.update(f"{folder}\0{found.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
                newest = max(newest, found.st_mtime_ns)
        _tool.append((whole.hexdigest(), newest / 1e9))
    return _tool[0]


def _looks(folder: str) -> Iterator[tuple[str, int]]:
    """One line for each file of a tree, sorted, with the newest of its times (nanoseconds)."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir():
            # Python writes there by itself, on the first import.
            if entry.name != "__pycache__":
                yield from _looks(entry.path)
        else:
            status = entry.stat()
            times = f"{status.st_mtime_ns}\0{status.st_ctime_ns}"
            yield (
                f"{entry.path}\0{status.st_size}\0{status.st_ino}\0{times}\n",
                max(status.st_mtime_ns, status.st_ctime_ns),
            )
