"""A person at a terminal is asked once about a folder outside of the site, and what she says is remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.front_door import ANSWERS
from tests.regenerate.test_terminal import ENTER, Terminal
from tests.regenerate.world import World

QUESTION = r"Allow ohif-setup to write there, now and in later runs\?"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World.made(tmp_path / "site", f'{ANSWERS}[output]\ndirectory = "../www"\n')


def test_agreed_once_is_enough(world: World, tmp_path: Path) -> None:
    assert world.run("generate").status == 2
    terminal = Terminal(world, "generate")
    terminal.sees(rf"The answers file names a folder outside its own \({tmp_path / 'site'}\):")
    terminal.sees(rf"output\.directory {tmp_path / 'www'}")
    terminal.sees(QUESTION)
    terminal.types("y" + ENTER)
    assert "create" in terminal.ends(0)
    assert (tmp_path / "www" / "app-config.js").exists()
    for words in (["generate"], ["diff"], ["set", "--yes", "server.uploads=true"], ["undo", "--yes"]):
        assert world.run(*words).status == 0, words


@pytest.mark.parametrize("command", ["generate", "diff"])
def test_enter_allows_nothing(world: World, tmp_path: Path, command: str) -> None:
    terminal = Terminal(world, command)
    terminal.sees(QUESTION)
    terminal.types(ENTER)
    assert "explain outside-site" in terminal.ends(2)
    assert not (tmp_path / "www").exists()
    assert world.run("generate").status == 2


def test_what_is_allowed_for_one_site_is_not_for_another(world: World, tmp_path: Path) -> None:
    assert world.run("set", "output.directory=../www", "--yes").status == 0
    assert world.run("generate").status == 0
    other = World.made(tmp_path / "other", world.answers.read_text())
    assert other.run("generate").status == 2


def test_viewer_folder_is_asked_about(world: World, tmp_path: Path, build: Path) -> None:
    world.answers.write_text(ANSWERS.replace("[server]", f'folder = "{tmp_path / "served"}"\n[server]'))
    terminal = Terminal(world, "install-viewer", str(build))
    terminal.sees(QUESTION)
    terminal.types("y" + ENTER)
    terminal.ends(0)
    assert (tmp_path / "served" / "index.html").exists()
    assert world.run("install-viewer", str(build)).status == 0
