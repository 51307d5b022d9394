"""Whole commands that meet a fault at their n-th call of the operating system.

`python -m tests.regenerate.faults COMMAND FAULT DIR STEP`:

as `tests/apply/faults.py`, whose shim it uses, but through the front door, with real answers and templates. The interpreter forks
for each n once everything is loaded. DIR/old and DIR/new are the site before and after a run without a fault, DIR/1, DIR/2, …
what each fault left.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from tests.apply.faults import FAULTLESS, Shim
from tests.flows.front_door import CLIENT
from tests.output.sites import copied
from tests.regenerate.world import CLIENT_LINE, HIDDEN, ORTHANC, OTHER_CLIENT, STEPS, STUDY_LIST, World


def at(site: Path) -> World:
    return World(site, site / "deploy")


def untouched(site: Path) -> None:
    World.made(site)


def edited(site: Path) -> None:
    """A hand edit that is merged, one that is a conflict, another mode, and answers that change all that."""
    world = World.made(site)
    world.run("generate")
    world.path().chmod(0o640)
    world.edit(STUDY_LIST, HIDDEN)
    world.edit(CLIENT, "by hand", STEPS)
    world.answers.write_text(world.answers.read_text().replace(CLIENT, OTHER_CLIENT))


def with_proxy(site: Path) -> None:
    """A site that can lose an artefact and get another."""
    world = World.made(site, ORTHANC)
    world.run("generate")
    world.edit(STUDY_LIST, HIDDEN)


def changed(site: Path) -> None:
    with_proxy(site)
    at(site).run("set", "server.proxy=apache", "server.uploads=true", "--yes")


def in_conflict(site: Path) -> None:
    world = World.made(site)
    world.run("generate")
    world.edit(CLIENT_LINE, 'client_id: "mine"')
    world.run("set", f"sign_in.client_id={OTHER_CLIENT}", "--yes")


COMMANDS: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "first": (untouched, ["generate"]),
    "generate": (edited, ["generate"]),
    "set": (with_proxy, ["set", "server.proxy=apache", "server.uploads=true", "--yes"]),
    "theirs": (in_conflict, ["generate", "--theirs"]),
    "undo": (changed, ["undo", "--yes"]),
}
"""What is there before, and the command that meets the fault."""


def run(site: Path, words: list[str]) -> tuple[int, str]:
    """The exit status and what was said on both streams. Unlike `World.run` it lets a bug be seen as a status."""
    from ohif_setup import cli

    os.chdir(site)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = cli.main(words)
    return status, said.getvalue()


def in_child(site: Path, words: list[str], number: int, fault: str) -> tuple[int, str]:
    """How a forked child ended that met the fault, and what it said: an exit status, or minus a signal."""
    told = site.with_name(f"{site.name}.said")
    child = os.fork()
    if child:
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said = told.read_text() if told.exists() else ""
        told.unlink(missing_ok=True)
        return status, said
    status = 3
    try:
        shim = Shim(number, fault)
        status, said = run(site, words)
        told.write_text(said)
        status = status if shim.met else FAULTLESS
    finally:
        os._exit(status)


def main(command: str, fault: str, folder: Path, step: int) -> None:
    """A line of JSON for every `step`-th call; the last one is of a run that met no fault."""
    prepare, words = COMMANDS[command]
    prepare(folder / "old")
    copied(folder / "old", folder / "new")
    run(folder / "new", words)
    number, status = 1 - step, 0
    while status != FAULTLESS:
        number += step
        site = folder / str(number)
        copied(folder / "old", site)
        status, said = in_child(site, words, number, fault)
        row = {"number": number, "status": status, "said": said}
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
