"""What is wrong with the viewer as it is served; several checks name such faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ohif_setup.checks.finding import Finding, Fix, Status
from ohif_setup.checks.silence import explain_silence
from ohif_setup.network.wire.exchange import Exchange, evidence


@dataclass(frozen=True)
class ViewerFault:
    """One fault. `mode` is the failure mode, empty for none; `shown` is the evidence."""

    mode: str
    title: str
    symptom: str
    cause: str
    fix: tuple[Fix, ...]
    status: Status = "fail"
    shown: Mapping[str, object] = field(default_factory=dict)

    def finding(self, check: str, subject: str) -> Finding:
        """The same as a finding of the check of that ID."""
        shown = dict(self.shown)
        if self.mode:
            shown["failure_mode"] = self.mode
        return Finding(check, subject, self.status, self.title, self.symptom, self.cause, self.fix, shown)


def unanswered(exchange: Exchange, what: str, symptom: str) -> ViewerFault:
    """Of a question that was not answered (`says_nothing`); `what` was asked, as the beginning of a title."""
    title, cause, fix = explain_silence(exchange)
    return ViewerFault("", f"{what}: {title}", symptom, cause, fix, shown=evidence(exchange))
