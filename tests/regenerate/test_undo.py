"""`undo`: the last run taken back, once; and done again."""

from __future__ import annotations

import os
import re
import shlex
import stat
from pathlib import Path

import pytest

from tests.flows.front_door import CLIENT
from tests.regenerate.world import (
    CLIENT_LINE,
    CONFIG,
    HIDDEN,
    ORTHANC,
    OTHER_CLIENT,
    STEPS,
    STUDY_LIST,
    World,
    words_of,
)


def test_answers_and_artefacts_go_back_together_and_forth_again(generated: World) -> None:
    generated.edit(STUDY_LIST, HIDDEN)
    generated.path().chmod(0o640)
    before = generated.snapshot()
    generated.run("set", f"sign_in.client_id={OTHER_CLIENT}", "--yes")
    after = generated.snapshot()
    assert before != after
    run = generated.run("undo", "--yes")
    assert run.status == 0
    assert words_of(run.out) == {"ohif-setup.toml": "update", CONFIG: "update", STEPS: "update"}
    assert run.out.endswith("Undone: set. To redo it: ohif-setup undo --redo\n")
    assert generated.snapshot() == before
    again = generated.run("undo", "--redo", "--yes")
    assert again.out.endswith("Redone: set. To undo it: ohif-setup undo\n")
    assert generated.snapshot() == after
    assert generated.run("undo", "--yes").status == 0
    assert generated.snapshot() == before


def test_once(generated: World) -> None:
    generated.run("set", "server.uploads=true", "--yes")
    generated.run("undo", "--yes")
    before = generated.everything()
    run = generated.run("undo", "--yes")
    assert run.status == 2
    assert "the last run is already undone" in run.err
    assert "ohif-setup undo --redo" in run.err
    assert generated.everything() == before


def test_nothing_to_take_back(world: World) -> None:
    run = world.run("undo", "--yes")
    assert (run.status, "explain nothing-to-undo" in run.err) == (2, True)
    world.run("generate")
    run = world.run("undo", "--redo", "--yes")
    assert (run.status, "nothing was undone" in run.err) == (2, True)


def test_run_that_changed_nothing_leaves_the_one_before_it_to_take_back(generated: World) -> None:
    before = generated.snapshot()
    generated.run("set", "server.uploads=true", "--yes")
    generated.run("generate")
    generated.run("set", "server.uploads=true", "--yes")
    generated.run("undo", "--yes")
    assert generated.snapshot() == before


def test_first_run_taken_back_leaves_no_artefact(world: World) -> None:
    world.run("generate")
    assert world.run("undo", "--yes").status == 0
    assert not list(world.output.iterdir())
    assert world.run("undo", "--redo", "--yes").status == 0
    assert world.words("generate")[CONFIG] == "identical"


def test_edits_since_the_run_are_named_and_come_back_with_redo(generated: World) -> None:
    generated.run("set", "server.uploads=true", "--yes")
    generated.edit(STUDY_LIST, HIDDEN)
    edited = generated.snapshot()
    run = generated.run("undo", "--yes")
    assert f"deploy/{CONFIG} was edited since that run" in run.out
    assert f"-  {HIDDEN}," in run.out
    assert STUDY_LIST in generated.text()
    generated.run("undo", "--redo", "--yes")
    assert generated.snapshot() == edited


@pytest.fixture
def behind_nginx(tmp_path: Path) -> World:
    """A site with an artefact that a change of its answers makes needless."""
    world = World.made(tmp_path / "orthanc", ORTHANC)
    world.run("generate")
    return world


def test_removed_and_created_files_come_and_go_with_their_modes(behind_nginx: World) -> None:
    behind_nginx.path("nginx.conf").chmod(0o604)
    before = behind_nginx.snapshot()
    changed = behind_nginx.words("set", "server.proxy=apache", "--yes")
    assert (changed["nginx.conf"], changed["ohif.conf"]) == ("remove", "create")
    behind_nginx.path("ohif.conf").chmod(0o600)
    after = behind_nginx.snapshot()
    back = behind_nginx.words("undo", "--yes")
    assert (back["nginx.conf"], back["ohif.conf"]) == ("create", "remove")
    assert behind_nginx.snapshot() == before
    again = behind_nginx.words("undo", "--redo", "--yes")
    assert (again["nginx.conf"], again["ohif.conf"]) == ("remove", "create")
    assert behind_nginx.snapshot() == after


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_removed_file_comes_back_to_its_owner(behind_nginx: World) -> None:
    os.chown(behind_nginx.path("nginx.conf"), 1234, 2345)
    behind_nginx.run("set", "server.proxy=apache", "--yes")
    behind_nginx.run("undo", "--yes")
    found = behind_nginx.path("nginx.conf").stat()
    assert (found.st_uid, found.st_gid) == (1234, 2345)


@pytest.mark.parametrize("settle", ["--theirs", "--ours"])
def test_settled_conflict_is_a_conflict_again(generated: World, settle: str) -> None:
    generated.edit(CLIENT_LINE, CLIENT_LINE.replace(CLIENT, "mine"))
    generated.run("set", f"sign_in.client_id={OTHER_CLIENT}", "--yes")
    before = generated.snapshot()
    assert generated.run("generate", settle).status == 0
    assert generated.run("undo", "--yes").status == 0
    assert generated.snapshot() == before
    assert generated.run("generate").status == 1


def test_answers_that_are_no_longer_valid_can_be_taken_back(generated: World) -> None:
    generated.run("set", "server.uploads=true", "--yes")
    generated.answers.write_text("version = = 1\n")
    run = generated.run("undo", "--yes")
    assert run.status == 0
    assert "ohif-setup.toml was edited since that run" in run.out
    assert generated.run("generate").status == 0


@pytest.mark.parametrize(
    "line",
    ['output = { directory = "public" }', 'output.directory = "public"', "output.'directory' = 'public'"],
    ids=["inline", "dotted", "quoted"],
)
def test_output_folder_is_found_however_it_is_written(world: World, line: str) -> None:
    world.answers.write_text(world.answers.read_text().replace("version = 1", f"version = 1\n{line}"))
    world.run("generate")
    world.run("set", "server.uploads=true", "--yes")
    assert world.run("undo", "--yes").status == 0
    assert "uploads" not in world.answers.read_text()


def test_damaged_record_is_said(generated: World) -> None:
    (generated.memory / "undo").write_text("{")
    before = generated.everything()
    run = generated.run("undo", "--yes")
    assert (run.status, "explain undo-damaged" in run.err) == (2, True)
    assert generated.everything() == before


def test_record_is_for_its_owner_alone(generated: World) -> None:
    assert stat.S_IMODE((generated.memory / "undo").stat().st_mode) == 0o600
    generated.run("set", "server.uploads=true", "--yes")
    assert stat.S_IMODE((generated.memory / "undo").stat().st_mode) == 0o600


@pytest.mark.parametrize("more", [[], ["--answers", "other.toml"], ["--answers", "a b.toml"]], ids=" ".join)
@pytest.mark.parametrize("redo", [[], ["--redo"]], ids=["undo", "redo"])
def test_without_a_terminal_it_says_what_to_type_for_the_same(world: World, redo: list[str], more: list[str]) -> None:
    if more:
        world.answers.rename(world.folder / more[1])
    world.run("generate", *more)
    if redo:
        world.run("undo", "--yes", *more)
    run = world.run("undo", *redo, *more)
    assert run.status == 2
    typed = re.search(r"ohif-setup (undo .*--yes.*)", run.err)
    assert typed
    words = shlex.split(typed[1])
    assert sorted(words) == sorted(["undo", *redo, *more, "--yes"])
    assert world.run(*words).status == 0
