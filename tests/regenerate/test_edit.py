"""`edit` at a terminal, with an editor that is a script."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.regenerate.test_terminal import Terminal, editor
from tests.regenerate.world import CONFIG, World

FOLLOWS = "text.replace('[server]', '[server]\\nuploads = true', 1)"
BREAKS = "text.replace('[server]', '[server]\\nuplaods = 3\\n', 1)"
MENDS = "text.replace('uplaods = 3', 'uploads = true')"
NO_TOML = "text + 'x = = 1\\n'"


def test_edited_shown_agreed_and_regenerated(generated: World) -> None:
    before = generated.answers.read_text()
    terminal = Terminal(generated, "edit", EDITOR=editor(generated.folder.parent, FOLLOWS))
    terminal.sees(r"\+uploads = true")
    terminal.sees("Write them")
    assert generated.answers.read_text() == before
    terminal.types("\r")
    assert "To undo this: ohif-setup undo" in terminal.ends(0)
    assert generated.answers.read_text() == before.replace("[server]", "[server]\nuploads = true")
    assert "dicomUploadEnabled: true" in generated.path(CONFIG).read_text()
    generated.run("undo", "--yes")
    assert generated.answers.read_text() == before


def test_what_is_wrong_is_shown_with_its_line_and_edited_again(generated: World) -> None:
    line = generated.answers.read_text().split("\n").index("[server]") + 2
    terminal = Terminal(generated, "edit", EDITOR=editor(generated.folder.parent, BREAKS, MENDS))
    terminal.sees(rf"server.uplaods  \[ohif-setup.toml, line {line}\]")
    terminal.sees("Did you mean server.uploads")
    terminal.sees("Edit again")
    terminal.types("\r")
    terminal.sees("Write them")
    terminal.types("\r")
    terminal.ends(0)
    assert "uploads = true" in generated.answers.read_text()


@pytest.mark.parametrize("rule", [BREAKS, NO_TOML])
def test_given_up_changes_nothing(generated: World, rule: str) -> None:
    before = generated.everything()
    terminal = Terminal(generated, "edit", EDITOR=editor(generated.folder.parent, rule))
    terminal.sees("Edit again")
    terminal.types("n\r")
    assert "Nothing was written." in terminal.ends(0)
    assert generated.everything() == before


@pytest.mark.parametrize("name", ["false", "no-such-editor"])
def test_editor_that_fails(generated: World, name: str) -> None:
    before = generated.everything()
    assert "Nothing was written." in Terminal(generated, "edit", EDITOR=name).ends(0)
    assert generated.everything() == before


def test_nothing_edited(generated: World) -> None:
    assert "Nothing changes." in Terminal(generated, "edit", EDITOR="true").ends(0)


def test_saved_elsewhere_meanwhile_is_refused(generated: World) -> None:
    saved = Path(generated.answers)
    terminal = Terminal(generated, "edit", EDITOR=editor(generated.folder.parent, FOLLOWS))
    terminal.sees("Write them")
    saved.write_text(saved.read_text() + "# mine\n")
    terminal.types("\r")
    assert "explain file-changed" in terminal.ends(2)
    assert saved.read_text().endswith("# mine\n")


def test_needs_a_terminal(generated: World) -> None:
    run = generated.run("edit")
    assert (run.status, "explain needs-terminal" in run.err) == (2, True)
