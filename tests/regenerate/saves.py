"""Whole commands while somebody saves the answers file: `python -m tests.regenerate.saves DIR OLD NEW COMMAND…`.

In DIR/site the command is run once for each time that it opens the answers file, in a forked child each; right before that OLD
in the file becomes NEW, as when an editor saves it. DIR/1, DIR/2, … are what was left. A line of JSON for each says how it ended
and what it said.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from tests.apply.faults import FAULTLESS
from tests.regenerate.faults import run


class Editor:
    """Saves a file right before it is opened for the nth time."""

    def __init__(self, file: Path, number: int, old: str, new: str) -> None:
        self.file = file
        self.left = number
        self.old, self.new = old, new
        sys.addaudithook(self._look)

    def _look(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | Path) and self.left:
            path = os.path.abspath(arguments[0])  # noqa: PTH100  no look at the disk in here
            self.left -= path == str(self.file)
            if not self.left:
                self.file.write_text(self.file.read_text().replace(self.old, self.new))


def in_child(site: Path, number: int, old: str, new: str, words: list[str]) -> tuple[int, str]:
    """The exit status, FAULTLESS where the file was not opened as often, and what was said."""
    told = site.with_name("said")
    child = os.fork()
    if child:
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return status, told.read_text()
    status = 3
    try:
        editor = Editor(site / "ohif-setup.toml", number, old, new)
        status, said = run(site, words)
        told.write_text(said)
        status = FAULTLESS if editor.left else status
    finally:
        os._exit(status)


def main(folder: Path, old: str, new: str, words: list[str]) -> None:
    """A line of JSON for each time; the last one is of a run that nobody disturbed."""
    number, status = 0, 0
    while status != FAULTLESS:
        number += 1
        site = folder / str(number)
        shutil.copytree(folder / "site", site)
        status, said = in_child(site, number, old, new, words)
        print(json.dumps({"status": status, "said": said}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:])
