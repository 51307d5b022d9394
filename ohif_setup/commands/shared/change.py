"""Changed answers and what follows from them in the files: shown, agreed to, written. What `set` and `unset` share."""

from __future__ import annotations

import copy
import os
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from shlex import quote
from typing import Any

from ohif_setup.answers.file.reading import parse_answers, read_answers_text
from ohif_setup.answers.file.removing import without_answers
from ohif_setup.answers.file.writing import updated_answers
from ohif_setup.answers.model import Answers
from ohif_setup.answers.problems import SET_COMMAND, AnswersError
from ohif_setup.answers.sources import collect_from, variable
from ohif_setup.apply.compare import difference
from ohif_setup.apply.lines import mark_of
from ohif_setup.apply.regenerate import diff
from ohif_setup.apply.site_paths import SitePaths, site_paths
from ohif_setup.apply.transaction import Replacement
from ohif_setup.checks.answers import judge
from ohif_setup.commands.shared import many, options, permission, regeneration, sites
from ohif_setup.commands.shared.regeneration import edited_by_hand
from ohif_setup.commands.shared.tenant import with_tenant_id
from ohif_setup.disk.reading import is_there, read_regular
from ohif_setup.disk.safe_path import SafePath
from ohif_setup.errors import SetupError
from ohif_setup.talk import rows, saying
from ohif_setup.talk.prompts import ask_yes


class Edits:
    """The changes of one answers file: KEY=VALUE, and the keys and tables that go."""

    def __init__(self, sets: Sequence[str], gone: Sequence[str]) -> None:
        self.sets = sets
        self.gone = gone


def run(arguments: Namespace, name: str, sets_for: Callable[[Path], Sequence[str]], gone: Sequence[str] = ()) -> int:
    """0 when all is written, or was so already; 1 when a conflict is left. `sets_for` gives the changes of one answers file as
    KEY=VALUE; `gone` are the keys and tables that are taken out."""
    given = options.answers_of(arguments)
    files = sites.answers_files(given)
    if not sites.is_many(given):
        return _single(files[0], arguments, name, lambda: Edits(sets_for(files[0]), gone))
    if not arguments.yes:
        raise _needs_yes(name)
    many.refuse_same_place((file, _folder_then(file, sets_for)) for file in files)
    return many.each(
        files, lambda file: _one_of_many(file, arguments, name, lambda: Edits(sets_for(file), gone)), done="done"
    )


def _folder_then(file: Path, sets_for: Callable[[Path], Sequence[str]]) -> Path:
    """The output folder after the change; of a file that cannot be read, the one before."""
    try:
        return many.output_folder(file, sets_for(file), os.environ)
    except SetupError:  # said of that site later
        return many.output_folder(file, (), os.environ)


def _single(file: Path, arguments: Namespace, name: str, wanted_of: Callable[[], Edits]) -> int:

    at_terminal = permission.is_at_terminal()
    if not arguments.yes and not at_terminal:
        raise _needs_yes(name)
    site = site_paths(file)
    regeneration.tidy(site)
    before = _folder_before(site)
    # Before anything is read from it, so that what is saved meanwhile is noticed.
    old, wanted = read_regular(site.answers) or b"", wanted_of()
    new, answers = changed(file, old, wanted)
    asks = at_terminal and not arguments.yes
    folder = permission.output_of(site, answers.output.directory, wanted.sets, asks=asks)
    policy = regeneration.ConflictPolicy(arguments.strategy, arguments.force, asks=asks)
    found = regeneration.surveyed(site, folder, answers)
    decisions = regeneration.decided(found, policy)
    text = difference(file.name, old, new)
    if text:
        print(text + "\n")
    for decision in decisions:
        if decision.word not in ("identical", "kept", "conflict"):
            print(diff(decision) + "\n")
    if old == new and not any(decision.word in regeneration.CHANGES for decision in decisions):
        permission.allow_named(site, wanted.sets)
        print("Nothing changes.")
        return 0
    said = saying.rows(found, decisions)
    word = "update"
    if old == new:
        word = "identical"
    for row in [[word, "", str(file)], *said]:
        print(rows.line(row))
    asked = 0
    if policy.asks_about(decisions):
        asked = sum(decision.word == "conflict" for decision in decisions)
    if not arguments.yes and not _agreed(asked):
        print("Nothing was written.")
        return 0
    notes = [
        *(
            f"\n! {variable} is set in this environment, and wins over the answers file while it is."
            for variable in _overruled(wanted)
        ),
        *_what_stays(before, folder),
    ]
    permission.allow_named(site, wanted.sets)
    found, decisions = regeneration.regenerate(
        site, folder, answers, policy, title=name, others=[Replacement(site.answers, old, new)]
    )
    settled = [rows.line(row) for row in saying.rows(found, decisions) if row not in said]
    left = saying.conflict_help(found, decisions, options.command("generate", file))
    for text in (*settled, *left, *saying.news_of_tool(found, decisions), *notes):
        print(text)
    _say_next(answers, file, folder)
    return int(any(decision.word == "conflict" for decision in decisions))


def _folder_before(site: SitePaths) -> SafePath | None:
    """The output folder before the change, None where nobody has allowed it."""
    return permission.known_output_of(site, many.output_directory(site.answers.shown, (), os.environ))


def _say_next(answers: Answers, file: Path, folder: SafePath) -> None:
    """What the answers are in doubt about now, and what is left to do."""
    for finding in judge(answers, None):
        if finding.status == "warn":
            print(f"\n! {finding.subject}: {finding.title}")
            for fix in finding.fix:
                print(f"  {fix.text}")
    steps = folder / "NEXT-STEPS.md"
    check = options.command("check", file)
    if is_there(steps):
        check = f"{steps} says where each file goes; then: {check}"
    print(f"\nNext: {check}")
    print(f"To take this back: {options.command('undo', file)}")


def _agreed(conflicts: int) -> bool:
    """Whether she wants it written; `conflicts` is how many she is asked about afterwards."""
    print()
    question = "Write them?"
    if conflicts == 1:
        question += " You are asked about the conflict then."
    elif conflicts:
        question += " You are asked about each conflict then."
    return ask_yes(question, default=True)


def _one_of_many(file: Path, arguments: Namespace, name: str, wanted_of: Callable[[], Edits]) -> tuple[int, str]:

    site = site_paths(file)
    regeneration.tidy(site)
    before = _folder_before(site)
    # Before anything is read from it, so that what is saved meanwhile is noticed.
    old, wanted = read_regular(site.answers) or b"", wanted_of()
    new, answers = changed(file, old, wanted)
    policy = regeneration.ConflictPolicy(arguments.strategy, arguments.force)
    folder = permission.output_of(site, answers.output.directory, wanted.sets)
    left = _left_behind(before, folder)
    own = [Replacement(site.answers, old, new)]
    permission.allow_named(site, wanted.sets)
    found, decisions = regeneration.regenerate(site, folder, answers, policy, title=name, others=own)
    words = saying.in_one_line(found, decisions, own, options.command("generate", file))
    if left:
        words += f"; edited by hand, and left behind: {', '.join(str(before / path) for path in left if before)}"
    return int(any(decision.word == "conflict" for decision in decisions)), words


def changed(file: Path, old: bytes, wanted: Edits) -> tuple[bytes, Answers]:
    """The answers file afterwards, and the answers that hold then, with those of the environment. Raises SetupError."""
    text = read_answers_text(file)
    parse_answers(text, where=str(file))
    text = without_answers(text, wanted.gone)
    raw = parse_answers(text, where=str(file))
    answers = with_tenant_id(_of_the_file_alone(raw, wanted, file), file)[0]
    new = (mark_of(old) + updated_answers(text, answers)).encode()
    # As `generate` will read it: a variable wins over the file.
    raw = parse_answers(new.decode("utf-8-sig"), where=str(file))
    with_environment = collect_from(raw, (), os.environ, str(file)).validated(file=str(file))
    return new, with_tenant_id(with_environment, file)[0]


def _of_the_file_alone(raw: dict[str, Any], wanted: Edits, file: Path) -> Answers:
    """What the file says with the changes. Raises AnswersError, or SetupError (`answers-in-environment`) where it is complete only
    with what the environment gives, which does not belong into it."""
    whole = copy.deepcopy(raw)
    try:
        return collect_from(raw, wanted.sets, {}, str(file), by=SET_COMMAND).validated(file=str(file))
    except AnswersError as error:
        missing = [problem.key for problem in error.problems if problem.kind == "missing"]
        if not missing:
            raise
        gone = {*wanted.gone, *(pair.removesuffix("=") for pair in wanted.sets if pair.endswith("="))} & {*missing}
        if gone:
            raise _needed(min(gone)) from None
        collect_from(whole, wanted.sets, os.environ, str(file), by=SET_COMMAND).validated(file=str(file))
    raise SetupError(
        "answers-in-environment",
        f"is complete only with answers from the environment ({', '.join(missing)}), and those do not belong into it",
        where=str(file),
        hint=f"edit the file yourself, then: {options.command('generate', file)}",
    )


def _needed(key: str) -> Exception:

    return SetupError(
        "answers-invalid",
        "has no default, so it cannot be taken out",
        where=key,
        hint=f"ohif-setup set {key}=VALUE",
    )


def _what_stays(before: SafePath | None, folder: SafePath) -> list[str]:
    """Where the files go to another folder, those in the old one are nobody's to remove, and hand edits in them stay there."""
    if before is None or before.real == folder.real or not is_there(before):
        return []
    lines = ["", f"The files in {before} stay where they are, and nothing uses them any more."]
    for name in _left_behind(before, folder):
        old, new = quote(str(before / name)), quote(str(folder / name))
        lines += [
            f"  {before / name} was edited by hand, and {folder / name} does not have that. To take it along, compare,",
            f"  then copy: diff {old} {new}; cp {old} {new}",
        ]
    return lines


def _left_behind(before: SafePath | None, folder: SafePath) -> list[str]:
    """The files with hand edits in a folder that is given up for another one."""
    if before is None or before.real == folder.real:
        return []
    try:
        return edited_by_hand(before)
    except SetupError:  # what is remembered of a folder that is given up may well be broken
        return []


def _overruled(wanted: Edits) -> list[str]:
    """The variables that win over what is being changed."""
    keys = [*(pair.partition("=")[0].strip() for pair in wanted.sets), *wanted.gone]
    return [name for key in keys if os.environ.get(name := variable(key))]


def _needs_yes(name: str) -> Exception:
    look = "ohif-setup diff"
    if name == "set":
        look += " --set KEY=VALUE"
    return options.needs_yes(name, f"add --yes. To look first: {look}")
