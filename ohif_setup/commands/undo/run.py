"""`undo`: undoes the last run, answers and files together, then the one before; `--redo` redoes them; `--list` lists them."""

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
    """Returns 0 when it is done, or when the user declines; for many sites the worst status (`many.each`)."""
    given = options.answers_of(arguments)
    files = sites.answers_files(given)
    if arguments.list:
        for file in files:
            _list(file, titled=sites.is_many(given))
        return 0
    if not sites.is_many(given):
        return _single(files[0], arguments)
    if not arguments.yes:
        raise _needs_yes(given[0], arguments)
    return many.each(files, lambda file: _one_of_many(file, arguments), done="done")


def _single(file: Path, arguments: Namespace) -> int:
    if not arguments.yes and not permission.is_at_terminal():
        raise _needs_yes(file, arguments)
    site = site_paths(file)
    # An interrupted run is completed or undone first: only then is it clear what the last run is.
    regeneration.tidy(site)
    record = _record(site, arguments)
    steps, lost = history.steps_back(record), history.losses(site, record)
    _show(site, steps)
    other_way = ["--redo"]
    if arguments.redo:
        other_way = []
    back = options.command(NAME, file, *other_way)
    # These edits are not lost for good: the undo is itself recorded, with the bytes that it replaces.
    for place in lost:
        print(f"{place} was edited since that run: those edits are undone too; to restore them: {back}.")
    # No default of "yes" where edits by hand would be undone too.
    if not arguments.yes and not _agreed(record, arguments, safe=not lost):
        print("Nothing was changed.")
        return 0
    _carried_out(site, arguments, steps)
    if arguments.redo:
        print(f"Redone: {record.title}. To undo it: {back}")
    else:
        print(f"Undone: {record.title}. To redo it: {back}")
    return 0


def _agreed(record: Run, arguments: Namespace, *, safe: bool) -> bool:
    if arguments.redo:
        return ask_yes(f"Redo `{record.title}`?", default=safe)
    return ask_yes(f"Undo the last run (`{record.title}`)?", default=safe)


def _one_of_many(file: Path, arguments: Namespace) -> tuple[int, str]:
    record, lost = _carried_out(site_paths(file), arguments)
    words = f"undone: {record.title}"
    if arguments.redo:
        words = f"redone: {record.title}"
    if lost:
        words += f", including later edits to {', '.join(place.name for place in lost)}"
    return 0, words


def _carried_out(
    site: SitePaths, arguments: Namespace, agreed: Sequence[Replacement] | None = None
) -> tuple[Run, Sequence[SafePath]]:
    """Undoes (or redoes) the run, and returns its record and the files whose later edits were replaced.

    `agreed` are the steps that the user saw; None skips the comparison. Raises SetupError.
    """
    with locked(site, NAME):
        record = _record(site, arguments)
        steps, lost = history.steps_back(record), history.losses(site, record)
        # A file was edited, or another run ended, while the question was open: what was agreed to is not what would
        # happen.
        if agreed is not None and tuple(steps) != tuple(agreed):
            raise changed(site.folder)
        history.go_back(site, record, steps)
    return record, lost


def _record(site: SitePaths, arguments: Namespace) -> Run:
    """The record of the last run. Raises SetupError (`nothing-to-undo`) where it cannot be undone (or redone)."""
    records, file = history.load(site), site.answers.shown
    wanted = "redo" if arguments.redo else "undo"
    found = next((record for record in records if record.kind == wanted), None)
    if found is not None:
        return found
    if not records:
        message, hint = (
            "no run is recorded for you on this machine",
            f"{options.command('diff', file)} shows the current state",
        )
    elif arguments.redo:
        message, hint = "nothing was undone", f"{options.command(NAME, file)} undoes the last run"
    else:
        message = "every run that is recorded is already undone"
        hint = f"{options.command(NAME, file, '--redo')} redoes the last of them"
    raise SetupError("nothing-to-undo", message, where=str(site.answers), hint=hint)


def _show(site: SitePaths, steps: Sequence[Replacement]) -> None:
    """Prints the changes to the files that users see. The tool's own records change with them and are not shown."""
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


def _list(file: Path, *, titled: bool) -> None:
    """Prints what can be undone and what can be redone, each in the order in which that happens."""
    site = site_paths(file)
    records = history.load(site)
    if titled:
        print(f"{file}\n")
    if not records:
        print("No run is recorded for you on this machine.")
    kinds = {"undo": "Can be undone, the next one first", "redo": "Can be redone, the next one first"}
    for kind, heading in kinds.items():
        chosen = [record for record in records if record.kind == kind]
        if not chosen:
            continue
        print(f"{heading}: {options.command(NAME, file, *['--redo'] * (kind == 'redo'))}\n")
        for number, record in enumerate(chosen, start=1):
            files = ", ".join(change.path.name for change in record.changes if not site.is_record(change.path))
            print(f"  {number:>2}  {record.when[:16].replace('T', ' '):<16}  {record.title:<14}  {files}")
        print()


def _needs_yes(file: Path, arguments: Namespace) -> Exception:
    more = ["--redo"] * arguments.redo + ["--yes"]
    return options.needs_yes(NAME, options.command(NAME, file, *more))
