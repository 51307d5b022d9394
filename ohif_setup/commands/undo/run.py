"""`undo`: takes the last run back, answers and files together; `--redo` does it again."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from ohif_setup.apply import history
from ohif_setup.apply.change import Run
from ohif_setup.apply.compare import difference
from ohif_setup.apply.site_paths import SitePaths, site_paths
from ohif_setup.apply.transaction import Replacement, changed
from ohif_setup.commands.shared import many, options, permission, regeneration, sites
from ohif_setup.commands.shared.regeneration import locked
from ohif_setup.disk.safe_path import SafePath
from ohif_setup.errors import SetupError
from ohif_setup.talk.prompts import ask_yes

NAME = "undo"


def run(arguments: Namespace) -> int:
    """0 when it is done, or when the person at the terminal would rather not."""
    given = options.answers_of(arguments)
    files = sites.answers_files(given)
    if not sites.is_many(given):
        return _single(files[0], arguments)
    if not arguments.yes:
        raise _needs_yes(given[0], arguments)
    return many.each(files, lambda file: _one_of_many(file, arguments), done="done")


def _single(file: Path, arguments: Namespace) -> int:

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


def _agreed(record: Run, arguments: Namespace, *, safe: bool) -> bool:

    if arguments.redo:
        return ask_yes(f"Do `{record.title}` again?", default=safe)
    return ask_yes(f"Take the last run (`{record.title}`) back?", default=safe)


def _one_of_many(file: Path, arguments: Namespace) -> tuple[int, str]:

    record, lost = _carried_out(site_paths(file), arguments)
    words = f"taken back: {record.title}"
    if arguments.redo:
        words = f"done again: {record.title}"
    if lost:
        words += f", with the edits since then of {', '.join(place.name for place in lost)}"
    return 0, words


def _carried_out(
    site: SitePaths, arguments: Namespace, agreed: Sequence[Replacement] | None = None
) -> tuple[Run, Sequence[SafePath]]:
    """Goes back, if that does what was agreed to; and the files whose edits since the run went with it. Raises SetupError."""
    with locked(site, NAME):
        record = _record(site, arguments)
        steps, lost = history.steps_back(record), history.losses(site, record)
        if agreed is not None and tuple(steps) != tuple(agreed):
            raise changed(site.folder)
        history.go_back(site, record, steps)
    return record, lost


def _record(site: SitePaths, arguments: Namespace) -> Run:
    """The last run. Raises SetupError (`nothing-to-undo`) where there is none of the wanted kind."""
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
