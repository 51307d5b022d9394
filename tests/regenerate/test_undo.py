"""`undo`: the last run taken back, once; and done again."""

from __future__ import annotations

import json
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


CHANGES = ("server.uploads=true", f"sign_in.client_id={OTHER_CLIENT}", "viewer.extra_urls+=https://two.example.org")


def test_several_runs_go_back_one_by_one_and_forth_again(generated: World) -> None:
    states = [generated.snapshot()]
    for change in CHANGES:
        generated.run("set", change, "--yes")
        states.append(generated.snapshot())
    for state in reversed(states[:-1]):
        assert generated.run("undo", "--yes").status == 0
        assert generated.snapshot() == state
    for state in states[1:]:
        assert generated.run("undo", "--redo", "--yes").status == 0
        assert generated.snapshot() == state
    assert "nothing was undone" in generated.run("undo", "--redo", "--yes").err


def test_list_shows_both_ways_and_changes_nothing(generated: World) -> None:
    for change in CHANGES:
        generated.run("set", change, "--yes")
    generated.run("undo", "--yes")
    before = generated.everything()
    out = generated.run("undo", "--list").out
    assert generated.everything() == before
    back, forth = out.split("Can be redone")
    titles = [line.split()[3] for line in back.splitlines() if line.startswith("   ")]
    assert titles == ["set", "set", "generate"]
    assert "--redo" in forth
    assert [line.split()[3] for line in forth.splitlines() if line.startswith("   ")] == ["set"]
    assert "ohif-setup.toml, app-config.js, NEXT-STEPS.md" in forth


def test_a_new_run_ends_the_way_forth_and_not_the_way_back(generated: World) -> None:
    first = generated.snapshot()
    generated.run("set", CHANGES[0], "--yes")
    generated.run("undo", "--yes")
    generated.run("set", CHANGES[1], "--yes")
    assert generated.run("undo", "--redo", "--yes").status == 2
    generated.run("undo", "--yes")
    assert generated.snapshot() == first


def test_record_is_bounded(generated: World) -> None:
    for number in range(25):
        generated.run("set", f"viewer.extra_urls+=https://v{number}.example.org", "--yes")
    assert generated.run("undo", "--list").out.count(" set ") == 20
    undone = 0
    while generated.run("undo", "--yes").status == 0:
        undone += 1
    assert undone == 20


def test_run_that_would_change_nothing_does_not_stand_in_the_way(generated: World) -> None:
    before = generated.answers.read_bytes()
    generated.run("set", CHANGES[0], "--yes")
    changed = {path: path.read_bytes() for path in generated.folder.rglob("*") if path.is_file()}
    generated.run("set", CHANGES[1], "--yes")
    # As `git checkout` puts back everything that the last run changed.
    for path, content in changed.items():
        path.write_bytes(content)
    assert generated.run("undo", "--yes").status == 0
    assert generated.run("undo", "--yes").status == 0
    assert generated.answers.read_bytes() == before


def test_record_of_an_earlier_version_is_read(generated: World) -> None:
    generated.run("set", CHANGES[0], "--yes")
    record = generated.memory / "undo"
    raw = json.loads(record.read_bytes())
    for name in ("older", "when"):
        del raw[name]
    record.write_text(json.dumps(raw))
    assert "set" in generated.run("undo", "--list").out
    assert generated.run("undo", "--yes").status == 0
    assert "already undone" in generated.run("undo", "--yes").err


def test_once_for_each_run(generated: World) -> None:
    generated.run("undo", "--yes")
    before = generated.everything()
    run = generated.run("undo", "--yes")
    assert run.status == 2
    assert "already undone" in run.err
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
