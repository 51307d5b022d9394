"""Runs the checks side by side: each looks in a thread of its own, what several need is looked at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ohif_setup.checks.check import Check
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.look import Look
from ohif_setup.network.parallel import side_by_side


def run(
    checks: Sequence[Check[Any]], every: Sequence[Check[Any]], site: Look, done: Callable[[Check[Any]], None]
) -> list[Finding]:
    """The findings of `checks`, in their order. `done` is called from the check's thread when it has finished.

    Where one of them skipped because another check found a fault, and that other one was not asked for, its faults are added:
    a run must never end well only because the fault was somebody else's to name.
    """
    needed = {name for check in checks for name in _all_needs(check, every)} - {check.id for check in checks}
    both = [check for check in every if check in checks or check.id in needed]
    results = side_by_side([partial(_one, check, site, done if check in checks else _quiet) for check in both])
    skipped = any(
        finding.status == "skipped"
        for check, found in zip(both, results, strict=True)
        if check in checks
        for finding in found
    )
    findings: list[Finding] = []
    for check, found in zip(both, results, strict=True):
        if check in checks:
            findings += found
        elif skipped:
            findings += [finding for finding in found if finding.status == "fail"]
    return findings


def _one(check: Check[Any], site: Look, done: Callable[[Check[Any]], None]) -> Sequence[Finding]:
    found = check.judge(site.answers, check.look(site))
    done(check)
    return found


def _all_needs(check: Check[Any], every: Sequence[Check[Any]]) -> set[str]:
    needs = set(check.needs)
    for other in every:
        if other.id in check.needs:
            needs |= _all_needs(other, every)
    return needs


def _quiet(_: Check[Any]) -> None:
    """Nothing to show for a check that nobody asked for."""
