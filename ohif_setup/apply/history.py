"""What the last runs changed, so that they can be taken back one after the other, and then be done again.

`undo` in the memory of a site holds the files of each of these runs as they were before it: answers, artefacts and state together.
They may contain hand edits, so only the owner may read the file (0600). The newest run stands in it as the one run of earlier
versions did, the others below `older`; together they are bounded in number and size.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from shlex import quote
from typing import Any

from ohif_setup.apply import transaction
from ohif_setup.apply.change import Kind, Replacement, Run, bytes_of, digest_of
from ohif_setup.apply.site_paths import UNDO, SitePaths, of_row, recalled, row_of
from ohif_setup.disk import reading, writing
from ohif_setup.disk.safe_path import SafePath, status
from ohif_setup.errors import SetupError

_SCHEMA = 2
MOST_RUNS = 20
_LARGEST_OLDER = 16 * 1024 * 1024
"""In bytes, of the record with all its runs; the newest alone may be larger."""
_MOST_FILES = 200
_LONGEST_TITLE = 100
_MODES = 0o777
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


def run(site: SitePaths, replacements: Sequence[Replacement], title: str) -> bool:
    """`transaction.run`, with a record of it and the same errors. False if there was nothing to change; the records then stay. What
    was undone before cannot be redone any more."""
    return _run(site, replacements, title, "undo", lambda older: [row for row in older if row["kind"] == "undo"])


def _run(
    site: SitePaths, replacements: Sequence[Replacement], title: str, kind: Kind, kept: Callable[[list[Any]], list[Any]]
) -> bool:
    """`kept` chooses among the rows of the earlier records."""
    path = site.memory / UNDO
    # Without the record itself, which is added below.
    wanted = [
        replacement
        for replacement in replacements
        if replacement.before != replacement.after and replacement.path != path
    ]
    if not wanted:
        return False
    when = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    newest = Run(tuple(map(_reversed, wanted)), kind=kind, title=title, when=when)
    content = _written(_row_of_run(site, newest), kept(_rows(site)))
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


def load(site: SitePaths) -> tuple[Run, ...]:
    """The runs that would take the recorded ones back (`undo`), or do again what was taken back (`redo`): of each kind the first
    is the next. Of the files that a run left they have the digests only. Raises SetupError (`file-unreadable`, `undo-damaged`)."""
    path, content = site.memory / UNDO, recalled(site, UNDO)
    if content is None:
        return ()
    try:
        raw = json.loads(content)
        rows = [raw, *raw.get("older", ())]
        if raw["schema"] != _SCHEMA or len(rows) > MOST_RUNS:
            raise ValueError
        runs = [_run_of_row(site, row) for row in rows]
        # The newest is empty where what it recorded would change nothing any more.
        return tuple(run for run in runs if run.changes)
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

    def without(rows: list[Any]) -> list[Any]:
        place = next((number for number, row in enumerate(rows) if row["kind"] == record.kind), len(rows))
        return rows[:place] + rows[place + 1 :]

    if not _run(site, steps, record.title, kind, without):
        _forget(site, without)


def _forget(site: SitePaths, kept: Callable[[list[Any]], list[Any]]) -> None:
    """Takes a run out of the record that would change nothing: it would stand before the others for ever."""
    rows = kept(_rows(site))
    newest = rows[0] if rows else {"kind": "undo", "title": "", "files": []}
    path = site.memory / UNDO
    transaction.run(site, [Replacement(path, recalled(site, UNDO), _written(newest, rows[1:]), private=True)])


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


def _rows(site: SitePaths) -> list[Any]:
    """The runs of the record as they are kept, newest first; none where it is missing or damaged, because the next one replaces
    it. Raises SetupError (`file-unreadable`)."""
    try:
        runs = load(site)
        raw = json.loads(recalled(site, UNDO) or b"{}")
    except SetupError as error:
        if error.id != "undo-damaged":
            raise
        return []
    if not runs:
        return []
    return [{name: raw.get(name) for name in ("kind", "title", "when", "files")}, *raw.get("older", ())]


def _written(newest: dict[str, Any], older: Sequence[Any]) -> bytes:
    """The record as it is kept, with as many older runs as it may have."""
    kept = [json.dumps(row) for row in older[: MOST_RUNS - 1]]
    head = json.dumps({"schema": _SCHEMA, **newest})[:-1]
    while kept and len(head) + sum(map(len, kept)) > _LARGEST_OLDER:
        kept.pop()
    return f'{head}, "older": [{", ".join(kept)}]}}'.encode()


def _row_of_run(site: SitePaths, record: Run) -> dict[str, Any]:
    """What it calls `before` is the file before the run, which is what going back restores."""
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
    return {"kind": record.kind, "title": record.title, "when": record.when, "files": rows}


def _run_of_row(site: SitePaths, row: dict[str, Any]) -> Run:
    """Raises ValueError and the like for what `_row_of_run` does not make."""
    kind, title, when, files = row["kind"], row["title"], row.get("when") or "", row["files"]
    if kind not in ("undo", "redo") or len(title) > _LONGEST_TITLE or len(when) > _LONGEST_TITLE:
        raise ValueError
    if len(files) > _MOST_FILES:
        raise ValueError
    return Run(tuple(_change(site, file) for file in files), kind=kind, title=title, when=when)


def _in_text(content: bytes | None) -> str | None:
    if content is None:
        return None
    return base64.b64encode(content).decode()


def _change(site: SitePaths, raw: dict[str, Any]) -> Replacement:
    """What `_row_of_run` made a row of. Raises ValueError for what no run writes down: another file, a mode with more than the
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
