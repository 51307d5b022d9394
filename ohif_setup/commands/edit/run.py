"""`edit`: the answers file in the user's editor; what comes back is validated, shown, and written with the files that follow."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ohif_setup import terminal
from ohif_setup.answers.file.reading import read_answers_text
from ohif_setup.answers.model import Answers
from ohif_setup.answers.problems import AnswersError
from ohif_setup.apply.lines import mark_of
from ohif_setup.apply.site_paths import site_paths
from ohif_setup.apply.transaction import Replacement
from ohif_setup.commands.shared import change, options, permission, regeneration
from ohif_setup.disk.reading import read_regular
from ohif_setup.errors import SetupError
from ohif_setup.talk.editor import edited
from ohif_setup.talk.prompts import ask_yes

NAME = "edit"


def run(arguments: Namespace) -> int:
    """Returns 0 when everything is written, was so already, or is given up; 1 when a conflict is left."""
    file: Path = arguments.answers
    if not permission.is_at_terminal():
        raise SetupError(
            "needs-terminal",
            "opens an editor, and there is no terminal",
            where=f"ohif-setup {NAME}",
            hint=options.command("set", file, "KEY=VALUE", "--yes"),
        )
    site = site_paths(file)
    regeneration.tidy(site)
    # The bytes are read before the editor opens: if the file is saved elsewhere in between, the run refuses to overwrite it.
    text, old = read_answers_text(file), read_regular(site.answers) or b""
    before = change.folder_before(site)
    found = _valid(file, text)
    if found is None:
        print("Nothing was written.")
        return 0
    new, answers = found
    folder = permission.output_of(site, answers.output.directory, asks=True)
    own = Replacement(site.answers, old, (mark_of(old) + new).encode())
    edits = change.Edits((), ())
    return change.carry_out(
        change.SiteChange(site, edits, own, answers, before, folder), file, arguments, NAME, asks=True
    )


def _valid(file: Path, text: str) -> tuple[str, Answers] | None:
    """The text that the user made of it, with its answers; None where the user gives up."""
    draft, line = text, 0
    while True:
        content, trouble = edited(file.name, draft, line)
        if content is None:
            print(trouble)
            return None
        try:
            draft = content.decode("utf-8-sig")
            return draft, change.with_environment(draft, file)
        except UnicodeDecodeError:
            print("The result is not UTF-8 text, so it is ignored.")
        except SetupError as error:
            print(f"{terminal.in_one_line(error.where)}: {error.message}")
            line = _line_of(error)
        if not ask_yes("Edit again? Otherwise your changes are discarded.", default=True):
            return None


def _line_of(error: SetupError) -> int:
    """The line of the first fault, from 1; 0 if unknown."""
    if isinstance(error, AnswersError):
        return next((each.line for each in error.problems if each.line), 0)
    _, _, rest = error.where.partition(", line ")
    number = rest.partition(",")[0]
    return int(number) if number.isdigit() else 0
