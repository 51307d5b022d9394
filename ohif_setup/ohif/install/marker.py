"""What `install-viewer` wrote into a folder, kept in a file there: by it the folder is known again, and an edit by hand seen."""

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
_ENOUGH = 20
_MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Marker:
    """What was written: the version of OHIF (None where the build does not say it), the viewer's path (`/ohif`), whether the page
    is for a server that serves it under its file name alone (`serve_folders`), and the SHA-256 of each file by its name."""

    ohif_version: str | None
    base_path: str
    serve_folders: bool
    digests: Mapping[str, str]

    def text(self) -> str:
        """The file. No time and no path of the machine, so that the same answers give the same text."""
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
    """What a folder holds: the digest of each file, the names that nobody here wrote, those that were edited since, and compressed
    copies that somebody made of our files."""

    digests: Mapping[str, str]
    strange: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    compressed: tuple[str, ...] = ()


def digest(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def read(folder: SafePath) -> Marker | None:
    """The marker of a folder; None when there is none, or none that can be understood. Raises OSError."""
    try:
        found = json.loads(reading.contents(folder / NAME, _MOST_BYTES) or b"")
    except (ValueError, RecursionError):
        return None
    return _marker(found)


def held(folder: SafePath, written: Marker | None, new: Mapping[str, str]) -> Held:
    """What lies in `folder`, against what was written there and what is to be written (digests by name). Stops at the twentieth
    stranger. Raises OSError."""
    before = written.digests if written else {}
    digests: dict[str, str] = {}
    strange: list[str] = []
    compressed: list[str] = []
    for name, status in reading.listing(folder):
        if stat.S_ISREG(status.st_mode) and (name in before or name in new):
            digests[name] = _digest_of(folder / name)
        elif name.endswith(COMPRESSED) and name.rpartition(".")[0] in {*before, *new}:
            compressed.append(name)
        elif name != NAME:
            strange.append(name)
            if len(strange) == _ENOUGH:
                break
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
        version if isinstance(version, str) else None,
        str(found.get("base_path")),
        found.get("serve_folders") is True,
        files,
    )
