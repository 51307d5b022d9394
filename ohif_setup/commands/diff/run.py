"""`diff`: what `generate` would do, and why: changed answers, hand edits, a newer tool."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from ohif_setup.apply.compare import difference
from ohif_setup.apply.reconcile import Decision
from ohif_setup.apply.regenerate import Survey, causes, diff
from ohif_setup.apply.site_paths import site_paths
from ohif_setup.apply.transaction import Replacement
from ohif_setup.commands.shared import many, options, permission, regeneration, sites
from ohif_setup.commands.shared.loading import loaded
from ohif_setup.commands.shared.regeneration import CHANGES
from ohif_setup.talk import rows, saying
from ohif_setup.talk.saying import in_one_line, reasons

NAME = "diff"


def run(arguments: Namespace) -> int:
    """Returns 0 when nothing would change, 1 when something would; for many sites the worst status (`many.each`)."""
    given = options.answers_of(arguments)
    files = sites.answers_files(given)
    if sites.is_many(given):
        return many.each(files, lambda file: _one_of_many(file, arguments), done="as they should be")
    found, decisions, own = _seen(files[0], arguments, asks=permission.is_at_terminal())
    if own.before != own.after:
        print(rows.line(["update", "", str(own.path)]) + "\n")
        _print(difference(own.path.name, own.before, own.after))
        print()
    for decision, row in zip(decisions, saying.rows(found, decisions), strict=True):
        if decision.word != "identical":
            _show(found, decision, row)
    for text in saying.news_of_tool(found, decisions):
        print(text)
    for name, wrong in saying.broken(decisions).items():
        print(f"! {found.folder / name} was edited by hand and would not work: {wrong}")
    if own.before != own.after or _changes(decisions):
        return 1
    print("generate would change nothing.")
    return 0


def _seen(file: Path, arguments: Namespace, *, asks: bool = False) -> tuple[Survey, Sequence[Decision], Replacement]:
    """The survey, the decisions, and the change of the answers file. `asks`: the user at the terminal may be asked for permission
    to use the output folder."""
    site = site_paths(file)
    answers, own = loaded(site, arguments.sets, looks=True)
    folder = permission.output_of(site, answers.output.directory, arguments.sets, asks=asks)
    found = regeneration.looked(site, folder, answers)
    return found, regeneration.decided(found, regeneration.ConflictPolicy()), own


def _one_of_many(file: Path, arguments: Namespace) -> tuple[int, str]:
    found, decisions, own = _seen(file, arguments)
    others = [own] if own.before != own.after else []
    again = options.command(NAME, file, *(word for pair in arguments.sets for word in ("--set", pair)))
    return int(bool(others) or _changes(decisions)), in_one_line(found, decisions, others, again)


def _changes(decisions: Sequence[Decision]) -> bool:
    return any(decision.word in CHANGES for decision in decisions)


def _show(found: Survey, decision: Decision, row: Sequence[str]) -> None:
    """Prints the word for a file with its reasons, then the hand edits, then the change that `generate` would make."""
    why = causes(found, decision)
    print(rows.line(row))
    for reason in reasons(found, decision):
        print(f"  because    {reason}")
    base = found.state.bases.get(decision.row.name)
    # The merge base has lines without their endings, so a file with CRLF must not differ in every line.
    if "hand" in why and base is not None and decision.row.disk is not None:
        print("\n  edited by hand since the last run:\n")
        _print(
            difference(decision.row.name, "\n".join([*base, ""]).encode(), decision.row.disk.replace(b"\r\n", b"\n"))
        )
    text = diff(decision)
    if text and decision.word != "kept":
        title = "what generate would do"
        if decision.word == "conflict":
            title = "the two versions in conflict"
        print(f"\n  {title}:\n")
        _print(text)
    print()


def _print(text: str) -> None:
    for text_line in text.splitlines():
        print(f"  {text_line}")
