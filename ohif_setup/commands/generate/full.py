"""The full path of `generate`: survey, decide, write, report."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from ohif_setup.apply import digest
from ohif_setup.apply.reconcile import Decision
from ohif_setup.apply.regenerate import Survey, afterwards, diff, files_after
from ohif_setup.apply.site_paths import site_paths
from ohif_setup.apply.transaction import Replacement
from ohif_setup.commands.generate.short import as_before, is_look, known_inputs
from ohif_setup.commands.shared import many, options, permission, regeneration
from ohif_setup.commands.shared.loading import loaded
from ohif_setup.commands.shared.regeneration import CHANGES, ConflictPolicy
from ohif_setup.errors import SetupError
from ohif_setup.talk import rows, saying
from ohif_setup.talk.saying import broken

NAME = "generate"


def single(file: Path, arguments: Namespace) -> int:
    """Generates the files of one site and prints a line for each. Returns the exit status."""
    asks = permission.is_at_terminal() and not is_look(arguments)
    policy = regeneration.ConflictPolicy(arguments.strategy, arguments.force, asks=asks)
    found, decisions, others = _generated(file, arguments, policy, known_inputs(file, arguments))
    for text in saying.news_of_tool(found, decisions) if not arguments.quiet else ():
        print(text, file=sys.stderr)
    # A run that only looks has nothing else to say than what would change.
    wrong = {"conflict", *(CHANGES if is_look(arguments) else ())}
    for other in others if not arguments.quiet or is_look(arguments) else ():
        print(rows.line(["update", "", str(other.path)]))
    for decision, row in zip(decisions, saying.rows(found, decisions), strict=True):
        if not arguments.quiet or decision.word in wrong:
            print(rows.line(row))
        if arguments.diff:
            _print_diff(decision)
    if not arguments.diff:
        for text in saying.conflict_help(found, decisions, _again(file, arguments), written=not is_look(arguments)):
            print(text)
    return _status(arguments, decisions, others)


def many_sites(files: Sequence[Path], arguments: Namespace) -> int:
    """Generates the files of many sites and prints a line for each site. Returns the worst exit status."""
    if arguments.output:
        _refuse_output()
    # Before the first site is written: the second one would overwrite its files.
    many.refuse_same_place((file, many.output_folder(file, arguments.sets, os.environ)) for file in files)
    done = "as they should be"
    if arguments.dry_run:
        done = "looked at"
    return many.each(files, lambda file: _one_of_many(file, arguments), done=done, quiet=arguments.quiet)


def _one_of_many(file: Path, arguments: Namespace) -> tuple[int, str]:
    inputs = known_inputs(file, arguments)
    before = as_before(file, inputs)
    if before is not None:
        return 0, rows.summary(before)

    # Without a terminal: nobody answers questions for forty sites in a row, so conflicts stay as they are.
    policy = regeneration.ConflictPolicy(arguments.strategy, arguments.force)
    found, decisions, others = _generated(file, arguments, policy, inputs)
    words = saying.in_one_line(found, decisions, others, _again(file, arguments))
    differences = [text for decision in decisions if arguments.diff and (text := diff(decision))]
    return _status(arguments, decisions, others), "\n".join([words, *differences])


def _generated(
    file: Path, arguments: Namespace, policy: ConflictPolicy, inputs: str
) -> tuple[Survey, Sequence[Decision], Sequence[Replacement]]:
    """The survey, the decisions, and the answers file where it changes too (an older layout, a tenant given as a domain name)."""
    site = site_paths(file)
    # A run that only looks must not even complete an interrupted one.
    if not is_look(arguments):
        regeneration.tidy(site)
    answers, own = loaded(site, arguments.sets, looks=is_look(arguments))
    if arguments.output:
        # --output comes from the person who runs the command, so it needs no permission.
        folder = permission.folder_named(arguments.output, site)
    else:
        folder = permission.output_of(site, answers.output.directory, arguments.sets, asks=policy.asks)
    others = [own] if own.before != own.after else []
    if is_look(arguments):
        found = regeneration.looked(site, folder, answers)
        return found, regeneration.decided(found, policy), others
    found, decisions = regeneration.regenerate(site, folder, answers, policy, title=NAME, others=[own])
    # A changed answers file changes the digest of the inputs: the next run has to look once more.
    if inputs and not others:
        _remember(found, decisions, arguments, inputs)
    return found, decisions, others


def _remember(found: Survey, decisions: Sequence[Decision], arguments: Namespace, inputs: str) -> None:
    """Records what the next run would print, so that it can take the short path if nothing changes until then."""
    then = afterwards(found, decisions)
    # Decided again on the files as they are now: a file that is `update` today is `identical` in the next run.
    decided = regeneration.decided(then, regeneration.ConflictPolicy())
    # A conflict that is left, or a broken file, must be reported by each run.
    if any(decision.word in regeneration.CHANGES for decision in decided) or saying.broken(decided):
        return
    file = found.site.answers.shown
    digest.remember(
        str(file),
        os.environ,
        folder=found.folder.real,
        known=inputs,
        again=known_inputs(file, arguments),
        files=files_after(found, decisions),
        rows=saying.rows(then, decided),
    )


def _again(file: Path, arguments: Namespace) -> str:
    """The command line that repeats this run, without the options that resolve conflicts."""
    sets = [word for pair in arguments.sets for word in ("--set", pair)]
    if arguments.output:
        sets += ["--output", str(arguments.output)]
    return options.command(NAME, file, *sets)


def _print_diff(decision: Decision) -> None:
    text = diff(decision)
    if text:
        print(text)


def _status(arguments: Namespace, decisions: Sequence[Decision], others: Sequence[Replacement]) -> int:
    words = {decision.word for decision in decisions}
    # A file that is kept with hand edits, although it would not work, is a failure whatever the options are.
    if broken(decisions):
        return 1
    if arguments.check or arguments.diff:
        return int(bool(others) or not words.isdisjoint(CHANGES))
    # --dry-run promises to show what would happen; a conflict is part of that, and no failure.
    return int("conflict" in words and not arguments.dry_run)


def _refuse_output() -> None:
    raise SetupError(
        "sites-same-output",
        "would write every site into the same folder",
        where="--output",
        hint="give each site its own output.directory in its answers file, and omit --output",
    )
