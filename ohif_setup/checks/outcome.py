"""What a whole run shows: does the viewer work, what did nobody look at, and what is left to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ohif_setup.checks.check import Check
from ohif_setup.checks.finding import Finding, Fix

RunStatus = Literal["pass", "warn", "unproven", "fail"]


@dataclass(frozen=True)
class ToDo:
    """One thing to do: the finding that asks for it, and the fix to begin with. `more` counts the other fixes of the finding."""

    finding: Finding
    fix: Fix
    more: int


@dataclass(frozen=True)
class Outcome:
    """The findings of a run. `left_out` names what of the viewer the checks that did not run would have shown; `because` says why
    they did not."""

    findings: tuple[Finding, ...]
    left_out: tuple[str, ...] = ()
    because: str = ""

    @property
    def status(self) -> RunStatus:
        """`pass` and `warn` only where everything that the viewer needs was seen: what is not seen is not proven."""
        if self._has("fail"):
            return "fail"
        if self.unseen:
            return "unproven"
        if self._has("warn"):
            return "warn"
        return "pass"

    @property
    def unseen(self) -> dict[str, list[str]]:
        """What the viewer needs and the run did not show, by the reason for it."""
        reasons: dict[str, list[str]] = {}
        for finding in self.findings:
            if finding.unseen and finding.status != "fail":
                what, _, reason = finding.unseen.partition(": ")
                known = reasons.setdefault(reason, [])
                # One entry, however many origins or servers could not be seen for that reason.
                if what not in known:
                    known.append(what)
        if self.left_out:
            reasons[self.because] = list(dict.fromkeys(self.left_out))
        return reasons

    @property
    def to_do(self) -> tuple[ToDo, ...]:
        """One entry for each fault, failures first, then what shows the unseen, then warnings; each in the order of the report, in
        which the first fault often explains the next."""
        done: set[tuple[Fix, ...]] = set()
        listed = []
        for status in ("fail", "skipped", "pass", "warn"):
            for finding in self.findings:
                # The same fix mends the same fault of another origin or another kind of request.
                if finding.status == status and finding.fix and finding.fix not in done:
                    done.add(finding.fix)
                    listed.append(ToDo(finding, _to_begin_with(finding.fix), len(finding.fix) - 1))
        return tuple(listed)

    def exit_status(self, *, strict: bool = False) -> int:
        """1 where something failed, else 0. `strict`: 1 also for a warning, and for what could not be seen; what the user left out
        was the user's choice."""
        could_not_see = any(finding.unseen for finding in self.findings)
        return int(self._has("fail") or (strict and (could_not_see or self._has("warn"))))

    def _has(self, status: str) -> bool:
        return any(finding.status == status for finding in self.findings)


def outcome_of(
    findings: Sequence[Finding], left_out: Sequence[Check[Any]] = (), because: str = "left out by --only or --skip"
) -> Outcome:
    """The outcome of a run; `left_out` are the checks that did not run, `because` says why."""
    return Outcome(tuple(findings), tuple(check.proves for check in left_out if check.proves), because)


def _to_begin_with(fixes: tuple[Fix, ...]) -> Fix:
    """The first fix that fits into a line: a long script stands below its finding already."""
    return next((fix for fix in fixes if "\n" not in fix.text), fixes[0])
