"""`status`: the site, its files, its last check and what is open, on one screen. Looks at the disk only."""

from __future__ import annotations

import os
import textwrap
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import get_terminal_size

from ohif_setup.answers.model import Answers
from ohif_setup.answers.sources import load
from ohif_setup.apply import last_check, tenant_ids
from ohif_setup.apply.reconcile import Decision
from ohif_setup.apply.regenerate import Survey
from ohif_setup.apply.site_paths import SitePaths, site_paths
from ohif_setup.commands.shared import many, options, permission, regeneration, sites
from ohif_setup.commands.shared.regeneration import CHANGES, ConflictPolicy
from ohif_setup.kinds import kind_of
from ohif_setup.providers import provider_of

NAME = "status"
_STATES = {
    "identical": "as generated",
    "kept": "edited",
    "update": "outdated",
    "merged": "edited, outdated",
    "conflict": "edited, in conflict",
    "create": "missing",
    "remove": "not needed",
}
_LABEL = 12
MOST_OPEN = 8
"""How many things to do are shown, so that all fits on a screen."""


def run(arguments: Namespace) -> int:
    """Returns 0, whatever the state is; for many sites the worst status (`many.each`)."""
    given = options.answers_of(arguments)
    files = sites.answers_files(given)
    if sites.is_many(given):
        return many.each(files, lambda file: (0, _in_one_line(file, arguments)), done="read")
    for line in _screen(files[0], arguments):
        print(line)
    return 0


def _screen(file: Path, arguments: Namespace) -> Iterator[str]:
    site, answers, found, decisions = _seen(file, arguments)
    labels = ", ".join(kind_of(server).label_of(server) for server in answers.servers)
    yield _row("Site", f"{answers.viewer.url}  →  {labels}")
    yield _row("Answers", str(file))
    yield _row("Sign-in", _sign_in(answers))
    yield ""
    words = [(_state(decision), str(found.folder / decision.row.name)) for decision in decisions]
    width = max((len(word) for word, _ in words), default=0) + 2
    for number, (word, path) in enumerate(words):
        yield _row("" if number else "Files", f"{word:<{width}}{path}")
    yield ""
    check = last_check.recall(site)
    yield from _checked(check, answers)
    left = list(_open(check, decisions, file))
    if left:
        yield ""
    for number, text in enumerate(left[:MOST_OPEN]):
        yield from _wrapped("" if number else "Open", f"{number + 1}. {text}")
    if len(left) > MOST_OPEN:
        yield _row("", f"and {len(left) - MOST_OPEN} more: {options.command('check', file)}")


def _in_one_line(file: Path, arguments: Namespace) -> str:
    site, _, _, decisions = _seen(file, arguments)
    states = [_state(decision) for decision in decisions]
    words = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    check = last_check.recall(site)
    if check is None:
        return f"{words}; never checked"
    return f"{words}; {_moment(check.when)}: {check.verdict}"


def _seen(file: Path, arguments: Namespace) -> tuple[SitePaths, Answers, Survey, Sequence[Decision]]:
    site = site_paths(file)
    answers = load(file, arguments.sets, os.environ)
    if answers.sign_in and (tenant_id := tenant_ids.recall(site, answers.sign_in)):
        answers = answers.with_tenant_id(tenant_id)
    folder = permission.output_of(site, answers.output.directory, arguments.sets)
    found = regeneration.looked(site, folder, answers)
    return site, answers, found, regeneration.decided(found, ConflictPolicy())


def _state(decision: Decision) -> str:
    if decision.reason == "deleted":
        return "deleted"
    return _STATES[decision.word]


def _sign_in(answers: Answers) -> str:
    if answers.sign_in is None:
        return "none"
    return f"{provider_of(answers.sign_in).name}, client {answers.sign_in.client_id}"


def _checked(check: last_check.LastCheck | None, answers: Answers) -> Iterator[str]:
    if check is None:
        yield _row("Last check", "never, by this user on this machine")
        return
    changed = ""
    if check.answers != regeneration.provenance(answers).answers:
        changed = " The answers have changed since."
    yield from _wrapped("Last check", f"{_moment(check.when)}  {check.verdict}{changed}")


def _open(check: last_check.LastCheck | None, decisions: Sequence[Decision], file: Path) -> Iterator[str]:
    if any(decision.word in CHANGES for decision in decisions):
        yield f"The files are not up to date: {options.command('generate', file)}"
    if check is None:
        yield f"Nobody has checked the site: {options.command('check', file)}"
    else:
        yield from check.left


def _moment(when: str) -> str:
    """`2026-11-30 20:04` of a time in ISO 8601."""
    return when[:16].replace("T", " ")


def _row(label: str, text: str) -> str:
    return f"{label:<{_LABEL}}{text}"


def _wrapped(label: str, text: str) -> Iterator[str]:
    # Fixed where the output is no terminal, so that logs do not depend on the machine.
    width = min(100, get_terminal_size((100, 24)).columns - 1)
    yield from textwrap.wrap(
        text,
        width,
        initial_indent=f"{label:<{_LABEL}}",
        subsequent_indent=" " * (_LABEL + 3),
        break_long_words=False,
        break_on_hyphens=False,
    )
