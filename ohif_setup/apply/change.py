"""The record of a run: what each file was and what it becomes. Writing, recovery and undo share it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias

from ohif_setup.disk.safe_path import SafePath

Content: TypeAlias = bytes | str | None
"""A file at one moment: its bytes, or their SHA-256 in hex where they lie elsewhere or are gone; None: no file."""
Kind = Literal["undo", "redo"]


@dataclass(frozen=True)
class Replacement:
    """One file of a run: what it was when it was read, and what it becomes.

    A file that exists keeps its mode and owner. `mode` and `owner` are for a file that does not exist yet; without them it gets
    0644 and the caller as its owner. `private` means 0600 in either case. `stem` begins the names of the files that the run puts
    beside it; it is empty until the run begins.
    """

    path: SafePath
    before: Content
    after: Content
    mode: int | None = None
    owner: tuple[int, int] | None = None
    private: bool = False
    stem: str = ""

    @cached_property
    def digest_before(self) -> str | None:
        """SHA-256 of the file as it was; None: no file."""
        return digest_of(self.before)

    @cached_property
    def digest_after(self) -> str | None:
        """SHA-256 of the file as it becomes; None: no file."""
        return digest_of(self.after)

    @property
    def temporary(self) -> SafePath:
        """The new file, until it is renamed."""
        return self._beside("tmp")

    @property
    def backup(self) -> SafePath:
        """The old file, from just before the rename to the end of the run."""
        return self._beside("old")

    @property
    def copy(self) -> SafePath:
        """The old file while it is copied, where it cannot be linked."""
        return self._beside("copy")

    def _beside(self, ending: str) -> SafePath:
        return self.path.with_name(f"{self.stem}.{ending}")


@dataclass(frozen=True)
class Run:
    """The changes of one run, in the order in which they are made.

    A run that has begun has an `id`, and the `folders` that it creates, outermost first. The undo record holds the run that would
    reverse the last one: `kind` is what that would be, `title` what the last one was, such as `generate`, `when`
    its time in ISO 8601 (empty where an older version of the tool recorded it).
    """

    changes: tuple[Replacement, ...]
    id: str = ""
    folders: tuple[SafePath, ...] = ()
    kind: Kind = "undo"
    title: str = ""
    when: str = ""

    @classmethod
    def begin(cls, run_id: str, changes: Iterable[Replacement], folders: Iterable[SafePath]) -> Run:
        """A run whose changes know the names of the files beside them, which no other run uses."""
        # The dot hides the files from web servers and globs; the run ID keeps two runs apart, the number two files.
        named = (replace(change, stem=f".ohif-setup.{run_id}.{number}") for number, change in enumerate(changes))
        return cls(tuple(named), run_id, tuple(folders))


def digest_of(content: Content) -> str | None:
    """SHA-256 in hex; None: no file."""
    # A string is a digest already, see `Content`.
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    return content


def bytes_of(content: Content) -> bytes | None:
    """The bytes; None: no file. Raises ValueError where only their digest is known."""
    if isinstance(content, str):
        raise ValueError("the bytes lie elsewhere")
    return content
