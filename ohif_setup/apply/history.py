"""What the last run changed, so that it can be taken back once, and then be done again.

`undo` in the memory of a site holds the files of the last run as they were before it: answers, artefacts and state together. They
may contain hand edits, so only the owner may read the file (0600), and the next run replaces it.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from shlex import quote
from typing import Any

from ohif_setup.apply import transaction
from ohif_setup.apply.change import Kind, Replacement, Run, bytes_of, digest_of
from ohif_setup.apply.site_paths import UNDO, SitePaths, of_row, recalled, row_of
from ohif_setup.disk import reading, writing
from ohif_setup.disk.safe_path import SafePath, status
from ohif_setup.errors import SetupError

_SCHEMA = 2
_MOST_FILES = 200
_LONGEST_TITLE = 100
_MODES = 0o777
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


def run(site: SitePaths, replacements: Sequence[Replacement], title: str, kind: Kind = "undo") -> bool:
    """`transaction.run`, with a record of it and the same errors. False if there was nothing to change; the record of the previous
    run then stays."""
    path = site.memory / UNDO
    # Without the record itself, which is added below.
    wanted = [
        replacement
        for replacement in replacements
        if replacement.before != replacement.after and replacement.path != path
    ]
    if not wanted:
        return False
    content = _written(site, Run(tuple(map(_reversed, wanted)), kind=kind, title=title))
    if len(content) > reading.LARGEST_RECORD:
        # Refused rather than written without a record, because then the user could not take it back.
        raise SetupError(
            "file-unwritable",
            f"the current files are larger than undo can store ({reading.LARGEST_RECORD} bytes); nothing was changed",
            where=str(path),
            hint=f"find the largest one: ls -lS {quote(str(wanted[-1].path.shown.parent))}",
        )
    # In the same transaction as the files: a crash leaves both or neither.
    record = Replacement(path, recalled(site, UNDO), content, private=True)
    transaction.run(site, [*wanted, record])
    return True


def load(site: SitePaths) -> Run | None:
    """The run that would take the last one back, None if there is none. Of the files that the last run left it has the digests
    only. Raises SetupError (`file-unreadable`, `undo-damaged`)."""
    path, content = site.memory / UNDO, recalled(site, UNDO)
    if content is None:
        return None
    try:
        raw = json.loads(content)
        kind, title, rows = raw["kind"], raw["title"], raw["files"]
        known = raw["schema"] == _SCHEMA and kind in ("undo", "redo")
        if not known or len(title) > _LONGEST_TITLE or len(rows) > _MOST_FILES:
            raise ValueError
        return Run(tuple(_change(site, row) for row in rows), kind=kind, title=title)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise SetupError(
            "undo-damaged",
            "records what the last run changed, but cannot be read, so nothing can be taken back",
            where=str(path),
            hint=f"remove it; the next run writes a new one: rm {quote(str(path))}",
        ) from None


def losses(site: SitePaths, record: Run) -> tuple[SafePath, ...]:
    """The files that are no longer as the last run left them: going back loses their later changes. Raises SetupError."""
    # Merge bases and state are not for people to edit, so they are not reported as losses.
    shown = (change for change in record.changes if not site.is_record(change.path))
    return tuple(
        change.path for change in shown if digest_of(reading.read_regular(change.path)) != change.digest_before
    )


def steps_back(record: Run) -> tuple[Replacement, ...]:
    """What going back would do to the current files. Raises SetupError."""
    return tuple(replace(change, before=reading.read_regular(change.path)) for change in record.changes)


def go_back(site: SitePaths, record: Run, steps: Sequence[Replacement]) -> None:
    """Takes the last run back, or does it again; the new record reverses that. The same errors as `transaction.run`.

    The caller has asked about `losses` and shown `steps`, the result of `steps_back`.
    """
    # Undo after undo is redo, so the two kinds alternate.
    kind: Kind = "undo"
    if record.kind == "undo":
        kind = "redo"
    run(site, steps, record.title, kind)


def _reversed(change: Replacement) -> Replacement:
    """What takes a change back: the new file by its digest, the old one with the mode and owner that it has now."""
    mode, owner = None, None
    if change.before is not None:
        try:
            # The mode and owner are not in `Replacement`, which has them for new files only.
            found = status(change.path)
        except OSError as error:
            raise writing.unwritable(error, change.path) from None
        if found is not None:
            mode, owner = found.st_mode & _MODES, (found.st_uid, found.st_gid)
    return Replacement(change.path, change.digest_after, change.before, mode, owner)


def _written(site: SitePaths, record: Run) -> bytes:
    """The record as it is kept. What it calls `before` is the file before the last run, which is what going back restores."""
    rows = [
        {
            "file": row_of(site, change.path),
            # The names are from the point of view of the last run, so they swap here.
            "before": _in_text(bytes_of(change.after)),
            "after": change.digest_before,
            "mode": change.mode,
            "owner": change.owner,
        }
        for change in record.changes
    ]
    raw = {"schema": _SCHEMA, "kind": record.kind, "title": record.title, "files": rows}
    return json.dumps(raw).encode()


def _in_text(content: bytes | None) -> str | None:
    if content is None:
        return None
    return base64.b64encode(content).decode()


def _change(site: SitePaths, raw: dict[str, Any]) -> Replacement:
    """What `_written` made a row of. Raises ValueError for what no run writes down: another file, a mode with more than the
    permissions, no digest."""
    content, after, mode, owner = raw["before"], raw["after"], raw["mode"], raw["owner"]
    if after is not None and not _DIGEST.match(after):
        raise ValueError
    # `type`, because isinstance accepts a bool. The mask refuses setuid, setgid and sticky bits.
    if mode is not None and (type(mode) is not int or mode & ~_MODES):
        raise ValueError
    return Replacement(
        of_row(site, raw["file"]),
        after,
        None if content is None else base64.b64decode(content, validate=True),
        mode,
        None if owner is None else (int(owner[0]), int(owner[1])),
    )
