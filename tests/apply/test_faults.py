"""Kills, full disks and refusals at every call of a run: what is left is old or new in whole, and the next run finishes."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ohif_setup.apply.journal import found
from ohif_setup.apply.lock import held
from tests.apply import faults
from tests.extent import LONG
from tests.output.sites import memory_of, site_of, timeless

TRANSIENT = ("lock", "seen")
SOME = 1 if LONG else 5
"""A kill of a second run meets every call; what else is tried meets every fifth in `make test`."""
STEPS = {"ENOSPC": SOME, "EACCES": 1 if LONG else 17}
"""Of calls that open a file to read, which may be refused as well, there are several times as many."""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in memory where the system has that: thousands of flushes take minutes on a disk."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        monkeypatch.setenv("XDG_STATE_HOME", f"{folder}/state")
        (Path(folder) / "sites").mkdir()
        yield Path(folder) / "sites"


def snapshot(site: Path) -> dict[str, object]:
    """Every file with mode and content, every link with its target; those of the memory below `memory/`. The two that only say what
    runs now are left out."""
    entries: dict[str, object] = {}
    for top, before in ((site, ""), (memory_of(site), "memory/")):
        for path in sorted(top.rglob("*")):
            name = before + path.relative_to(top).as_posix()
            if path.is_symlink():
                entries[name] = f"-> {path.readlink()}"
            elif path.is_file() and path.name not in TRANSIENT:
                entries[name] = (stat.S_IMODE(path.stat().st_mode), timeless(path.read_bytes()))
    return entries


def without_undo(entries: dict[str, object]) -> dict[str, object]:
    """A run that finds everything done already does not become the last one."""
    return {name: entry for name, entry in entries.items() if not name.endswith("/undo")}


def folders(site: Path) -> list[str]:
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_dir())


def runs(scenario: str, fault: str, folder: Path, step: int, *more: str) -> Iterator[tuple[int, int]]:
    """The number of each call that met the fault, and how that run ended."""
    command = [sys.executable, "-m", "tests.apply.faults", scenario, fault, str(folder), str(step), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows[-1]["status"] == faults.FAULTLESS
    assert rows[-1]["at"] > 40, "the shim counts the calls"
    for row in rows[:-1]:
        yield row["at"], row["status"]


@pytest.mark.parametrize(
    ("scenario", "links", "step"),
    [
        pytest.param("first", "links", SOME, id="first"),
        pytest.param("change", "links", 1, id="change"),
        pytest.param("undo", "links", SOME, id="undo"),
        pytest.param("change", "no-links", SOME, id="no-hard-links"),
    ],
)
def test_killed_at_any_call_is_old_or_new_in_whole_and_the_next_run_finishes(
    world: Path, scenario: str, links: str, step: int
) -> None:
    outcomes = set()
    ended = list(runs(scenario, "kill", world, step, links))
    old, new = snapshot(world / "old"), snapshot(world / "new")
    for at, status in ended:
        assert status == -9
        site = world / str(at)
        faults.recover(site)
        left = snapshot(site)
        assert left in (old, new), (at, sorted(left))
        outcomes.add(left == new)
        if scenario != "undo":
            faults.SCENARIOS[scenario][1](site)
            assert without_undo(snapshot(site)) == without_undo(new), at
    assert outcomes == {True, False}


@pytest.mark.parametrize("scenario", faults.SCENARIOS)
@pytest.mark.parametrize("fault", ["ENOSPC", "EACCES"])
def test_failure_of_any_call_is_an_error_that_leaves_nothing(world: Path, scenario: str, fault: str) -> None:
    outcomes = set()
    ended = list(runs(scenario, fault, world, STEPS[fault]))
    old, new, made = snapshot(world / "old"), snapshot(world / "new"), folders(world / "old")
    for at, status in ended:
        site = world / str(at)
        outcomes.add(status)
        if status == faults.REFUSED:
            assert snapshot(site) == old, at
            assert folders(site) == made, at
        else:
            # What failed was a flush of a folder, which is a matter of power cuts, or tidying up, which the next run does.
            assert status == faults.DONE, at
            faults.recover(site)
            assert snapshot(site) == new, at
    assert outcomes == {faults.DONE, faults.REFUSED}


@pytest.mark.parametrize("scenario", ["change", "undo"])
def test_killed_while_it_recovers(world: Path, scenario: str) -> None:
    """A run that is killed while its journal is there, at every sixteenth call (`make test`: 80th), and what cleans up after it, at
    every call."""
    ended = runs(scenario, "kill", world, 16 * SOME)
    cut = [str(world / str(at)) for at, _ in ended if found(site_of(world / str(at)))]
    assert cut
    subprocess.run([sys.executable, "-m", "tests.apply.faults", "again", *cut], check=True, timeout=600)
    sites = sorted(world.glob("*-*"))
    assert len(sites) > 30
    whole = snapshot(world / "old"), snapshot(world / "new")
    for site in sites:
        faults.recover(site)
        assert snapshot(site) in whole, site


def test_everything_is_flushed_before_the_first_rename_counts(world: Path) -> None:
    """What a power cut needs and no kill shows: the order of flushes and renames."""
    site = world / "site"
    faults.edited(site)
    log = world / "log"

    def logged(site: Path) -> None:
        shim = faults.Shim(-1, "")
        faults.second_run(site)
        log.write_text(json.dumps(shim.log))

    assert faults.in_child(logged, site, 10_000, "kill") == faults.FAULTLESS
    calls = json.loads(log.read_text())
    opened: dict[str, str] = {}
    flushed: list[str] = []
    ready = False
    for name, first, second, result in (call if len(call) == 4 else [*call[:-1], "", call[-1]] for call in calls):
        if name == "open":
            opened[str(result)] = first
        elif name == "fsync":
            flushed.append(opened[first])
        elif name == "replace":
            assert ready or Path(first).name.startswith("journal."), "nothing is renamed before the journal is ready"
            assert first in flushed or not first.endswith(".tmp"), "each new file is flushed before its rename"
            if second.endswith("journal.ready"):
                assert {Path(one).name for one in flushed} >= {"journal.tmp", ".ohif-setup", "deploy", "generated"}
                ready = True
    assert ready


def test_a_lock_whose_holder_was_killed_is_no_obstacle(world: Path) -> None:
    site = world / "site"
    site.mkdir()
    assert faults.in_child(faults.SCENARIOS["first"][1], site, 30, "kill") == -9
    assert (memory_of(site) / "lock").exists()
    with held(site_of(site), "generate", wait=0):
        pass
