"""`.ohif-setup/`: what was generated last, to be committed beside the artefacts, and what this machine alone needs to know.

    state.json         of each artefact: digest, tool version and digest of the answers that its merge base came from; and
                       which answers file writes to this folder, as seen from it
    generated/NAME     the merge base itself: the generated text whose changes the file on disk holds
    .gitignore         keeps out what follows
    conflicts.json     what the last run said about conflicts, so that the next one sees which of them were settled
    journal.*, lock, undo, seen    of `journal.py`, `lock.py`, `history.py` and `digest.py`

The first two are the same bytes on every machine: sorted, no time, no path, nothing that is no artefact's text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from typing import Any

from ohif_setup import __version__
from ohif_setup.errors import SetupError
from ohif_setup.files.lines import Lines, decoded, fingerprint_of, lines_of
from ohif_setup.files.staging import OURS, read_regular

FOLDER = OURS
SCHEMA = 1
STATE, GENERATED, CONFLICTS, IGNORE = "state.json", "generated", "conflicts.json", ".gitignore"
IGNORED = """# What only this machine needs. The rest of this folder is worth committing.
/conflicts.json
/journal.*
/lock
/seen*
/undo
"""
LARGEST = 4 * 1024 * 1024
"""In bytes, of `state.json`. Ten artefacts take three thousand."""

_NAME = re.compile(r"(?!\.ohif-setup(/|$))[^/\\\x00-\x1f:]+(/[^/\\\x00-\x1f:]+)*\Z")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True)
class Origin:
    """What a text was generated from: the version of the tool, and a digest of the answers."""

    tool: str
    answers: str


@dataclass(frozen=True)
class Entry:
    """One artefact: the fingerprint of its merge base, where that came from, and whether the user wants the file away."""

    sha256: str
    origin: Origin
    deleted: bool = False


@dataclass(frozen=True)
class Told:
    """A conflict as it was said: fingerprints of the generated text and of the merge base ("" for none), SHA-256 of the file's
    bytes and of NAME.new as we wrote it ("" for none of ours), and the contested lines of the file, by their line in the base."""

    new: str
    base: str
    disk: str
    beside: str
    lines: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    """All that is remembered of an output folder: by name of the artefact."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    bases: Mapping[str, Lines] = field(default_factory=dict)
    told: Mapping[str, Told] = field(default_factory=dict)
    files: Mapping[str, bytes | None] = field(default_factory=dict)
    answers_file: str | None = None


def load(home: Path, names: Iterable[str] = ()) -> State:
    """What `home`, the `.ohif-setup` of an output folder, holds of all artefacts that are known, and of those in `names`; an empty
    state when there is none. `files` has each file by its name in `home`, as it was read; `answers_file` is the answers file of the
    last run, relative to the output folder, None where that is not known.

    A merge base that does not fit its digest is in `files` alone. Raises SetupError (`state-damaged`, `state-newer`,
    `file-unreadable`).
    """
    files = {name: read_regular(home / name) for name in (STATE, CONFLICTS, IGNORE)}
    content = files[STATE]
    entries, answers_file = ({}, None) if content is None else _read(content, home / STATE)
    bases = {}
    for name in {**entries, **dict.fromkeys(names)}:
        base = files[f"{GENERATED}/{name}"] = read_regular(home / GENERATED / name)
        text = decoded(base) if base is not None else None
        if text is not None and name in entries and fingerprint_of(text) == entries[name].sha256:
            bases[name] = lines_of(text)
    return State(entries, bases, _told(files[CONFLICTS]), files, answers_file)


def state_bytes(entries: Mapping[str, Entry], answers_file: str | None = None) -> bytes | None:
    """`state.json`; None where there is nothing to remember."""
    artefacts = {
        name: {"answers": one.origin.answers, "sha256": one.sha256, "tool": one.origin.tool}
        | ({"deleted": True} if one.deleted else {})
        for name, one in entries.items()
    }
    known = {} if answers_file is None else {"answers_file": answers_file}
    return _json({"schema": SCHEMA, "tool": __version__, "artefacts": artefacts} | known) if entries else None


def conflict_bytes(told: Mapping[str, Told]) -> bytes | None:
    """`conflicts.json`; None where there is no conflict."""
    rows = {
        name: {
            "new": one.new,
            "base": one.base,
            "disk": one.disk,
            "beside": one.beside,
            "lines": dict(one.lines.items()),
        }
        for name, one in told.items()
    }
    return _json(rows) if rows else None


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _read(content: bytes, path: Path) -> tuple[dict[str, Entry], str | None]:
    try:
        if len(content) > LARGEST:
            raise ValueError
        raw = json.loads(content)
        newer = isinstance(raw["schema"], int) and raw["schema"] > SCHEMA
        if not newer:
            return {name: _entry(name, one) for name, one in raw["artefacts"].items()}, _file(raw.get("answers_file"))
        version = str(raw.get("tool", ""))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise SetupError(
            "state-damaged",
            "is not as ohif-setup writes it; a merge in git may have left its marks there",
            where=str(path),
            hint=f"take the file as one side committed it (git checkout --ours {quote(str(path))}), or put it away: "
            f"mv {quote(str(path))} {quote(f'{path}.old')}; no artefact is overwritten then without asking",
        ) from None
    known = version if re.fullmatch(r"[0-9][0-9A-Za-z.+-]{0,40}", version) else "a newer version"
    install = f"'ohif-setup>={known}'" if known == version else "--upgrade ohif-setup"
    raise SetupError(
        "state-newer",
        f"was written by ohif-setup {known}, which this one ({__version__}) cannot read",
        where=str(path),
        hint=f"install that version: pip install {install}",
    )


def _entry(name: str, raw: Mapping[str, Any]) -> Entry:
    """Raises ValueError for what could lead out of the output folder or is no digest."""
    tool, answers, deleted = raw["tool"], raw["answers"], raw.get("deleted", False)
    if not is_name(name) or not _DIGEST.match(raw["sha256"]) or not isinstance(deleted, bool):
        raise ValueError
    if not isinstance(tool, str) or not isinstance(answers, str):
        raise ValueError
    return Entry(raw["sha256"], Origin(tool, answers), deleted)


def _file(raw: Any) -> str | None:
    if raw is not None and (not isinstance(raw, str) or "\0" in raw):
        raise ValueError
    return raw


def is_name(name: str) -> bool:
    """Whether an artefact may have this name: relative, with slashes, never out of the folder nor into ours."""
    return bool(_NAME.match(name)) and not {".", ".."} & set(name.split("/"))


def _told(content: bytes | None) -> dict[str, Told]:
    """What cannot be read is as if it had never been said: the conflict is then said once more."""
    try:
        raw = json.loads(content or b"{}")
        return {
            name: Told(
                str(one["new"]),
                str(one["base"]),
                str(one["disk"]),
                str(one["beside"]),
                {int(number): str(line) for number, line in one["lines"].items()},
            )
            for name, one in raw.items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}
