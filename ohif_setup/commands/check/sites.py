"""`check` for many sites: several at the same time, one line for each, or all findings as JSON."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ohif_setup.answers.sources import load
from ohif_setup.apply.site_paths import site_paths
from ohif_setup.checks.check import Check, all_checks
from ohif_setup.checks.look import Look
from ohif_setup.checks.outcome import Outcome, outcome_of
from ohif_setup.checks.run import run as run_checks
from ohif_setup.commands.check.memory import remember
from ohif_setup.commands.check.requests import requests_told
from ohif_setup.commands.check.site import left_out, selected, unattended_method
from ohif_setup.commands.shared import many
from ohif_setup.commands.shared.generated import generated_config
from ohif_setup.network.request_log import RequestLog
from ohif_setup.network.sign_in.sign_in import Method
from ohif_setup.network.wire.http import Http
from ohif_setup.talk.report import json as json_report
from ohif_setup.talk.report.progress import NoScreen

SCHEMA = "ohif-setup.check-sites/1"


def check_sites(files: Sequence[Path], arguments: Namespace) -> int:
    """Returns 0 when no check of any site failed, 1 when one did, 2 when a site could not be checked, 3 after a bug.

    No user would sign in once for each of many sites, so checks without a service principal run without a sign-in.
    """
    checks = selected(arguments.only, arguments.skip)
    with requests_told(arguments) as requests:
        return _checked(files, arguments, checks, requests)


def _checked(
    files: Sequence[Path], arguments: Namespace, checks: Sequence[Check[Any]], requests: RequestLog | None
) -> int:
    reports: dict[str, Any] = {}

    def check_file(file: Path) -> tuple[int, str]:
        outcome = _outcome(file, arguments, checks, requests)
        if arguments.json:
            # Through text, so that the report of a site has the same form as with `check --json`.
            reports[str(file)] = json.loads(json_report.as_json(outcome))
        return outcome.exit_status(strict=arguments.strict), _words(outcome)

    if not arguments.json:
        return many.each(files, check_file, done="in order", waits=True, quiet=arguments.quiet)
    status, failures = many.collected(files, check_file)
    # A site that could not be checked is in the JSON too, or a program would take it for absent.
    reports |= {str(file): {"status": "error", "error": words} for file, words in failures.items()}
    rows = [{"answers": str(file), **reports[str(file)]} for file in files]
    print(json.dumps({"schema": SCHEMA, "sites": rows}, indent=2))
    return status


def _outcome(file: Path, arguments: Namespace, checks: Sequence[Check[Any]], requests: RequestLog | None) -> Outcome:
    answers, site = load(file, arguments.sets, os.environ), site_paths(file)
    method: Method = arguments.sign_in or unattended_method()
    look = Look(
        answers,
        Http(arguments.timeout, requests),
        method,
        NoScreen(),
        generated=generated_config(answers, site, arguments.sets),
    )
    every = all_checks()
    outcome = outcome_of(run_checks(checks, every, look, lambda _: None), left_out(checks, every))
    remember(site, answers, outcome)
    return outcome


def _words(outcome: Outcome) -> str:
    """`9 passed, 2 skipped; failed: cors, tls`, or `9 passed, 2 skipped; not proven: the sign-in, the images`."""
    findings = outcome.findings
    counted = [("passed", "pass"), ("with a warning", "warn"), ("skipped", "skipped")]
    parts = [f"{number} {title}" for title, status in counted if (number := _count(outcome, status))]
    failed = dict.fromkeys(finding.check for finding in findings if finding.status == "fail")
    words = ", ".join(parts)
    if failed:
        words += f"; failed: {', '.join(failed)}"
    elif outcome.unseen:
        words += f"; not proven: {', '.join(what for whats in outcome.unseen.values() for what in whats)}"
    return words


def _count(outcome: Outcome, status: str) -> int:
    return sum(finding.status == status for finding in outcome.findings)
