"""`undo`: takes the last run back, answers and files together; `--redo` does it again."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from ohif_setup.steps import options

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ohif_setup.files.history import Record
    from ohif_setup.files.transaction import Replacement

NAME = "undo"
HELP = "take the last run back, answers and files together; shows what changes and asks"
ORDER = 26


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    options.add_answers(parser, many=True, sets=False)
    parser.add_argument(
        "--output", type=options.path, metavar="DIR", help="where that run wrote, if not to output.directory"
    )
    parser.add_argument("--yes", action="store_true", help="do it without asking")
    parser.add_argument("--redo", action="store_true", help="do again what was taken back")


def run(arguments: Namespace) -> int:
    """0 when it is done, or when the person at the terminal would rather not."""
    from ohif_setup.steps import sites

    given = options.answers_of(arguments)
    files = sites.answers_files(given)
    if not sites.is_many(given):
        return _single(files[0], arguments)
    if not arguments.yes:
        raise _needs_yes(given[0], arguments)
    return sites.each(files, lambda file: _one_of_many(file, arguments), done="done")


def _single(file: Path, arguments: Namespace) -> int:
    from ohif_setup.files import history
    from ohif_setup.steps import regeneration

    if not arguments.yes and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise _needs_yes(file, arguments)
    regeneration.tidy(_folder(file, arguments), file)
    record = _record(file, arguments)
    steps, lost = history.steps_back(record), history.losses(record)
    _show(steps)
    back = options.command(NAME, file, *([] if arguments.redo else ["--redo"]))
    for path in lost:
        print(f"{shown(path)} was edited since that run: those edits go too, and come back with {back}.")
    if not arguments.yes and not _agreed(record, arguments, safe=not lost):
        print("Nothing was changed.")
        return 0
    folder = _folder(file, arguments)
    record, _ = _carried_out(file, arguments, steps)
    back = _back(file, arguments, folder)
    if arguments.redo:
        print(f"Done again: {record.title}. To take it back: {back}")
    else:
        print(f"Taken back: {record.title}. To do it again: {back}")
    return 0


def _agreed(record: Record, arguments: Namespace, *, safe: bool) -> bool:
    from ohif_setup.wizard.prompts import ask_yes

    what = f"Do `{record.title}` again?" if arguments.redo else f"Take the last run (`{record.title}`) back?"
    return ask_yes(what, default=safe)


def _one_of_many(file: Path, arguments: Namespace) -> tuple[int, str]:
    record, lost = _carried_out(file, arguments)
    names = f", with the edits since then of {', '.join(path.name for path in lost)}" if lost else ""
    return 0, f"{'done again' if arguments.redo else 'taken back'}: {record.title}{names}"


def _carried_out(
    file: Path, arguments: Namespace, agreed: Sequence[Replacement] | None = None
) -> tuple[Record, Sequence[Path]]:
    """Goes back, if that does what was agreed to; and the files whose edits since the run went with it. Raises SetupError."""
    from ohif_setup.files import history
    from ohif_setup.files.state import FOLDER
    from ohif_setup.files.transaction import changed
    from ohif_setup.steps.regeneration import locked

    folder = _folder(file, arguments)
    with locked(folder, NAME, file):
        record = _record(file, arguments)
        steps, lost = history.steps_back(record), history.losses(record)
        if agreed is not None and tuple(steps) != tuple(agreed):
            raise changed(folder)
        history.go_back(folder / FOLDER, record, steps, _home_after(file, arguments, steps))
    return record, lost


def _record(file: Path, arguments: Namespace) -> Record:
    """The last run. Raises SetupError (`nothing-to-undo`) where there is none of the wanted kind."""
    from ohif_setup.errors import SetupError
    from ohif_setup.files import history
    from ohif_setup.files.state import FOLDER

    folder = _folder(file, arguments)
    _refuse_other_site(folder, file)
    record = history.load(folder / FOLDER, file)
    wanted = "redo" if arguments.redo else "undo"
    if record is not None and record.kind == wanted:
        return record
    if record is None:
        message, hint = "no run is remembered on this machine", "ohif-setup diff shows how things stand"
    elif arguments.redo:
        message, hint = "nothing was taken back", "ohif-setup undo takes the last run back"
    else:
        message, hint = "the last run was taken back already", "ohif-setup undo --redo does it again"
    raise SetupError("nothing-to-undo", message, where=str(folder), hint=hint)


def _refuse_other_site(folder: Path, file: Path) -> None:
    """A name that was mistyped must not take back what another site did. Raises SetupError (`sites-same-output`)."""
    from ohif_setup.errors import SetupError
    from ohif_setup.files.regenerate import other_owner
    from ohif_setup.files.state import FOLDER, load

    try:
        other = other_owner(folder, load(folder / FOLDER).answers_file, file)
    except SetupError:  # the record tells enough
        return
    if other:
        raise SetupError(
            "sites-same-output",
            f"{folder} was generated from {other}",
            where=str(file),
            hint=options.command(NAME, options.path(other)),
        )


def _folder(file: Path, arguments: Namespace) -> Path:
    """The output folder, also where the answers file is no longer valid."""
    import os

    from ohif_setup.steps import sites

    if arguments.output:
        folder: Path = arguments.output
        return folder
    return sites.output_folder(file, (), os.environ)


def _home_after(file: Path, arguments: Namespace, steps: Sequence[Replacement]) -> Path | None:
    """Where the answers name another output folder afterwards, its `.ohif-setup`, as the next run looks there."""
    import os
    import tomllib

    from ohif_setup.files.digest import DEFAULT_FOLDER
    from ohif_setup.files.state import FOLDER
    from ohif_setup.steps import sites

    content = next((one.after for one in steps if one.path.resolve() == file.resolve()), None)
    if content is None or arguments.output or os.environ.get(sites.VARIABLE):
        return None
    try:
        output = tomllib.loads(content.decode("utf-8-sig")).get("output", {})
    except ValueError:
        return None
    directory = output.get("directory") if isinstance(output, dict) else None
    return file.parent / (directory if isinstance(directory, str) else DEFAULT_FOLDER) / FOLDER


def _back(file: Path, arguments: Namespace, folder: Path) -> str:
    """What to type to return to where we were. `folder` has the record unless the answers name another one now."""
    from ohif_setup.files import history
    from ohif_setup.files.state import FOLDER

    more = [] if arguments.redo else ["--redo"]
    if arguments.output or history.load(_folder(file, arguments) / FOLDER, file) is None:
        more += ["--output", str(arguments.output or folder)]
    return options.command(NAME, file, *more)


def _show(steps: Sequence[Replacement]) -> None:
    """The changes to what people see; those of our own records go along without a word."""
    from ohif_setup.files.compare import difference
    from ohif_setup.files.state import FOLDER

    for one in steps:
        if FOLDER not in one.path.parts and one.before != one.after:
            word = "create" if one.before is None else "remove" if one.after is None else "update"
            print(f"{word:<10} {shown(one.path)}")
            if word == "update":
                print(difference(one.path.name, one.before, one.after) + "\n")


def shown(path: Path) -> Path:
    """As people type it: from the folder where they are."""
    from pathlib import Path

    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _needs_yes(file: Path, arguments: Namespace) -> Exception:
    more = ["--redo"] * arguments.redo + ["--yes"]
    return options.needs_yes(NAME, options.command(NAME, file, *more))
