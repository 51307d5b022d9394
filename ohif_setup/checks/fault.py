"""What a check may find wrong, and the finding that it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ohif_setup.checks.finding import Evidence, Finding, Fix

Severity = Literal["warn", "fail"]


@dataclass(frozen=True)
class Fault:
    """`id` is stable, for programs: a failure mode (`FM25`) or a word of its own (`origin-not-listed`), empty for none. The rest is
    what a finding says."""

    id: str
    title: str
    symptom: str
    cause: str
    fixes: tuple[Fix, ...]
    severity: Severity = "fail"
    evidence: Evidence = field(default_factory=dict)


def finding_of(check: str, subject: str, fault: Fault, shown: Evidence | None = None, aspect: str = "") -> Finding:
    """`shown` is evidence beside the fault's own."""
    seen = {**fault.evidence, **(shown or {})}
    if fault.id:
        # Failure modes have numbers across all checks; the other names are of one check.
        seen["failure_mode" if fault.id.startswith("FM") else "fault"] = fault.id
    return Finding(check, subject, fault.severity, fault.title, fault.symptom, fault.cause, fault.fixes, seen, aspect)
