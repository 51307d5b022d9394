"""`init` without a terminal, for a site that is there already."""

from __future__ import annotations

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
