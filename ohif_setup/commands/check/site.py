"""Runs the checks of one site and prints their findings; chooses how they sign in."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.checks.check import Check, all_checks
from ohif_setup.checks.choice import chosen
from ohif_setup.checks.generated import Generated
from ohif_setup.checks.look import Look
from ohif_setup.checks.outcome import Outcome, outcome_of
from ohif_setup.checks.run import run as run_checks
from ohif_setup.kinds import kind_of
from ohif_setup.network.request_log import RequestLog
from ohif_setup.network.sign_in import credentials
from ohif_setup.network.sign_in.sign_in import Method, browser_can_open
from ohif_setup.network.wire.http import Http
from ohif_setup.talk.report import json as json_report
from ohif_setup.talk.report import text
from ohif_setup.talk.report.closing import closing
from ohif_setup.talk.report.progress import Progress


def selected(only: Sequence[str], skip: Sequence[str]) -> list[Check[Any]]:
    """The checks that `--only` and `--skip` leave, in the order of the report. Raises SetupError for an unknown check."""
    every = all_checks()
    names = chosen([check.id for check in every], only, skip)
    return [check for check in every if check.id in names]


def unattended_method() -> Method:
    """The sign-in method where no user is present."""
    if credentials.from_environment(os.environ):
        return "service-principal"
    return "none"


def default_method() -> Method:
    """The sign-in method where none was named."""
    unattended = unattended_method()
    if unattended != "none":
        return unattended
    # stderr, not stdout: the prompt of a sign-in goes there, and stdout may be a file (`check --json > report`).
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return "none"
    if browser_can_open():
        return "browser"
    return "device-code"


def check_site(
    answers: Answers,
    method: Method,
    timeout: float,
    *,
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    as_json: bool = False,
    quiet: bool = False,
    generated: Generated | None = None,
    requests: RequestLog | None = None,
    only_wrong: bool = False,
    because: str = "left out by --only or --skip",
) -> tuple[Look, Outcome]:
    """Runs the checks and prints what they found. Returns the `Look` with its observations, and the outcome.

    `quiet`: no user is present, so the instructions of a sign-in are not shown. `generated` are the texts of `app-config.js` that
    the site should serve (`generated_config`); `requests` hears of each request; `only_wrong` leaves out what passed and what was
    skipped; `because` says why checks are left out. The verdict is for `print_closing`, because it has to be the last that a
    command prints.

    Raises SetupError for a check that does not exist.
    """
    every, checks = all_checks(), selected(only, skip)
    start = time.monotonic()
    with Progress(
        text.console(error=True), [check.id for check in checks], quiet=quiet, still=bool(requests)
    ) as progress:
        site = Look(answers, Http(timeout, requests), method, progress, generated=generated)
        # All checks beside those selected: a fault that a skipped check would name must not get lost.
        findings = run_checks(checks, every, site, lambda check: progress.finished(check.id))
    outcome = outcome_of(findings, left_out(checks, every), because)
    if as_json:
        print(json_report.as_json(outcome))
        return site, outcome
    if not only_wrong:
        print_report(answers, outcome, time.monotonic() - start)
    else:
        text.print_findings(
            [finding for finding in outcome.findings if finding.status in ("fail", "warn")], text.console()
        )
    return site, outcome


def left_out(checks: Sequence[Check[Any]], every: Sequence[Check[Any]]) -> list[Check[Any]]:
    """The checks that do not run."""
    return [check for check in every if check not in checks]


def print_closing(outcome: Outcome, again: str, viewer_url: str = "") -> None:
    """Prints the verdict and the things to do to standard output; `again` is the command that checks once more, `viewer_url` where
    the viewer can be tried, empty where there is none."""
    out = text.console()
    out.print()
    for line in closing(outcome, again, viewer_url, out.width):
        out.print(line)


def print_report(answers: Answers, outcome: Outcome, seconds: float) -> None:
    """Prints the findings to standard output."""
    out = text.console()
    labels = ", ".join(kind_of(server).label_of(server) for server in answers.servers)
    out.print(f"Site    {answers.viewer.url}  →  {labels}\n")
    text.print_findings(outcome.findings, out)
    out.print("\n" + text.summary(outcome.findings, seconds))
