"""What the last run changed, so that it can be taken back once, and what was taken back can be done again.

`undo` in the memory of a site holds the files of the last run as they were before it: answers, artefacts and state together. They
may be hand edits, so the file is for its owner alone (0600), and goes with the run that follows.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Any, Literal

from ohif_setup.apply import transaction
from ohif_setup.apply.reconcile import digest
from ohif_setup.apply.site_paths import UNDO, SitePaths, of_row, recalled, row_of
from ohif_setup.apply.transaction import Replacement
from ohif_setup.disk import reading, writing
from ohif_setup.disk.safe_path import SafePath, status
from ohif_setup.errors import SetupError

Kind = Literal["undo", "redo"]
_SCHEMA = 2
_MOST_FILES = 200
_LONGEST_TITLE = 100
_MODES = 0o777
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True)
class Before:
    """One file of the last run: its bytes before it (None: there was none), the SHA-256 after it (None: removed), and mode and
    owner before it (None: no file)."""

    path: SafePath
    content: bytes | None
    after: str | None
    mode: int | None
    owner: tuple[int, int] | None


@dataclass(frozen=True)
class Record:
    """The last run. `kind` says what going back would be, `title` what the run was, such as `generate`."""

    kind: Kind
    title: str
    files: tuple[Before, ...]


def run(site: SitePaths, replacements: Sequence[Replacement], title: str, kind: Kind = "undo") -> bool:
    """`transaction.run` with a record of it; the same errors. False when there was nothing to change: then the record of the run
    before stays."""
    path = site.memory / UNDO
    wanted = [
        replacement
        for replacement in replacements
        if replacement.before != replacement.after and replacement.path != path
    ]
    if not wanted:
        return False
    raw = {
        "schema": _SCHEMA,
        "kind": kind,
        "title": title,
        "files": [_row(site, replacement) for replacement in wanted],
    }
    content = json.dumps(raw).encode()
    if len(content) > reading.LARGEST_RECORD:
        raise SetupError(
            "file-unwritable",
            f"the files as they are now have more bytes than undo can keep ({reading.LARGEST_RECORD}); nothing was changed",
            where=str(path),
            hint=f"look for the largest one: ls -lS {quote(str(wanted[-1].path.shown.parent))}",
        )
    record = Replacement(path, recalled(site, UNDO), content, private=True)
    transaction.run(site, [*wanted, record])
    return True


def load(site: SitePaths) -> Record | None:
    """The last run of a site, None when there is none to take back. Raises SetupError (`file-unreadable`, `undo-damaged`)."""
    path, content = site.memory / UNDO, recalled(site, UNDO)
    if content is None:
        return None
    try:
        raw = json.loads(content)
        kind, title, rows = raw["kind"], raw["title"], raw["files"]
        known = raw["schema"] == _SCHEMA and kind in ("undo", "redo")
        if not known or len(title) > _LONGEST_TITLE or len(rows) > _MOST_FILES:
            raise ValueError
        return Record(kind, title, tuple(_before(site, row) for row in rows))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise SetupError(
            "undo-damaged",
            "says what the last run changed, and cannot be read, so nothing can be taken back",
            where=str(path),
            hint=f"remove it; the next run writes a new one: rm {quote(str(path))}",
        ) from None


def losses(site: SitePaths, record: Record) -> tuple[SafePath, ...]:
    """The files that are no longer as the last run left them: going back loses what was done to them since. Raises SetupError."""
    now = ((file, reading.read_regular(file.path)) for file in record.files if not site.is_record(file.path))
    return tuple(file.path for file, content in now if file.after != _digest(content))


def steps_back(record: Record) -> tuple[Replacement, ...]:
    """What going back would do, from the files as they are now. Raises SetupError."""
    return tuple(
        Replacement(file.path, reading.read_regular(file.path), file.content, file.mode, file.owner)
        for file in record.files
    )


def go_back(site: SitePaths, record: Record, steps: Sequence[Replacement]) -> None:
    """Takes the last run back, or what was taken back; afterwards the record says how to return. Errors of `transaction.run`.

    The caller has asked about `losses`, and shown `steps`, which are `steps_back` of the record.
    """
    kind: Kind = "undo"
    if record.kind == "undo":
        kind = "redo"
    run(site, steps, record.title, kind)


def _digest(content: bytes | None) -> str | None:
    if content is None:
        return None
    return digest(content)


def _row(site: SitePaths, replacement: Replacement) -> dict[str, Any]:
    found = None
    if replacement.before is not None:
        try:
            found = status(replacement.path)
        except OSError as error:
            raise writing.unwritable(error, replacement.path) from None
    return {
        "file": row_of(site, replacement.path),
        "before": None if replacement.before is None else base64.b64encode(replacement.before).decode(),
        "after": _digest(replacement.after),
        "mode": found and found.st_mode & _MODES,
        "owner": found and [found.st_uid, found.st_gid],
    }


def _before(site: SitePaths, raw: dict[str, Any]) -> Before:
    """Raises ValueError for what no run writes down: another file, a mode with more than the permissions, no digest."""
    content, after, mode, owner = raw["before"], raw["after"], raw["mode"], raw["owner"]
    if after is not None and not _DIGEST.match(after):
        raise ValueError
    if mode is not None and (type(mode) is not int or mode & ~_MODES):
        raise ValueError
    return Before(
        of_row(site, raw["file"]),
        None if content is None else base64.b64decode(content, validate=True),
        after,
        mode,
        None if owner is None else (int(owner[0]), int(owner[1])),
    )
