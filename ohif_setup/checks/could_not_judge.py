"""A bug of ours in a check is a finding of that check, and costs the others nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.errors import SetupError
from ohif_setup.network import bug_log


def judged(check: str, subject: str, judge: Callable[[], Iterable[Finding]], aspect: str = "") -> list[Finding]:
    """What `judge` finds. Where it raises anything but SetupError, the one finding that says so."""
    try:
        return list(judge())
    except SetupError:
        raise
    except Exception as error:
        return [could_not_judge(check, subject, error, aspect)]


def could_not_judge(check: str, subject: str, error: Exception, aspect: str = "") -> Finding:
    """A failure, since nothing is known; `error` goes into a log."""
    name, log = type(error).__name__, bug_log.write(error)
    report = "report it with what this run printed"
    if log:
        report = f"report it with {log}, which holds no secrets"
    return finding_of(
        check,
        subject,
        Fault(
            "",
            f"could not judge: a bug in ohif-setup ({name})",
            "perhaps none: nothing is known",
            "This tool broke off at something that it did not expect. What it looked at may be good or bad.",
            (Fix("Report", report),),
        ),
        {"bug": name, "log": log},
        aspect=aspect,
    )
