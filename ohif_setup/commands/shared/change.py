"""What `set` and `unset` share: show the changed answers and the files that change with them, ask, and write all of it."""

from __future__ import annotations

import copy
import os
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from ohif_setup.answers.file.reading import parse_answers, read_answers_text
from ohif_setup.answers.file.removing import without_answers
from ohif_setup.answers.file.writing import updated_answers
from ohif_setup.answers.model import Answers
from ohif_setup.answers.problems import SET_COMMAND, UNSET_COMMAND, AnswersError
from ohif_setup.answers.sources import collect_from, variable
from ohif_setup.apply.change import bytes_of
from ohif_setup.apply.compare import difference
from ohif_setup.apply.lines import mark_of
from ohif_setup.apply.reconcile import Decision
from ohif_setup.apply.regenerate import Survey, diff
from ohif_setup.apply.site_paths import SitePaths, site_paths
from ohif_setup.apply.transaction import Replacement
from ohif_setup.commands.shared import elsewhere, many, options, permission, regeneration, sites
from ohif_setup.commands.shared.regeneration import ConflictPolicy, edited_by_hand
from ohif_setup.commands.shared.tenant import with_tenant_id
from ohif_setup.commands.shared.warnings import say_warnings
from ohif_setup.disk.reading import is_there, read_regular
from ohif_setup.disk.safe_path import SafePath
from ohif_setup.errors import SetupError
from ohif_setup.talk import rows, saying
from ohif_setup.talk.prompts import ask_yes


class Edits:
    """The changes to one answers file: `sets` as KEY=VALUE, and the keys and tables to remove (`gone`)."""

    def __init__(self, sets: Sequence[str], gone: Sequence[str]) -> None:
        self.sets = sets
        self.gone = gone


@dataclass(frozen=True)
class SiteChange:
    """What is to change at one site: `own` is its answers file before and after, `before` the output folder of now (None where no
    user has allowed it), `folder` the one of then."""

    site: SitePaths
    edits: Edits
    own: Replacement
    answers: Answers
    before: SafePath | None
    folder: SafePath


def run(arguments: Namespace, name: str, sets_for: Callable[[Path], Sequence[str]], gone: Sequence[str] = ()) -> int:
    """Returns 0 when everything is written or was so already, 1 when a conflict is left; for many sites the worst status
    (`many.each`). `sets_for` gives the changes to one answers file as KEY=VALUE; `gone` are the keys and tables to remove."""
    given = options.answers_of(arguments)
    files = sites.answers_files(given)
    if not sites.is_many(given):
        return _single(files[0], arguments, name, lambda: Edits(sets_for(files[0]), gone))
    if not arguments.yes:
        raise _needs_yes(name)
    # Checked for all sites before the first is written: `set output.directory=X` gives all of them the same folder.
    many.refuse_same_place((file, _folder_then(file, sets_for)) for file in files)
    return many.each(
        files,
        lambda file: _one_of_many(file, arguments, name, lambda: Edits(sets_for(file), gone)),
        done="done",
        quiet=arguments.quiet,
    )


def _folder_then(file: Path, sets_for: Callable[[Path], Sequence[str]]) -> Path:
    """The output folder after the change; of a file that cannot be read, the one before."""
    try:
        return many.output_folder(file, sets_for(file), os.environ)
    except SetupError:  # reported with that site, when its turn comes
        return many.output_folder(file, (), os.environ)


def _change_of(file: Path, edits_of: Callable[[], Edits], *, asks: bool) -> SiteChange:
    """The change, of which nothing is written yet. `asks`: a user may be asked about the output folder. Raises SetupError."""
    site = site_paths(file)
    regeneration.tidy(site)
    before = folder_before(site)
    # The bytes are read before the answers are parsed: if an editor saves the file in between, the run refuses to overwrite it.
    old, edits = read_regular(site.answers) or b"", edits_of()
    new, answers = changed(file, old, edits)
    folder = permission.output_of(site, answers.output.directory, edits.sets, asks=asks)
    return SiteChange(site, edits, Replacement(site.answers, old, new), answers, before, folder)


def _carried_out(change: SiteChange, policy: ConflictPolicy, name: str) -> tuple[Survey, Sequence[Decision]]:
    """Writes the answers file and the artefacts, or neither."""
    permission.allow_named(change.site, change.edits.sets)
    return regeneration.regenerate(change.site, change.folder, change.answers, policy, title=name, others=[change.own])


def _single(file: Path, arguments: Namespace, name: str, edits_of: Callable[[], Edits]) -> int:
    at_terminal = permission.is_at_terminal()
    if not arguments.yes and not at_terminal:
        raise _needs_yes(name)
    change = _change_of(file, edits_of, asks=at_terminal and not arguments.yes)
    return carry_out(change, file, arguments, name, asks=at_terminal and not arguments.yes)


def carry_out(change: SiteChange, file: Path, arguments: Namespace, name: str, *, asks: bool) -> int:
    """Shows the change, asks (`asks`), writes and says what comes next. Returns the exit status."""
    edits, own, folder = change.edits, change.own, change.folder
    policy = ConflictPolicy(arguments.strategy, arguments.force, asks=asks)
    # A first survey only shows what would change; `regenerate` surveys once more, under the lock of the site.
    found = regeneration.surveyed(change.site, folder, change.answers)
    decisions: Sequence[Decision] = regeneration.decided(found, policy)
    unchanged = own.before == own.after
    # Whoever is asked has to see what is agreed to.
    quiet = arguments.quiet and arguments.yes
    # `output.directory` may be set to what the file has already: it still grants the permission for that folder.
    if unchanged and not any(decision.word in regeneration.CHANGES for decision in decisions):
        permission.allow_named(change.site, edits.sets)
        if not quiet:
            print("Nothing changes.")
        return 0
    shown_rows = saying.rows(found, decisions)
    if not quiet:
        _show(change, decisions, [["identical" if unchanged else "update", "", str(file)], *shown_rows])
    # The question announces the conflicts; each is asked about only after the agreement, in `regenerate`.
    asked = 0
    if policy.asks_about(decisions):
        asked = sum(decision.word == "conflict" for decision in decisions)
    if not arguments.yes and not _agreed(asked):
        print("Nothing was written.")
        return 0
    notes = [
        *(
            f"\n! {variable} is set in this environment and overrides the answers file."
            for variable in _overruled(edits)
        ),
        *_left_behind_note(change.before, folder),
    ]
    found, decisions = _carried_out(change, policy, name)
    # Only what changed against the rows above, such as a conflict that has been resolved since.
    resolved = [rows.line(row) for row in saying.rows(found, decisions) if row not in shown_rows and not quiet]
    left = saying.conflict_help(found, decisions, options.command("generate", file))
    news = saying.news_of_tool(found, decisions)
    for text in (*resolved, *left, *(() if quiet else news), *notes):
        print(text)
    say_warnings(change.answers)
    if not arguments.quiet:
        _say_next(file, folder)
    return int(any(decision.word == "conflict" for decision in decisions))


def folder_before(site: SitePaths) -> SafePath | None:
    """The output folder before the change; None where no user has allowed it."""
    return permission.known_output_of(site, many.output_directory(site.answers.shown, (), os.environ))


def _show(change: SiteChange, decisions: Sequence[Decision], shown_rows: Sequence[Sequence[str]]) -> None:
    """Prints what the change asks of others, then a row for each file, then the differences, which may be long."""
    for line in elsewhere.to_do(bytes_of(change.own.before), change.answers):
        print(line)
    for row in shown_rows:
        print(rows.line(list(row)))
    texts = [difference(change.site.answers.shown.name, change.own.before, change.own.after)]
    texts += [diff(decision) for decision in decisions if decision.word not in ("identical", "kept", "conflict")]
    for text in filter(None, texts):
        print(f"\n{text}")


def _say_next(file: Path, folder: SafePath) -> None:
    """Prints the next commands."""
    steps = folder / "NEXT-STEPS.md"
    check = options.command("check", file)
    if is_there(steps):
        check = f"{steps} says where each file goes; then: {check}"
    print(f"\nNext: {check}")
    print(f"To undo this: {options.command('undo', file)}")


def _agreed(conflicts: int) -> bool:
    """Whether the user agrees to the changes; `conflicts` is the number of conflicts that will be asked about afterwards."""
    print()
    question = "Write them?"
    if conflicts == 1:
        question += " You will then be asked about the conflict."
    elif conflicts:
        question += " You will then be asked about each conflict."
    return ask_yes(question, default=True)


def _one_of_many(file: Path, arguments: Namespace, name: str, edits_of: Callable[[], Edits]) -> tuple[int, str]:
    change = _change_of(file, edits_of, asks=False)
    before, left = change.before, _left_behind(change.before, change.folder)
    found, decisions = _carried_out(change, ConflictPolicy(arguments.strategy, arguments.force), name)
    words = saying.in_one_line(found, decisions, [change.own], options.command("generate", file))
    if before and left:
        words += f"; edited by hand and left in the old folder: {', '.join(str(before / path) for path in left)}"
    return int(any(decision.word == "conflict" for decision in decisions)), words


def changed(file: Path, old: bytes, edits: Edits) -> tuple[bytes, Answers]:
    """The new text of the answers file, and the answers that hold then, those of the environment included. Raises SetupError."""
    text = read_answers_text(file)
    parse_answers(text, where=str(file))
    # The first parse only reports errors of syntax, before any edit is made to the text.
    text = without_answers(text, edits.gone)
    raw = parse_answers(text, where=str(file))
    answers = with_tenant_id(_from_file_alone(raw, edits, file, text), file)[0]
    new = (mark_of(old) + updated_answers(text, answers)).encode()
    # The artefacts follow from file and environment, as `generate` will read them; the file itself gets the changes alone.
    return new, with_environment(new.decode("utf-8-sig"), file)


def with_environment(text: str, file: Path) -> Answers:
    """The answers of this text and of the environment, as `generate` will read them. Raises SetupError."""
    raw = parse_answers(text, where=str(file))
    answers = collect_from(raw, (), os.environ, str(file), text=text).validated(file=str(file))
    return with_tenant_id(answers, file)[0]


def _from_file_alone(raw: dict[str, Any], edits: Edits, file: Path, text: str) -> Answers:
    """The answers of the file with the changes. Raises AnswersError, or SetupError (`answers-in-environment`) where they are
    complete only with variables of the environment, which must not be written into the file."""
    # `collect_from` changes the tables that it is given.
    whole = copy.deepcopy(raw)
    try:
        return collect_from(raw, edits.sets, {}, str(file), by=SET_COMMAND, text=text).validated(file=str(file))
    except AnswersError as error:
        missing = [problem.key for problem in error.problems if problem.kind == "missing"]
        if not missing:
            raise
        # `set KEY=` removes a key as `unset KEY` does.
        gone = {*edits.gone, *(pair.removesuffix("=") for pair in edits.sets if pair.endswith("="))}
        for name in sorted(gone):
            if needed := [key for key in missing if f"{key}.".startswith(f"{name}.")]:
                raise _needed(name, needed, file) from None
        # Any other fault than the missing answers is raised here.
        collected = collect_from(whole, edits.sets, os.environ, str(file), by=SET_COMMAND, text=text)
        collected.validated(file=str(file), by=UNSET_COMMAND if edits.gone else SET_COMMAND)
    raise SetupError(
        "answers-in-environment",
        f"is complete only with answers from the environment ({', '.join(missing)}), which must not be written into it",
        where=str(file),
        hint=f"edit the file yourself, then: {options.command('generate', file)}",
    )


def _needed(name: str, keys: Sequence[str], file: Path) -> Exception:
    """The error for a key or a table that cannot be removed, because a site needs these keys of it."""
    message = "has no default, so it cannot be unset"
    if name not in keys:
        message = f"cannot be unset: {' and '.join(keys)} {'have' if len(keys) > 1 else 'has'} no default"
    return SetupError(
        "answers-invalid",
        message,
        where=name,
        hint=options.command("set", file, *(f"{key}=VALUE" for key in keys)),
    )


def _left_behind_note(before: SafePath | None, folder: SafePath) -> list[str]:
    """A note where the output folder changes: the files in the old one are not removed, and hand edits stay behind in them."""
    if before is None or before.real == folder.real or not is_there(before):
        return []
    lines = ["", f"The files in {before} stay there, but nothing uses them any more."]
    for name in _left_behind(before, folder):
        old, new = quote(str(before / name)), quote(str(folder / name))
        lines += [
            f"  {before / name} was edited by hand, and {folder / name} lacks those edits. To keep them, compare,",
            f"  then copy: diff {old} {new}; cp {old} {new}",
        ]
    return lines


def _left_behind(before: SafePath | None, folder: SafePath) -> list[str]:
    """The files with hand edits in the previous output folder."""
    if before is None or before.real == folder.real:
        return []
    try:
        return edited_by_hand(before)
    except SetupError:  # the state of the old folder may be unreadable, which must not prevent the change
        return []


def _overruled(edits: Edits) -> list[str]:
    """The variables of the environment that override the changed answers."""
    keys = [*(pair.partition("=")[0].strip() for pair in edits.sets), *edits.gone]
    return [name for key in keys if os.environ.get(name := variable(key))]


def _needs_yes(name: str) -> Exception:
    look = "ohif-setup diff"
    if name == "set":
        look += " --set KEY=VALUE"
    return options.needs_yes(name, f"add --yes. To see the changes first: {look}")
