"""The short way of `generate`: whether anything that decides about the files changed since the last run. Loads next to nothing."""

from __future__ import annotations

import os
from argparse import Namespace

from ohif_setup.apply import digest

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from pathlib import Path


def is_look(arguments: Namespace) -> bool:
    """Whether the options say that nothing is to be written."""
    return bool(arguments.dry_run or arguments.diff or arguments.check)


def known_inputs(file: Path, arguments: Namespace) -> str:
    """The digest of all that decides about this run, empty where a run with these options is never remembered."""
    if arguments.diff or arguments.force or arguments.strategy != "stop":
        return ""
    return digest.inputs(str(file), arguments.sets, os.environ, str(arguments.output or ""))


def as_before(file: Path, known: str) -> list[list[str]] | None:
    """What the last run said, where this one would find nothing to do; without loading pydantic or jinja2."""
    return digest.unchanged(str(file), os.environ, known)
