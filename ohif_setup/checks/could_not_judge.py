"""Turns a bug in one check into a finding of that check, so that the other checks still report."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.errors import SetupError
from ohif_setup.network import bug_log


def judged(check: str, subject: str, judge: Callable[[], Iterable[Finding]], aspect: str = "") -> list[Finding]:
    """The findings of `judge`. If it raises anything but SetupError, one failure that says so."""
    try:
        # `judge` may be a generator, so the list has to be built inside the `try`.
        return list(judge())
    except SetupError:
        # Not a bug: something outside the tool makes the whole run impossible, and `cli` reports it.
        raise
    except Exception as error:
        return [could_not_judge(check, subject, error, aspect)]


def could_not_judge(check: str, subject: str, error: Exception, aspect: str = "") -> Finding:
    """A failure, because the result is unknown; `error` goes into a log."""
    name, log = type(error).__name__, bug_log.write(error)
    # `log` is empty where no file could be written, for example on a full disk.
    report = "report it with the output of this run"
    if log:
        report = f"report it with {log}, which holds no secrets"
    return finding_of(
        check,
        subject,
        Fault(
            "",
            f"could not judge: a bug in ohif-setup ({name})",
            "unknown, possibly none",
            "This tool crashed on something unexpected. Whether the site is at fault is unknown.",
            (Fix("Report", report),),
        ),
        {"bug": name, "log": log},
        aspect=aspect,
    )
