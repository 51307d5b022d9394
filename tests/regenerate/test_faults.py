"""Whole commands that are killed, run out of disk or are refused at any call: nothing is lost, and the next run finishes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ohif_setup.apply import lock, transaction
from tests.apply.faults import FAULTLESS
from tests.extent import LONG
from tests.output.sites import copied, site_of
from tests.regenerate import faults
from tests.regenerate.world import World

KILLS = {"set": 3} if LONG else {"first": 5, "generate": 7, "set": 11, "theirs": 7, "undo": 7}
"""A kill meets every call, where nothing else is said; `set` makes the most of them and takes the longest. In
`tests/apply/test_faults.py` none is left out."""
FAILURES = {"ENOSPC": 4, "EACCES": 5} if LONG else {"ENOSPC": 11, "EACCES": 17}
"""Which call fails: every fourth, and so on."""


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in memory where the system has that: thousands of flushes take minutes on a disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        monkeypatch.setenv("XDG_STATE_HOME", f"{folder}/state")
        yield Path(folder)


def runs(command: str, fault: str, folder: Path, step: int) -> Iterator[tuple[World, int, dict[str, Any]]]:
    """What each fault left, the status, and all that is known of that run."""
    words = [sys.executable, "-m", "tests.regenerate.faults", command, fault, str(folder), str(step)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows[-1]["status"] == FAULTLESS
    assert rows[-1]["number"] > 60, "the shim counts the calls"
    for row in rows[:-1]:
        yield faults.at(folder / str(row["number"])), row["status"], row


def left(world: World, *more: str) -> dict[str, object]:
    """What is there; without the lock, the cache of the short way (`seen`, or a half-written one), and `more`."""
    return {
        name: one
        for name, one in world.everything().items()
        if not (name.endswith(("/lock", *more)) or name.startswith("memory/seen"))
    }


def recovered(world: World) -> dict[str, object]:
    """What is there once the run that was cut off is completed or taken back; in a copy, so that the next run does it too."""
    copy = faults.at(world.folder.with_name(f"{world.folder.name}-copy"))
    copied(world.folder, copy.folder)
    site = site_of(copy.folder)
    with lock.held(site, "test"):
        transaction.recover(site)
    found = left(copy)
    shutil.rmtree(copy.folder)
    shutil.rmtree(copy.memory)
    return found


@pytest.mark.parametrize("command", faults.COMMANDS)
def test_killed_at_any_call_it_is_old_or_new_and_the_next_run_finishes(shelf: Path, command: str) -> None:
    outcomes = set()
    words = faults.COMMANDS[command][1]
    rows = list(runs(command, "kill", shelf, KILLS.get(command, 1)))
    old, new = left(faults.at(shelf / "old")), left(faults.at(shelf / "new"))
    settled = left(faults.at(shelf / "new"), "/undo")
    for world, status, row in rows:
        assert status == -9
        found = recovered(world)
        assert found in (old, new), row
        outcomes.add(found == new)
        # A second undo goes back one run more.
        if command == "undo":
            continue
        again = world.run(*words)
        assert again.status in (0, 1) or "is already undone" in again.err, (row, again)
        assert left(world, "/undo") == settled, row
    assert outcomes == {True, False}


@pytest.mark.parametrize("command", faults.COMMANDS)
@pytest.mark.parametrize("fault", FAILURES)
def test_call_that_fails_is_said_and_leaves_everything_or_is_no_matter(shelf: Path, command: str, fault: str) -> None:
    outcomes = set()
    rows = list(runs(command, fault, shelf, FAILURES[fault]))
    old, new = left(faults.at(shelf / "old")), left(faults.at(shelf / "new"))
    for world, status, row in rows:
        outcomes.add(status == 2)
        if status == 2:
            reason = "no space left on device" if fault == "ENOSPC" else "permission denied"
            assert reason in row["said"].lower(), row
            assert "What to do" in row["said"]
            assert left(world) == old, row
        else:
            assert status in (0, 1), row
            assert recovered(world) == new, row
    assert outcomes == {True, False}
