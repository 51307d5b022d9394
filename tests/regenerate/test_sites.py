"""Many sites in one run: one line each, a summary, and none that stops the others."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from pathlib import Path

import pytest

from ohif_setup.cli import COMMANDS, module_of
from tests.flows.front_door import ANSWERS, Run
from tests.regenerate.pages import ROOT, play, steps, surroundings
from tests.regenerate.world import CLIENT_LINE, CONFIG, HIDDEN, OTHER_CLIENT, STUDY_LIST, World

NAMES = ("north", "south", "west")
PAGE = "many-sites.md"


@pytest.fixture
def sites(tmp_path: Path) -> dict[str, World]:
    """A folder of folders with one site each; commands run beside it."""
    return {name: World.made(tmp_path / "sites" / name) for name in NAMES}


def beside(tmp_path: Path, *words: str) -> Run:
    return World(tmp_path, tmp_path).run(*words)


def lines(out: str) -> dict[str, str]:
    """What is said of each site, by name; mark and file left away."""
    told = [line for line in out.splitlines() if line.startswith(("✓", "✗"))]
    return {Path(line[2:].split()[0]).parent.name: line[0] + line[2:].split(maxsplit=1)[1] for line in told}


def test_folder_of_folders(tmp_path: Path, sites: dict[str, World]) -> None:
    run = beside(tmp_path, "generate", "--answers", "sites")
    assert run.status == 0
    assert lines(run.out) == dict.fromkeys(NAMES, "✓2 create")
    assert run.out.splitlines()[-1].startswith("3 sites: 3 as they should be in ")
    before = {name: world.everything() for name, world in sites.items()}
    again = beside(tmp_path, "generate", "--answers", "sites")
    assert lines(again.out) == dict.fromkeys(NAMES, "✓2 identical")
    for name, world in sites.items():
        assert world.everything().keys() - before[name].keys() <= {"memory/seen"}


def test_folder_of_files(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / f"{name}.toml").write_text(f'{ANSWERS}[output]\ndirectory = "out/{name}"\n')
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    run = beside(tmp_path, "generate", "--answers", ".")
    assert run.status == 0, run
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == list(NAMES)


def test_answers_may_be_repeated(tmp_path: Path, sites: dict[str, World]) -> None:
    files = [str(sites[name].answers) for name in ("west", "north", "west")]
    run = beside(tmp_path, "generate", *(word for file in files for word in ("--answers", file)))
    assert list(lines(run.out)) == ["west", "north"]
    assert not sites["south"].output.exists()


def test_broken_site_stops_no_other(tmp_path: Path, sites: dict[str, World]) -> None:
    beside(tmp_path, "generate", "--answers", "sites")
    sites["north"].answers.write_text("version = = 1\n")
    sites["south"].edit(CLIENT_LINE, 'client_id: "mine"')
    sites["west"].edit(STUDY_LIST, HIDDEN)
    run = beside(tmp_path, "set", f"sign_in.client_id={OTHER_CLIENT}", "--yes", "--answers", "sites")
    assert run.status == 2
    said = lines(run.out)
    assert said["north"].startswith("✗answers-not-toml: ")
    assert said["south"] == (
        "✗2 update, 1 conflict (app-config.js): ohif-setup generate --answers sites/south/ohif-setup.toml"
    )
    assert said["west"] == "✓2 update, 1 merged"
    assert "3 sites: 1 could not be done, 1 to look at, 1 done in " in run.out
    assert HIDDEN in sites["west"].text()
    assert OTHER_CLIENT in sites["west"].text()


def test_same_for_every_command(tmp_path: Path, sites: dict[str, World]) -> None:
    beside(tmp_path, "generate", "--answers", "sites")
    before = {name: world.snapshot() for name, world in sites.items()}
    assert beside(tmp_path, "diff", "--answers", "sites").status == 0
    assert beside(tmp_path, "set", "server.uploads=true", "--yes", "--answers", "sites").status == 0
    run = beside(tmp_path, "undo", "--yes", "--answers", "sites")
    assert lines(run.out) == dict.fromkeys(NAMES, "✓undone: set")
    assert {name: world.snapshot() for name, world in sites.items()} == before
    run = beside(tmp_path, "undo", "--redo", "--yes", "--answers", "sites")
    assert lines(run.out) == dict.fromkeys(NAMES, "✓redone: set")
    run = beside(tmp_path, "unset", "server.uploads", "--yes", "--answers", "sites")
    assert lines(run.out) == dict.fromkeys(NAMES, "✓3 update")
    assert {name: world.snapshot() for name, world in sites.items()} == before


@pytest.mark.parametrize(
    "words", [["generate"], ["set", "server.uploads=true", "--yes"], ["unset", "server.uploads", "--yes"]]
)
@pytest.mark.parametrize(
    "second",
    ['output = {directory = "deploy"}', "", 'output.directory = "sub/../deploy"', '# directory = "x"'],
    ids=["inline", "default", "roundabout", "comment"],
)
def test_two_sites_in_one_place_are_refused(tmp_path: Path, words: list[str], second: str) -> None:
    (tmp_path / "a.toml").write_text(ANSWERS)
    (tmp_path / "b.toml").write_text(ANSWERS.replace("version = 1", f"version = 1\n{second}"))
    run = beside(tmp_path, *words, "--answers", ".")
    assert run.status == 2
    assert "explain sites-same-output" in run.err
    assert not (tmp_path / "deploy").exists()


def test_one_folder_for_all_is_refused(tmp_path: Path, sites: dict[str, World]) -> None:
    run = beside(tmp_path, "generate", "--answers", "sites", "--output", "all")
    assert (run.status, "explain sites-same-output" in run.err) == (2, True)


def test_folder_without_answers(tmp_path: Path) -> None:
    run = beside(tmp_path, "generate", "--answers", ".")
    assert (run.status, "explain answers-not-found" in run.err) == (2, True)


def test_undo_with_edits_since_says_so_on_the_line(tmp_path: Path, sites: dict[str, World]) -> None:
    beside(tmp_path, "generate", "--answers", "sites")
    beside(tmp_path, "set", "server.uploads=true", "--yes", "--answers", "sites")
    sites["north"].edit(STUDY_LIST, HIDDEN)
    (sites["south"].memory / "undo").unlink()
    run = beside(tmp_path, "undo", "--yes", "--answers", "sites")
    said = lines(run.out)
    assert said["north"] == f"✓undone: set, including later edits to {CONFIG}"
    assert said["south"].startswith("✗nothing-to-undo: ")
    assert said["west"] == "✓undone: set"
    assert run.status == 2


def test_site_moves_into_a_folder_of_sites_with_all_that_git_has_of_it(tmp_path: Path) -> None:
    world = World.made(tmp_path / "alone")
    world.run("generate")
    world.edit(STUDY_LIST, HIDDEN)
    world.run("set", "server.uploads=true", "--yes")
    (tmp_path / "sites").mkdir()
    world.folder.rename(tmp_path / "sites" / "north")
    assert lines(beside(tmp_path, "generate", "--answers", "sites").out) == {"north": "✓1 kept, 1 identical"}
    assert HIDDEN in World(tmp_path / "sites" / "north", tmp_path / "sites" / "north" / "deploy").text()
    # What a run did is remembered of the place where it was done.
    assert "no run is recorded for you" in beside(tmp_path, "undo", "--yes", "--answers", "sites").out


def test_each_step_of_the_page_prints_what_it_says(tmp_path: Path) -> None:
    for name in ("north", "south"):
        World.made(tmp_path / "sites" / name, ANSWERS.replace("[server]", 'ohif_version = "3.12"\n[server]'))
    environment = surroundings(tmp_path / "bin", ROOT, {})
    told = steps(PAGE)
    assert len(told) > 6
    for step in told:
        play(step, tmp_path, environment)


def test_the_page_names_the_commands_that_take_many_sites_and_those_that_take_one() -> None:
    kinds: dict[str, set[str]] = {"PATH": set(), "FILE": set()}
    for name in COMMANDS:
        parser = ArgumentParser()
        module_of(name, "options").add_arguments(parser)
        for kind, names in kinds.items():
            if f"--answers {kind}" in parser.format_help():
                names.add(name)
    many, one = (ROOT / "docs" / "how-to" / PAGE).read_text(encoding="utf-8").split("\n\n")[1].splitlines()
    assert set(re.findall("`(.+?)`", many)) == kinds["PATH"]
    assert set(re.findall("`(.+?)`", one)) == kinds["FILE"]
