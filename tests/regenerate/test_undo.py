"""`undo`: the last run taken back, once; and done again."""

from __future__ import annotations

import stat

import pytest

from tests.flows.front_door import CLIENT
from tests.regenerate.world import CLIENT_LINE, CONFIG, HIDDEN, OTHER_CLIENT, STEPS, STUDY_LIST, World, words_of


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
    assert run.out.endswith("Taken back: set. To do it again: ohif-setup undo --redo\n")
    assert generated.snapshot() == before
    again = generated.run("undo", "--redo", "--yes")
    assert again.out.endswith("Done again: set. To take it back: ohif-setup undo\n")
    assert generated.snapshot() == after
    assert generated.run("undo", "--yes").status == 0
    assert generated.snapshot() == before


def test_once(generated: World) -> None:
    generated.run("set", "server.uploads=true", "--yes")
    generated.run("undo", "--yes")
    before = generated.everything()
    run = generated.run("undo", "--yes")
    assert run.status == 2
    assert "the last run was taken back already" in run.err
    assert "ohif-setup undo --redo" in run.err
    assert generated.everything() == before


def test_nothing_to_take_back(world: World) -> None:
    run = world.run("undo", "--yes")
    assert (run.status, "explain nothing-to-undo" in run.err) == (2, True)
    world.run("generate")
    run = world.run("undo", "--redo", "--yes")
    assert (run.status, "nothing was taken back" in run.err) == (2, True)


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
    assert sorted(path.name for path in world.output.iterdir()) == [".ohif-setup"]
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


def test_removed_and_created_files_come_and_go_with_their_modes(generated: World) -> None:
    generated.path().chmod(0o600)
    generated.path().unlink()
    generated.run("generate")
    generated.path().chmod(0o600)
    generated.run("set", f"sign_in.client_id={OTHER_CLIENT}", "--yes", "--theirs")
    generated.run("undo", "--yes")
    assert stat.S_IMODE(generated.path().stat().st_mode) == 0o600


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
    generated.path(".ohif-setup/undo").write_text("{")
    before = generated.everything()
    run = generated.run("undo", "--yes")
    assert (run.status, "explain undo-damaged" in run.err) == (2, True)
    assert generated.everything() == before


def test_record_is_for_its_owner_alone(generated: World) -> None:
    assert stat.S_IMODE(generated.path(".ohif-setup/undo").stat().st_mode) == 0o600
    generated.run("set", "server.uploads=true", "--yes")
    assert stat.S_IMODE(generated.path(".ohif-setup/undo").stat().st_mode) == 0o600
