"""Which answers files a command line means. Imports nothing heavy, because the short path of `generate` uses it."""

from __future__ import annotations

import sys

from ohif_setup import terminal
from ohif_setup.commands.shared import options
from ohif_setup.errors import SetupError

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NOT_OURS = ("pyproject.toml", "Cargo.toml")
"""TOML files of other tools, which a folder of answers files may also hold."""


def answers_files(given: Sequence[Path]) -> list[Path]:
    """The answers files that the paths name: a file is taken as it is; a folder stands for every answers file in it (`*.toml`) and
    for the `ohif-setup.toml` of each of its subfolders. Without repeats, in the given order, those of a folder sorted by name.

    Raises SetupError (`answers-not-found`) for a folder without any.
    """
    found: dict[Path, Path] = {}
    for path in given:
        files = [path]
        if _is_folder(path):
            files = _of_folder(path)
        for file in files:
            found.setdefault(_real(file), file)
    return list(found.values())


def _real(file: Path) -> Path:
    try:
        return file.resolve()
    except OSError:  # for example a removed current folder; reading the file reports it
        return file


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # for example a name that is too long; reading the file reports it
        return False


def _of_folder(folder: Path) -> list[Path]:
    files = [
        file for file in sorted(folder.glob("*.toml")) if file.name not in NOT_OURS and not file.name.startswith(".")
    ]
    for below in sorted(folder.glob(f"*/{options.ANSWERS}")):
        # A link in a cloned folder could lead to any site of this machine. A path that the user names herself may be a
        # link.
        if below.parent.is_symlink():
            link = terminal.in_one_line(str(below.parent))
            print(f"{link} is a symbolic link and was skipped; to include it, name its real path", file=sys.stderr)
        else:
            files.append(below)
    if not files:
        raise SetupError(
            "answers-not-found",
            "no answers file in this folder or in its subfolders",
            where=str(folder),
            hint=options.command("init", folder / options.ANSWERS),
        )
    return files


def is_many(given: Sequence[Path]) -> bool:
    """Whether the command line means several sites. A folder does, even if it holds only one, so that the output keeps its form."""
    return len(given) > 1 or any(_is_folder(path) for path in given)
