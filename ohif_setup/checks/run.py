"""Runs the checks in parallel, each in its own thread; observations that several of them need are made once."""

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
    """The findings of `checks`, in the order of `every`. `done` is called from the check's thread when the check has finished.

    If a check skipped because of a fault that another check reports, and that one was not selected, its faults are added: a run
    must not pass only because the check that names the fault was left out. For the same reason a skip that points to a check
    without any fault becomes a failure. A check that raises is a failure of that check (`could_not_judge`).
    """
    asked = {check.id: found for check, found in _each(checks, site, done)}
    # Afterwards, and only for checks that skipped: a check that was not selected must not ask a person to sign in.
    skipped = [check for check in checks if any(finding.status == "skipped" for finding in asked[check.id])]
    needed = {name for check in skipped for name in _all_needs(check, every)} - asked.keys()
    added = {check.id: found for check, found in _each([check for check in every if check.id in needed], site, _quiet)}
    every_found = asked | added
    findings: list[Finding] = []
    for check in every:
        named = [_named(finding, every_found) for finding in every_found.get(check.id, ())]
        # Of a check that was not selected only the faults count: its passes would be noise in the report.
        findings += [finding for finding in named if check.id in asked or finding.status in ("fail", "warn")]
    # Responses were redacted on arrival. This second pass catches secrets that a server escaped, which decoding made readable.
    return [finding.through(site.http.hiding.redact) for finding in findings]


def _each(
    checks: Sequence[Check[Any]], site: Look, done: Callable[[Check[Any]], None]
) -> list[tuple[Check[Any], Sequence[Finding]]]:
    return list(zip(checks, side_by_side([partial(_findings, check, site, done) for check in checks]), strict=True))


def _findings(check: Check[Any], site: Look, done: Callable[[Check[Any]], None]) -> Sequence[Finding]:
    found = judged(check.id, "", lambda: check.judge(site.answers, check.look(site)))
    done(check)
    return [_with_unseen(check, finding) for finding in found]


def _with_unseen(check: Check[Any], finding: Finding) -> Finding:
    """The finding itself; a skip says what of the viewer stays unseen for its reason."""
    if finding.status != "skipped" or finding.needless or finding.unseen or not check.proves:
        return finding
    return replace(finding, unseen=f"{check.proves}: {finding.title.removeprefix('skipped: ')}")


def _named(finding: Finding, found: Mapping[str, Sequence[Finding]]) -> Finding:
    """The finding itself; a failure in place of a skip that points to checks which all passed."""
    if not finding.see:
        return finding
    named = [other for name in finding.see for other in _about(finding.subject, found.get(name, ()))]
    # Another skip is enough: it points further, to the check that reports the fault.
    if any(other.status != "pass" for other in named):
        return finding
    return replace(
        finding,
        status="fail",
        title="could not be checked" + finding.title.removeprefix("skipped").partition(", see ")[0],
        symptom="unknown, possibly none",
        cause=f"{' and '.join(finding.see)} found nothing that explains it, so the server answers some requests and not others.",
        fix=(Fix("Again", "ohif-setup check; if it fails again, read the server's log for the time of this run"),),
    )


def _about(subject: str, found: Sequence[Finding]) -> Sequence[Finding]:
    """The findings about that subject; all of them if none is about it."""
    return [finding for finding in found if finding.subject == subject] or found


def _all_needs(check: Check[Any], every: Sequence[Check[Any]]) -> set[str]:
    # Transitively: the check that is pointed to may itself skip because of a third one.
    needs = set(check.needs)
    for other in every:
        if other.id in check.needs:
            needs |= _all_needs(other, every)
    return needs


def _quiet(_: Check[Any]) -> None:
    """Shows nothing: the progress display does not know checks that were not selected."""
