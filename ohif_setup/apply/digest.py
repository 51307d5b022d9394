"""Whether anything has changed since the last run, told without loading pydantic, jinja2 or a TOML parser.

`seen` in the memory of the site holds a digest of all that decides what is written and said (the answers file's bytes and its path
as typed, `--set`, the variables, the tool and its templates, the packages that are installed), a digest of each file that the run
left, and the words that it said.
Where all of them are as they were, a run would do nothing and say the same, so nothing needs to be loaded.

The files of a site are read and hashed. Those of the tool are too many for that: they count as unchanged while name, size, inode
and both times of each are the same, as git's index has it. `ctime` moves with every change of a file and cannot be set back, so
only a change within the clock's step of the look could be missed; nothing is written down within two seconds of one.

Only the standard library here, and of that only what a command line loads anyway.
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
"""In bytes, of a file that is read here. A larger one is left to the long way."""

PREFIX = "OHIF_SETUP_"
NOT_ANSWERS = (
    "OHIF_SETUP_CLIENT_SECRET",
    "OHIF_SETUP_CLIENT_ID",
    "OHIF_SETUP_CLIENT_CERTIFICATE",
    "OHIF_SETUP_TRUSTED_HOSTS",
)
_FORM = 2
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_BINARY"))
_SETTLED = 2.0
"""In seconds: how long the tool's files must have been at rest."""
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_tool: list[tuple[str, float]] = []


def inputs(answers: str, sets: Sequence[str], environ: Mapping[str, str], *options: str) -> str:
    """A digest of all that decides what a run does, apart from the files in the output folder; "" when it cannot be told.

    `answers` is the path of the answers file as it was typed, since the words of the run have paths that begin like it; `options`
    is what else was asked for, such as `--output`. To be called **before** the answers are loaded, and once more after the run, for
    `remember`: only if both are the same, the run saw what was hashed.
    """
    content = _answers(answers)
    if content is None:
        return ""
    variables = sorted((k, v) for k, v in environ.items() if k.startswith(PREFIX) and k not in NOT_ANSWERS)
    stamp = _stamp()[0]
    # As ASCII: a variable or an argument may hold bytes that are no UTF-8.
    text = json.dumps([_FORM, __version__, stamp, answers, list(sets), variables, options])
    return _digest(text.encode() + b"\0" + content)


def unchanged(answers: str, environ: Mapping[str, str], known: str) -> list[list[str]] | None:
    """What the last run of the site with that answers file said, a row of texts for each file, where this one would do nothing and
    say the same; else None.

    `known` is what `inputs` gave. False alarms are possible, the other error is not.
    """
    memory = site_folder(answers, environ)
    try:
        content = None
        if known and memory:
            content = _own(os.path.join(memory, NAME))
        if content is None or any(name.startswith("journal.") for name in os.listdir(memory)):
            return None
        raw = json.loads(content)
        if raw["inputs"] != known:
            return None
        folder, files = raw["folder"], raw["files"]
        for below in {os.path.dirname(name) for name in files}:
            path = os.path.join(folder, below).rstrip(os.sep)
            if os.path.realpath(path) != path:
                return None
        for name, wanted in files.items():
            found = _content(os.path.join(folder, name))
            if wanted != _digest_of(found):
                return None
        return [[str(text) for text in row] for row in raw["rows"]]
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
    """Writes down what a run said, for `unchanged`. It is a cache: what cannot be written is left out.

    `folder` is the real path of the output folder. `known` and `again` are `inputs` from before and after the run. `files` is all
    that the run looked at or wrote, by name in the folder, as it left them (None: no file); from memory, not read again, so that a
    change in between is not taken for seen. `tool_changed` is when the tool was changed last (seconds since 1970), where that is
    not to be looked up.
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
        if _own(path) == text:
            return
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
    """The bytes of a file that this user wrote. Raises as `_content`, and ValueError for one of somebody else."""
    content = _content(path)
    if content is not None and hasattr(os, "geteuid") and os.lstat(path).st_uid != os.geteuid():
        raise ValueError(path)
    return content


def _content(path: str) -> bytes | None:
    """The bytes of a plain file, None when there is none. Raises OSError for a link, ValueError for what is no plain file or too
    large."""
    try:
        descriptor = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1 or found.st_size > LARGEST:
            raise ValueError(path)
        parts = []
        left = LARGEST
        while part := os.read(descriptor, min(left, 65536) + 1):
            parts.append(part)
            left -= len(part)
            if left < 0:
                raise ValueError(path)
        return b"".join(parts)
    finally:
        os.close(descriptor)


def _stamp() -> tuple[str, float]:
    """A digest of the tool as it lies on this disk, and when it was last changed (seconds since 1970). Once for each process."""
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
        # The packages that we use: their folder changes whenever one is installed, updated or removed.
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
            if entry.name != "__pycache__":
                yield from _looks(entry.path)
        else:
            status = entry.stat()
            times = f"{status.st_mtime_ns}\0{status.st_ctime_ns}"
            yield (
                f"{entry.path}\0{status.st_size}\0{status.st_ino}\0{times}\n",
                max(status.st_mtime_ns, status.st_ctime_ns),
            )
