"""`init` without a terminal, for a site that is there already."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ohif_setup.demo.site import DemoSite
from tests.regenerate.world import CONFIG, ORTHANC, World, words_of

NOBODY, NOBODY_EITHER = "http://localhost:1", "http://127.0.0.1:2"
"""Where nothing listens."""


def without_a_viewer(folder: Path) -> World:
    """A site whose viewer is not served yet, so that `init` checks nothing."""
    answers = ORTHANC.replace("https://viewer.example.org", NOBODY)
    return World.made(folder, answers.replace("http://127.0.0.1:8042", NOBODY_EITHER))


@pytest.mark.parametrize("conflict", [False, True], ids=["no-conflict", "conflict"])
def test_exit_status_tells_of_a_conflict_also_where_nothing_is_checked(tmp_path: Path, conflict: bool) -> None:
    world = without_a_viewer(tmp_path / "site")
    world.run("generate")
    if conflict:
        world.edit("OHIF 3.13", "OHIF of ours")
    run = world.run("init", "--set", "viewer.ohif_version=3.12", "--timeout", "1")
    assert "No viewer is served" in run.out
    assert words_of(run.out)[CONFIG].split(",")[0] == ("conflict" if conflict else "update")
    assert run.status == conflict


@pytest.mark.parametrize("conflict", [False, True], ids=["no-conflict", "conflict"])
def test_exit_status_tells_of_a_conflict_also_where_every_check_passes(tmp_path: Path, conflict: bool) -> None:
    with DemoSite() as demo:
        sets = [word for key, value in demo.answers.items() for word in ("--set", f"{key}={value}")]
        world = World(tmp_path, tmp_path / "deploy")
        assert world.run("init", "--sign-in", "none", *sets, **demo.environment).status == 0
        if conflict:
            world.edit("OHIF 3.13", "OHIF of ours")
        more = ["--set", "viewer.ohif_version=3.12"]
        run = world.run("init", "--sign-in", "none", *sets, *more, **demo.environment)
    assert "failed" not in run.out
    assert words_of(run.out)[CONFIG].split(",")[0] == ("conflict" if conflict else "update")
    assert run.status == conflict


def test_answers_that_are_saved_meanwhile_are_not_overwritten(tmp_path: Path) -> None:
    world = without_a_viewer(tmp_path / "site")
    world.answers.write_text(f'{world.answers.read_text()}name = "north"\n')
    world.run("generate")
    words = ["init", "--set", "viewer.ohif_version=3.12", "--timeout", "1"]
    command = [sys.executable, "-m", "tests.regenerate.saves", str(tmp_path), "north", "south", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100, stdin=subprocess.DEVNULL)
    statuses = [json.loads(line)["status"] for line in done.stdout.splitlines()][:-1]
    assert 2 in statuses
    for number in range(1, len(statuses) + 1):
        assert 'name = "south"' in (tmp_path / str(number) / "ohif-setup.toml").read_text(), statuses
