"""A person at a real terminal of 80 columns makes a conflict and settles it, and is asked before anything is written."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.flows.front_door import CLIENT
from tests.flows.terminal import Pty
from tests.regenerate.world import CLIENT_LINE, CONFIG, HIDDEN, OTHER_CLIENT, STUDY_LIST, World

ENTER, UP, CTRL_C = "\r", "k", "\x03"
MINE = f'client_id: "{CLIENT.replace("a", "c")}"'
NEW = f'client_id: "{OTHER_CLIENT}"'
QUESTION = r"How should the conflict in app-config\.js be resolved\?"
LATER, EDIT, SHOW, TAKE, KEEP = range(5)
"""How many times up from where the cursor stands at first."""


class Terminal:
    """What a person sees and types."""

    def __init__(self, world: World, *words: str, **environment: str) -> None:
        self._child = Pty(*words, dimensions=(24, 80), environment={"VISUAL": "", **environment}, cwd=world.folder)

    def sees(self, pattern: str) -> None:
        """A space in `pattern` may be a line's end on the screen: where prose breaks depends on the paths in it."""
        self._child.expect(re.sub(r"(\\? )+", r"\\s+", pattern))

    def types(self, text: str) -> None:
        self._child.send(text)

    def chooses(self, choice: int) -> None:
        self.sees(QUESTION)
        self.sees("decide later")
        self.types(UP * choice + ENTER)

    def ends(self, status: int) -> str:
        """The last words, without colours."""
        ended, shown = self._child.ends()
        said = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown).replace("\r", "")
        assert ended == status, said
        return said


@pytest.fixture
def contested(generated: World) -> World:
    """A hand edit elsewhere, one in a line that the answers change too, and the answers changed."""
    generated.edit(STUDY_LIST, HIDDEN)
    generated.edit(CLIENT_LINE, MINE)
    generated.answers.write_text(
        generated.answers.read_text()
        .replace(CLIENT, OTHER_CLIENT)
        .replace("[server]", 'ohif_version = "3.12"\n[server]')
    )
    return generated


def editor(folder: Path, *rules: str) -> str:
    """An EDITOR that applies one Python expression over `text` each time that it is started, in order."""
    script = folder / "editor.py"
    script.write_text(
        "import pathlib, re, sys\n"
        f"rules = {rules!r}\n"
        "count = pathlib.Path(__file__).with_suffix('.count')\n"
        "number = int(count.read_text()) if count.exists() else 0\n"
        "count.write_text(str(number + 1))\n"
        "file = pathlib.Path(sys.argv[-1])\n"
        "text = file.read_text()\n"
        "file.write_text(eval(rules[number]))\n"
    )
    return f"{sys.executable} {script}"


WITHOUT_MARKS = r"re.sub(r'<{7}.*?={7}\n(.*?)>{7}[^\n]*\n', r'      // settled\n\1', text, flags=re.S)"


def test_keep_mine_keeps_the_lines_and_the_rest_goes_together(contested: World) -> None:
    terminal = Terminal(contested, "generate")
    terminal.sees("you and the answers changed the same lines")
    terminal.sees("Changes elsewhere in the file are merged whatever you choose")
    terminal.chooses(KEEP)
    assert f"merged     deploy/{CONFIG}" in terminal.ends(0)
    text = contested.text()
    assert (MINE in text, NEW in text, HIDDEN in text, "OHIF 3.12" in text) == (True, False, True, True)
    assert contested.words("generate")[CONFIG] == "kept, edited by hand"


def test_take_new_takes_the_lines_and_other_edits_stay(contested: World) -> None:
    terminal = Terminal(contested, "generate")
    terminal.chooses(TAKE)
    assert f"merged     deploy/{CONFIG}, new lines where they differed" in terminal.ends(0)
    text = contested.text()
    assert (MINE in text, NEW in text, HIDDEN in text, "OHIF 3.12" in text) == (False, True, True, True)
    assert not contested.path(f"{CONFIG}.new").exists()


def test_show_the_difference_and_decide_later(contested: World) -> None:
    before = contested.text()
    terminal = Terminal(contested, "generate")
    terminal.chooses(SHOW)
    terminal.sees(re.escape(f"-      {MINE}"))
    terminal.sees(re.escape(f"+      {NEW}"))
    terminal.chooses(LATER)
    said = terminal.ends(1)
    assert "ohif-setup generate --theirs" in said
    assert contested.text() == before
    assert NEW in contested.text(f"{CONFIG}.new")


def test_edit_both(contested: World) -> None:
    terminal = Terminal(contested, "generate", EDITOR=editor(contested.folder.parent, WITHOUT_MARKS))
    terminal.chooses(EDIT)
    assert f"merged     deploy/{CONFIG}" in terminal.ends(0)
    text = contested.text()
    assert (MINE in text, NEW in text, HIDDEN in text, "OHIF 3.12" in text) == (False, True, True, True)
    assert "// settled" in text
    assert contested.words("generate")[CONFIG] == "kept, edited by hand"


def test_editing_goes_on_where_it_was_until_it_can_be_taken(contested: World) -> None:
    rules = (
        "text.replace('extensions: []', 'extensions: [ /* long work */ ]')",
        WITHOUT_MARKS + ".replace('modes: [],', 'modes: [,')",
        "text.replace('modes: [,', 'modes: [],')",
    )
    terminal = Terminal(contested, "generate", EDITOR=editor(contested.folder.parent, *rules))
    terminal.chooses(EDIT)
    terminal.sees("It still contains the markers <<<<<<<, ======= and >>>>>>>")
    terminal.chooses(0)
    terminal.sees("The file would not work: line 8")
    terminal.chooses(0)
    terminal.ends(0)
    assert "extensions: [ /* long work */ ]" in contested.text()
    assert "modes: []," in contested.text()
    assert NEW in contested.text()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("false", "false ended with status 1, so its changes are ignored", id="fails"),
        pytest.param("/nowhere/editor", "/nowhere/editor: No such file or directory", id="missing"),
        pytest.param("true", "It still contains the markers <<<<<<<, ======= and >>>>>>>", id="does-nothing"),
        pytest.param("'unbalanced", "'unbalanced: No such file or directory", id="unbalanced"),
    ],
)
def test_editor_that_gives_nothing(contested: World, name: str, says: str) -> None:
    before = contested.text()
    terminal = Terminal(contested, "generate", EDITOR=name)
    terminal.chooses(EDIT)
    terminal.sees(says)
    terminal.sees(QUESTION)
    terminal.sees("decide later")
    terminal.types(CTRL_C)
    terminal.ends(130)
    assert contested.text() == before


def test_interrupt_writes_nothing(contested: World) -> None:
    before = contested.everything()
    terminal = Terminal(contested, "generate")
    terminal.sees(QUESTION)
    terminal.types(CTRL_C)
    terminal.ends(130)
    assert {**contested.everything(), "memory/lock": 0} == {**before, "memory/lock": 0}


def test_file_that_changes_while_the_question_stands_is_not_overwritten(contested: World) -> None:
    terminal = Terminal(contested, "generate")
    terminal.sees(QUESTION)
    contested.edit(MINE, MINE.replace("c", "d"))
    before = contested.text()
    terminal.sees("decide later")
    terminal.types(UP * TAKE + ENTER)
    assert "was changed while the command ran" in terminal.ends(2)
    assert contested.text() == before


def test_file_of_somebody_else(world: World) -> None:
    world.output.mkdir()
    world.path().write_text("// theirs\nwindow.config = {};\n")
    terminal = Terminal(world, "generate")
    terminal.sees("this file already existed, and ohif-setup did not write it")
    terminal.chooses(TAKE)
    assert "discarded" in terminal.ends(0)
    assert CLIENT in world.text()


def test_marks_that_were_left_are_edited_away(contested: World) -> None:
    assert contested.run("generate", "--merge-markers").status == 1
    terminal = Terminal(contested, "generate", EDITOR=editor(contested.folder.parent, WITHOUT_MARKS))
    terminal.sees("it contains the conflict markers <<<<<<<, ======= and >>>>>>>")
    terminal.chooses(0)
    terminal.ends(0)
    assert "<<<<<<<" not in contested.text()
    assert NEW in contested.text()


def test_broken_merge_can_be_mended_in_the_editor(contested: World) -> None:
    contested.edit(MINE, CLIENT_LINE)
    contested.edit("extensions: [],", "extensions: [,")
    rule = "text.replace('extensions: [,', 'extensions: [],')"
    terminal = Terminal(contested, "generate", EDITOR=editor(contested.folder.parent, rule))
    terminal.sees("gives a file")
    terminal.chooses(EDIT)
    terminal.ends(0)
    text = contested.text()
    assert (NEW in text, HIDDEN in text, "extensions: []," in text) == (True, True, True)


def test_set_asks_then_settles_then_says_how_to_go_back(contested: World) -> None:
    contested.answers.write_text(contested.answers.read_text().replace(OTHER_CLIENT, CLIENT))
    before = contested.snapshot()
    terminal = Terminal(contested, "set", f"sign_in.client_id={OTHER_CLIENT}")
    terminal.sees("Write them")
    terminal.types("n" + ENTER)
    assert "Nothing was written." in terminal.ends(0)
    assert contested.snapshot() == before
    terminal = Terminal(contested, "set", f"sign_in.client_id={OTHER_CLIENT}")
    terminal.sees("You will then be asked about the conflict")
    terminal.types(ENTER)
    terminal.chooses(TAKE)
    said = terminal.ends(0)
    assert f"merged     deploy/{CONFIG}" in said
    assert "To undo this: ohif-setup undo" in said
    assert OTHER_CLIENT in contested.answers.read_text()
    assert contested.run("undo", "--yes").status == 0
    assert contested.snapshot() == before


@pytest.mark.parametrize("words", [["set", "server.uploads=true"], ["unset", "viewer.ohif_version"]], ids=" ".join)
def test_answers_that_are_saved_while_the_question_stands_are_not_overwritten(
    generated: World, words: list[str]
) -> None:
    text = generated.answers.read_text().replace("[server]", 'ohif_version = "3.12"\n[server]')
    generated.answers.write_text(text)
    generated.run("generate")
    terminal = Terminal(generated, *words)
    terminal.sees("Write them")
    generated.answers.write_text(text.replace(CLIENT, OTHER_CLIENT))
    before = generated.snapshot()
    terminal.types(ENTER)
    assert "was changed while the command ran" in terminal.ends(2)
    assert generated.snapshot() == before


@pytest.mark.parametrize("option", ["--merge-markers", "--ours", "--theirs"])
def test_what_the_command_line_has_settled_is_not_asked(contested: World, option: str) -> None:
    said = Terminal(contested, "generate", option).ends(1 if option == "--merge-markers" else 0)
    assert "How should the conflict" not in said
    assert ("<<<<<<<" in contested.text()) == (option == "--merge-markers")


def test_set_with_merge_markers_asks_once(contested: World) -> None:
    terminal = Terminal(contested, "set", "server.uploads=true", "--merge-markers")
    terminal.sees(r"Write them\?")
    terminal.types(ENTER)
    said = terminal.ends(1)
    assert "You will then be asked about the conflict" not in said
    assert "How should the conflict" not in said
    assert "<<<<<<<" in contested.text()


def test_undo_shows_and_asks_and_is_careful_with_later_edits(generated: World) -> None:
    generated.run("set", f"sign_in.client_id={OTHER_CLIENT}", "--yes")
    generated.edit(STUDY_LIST, HIDDEN)
    before = generated.snapshot()
    terminal = Terminal(generated, "undo")
    terminal.sees(re.escape(f'+      client_id: "{CLIENT}"'))
    terminal.sees("was edited since that run")
    terminal.sees(r"Undo the last run \(`set`\)\?.*y/N")
    terminal.types(ENTER)
    assert "Nothing was changed." in terminal.ends(0)
    assert generated.snapshot() == before
    terminal = Terminal(generated, "undo")
    terminal.sees("back")
    terminal.sees("y/N")
    terminal.types("y" + ENTER)
    assert "Undone: set. To redo it: ohif-setup undo --redo" in terminal.ends(0)
    assert CLIENT in generated.answers.read_text()


def test_looking_never_asks(contested: World) -> None:
    for words in (["diff"], ["generate", "--check"], ["generate", "--diff"], ["generate", "--dry-run"]):
        assert "How should the conflict" not in Terminal(contested, *words).ends(0 if "--dry-run" in words else 1)
