"""What tells nothing of what was asked: no answer at all, or that of a busy server, or of a gateway. Pure."""

from __future__ import annotations

from ohif_setup.checks.fault import Fault, Severity
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.trouble_words import explain_status, explain_trouble
from ohif_setup.network.wire.exchange import Exchange, evidence

_STATUSES = (407, 429, 502, 503, 504, 511)


def says_nothing(exchange: Exchange) -> bool:
    """Whether the question is as open as before. Not where this tool left the rest of an answer unread, or did not ask because of
    a proxy."""
    if exchange.trouble:
        return exchange.trouble.kind not in ("endless", "proxy")
    return exchange.status in _STATUSES


def explain_silence(exchange: Exchange) -> tuple[str, str, tuple[Fix, ...]]:
    """What happened, what it means and what to do, for an exchange that `says_nothing`."""
    return explain_status(exchange) or explain_trouble(exchange)


def unanswered(exchange: Exchange, what: str, symptom: str, severity: Severity = "fail") -> Fault:
    """Of a question that was not answered (`says_nothing`); `what` was asked, as the beginning of a title."""
    title, cause, fixes = explain_silence(exchange)
    return Fault("", f"{what}: {title}", symptom, cause, fixes, severity, evidence(exchange))
