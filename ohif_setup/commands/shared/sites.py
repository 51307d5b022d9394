"""Which answers files a command line means. Loads nothing: `generate` asks before it knows that there is anything to do."""

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
"""Files of this ending that lie in the folders of other tools."""


def answers_files(given: Sequence[Path]) -> list[Path]:
    """The answers files that the paths name: a file itself; of a folder every answers file in it (`*.toml`), and the
    `ohif-setup.toml` of each folder in it. Without repeats, in the order given, those of a folder by name.

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
    except OSError:  # such as a current folder that was removed: who reads the file says so
        return file


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # such as a name that is too long: reading the file says so
        return False


def _of_folder(folder: Path) -> list[Path]:
    files = [
        file for file in sorted(folder.glob("*.toml")) if file.name not in NOT_OURS and not file.name.startswith(".")
    ]
    for below in sorted(folder.glob(f"*/{options.ANSWERS}")):
        if below.parent.is_symlink():
            link = terminal.in_one_line(str(below.parent))
            print(f"{link} is a symbolic link, and left out; to take it, name its real path", file=sys.stderr)
        else:
            files.append(below)
    if not files:
        raise SetupError(
            "answers-not-found",
            "no answers file in this folder, and none in the folders in it",
            where=str(folder),
            hint=options.command("init", folder / options.ANSWERS),
        )
    return files


def is_many(given: Sequence[Path]) -> bool:
    """Whether the command line means several sites, even where a folder happens to hold one only."""
    return len(given) > 1 or any(_is_folder(path) for path in given)
