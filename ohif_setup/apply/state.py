"""`.ohif-setup/` in an output folder: what was generated last, to be committed beside the artefacts.

    state.json         for each artefact: the digest of its merge base, and the tool version and digest of the answers that
                       it came from; also which answers file writes to this folder, relative to it
    generated/NAME     the merge base itself: the generated text whose changes the file on disk already has

Both have the same bytes on every machine: they are sorted, and hold no time, no absolute path, and no text but that of artefacts.
They may come from somebody else's repository, so only names of known artefacts, digests and short texts are read from them.

`conflicts.json` in the memory of the site has the conflicts that the last run reported, so that the next one can tell which of them
were settled.
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
"""The limit for `state.json`, in bytes. Ten artefacts take three thousand."""

_LONGEST = 200
"""The limit for a text in it, in characters."""
# \Z and not $, which also matches before a final newline.
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
# The first character and the length are limited because the version is printed in a command to type.
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+-]{0,40}\Z")


@dataclass(frozen=True)
class Origin:
    """What a text was generated from: the version of the tool, and a digest of the answers."""

    tool: str
    answers: str


@dataclass(frozen=True)
class ArtefactState:
    """One artefact: the fingerprint of its merge base, where that came from, and whether the user deleted the file."""

    sha256: str
    origin: Origin
    deleted: bool = False


@dataclass(frozen=True)
class ReportedConflict:
    """A conflict as it was reported: fingerprints of the generated text and of the merge base ("" for none), SHA-256 of the file
    and of the NAME.new that we wrote ("" for none), and the contested lines of the file, keyed by their line in the base."""

    new: str
    base: str
    disk: str
    beside: str
    lines: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    """Everything recorded about an output folder, by name of the artefact."""

    entries: Mapping[str, ArtefactState] = field(default_factory=dict)
    bases: Mapping[str, Lines] = field(default_factory=dict)
    reported: Mapping[str, ReportedConflict] = field(default_factory=dict)
    files: Mapping[str, bytes | None] = field(default_factory=dict)
    conflicts: bytes | None = None
    answers_file: str | None = None


def load(folder: SafePath, site: SitePaths | None = None, names: Iterable[str] = ()) -> State:
    """What is recorded about the output folder `folder`: for all artefacts known there and for those in `names`; an empty state if
    there is nothing. `files` has each file by its name in `.ohif-setup`, `conflicts` the one in the memory of the site, both as
    read; `answers_file` is the answers file of the last run, relative to the output folder, or None if unknown.

    A merge base that does not match its digest is in `files` only. Raises SetupError (`state-damaged`, `state-newer`,
    `file-unreadable`).
    """
    home = folder / OURS
    content = read_regular(home / STATE)
    files: dict[str, bytes | None] = {STATE: content}
    entries, answers_file = ({}, None) if content is None else _read(content, home / STATE)
    bases = {}
    # A dict keeps the order and drops the repeats.
    for name in {**entries, **dict.fromkeys(names)}:
        base = files[f"{GENERATED}/{name}"] = read_regular(home / GENERATED / name)
        text = None
        if base is not None:
            text = decoded(base)
        # A base that Git has merged does not match; only its bytes are kept, see `regenerate._base`.
        if text is not None and name in entries and fingerprint_of(text) == entries[name].sha256:
            bases[name] = lines_of(text)
    conflicts = None
    if site is not None:
        conflicts = recalled(site, CONFLICTS)
    return State(entries, bases, _reported_in(conflicts), files, conflicts, answers_file)


def state_bytes(entries: Mapping[str, ArtefactState], answers_file: str | None = None) -> bytes | None:
    """`state.json`; None if there is nothing to record."""
    if not entries:
        return None
    artefacts = {}
    for name, entry in entries.items():
        known: dict[str, Any] = {"answers": entry.origin.answers, "sha256": entry.sha256, "tool": entry.origin.tool}
        # Written only if true, so that most entries stay short.
        if entry.deleted:
            known["deleted"] = True
        artefacts[name] = known
    written: dict[str, Any] = {"schema": SCHEMA, "tool": __version__, "artefacts": artefacts}
    if answers_file is not None:
        written["answers_file"] = answers_file
    return _json(written)


def conflict_bytes(reported: Mapping[str, ReportedConflict]) -> bytes | None:
    """`conflicts.json`; None if there is no conflict."""
    rows = {
        name: {
            "new": conflict.new,
            "base": conflict.base,
            "disk": conflict.disk,
            "beside": conflict.beside,
            "lines": dict(conflict.lines.items()),
        }
        for name, conflict in reported.items()
    }
    if rows:
        return _json(rows)
    return None


def _json(value: Any) -> bytes:
    # Sorted and indented, so that Git merges and diffs it line by line.
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _read(content: bytes, path: SafePath) -> tuple[dict[str, ArtefactState], str | None]:
    try:
        # json.loads needs many times the size of its input.
        if len(content) > LARGEST:
            raise ValueError
        raw = json.loads(content)
        # Before anything else is read: a newer schema may have changed the rest.
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


def _entry(name: str, raw: Mapping[str, Any]) -> ArtefactState:
    """Raises ValueError for anything that no run writes."""
    tool, answers, deleted = raw["tool"], raw["answers"], raw.get("deleted", False)
    if name not in artefact_names() or not _DIGEST.match(raw["sha256"]) or not isinstance(deleted, bool):
        raise ValueError
    if not _VERSION.match(tool) or not isinstance(answers, str) or len(answers) > _LONGEST:
        raise ValueError
    return ArtefactState(raw["sha256"], Origin(tool, answers), deleted)


def _file(raw: Any) -> str | None:
    """A path relative to the output folder: any folders up, at most one down, and a name. Raises ValueError for anything else."""
    if raw is None:
        return None
    parts = raw.split("/")
    # Leading ".." are allowed: the answers file is usually above the output folder.
    while parts[0] == "..":
        parts = parts[1:]
    if len(raw) > _LONGEST or len(parts) > 2 or not all(map(is_plain, parts)):
        raise ValueError
    return str(raw)


def _reported_in(content: bytes | None) -> dict[str, ReportedConflict]:
    """A record that cannot be read counts as empty: its conflicts are then reported again."""
    try:
        raw = json.loads(content or b"{}")
        return {
            name: ReportedConflict(
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
