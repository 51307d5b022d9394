"""Runs the checks side by side: each looks in its own thread, and what several need is looked at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ohif_setup.checks.check import Check
from ohif_setup.checks.could_not_judge import judged
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.look import Look
from ohif_setup.network.wire.parallel import side_by_side


def run(
    checks: Sequence[Check[Any]], every: Sequence[Check[Any]], site: Look, done: Callable[[Check[Any]], None]
) -> list[Finding]:
    """The findings of `checks`, in the order of `every`. `done` is called from the check's thread when it has finished.

    Where one of them skipped because another check found a fault, and that other one was not asked for, its faults are added:
    a run must never end well only because the fault was somebody else's to name. For the same reason a skip that points to a check
    which found nothing is a failure. A check that raises is a failure of that check (`could_not_judge`).
    """
    asked = {check.id: found for check, found in _each(checks, site, done)}
    # Only now, and only where it matters: a check that nobody asked for must not make a person sign in.
    skipped = [check for check in checks if any(finding.status == "skipped" for finding in asked[check.id])]
    needed = {name for check in skipped for name in _all_needs(check, every)} - asked.keys()
    added = {check.id: found for check, found in _each([check for check in every if check.id in needed], site, _quiet)}
    every_found = asked | added
    findings: list[Finding] = []
    for check in every:
        named = [_named(finding, every_found) for finding in every_found.get(check.id, ())]
        findings += [finding for finding in named if check.id in asked or finding.status in ("fail", "warn")]
    # Once more, after JSON and header fields have been decoded: a server may write a secret so that only then it is plain.
    return [finding.through(site.http.hiding.redact) for finding in findings]


def _each(
    checks: Sequence[Check[Any]], site: Look, done: Callable[[Check[Any]], None]
) -> list[tuple[Check[Any], Sequence[Finding]]]:
    return list(zip(checks, side_by_side([partial(_findings, check, site, done) for check in checks]), strict=True))


def _findings(check: Check[Any], site: Look, done: Callable[[Check[Any]], None]) -> Sequence[Finding]:
    found = judged(check.id, "", lambda: check.judge(site.answers, check.look(site)))
    done(check)
    return found


def _named(finding: Finding, found: Mapping[str, Sequence[Finding]]) -> Finding:
    """The finding itself, or a failure for a skip that points to checks which all passed."""
    if not finding.see:
        return finding
    named = [other for name in finding.see for other in _about(finding.subject, found.get(name, ()))]
    if any(other.status != "pass" for other in named):
        return finding
    return replace(
        finding,
        status="fail",
        title="could not be looked at" + finding.title.removeprefix("skipped").partition(", see ")[0],
        symptom="perhaps none: nothing was seen",
        cause=f"{' and '.join(finding.see)} found nothing that explains it, so the server answers some requests and not others.",
        fix=(Fix("Again", "ohif-setup check; if it stays, look at the server's log of the time of this run"),),
    )


def _about(subject: str, found: Sequence[Finding]) -> Sequence[Finding]:
    """What was found about that subject; all where nothing was found about it."""
    return [finding for finding in found if finding.subject == subject] or found


def _all_needs(check: Check[Any], every: Sequence[Check[Any]]) -> set[str]:
    needs = set(check.needs)
    for other in every:
        if other.id in check.needs:
            needs |= _all_needs(other, every)
    return needs


def _quiet(_: Check[Any]) -> None:
    """Nothing to show for a check that nobody asked for."""
