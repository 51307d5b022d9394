"""The record of what `install-viewer` wrote into a folder, kept in a file there. It identifies the folder and reveals hand
edits."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ohif_setup.disk import reading
from ohif_setup.disk.safe_path import SafePath
from ohif_setup.ohif.install.source import FILE_BYTES

NAME = ".ohif-setup-viewer.json"
SCHEMA = "ohif-setup.viewer/1"
COMPRESSED = (".gz", ".br")
# The message names five of them; the limit keeps a run on a huge foreign folder short.
_ENOUGH = 20
_MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Marker:
    """What was written: the version of OHIF (None where the build names none), the viewer's path (`/ohif`), whether the page is
    for a server that serves it under its file name only (`serve_folders`), and the SHA-256 of each file by its name."""

    ohif_version: str | None
    base_path: str
    serve_folders: bool
    digests: Mapping[str, str]

    def text(self) -> str:
        """The text of the file. It has neither time nor path of the machine, so the same answers give the same text."""
        return (
            json.dumps(
                {
                    "schema": SCHEMA,
                    "ohif_version": self.ohif_version,
                    "base_path": self.base_path,
                    "serve_folders": self.serve_folders,
                    "files": dict(sorted(self.digests.items())),
                },
                indent=1,
            )
            + "\n"
        )


@dataclass(frozen=True)
class Held:
    """The content of a folder: the digest of each of our files, the names of foreign files (`strange`), of edited ones, and of
    compressed copies that were made of our files."""

    digests: Mapping[str, str]
    strange: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    compressed: tuple[str, ...] = ()


def digest(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def read(folder: SafePath) -> Marker | None:
    """The marker of a folder; None where there is none, or an invalid one. Raises OSError."""
    try:
        found = json.loads(reading.contents(folder / NAME, _MOST_BYTES) or b"")
    except (ValueError, RecursionError):
        return None
    return _marker(found)


def held(folder: SafePath, written: Marker | None, new: Mapping[str, str]) -> Held:
    """Compares the content of `folder` with what was written there and with what will be written (digests by name). Stops at the
    twentieth foreign file. Raises OSError."""
    before = written.digests if written else {}
    digests: dict[str, str] = {}
    strange: list[str] = []
    compressed: list[str] = []
    for name, status in reading.listing(folder):
        if stat.S_ISREG(status.st_mode) and (name in before or name in new):
            digests[name] = _digest_of(folder / name)
        # Made by an administrator for gzip_static. They are outdated after this run, but no reason to refuse it.
        elif name.endswith(COMPRESSED) and name.rpartition(".")[0] in {*before, *new}:
            compressed.append(name)
        elif name != NAME:
            strange.append(name)
            if len(strange) == _ENOUGH:
                break
    # A file that already has the new content, such as after an interrupted run, is not edited.
    edited = [name for name, found in digests.items() if found not in (before.get(name), new.get(name))]
    return Held(digests, tuple(sorted(strange)), tuple(sorted(edited)), tuple(sorted(compressed)))


def _digest_of(path: SafePath) -> str:
    return digest(reading.contents(path, FILE_BYTES, second_name=True) or b"")


def _marker(found: Any) -> Marker | None:
    if not isinstance(found, dict) or found.get("schema") != SCHEMA or not isinstance(found.get("files"), dict):
        return None
    files = found["files"]
    if not all(isinstance(digest, str) for digest in files.values()):
        return None
    version = found.get("ohif_version")
    return Marker(
        # The file may have been edited: every field is checked, and a wrong one only makes the folder look changed.
        version if isinstance(version, str) else None,
        str(found.get("base_path")),
        found.get("serve_folders") is True,
        files,
    )
