"""`generate`: from the answers files to the artefacts, as often as you like; what was edited by hand stays."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace

from ohif_setup.steps import options, rows

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ohif_setup.files.reconcile import Decision
    from ohif_setup.files.regenerate import Survey
    from ohif_setup.files.transaction import Replacement
    from ohif_setup.steps.regeneration import ConflictPolicy

NAME = "generate"
HELP = "write the configuration from the answers file; keeps what was edited by hand, and a second run changes nothing"
ORDER = 20


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    options.add_answers(parser, many=True)
    parser.add_argument("--output", type=options.path, metavar="DIR", help="write there instead of output.directory")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
    parser.add_argument(
        "--diff", action="store_true", help="show the differences too, write nothing; exit 1 if there are any"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if something would change")
    options.add_strategy(parser)


def run(arguments: Namespace) -> int:
    """0 when the files are as they should be; 1 for a conflict, for a file whose hand edits keep it from working, and with --check
    or --diff when they are not."""
    from ohif_setup.steps import sites

    given = options.answers_of(arguments)
    files = sites.answers_files(given)
    if not sites.is_many(given):
        return _single(files[0], arguments)
    if arguments.output:
        _refuse_output()
    sites.refuse_same_place((file, sites.output_folder(file, arguments.sets, os.environ)) for file in files)
    done = "as they should be"
    if arguments.dry_run:
        done = "looked at"
    return sites.each(files, lambda file: _one_of_many(file, arguments), done=done)


def _single(file: Path, arguments: Namespace) -> int:
    known = _known(file, arguments)
    before = _as_before(file, known)
    if before is not None:
        for row in before:
            print(rows.line(row))
        return 0
    from ohif_setup.steps import permission, regeneration, saying

    asks = permission.is_at_terminal() and not _looking(arguments)
    policy = regeneration.ConflictPolicy(arguments.strategy, arguments.force, asks=asks)
    found, decisions, others = _generated(file, arguments, policy, known)
    for text in saying.news_of_tool(found, decisions):
        print(text, file=sys.stderr)
    for other in others:
        print(rows.line(["update", "", str(other.path)]))
    for decision, row in zip(decisions, saying.rows(found, decisions), strict=True):
        print(rows.line(row))
        if arguments.diff:
            _print_diff(decision)
    if not arguments.diff:
        for text in saying.conflict_help(found, decisions, _again(file, arguments), written=not _looking(arguments)):
            print(text)
    return _status(arguments, decisions, others)


def _one_of_many(file: Path, arguments: Namespace) -> tuple[int, str]:
    known = _known(file, arguments)
    before = _as_before(file, known)
    if before is not None:
        return 0, rows.summary(before)
    from ohif_setup.files.regenerate import diff
    from ohif_setup.steps import regeneration, saying

    policy = regeneration.ConflictPolicy(arguments.strategy, arguments.force)
    found, decisions, others = _generated(file, arguments, policy, known)
    words = saying.in_one_line(found, decisions, others, _again(file, arguments))
    differences = [text for decision in decisions if arguments.diff and (text := diff(decision))]
    return _status(arguments, decisions, others), "\n".join([words, *differences])


def _generated(
    file: Path, arguments: Namespace, policy: ConflictPolicy, known: str
) -> tuple[Survey, Sequence[Decision], Sequence[Replacement]]:
    """What was found and decided, and the answers file where it changes too."""
    from ohif_setup.files.site_paths import site_paths
    from ohif_setup.steps import permission, regeneration
    from ohif_setup.steps.loading import loaded

    site = site_paths(file)
    if not _looking(arguments):
        regeneration.tidy(site)
    answers, own = loaded(site, arguments.sets)
    if arguments.output:
        folder = permission.folder_named(arguments.output, site)
    else:
        folder = permission.output_of(site, answers.output.directory, arguments.sets, asks=policy.asks)
    others = [own] if own.before != own.after else []
    if _looking(arguments):
        found = regeneration.looked(site, folder, answers)
        return found, regeneration.decided(found, policy), others
    found, decisions = regeneration.regenerate(site, folder, answers, policy, title=NAME, others=[own])
    if known and not others:
        _remember(found, decisions, arguments, known)
    return found, decisions, others


def _remember(found: Survey, decisions: Sequence[Decision], arguments: Namespace, known: str) -> None:
    """What the next run would say, so that it can take the short way if nothing changes until then."""
    from ohif_setup.files import digest
    from ohif_setup.files.regenerate import afterwards, files_after
    from ohif_setup.steps import regeneration, saying

    then = afterwards(found, decisions)
    decided = regeneration.decided(then, regeneration.ConflictPolicy())
    if any(decision.word in regeneration.CHANGES for decision in decided) or saying.broken(decided):
        return
    file = found.site.answers.shown
    digest.remember(
        str(file),
        os.environ,
        folder=found.folder.real,
        known=known,
        again=_known(file, arguments),
        files=files_after(found, decisions),
        rows=saying.rows(then, decided),
    )


def _looking(arguments: Namespace) -> bool:
    return bool(arguments.dry_run or arguments.diff or arguments.check)


def _known(file: Path, arguments: Namespace) -> str:
    """The digest of all that decides about this run, empty where a run with these options is never remembered."""
    from ohif_setup.files import digest

    if arguments.diff or arguments.force or arguments.strategy != "stop":
        return ""
    return digest.inputs(str(file), arguments.sets, os.environ, str(arguments.output or ""))


def _as_before(file: Path, known: str) -> list[list[str]] | None:
    """What the last run said, where this one would find nothing to do; without loading pydantic or jinja2."""
    from ohif_setup.files import digest

    return digest.unchanged(str(file), os.environ, known)


def _again(file: Path, arguments: Namespace) -> str:
    """What to type for the same run once more."""
    sets = [word for pair in arguments.sets for word in ("--set", pair)]
    if arguments.output:
        sets += ["--output", str(arguments.output)]
    return options.command(NAME, file, *sets)


def _print_diff(decision: Decision) -> None:
    from ohif_setup.files.regenerate import diff

    text = diff(decision)
    if text:
        print(text)


def _status(arguments: Namespace, decisions: Sequence[Decision], others: Sequence[Replacement]) -> int:
    from ohif_setup.steps.regeneration import CHANGES
    from ohif_setup.steps.saying import broken

    words = {decision.word for decision in decisions}
    if broken(decisions):
        return 1
    if arguments.check or arguments.diff:
        return int(bool(others) or not words.isdisjoint(CHANGES))
    return int("conflict" in words and not arguments.dry_run)


def _refuse_output() -> None:
    from ohif_setup.errors import SetupError

    raise SetupError(
        "sites-same-output",
        "would put every site into one folder",
        where="--output",
        hint="give each site its own output.directory in its answers file, and leave --output away",
    )
