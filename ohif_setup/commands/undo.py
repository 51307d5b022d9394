"""`undo`: takes the last run back, answers and files together; `--redo` does it again."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ohif_setup.steps import options

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ohif_setup.disk.safe_path import SafePath
    from ohif_setup.files.history import Record
    from ohif_setup.files.site_paths import SitePaths
    from ohif_setup.files.transaction import Replacement

NAME = "undo"
HELP = "take the last run back, answers and files together; shows what changes and asks"
ORDER = 26


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    options.add_answers(parser, many=True, sets=False)
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
    from ohif_setup.files.site_paths import site_paths
    from ohif_setup.steps import permission, regeneration

    if not arguments.yes and not permission.is_at_terminal():
        raise _needs_yes(file, arguments)
    site = site_paths(file)
    regeneration.tidy(site)
    record = _record(site, arguments)
    steps, lost = history.steps_back(record), history.losses(site, record)
    _show(site, steps)
    other_way = ["--redo"]
    if arguments.redo:
        other_way = []
    back = options.command(NAME, file, *other_way)
    for place in lost:
        print(f"{place} was edited since that run: those edits go too, and come back with {back}.")
    if not arguments.yes and not _agreed(record, arguments, safe=not lost):
        print("Nothing was changed.")
        return 0
    _carried_out(site, arguments, steps)
    if arguments.redo:
        print(f"Done again: {record.title}. To take it back: {back}")
    else:
        print(f"Taken back: {record.title}. To do it again: {back}")
    return 0


def _agreed(record: Record, arguments: Namespace, *, safe: bool) -> bool:
    from ohif_setup.wizard.prompts import ask_yes

    if arguments.redo:
        return ask_yes(f"Do `{record.title}` again?", default=safe)
    return ask_yes(f"Take the last run (`{record.title}`) back?", default=safe)


def _one_of_many(file: Path, arguments: Namespace) -> tuple[int, str]:
    from ohif_setup.files.site_paths import site_paths

    record, lost = _carried_out(site_paths(file), arguments)
    words = f"taken back: {record.title}"
    if arguments.redo:
        words = f"done again: {record.title}"
    if lost:
        words += f", with the edits since then of {', '.join(place.name for place in lost)}"
    return 0, words


def _carried_out(
    site: SitePaths, arguments: Namespace, agreed: Sequence[Replacement] | None = None
) -> tuple[Record, Sequence[SafePath]]:
    """Goes back, if that does what was agreed to; and the files whose edits since the run went with it. Raises SetupError."""
    from ohif_setup.files import history
    from ohif_setup.files.transaction import changed
    from ohif_setup.steps.regeneration import locked

    with locked(site, NAME):
        record = _record(site, arguments)
        steps, lost = history.steps_back(record), history.losses(site, record)
        if agreed is not None and tuple(steps) != tuple(agreed):
            raise changed(site.folder)
        history.go_back(site, record, steps)
    return record, lost


def _record(site: SitePaths, arguments: Namespace) -> Record:
    """The last run. Raises SetupError (`nothing-to-undo`) where there is none of the wanted kind."""
    from ohif_setup.errors import SetupError
    from ohif_setup.files import history

    record = history.load(site)
    wanted = "redo" if arguments.redo else "undo"
    if record is not None and record.kind == wanted:
        return record
    if record is None:
        message, hint = "no run of yours is remembered on this machine", "ohif-setup diff shows how things stand"
    elif arguments.redo:
        message, hint = "nothing was taken back", "ohif-setup undo takes the last run back"
    else:
        message, hint = "the last run was taken back already", "ohif-setup undo --redo does it again"
    raise SetupError("nothing-to-undo", message, where=str(site.answers), hint=hint)


def _show(site: SitePaths, steps: Sequence[Replacement]) -> None:
    """The changes to what people see; those of our own records go along without a word."""
    from ohif_setup.files.compare import difference

    for step in steps:
        if site.is_record(step.path) or step.before == step.after:
            continue
        word = "update"
        if step.before is None:
            word = "create"
        elif step.after is None:
            word = "remove"
        print(f"{word:<10} {step.path}")
        if word == "update":
            print(difference(step.path.name, step.before, step.after) + "\n")


def _needs_yes(file: Path, arguments: Namespace) -> Exception:
    more = ["--redo"] * arguments.redo + ["--yes"]
    return options.needs_yes(NAME, options.command(NAME, file, *more))
