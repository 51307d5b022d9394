"""Changed answers and what follows from them in the files: shown, agreed to, written. What `set` and `unset` share."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace

from ohif_setup.steps import options, rows

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any

    from ohif_setup.answers.model import Answers
    from ohif_setup.files.reconcile import Decision


class Wanted:
    """The changes of one answers file: KEY=VALUE, and the keys and tables that go."""

    def __init__(self, sets: Sequence[str], gone: Sequence[str]) -> None:
        self.sets = sets
        self.gone = gone


def add_arguments(parser: ArgumentParser) -> None:
    """The options of both commands."""
    options.add_answers(parser, many=True, sets=False)
    parser.add_argument("--yes", action="store_true", help="write without asking")
    options.add_strategy(parser)


def run(arguments: Namespace, name: str, sets_for: Callable[[Path], Sequence[str]], gone: Sequence[str] = ()) -> int:
    """0 when all is written, or was so already; 1 when a conflict is left. `sets_for` gives the changes of one answers file as
    KEY=VALUE; `gone` are the keys and tables that are taken out."""
    from ohif_setup.steps import sites

    given = options.answers_of(arguments)
    files = sites.answers_files(given)
    if not sites.is_many(given):
        return _single(files[0], arguments, name, Wanted(sets_for(files[0]), gone))
    if not arguments.yes:
        raise _needs_yes(name)
    sites.refuse_same_place((file, sites.output_folder(file, (), os.environ)) for file in files)
    return sites.each(
        files, lambda file: _one_of_many(file, arguments, name, Wanted(sets_for(file), gone)), done="done"
    )


def _single(file: Path, arguments: Namespace, name: str, wanted: Wanted) -> int:
    from ohif_setup.files.compare import difference
    from ohif_setup.files.regenerate import diff
    from ohif_setup.files.transaction import Replacement
    from ohif_setup.steps import regeneration, sites

    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if not arguments.yes and not at_terminal:
        raise _needs_yes(name)
    regeneration.tidy(sites.output_folder(file, (), os.environ), file)
    old, new, answers = changed(file, wanted)
    folder = file.parent / answers.output.directory
    regeneration.tidy(folder, file)
    manner = regeneration.Manner(arguments.strategy, arguments.force, asks=at_terminal and not arguments.yes)
    found = regeneration.surveyed(folder, answers, file)
    decisions = regeneration.decided(found, manner)
    text = difference(file.name, old, new)
    if text:
        print(text + "\n")
    for one in decisions:
        if one.word not in ("identical", "kept", "conflict"):
            print(diff(one) + "\n")
    if old == new and not any(one.word in regeneration.CHANGES for one in decisions):
        print("Nothing changes.")
        return 0
    said = regeneration.rows(found, decisions)
    for row in [["identical" if old == new else "update", "", str(file)], *said]:
        print(rows.line(row))
    if not arguments.yes and not _agreed(decisions):
        print("Nothing was written.")
        return 0
    found, decisions = regeneration.regenerate(folder, answers, manner, name, [Replacement(file, old, new)])
    for row in regeneration.rows(found, decisions):
        if row not in said:
            print(rows.line(row))
    for text in regeneration.conflict_help(found, decisions, options.command("generate", file)):
        print(text)
    _say_next(answers, file)
    _say_what_stays(file, old, folder)
    return 1 if any(one.word == "conflict" for one in decisions) else 0


def _say_next(answers: Answers, file: Path) -> None:
    """What the answers are in doubt about now, and what is left to do."""
    from ohif_setup.checks.answers import judge

    for finding in judge(answers, None):
        if finding.status == "warn":
            print(f"\n! {finding.subject}: {finding.title}")
            for fix in finding.fix:
                print(f"  {fix.text}")
    steps = file.parent / answers.output.directory / "NEXT-STEPS.md"
    print(f"\nNext: {steps} says where each file goes; then: {options.command('check', file)}")
    print(f"To take this back: {options.command('undo', file)}")


def _agreed(decisions: Sequence[Decision]) -> bool:
    from ohif_setup.wizard.prompts import ask_yes

    print()
    conflict = any(one.word == "conflict" for one in decisions)
    return ask_yes(f"Write them?{' You are asked about the conflict then.' if conflict else ''}", default=True)


def _one_of_many(file: Path, arguments: Namespace, name: str, wanted: Wanted) -> tuple[int, str]:
    from ohif_setup.files.transaction import Replacement
    from ohif_setup.steps import regeneration

    old, new, answers = changed(file, wanted)
    manner = regeneration.Manner(arguments.strategy, arguments.force)
    folder = file.parent / answers.output.directory
    _, decisions = regeneration.regenerate(folder, answers, manner, name, [Replacement(file, old, new)])
    words = rows.summary([["identical" if old == new else "update"], *([one.word] for one in decisions)])
    return (1 if any(one.word == "conflict" for one in decisions) else 0), words


def changed(file: Path, wanted: Wanted) -> tuple[bytes, bytes, Answers]:
    """The answers file before and after, and the answers that hold then, with those of the environment. Raises SetupError."""
    from ohif_setup.answers.file import parse_answers, read_answers_text
    from ohif_setup.answers.problems import SET_COMMAND
    from ohif_setup.answers.removing import without_answers
    from ohif_setup.answers.sources import collect_from, validate
    from ohif_setup.answers.writing import updated_answers
    from ohif_setup.files.staging import read_regular
    from ohif_setup.steps.tenant import with_tenant_id

    text = read_answers_text(file)
    old = read_regular(file) or b""
    parse_answers(text, where=str(file))
    text = without_answers(text, wanted.gone)
    raw = parse_answers(text, where=str(file))
    answers = with_tenant_id(_of_the_file_alone(raw, wanted, file), file)[0]
    mark = "\ufeff" if old.startswith(b"\xef\xbb\xbf") else ""
    new = (mark + updated_answers(text, answers)).encode()
    raw = parse_answers(text, where=str(file))
    with_environment = validate(collect_from(raw, wanted.sets, os.environ, str(file), by=SET_COMMAND), file=str(file))
    return old, new, with_tenant_id(with_environment, file)[0]


def _of_the_file_alone(raw: dict[str, Any], wanted: Wanted, file: Path) -> Answers:
    """What the file says with the changes. Raises AnswersError, or SetupError (`answers-in-environment`) where it is complete only
    with what the environment gives, which does not belong into it."""
    import copy

    from ohif_setup.answers.problems import SET_COMMAND, AnswersError
    from ohif_setup.answers.sources import collect_from, validate
    from ohif_setup.errors import SetupError

    whole = copy.deepcopy(raw)
    try:
        return validate(collect_from(raw, wanted.sets, {}, str(file), by=SET_COMMAND), file=str(file))
    except AnswersError as error:
        missing = [one.key for one in error.problems if one.kind == "missing"]
        if not missing:
            raise
        validate(collect_from(whole, wanted.sets, os.environ, str(file), by=SET_COMMAND), file=str(file))
    raise SetupError(
        "answers-in-environment",
        f"is complete only with answers from the environment ({', '.join(missing)}), and those do not belong into it",
        where=str(file),
        hint="edit the file yourself, then: ohif-setup generate",
    )


def _say_what_stays(file: Path, old: bytes, folder: Path) -> None:
    """Where the files go to another folder, those in the old one are nobody's to remove, and hand edits in them stay there."""
    import tomllib

    from ohif_setup.files.digest import DEFAULT_FOLDER
    from ohif_setup.steps.regeneration import edited_by_hand

    raw = tomllib.loads(old.decode("utf-8-sig")).get("output", {})
    before = file.parent / (raw.get("directory", DEFAULT_FOLDER) if isinstance(raw, dict) else DEFAULT_FOLDER)
    if before.resolve() == folder.resolve() or not before.is_dir():
        return
    print(f"\nThe files in {before} stay where they are, and nothing uses them any more.")
    for name in edited_by_hand(before):
        print(
            f"  {before / name} was edited by hand, and {folder / name} does not have that. To take it along, compare,"
        )
        print(f"  then copy: diff {before / name} {folder / name}; cp {before / name} {folder / name}")


def _needs_yes(name: str) -> Exception:
    from ohif_setup.errors import SetupError

    return SetupError(
        "needs-yes",
        "asks before it writes, and there is no terminal to ask at (or there are several sites)",
        where=f"ohif-setup {name}",
        hint=f"add --yes. To look first: ohif-setup diff{' --set KEY=VALUE' if name == 'set' else ''}",
    )
