"""`.ohif-setup/` in an output folder: what was generated last, to be committed beside the artefacts.

    state.json         of each artefact: digest, tool version and digest of the answers that its merge base came from; and
                       which answers file writes to this folder, as seen from it
    generated/NAME     the merge base itself: the generated text whose changes the file on disk holds

Both are the same bytes on every machine: sorted, no time, no path, nothing that is no artefact's text. They may come from somebody
else's repository, so they are read as data: names of known artefacts, digests and short texts, and nothing else.

`conflicts.json` in the memory of the site is what the last run said about conflicts, so that the next one sees which of them were
settled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from shlex import quote
from typing import Any

from ohif_setup import __version__
from ohif_setup.apply.lines import Lines, decoded, fingerprint_of, lines_of
from ohif_setup.apply.site_paths import CONFLICTS, GENERATED, OURS, STATE, SitePaths, recalled
from ohif_setup.disk.reading import read_regular
from ohif_setup.disk.safe_path import SafePath, is_plain
from ohif_setup.errors import SetupError
from ohif_setup.output.artefact import artefact_names

SCHEMA = 1
LARGEST = 1024 * 1024
"""In bytes, of `state.json`. Ten artefacts take three thousand."""

_LONGEST = 200
"""Characters of a text in it."""
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+-]{0,40}\Z")


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
    conflicts: bytes | None = None
    answers_file: str | None = None


def load(folder: SafePath, site: SitePaths | None = None, names: Iterable[str] = ()) -> State:
    """What is remembered of the output folder `folder`: of all artefacts that are known there, and of those in `names`; an empty
    state when there is nothing. `files` has each file by its name in `.ohif-setup`, `conflicts` the one in the memory of the site,
    as they were read; `answers_file` is the answers file of the last run, relative to the output folder, None where that is not
    known.

    A merge base that does not fit its digest is in `files` alone. Raises SetupError (`state-damaged`, `state-newer`,
    `file-unreadable`).
    """
    home = folder / OURS
    content = read_regular(home / STATE)
    files: dict[str, bytes | None] = {STATE: content}
    entries, answers_file = ({}, None) if content is None else _read(content, home / STATE)
    bases = {}
    for name in {**entries, **dict.fromkeys(names)}:
        base = files[f"{GENERATED}/{name}"] = read_regular(home / GENERATED / name)
        text = None
        if base is not None:
            text = decoded(base)
        if text is not None and name in entries and fingerprint_of(text) == entries[name].sha256:
            bases[name] = lines_of(text)
    conflicts = None
    if site is not None:
        conflicts = recalled(site, CONFLICTS)
    return State(entries, bases, _told(conflicts), files, conflicts, answers_file)


def state_bytes(entries: Mapping[str, Entry], answers_file: str | None = None) -> bytes | None:
    """`state.json`; None where there is nothing to remember."""
    if not entries:
        return None
    artefacts = {}
    for name, entry in entries.items():
        known: dict[str, Any] = {"answers": entry.origin.answers, "sha256": entry.sha256, "tool": entry.origin.tool}
        if entry.deleted:
            known["deleted"] = True
        artefacts[name] = known
    written: dict[str, Any] = {"schema": SCHEMA, "tool": __version__, "artefacts": artefacts}
    if answers_file is not None:
        written["answers_file"] = answers_file
    return _json(written)


def conflict_bytes(told: Mapping[str, Told]) -> bytes | None:
    """`conflicts.json`; None where there is no conflict."""
    rows = {
        name: {
            "new": conflict.new,
            "base": conflict.base,
            "disk": conflict.disk,
            "beside": conflict.beside,
            "lines": dict(conflict.lines.items()),
        }
        for name, conflict in told.items()
    }
    if rows:
        return _json(rows)
    return None


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _read(content: bytes, path: SafePath) -> tuple[dict[str, Entry], str | None]:
    try:
        if len(content) > LARGEST:
            raise ValueError
        raw = json.loads(content)
        newer = isinstance(raw["schema"], int) and raw["schema"] > SCHEMA
        if not newer:
            return {name: _entry(name, entry) for name, entry in raw["artefacts"].items()}, _file(
                raw.get("answers_file")
            )
        version = str(raw.get("tool", ""))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        file = quote(str(path))
        raise SetupError(
            "state-damaged",
            "is not in the form that ohif-setup writes, or names a file that it does not generate; "
            "a Git merge may have left conflict markers in it",
            where=str(path),
            hint=f"restore the version of one side (git checkout --ours {file}), or move it aside: "
            f"mv {file} {quote(f'{path}.old')}; no artefact is then overwritten without asking",
        ) from None
    known = "a newer version"
    if _VERSION.match(version):
        known = version
    install = "--upgrade ohif-setup"
    if known == version:
        install = f"'ohif-setup>={known}'"
    raise SetupError(
        "state-newer",
        f"was written by ohif-setup {known}, which this one ({__version__}) cannot read",
        where=str(path),
        hint=f"install that version: pip install {install}",
    )


def _entry(name: str, raw: Mapping[str, Any]) -> Entry:
    """Raises ValueError for what no run writes down."""
    tool, answers, deleted = raw["tool"], raw["answers"], raw.get("deleted", False)
    if name not in artefact_names() or not _DIGEST.match(raw["sha256"]) or not isinstance(deleted, bool):
        raise ValueError
    if not _VERSION.match(tool) or not isinstance(answers, str) or len(answers) > _LONGEST:
        raise ValueError
    return Entry(raw["sha256"], Origin(tool, answers), deleted)


def _file(raw: Any) -> str | None:
    """As seen from the output folder: up some folders, then at most one down, and a name. Raises ValueError for anything else."""
    if raw is None:
        return None
    parts = raw.split("/")
    while parts[0] == "..":
        parts = parts[1:]
    if len(raw) > _LONGEST or len(parts) > 2 or not all(map(is_plain, parts)):
        raise ValueError
    return str(raw)


def _told(content: bytes | None) -> dict[str, Told]:
    """What cannot be read is as if it had never been said: the conflict is then said once more."""
    try:
        raw = json.loads(content or b"{}")
        return {
            name: Told(
                str(conflict["new"]),
                str(conflict["base"]),
                str(conflict["disk"]),
                str(conflict["beside"]),
                {int(number): str(line) for number, line in conflict["lines"].items()},
            )
            for name, conflict in raw.items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}
