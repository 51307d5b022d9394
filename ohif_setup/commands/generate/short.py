"""The short path of `generate`: has any input changed since the last run? Imports next to nothing."""

from __future__ import annotations

import os
from argparse import Namespace

from ohif_setup.apply import digest

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from pathlib import Path


def is_look(arguments: Namespace) -> bool:
    """Whether the options forbid writing."""
    return bool(arguments.dry_run or arguments.diff or arguments.check)


def known_inputs(file: Path, arguments: Namespace) -> str:
    """The digest of all inputs of this run; empty where a run with these options is never recorded."""
    # These options print or do more than the recorded rows can tell.
    if arguments.diff or arguments.force or arguments.strategy != "stop":
        return ""
    return digest.inputs(str(file), arguments.sets, os.environ, str(arguments.output or ""))


def as_before(file: Path, known: str) -> list[list[str]] | None:
    """The rows that the last run printed, where nothing changed since; else None. Loads neither pydantic nor jinja2."""
    return digest.unchanged(str(file), os.environ, known)
