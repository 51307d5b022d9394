"""What the last run changed, so that it can be taken back once, and what was taken back can be done again.

`.ohif-setup/undo` holds the files of the last run as they were before it: answers, artefacts and state together. They may be hand
edits, so the file is for its owner alone (0600), is never committed, and goes with the run that follows.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any, Literal

from ohif_setup.errors import SetupError
from ohif_setup.files import journal, reach, staging, state, transaction
from ohif_setup.files.reconcile import digest
from ohif_setup.files.transaction import Replacement

NAME = "undo"
Kind = Literal["undo", "redo"]
_SCHEMA = 1
_NOT_RECORDED = (NAME, state.IGNORE)
_MODES = 0o777
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True)
class Before:
    """One file of the last run: its bytes before it (None: there was none), the SHA-256 after it (None: removed), and mode and
    owner before it (None: no file)."""

    path: Path
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


def run(home: Path, replacements: Sequence[Replacement], title: str, kind: Kind = "undo") -> bool:
    """`transaction.run` with a record of it; the same errors. False when there was nothing to change: then the record of the run
    before stays."""
    wanted = [one for one in replacements if one.before != one.after]
    if not wanted:
        return False
    path = home / NAME
    raw = {
        "schema": _SCHEMA,
        "kind": kind,
        "title": title,
        "files": [_row(home, one) for one in wanted if not _is_our_own(one.path)],
    }
    content = json.dumps(raw).encode()
    record = Replacement(path, staging.read_regular(path), content, private=True)
    transaction.run(home, [*(one for one in wanted if one.path != path), record])
    return True


def load(home: Path, answers: Path | None = None) -> Record | None:
    """The last run of the site with that answers file, None when there is none to take back.

    Raises SetupError: `file-unreadable`; `undo-damaged`, also where the record names a file that no run of this site writes
    (`reach.may_write`): it may have come with a clone.
    """
    content = staging.read_regular(home / NAME)
    if content is None:
        return None
    try:
        raw = json.loads(content)
        if raw["schema"] != _SCHEMA or raw["kind"] not in ("undo", "redo"):
            raise ValueError
        return Record(raw["kind"], str(raw["title"]), tuple(_before(home, one, answers) for one in raw["files"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise SetupError(
            "undo-damaged",
            "says what the last run changed, and cannot be read, or names files that no run of this site writes, "
            "so nothing can be taken back",
            where=str(home / NAME),
            hint=f"remove it, so that it is written anew: rm {quote(str(home / NAME))}",
        ) from None


def losses(record: Record) -> tuple[Path, ...]:
    """The files that are no longer as the last run left them: going back loses what was done to them since. Raises SetupError."""
    now = ((one, staging.read_regular(one.path)) for one in record.files)
    return tuple(one.path for one, content in now if one.after != (None if content is None else digest(content)))


def steps_back(record: Record) -> tuple[Replacement, ...]:
    """What going back would do, from the files as they are now. Raises SetupError."""
    return tuple(
        Replacement(one.path, staging.read_regular(one.path), one.content, one.mode, one.owner) for one in record.files
    )


def go_back(home: Path, record: Record, steps: Sequence[Replacement], new_home: Path | None = None) -> None:
    """Takes the last run back, or what was taken back; afterwards the record says how to return. Errors of `transaction.run`.

    Whoever calls has asked about `losses`, and shown `steps`, which are `steps_back` of the record. `new_home` is given when the
    answers name another output folder afterwards, since that is where the next command looks for the record.
    """
    kind: Kind = "redo" if record.kind == "undo" else "undo"
    there = new_home or home
    if there != home:
        old = home / NAME
        steps = [*steps, Replacement(old, staging.read_regular(old), None)]
    run(there, steps, record.title, kind)


def _is_our_own(path: Path) -> bool:
    return path.parent.name == state.FOLDER and path.name in _NOT_RECORDED


def _row(home: Path, one: Replacement) -> dict[str, Any]:
    found = None
    if one.before is not None:
        try:
            found = one.path.stat()
        except OSError as error:
            raise staging.unwritable(error, one.path) from None
    return {
        "path": journal.relative(home, one.path),
        "before": None if one.before is None else base64.b64encode(one.before).decode(),
        "after": None if one.after is None else digest(one.after),
        "mode": found and found.st_mode & _MODES,
        "owner": found and [found.st_uid, found.st_gid],
    }


def _before(home: Path, raw: dict[str, Any], answers: Path | None) -> Before:
    """Raises ValueError for what no run writes down: another file, a mode with more than the permissions, no digest."""
    path = journal.absolute(home, raw["path"])
    content, after, mode, owner = raw["before"], raw["after"], raw["mode"], raw["owner"]
    if not reach.may_write(home, path, answers) or (after is not None and not _DIGEST.match(after)):
        raise ValueError
    if mode is not None and (type(mode) is not int or mode & ~_MODES):
        raise ValueError
    return Before(
        path,
        None if content is None else base64.b64decode(content, validate=True),
        after,
        mode,
        None if owner is None else (int(owner[0]), int(owner[1])),
    )
