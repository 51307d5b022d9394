"""Exchanges that do not answer the question: no answer at all, or one of a busy server or of something on the way. Pure."""

from __future__ import annotations

from ohif_setup.checks.fault import Fault, Severity
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.speakers import fault_spoken_by
from ohif_setup.checks.trouble_words import explain_status, explain_trouble
from ohif_setup.network.wire.exchange import Exchange, evidence

# A proxy's sign-in, too many requests, three errors of a gateway, and a guest network's portal (RFC 6585): none is about the site.
_STATUSES = (407, 429, 502, 503, 504, 511)


def says_nothing(exchange: Exchange) -> bool:
    """Whether the exchange leaves the question open."""
    if exchange.trouble:
        # An endless answer did come, and a proxy's refusal has a cause of its own to report.
        return exchange.trouble.kind not in ("endless", "proxy")
    return exchange.status in _STATUSES or fault_spoken_by(exchange) is not None


def explain_silence(exchange: Exchange) -> tuple[str, str, tuple[Fix, ...]]:
    """Title, cause and fixes for an exchange that `says_nothing`."""
    return explain_status(exchange) or explain_trouble(exchange)


def unanswered(exchange: Exchange, what: str, symptom: str, severity: Severity = "fail") -> Fault:
    """The fault of an exchange that `says_nothing`. `what` was asked: it begins the title."""
    title, cause, fixes = explain_silence(exchange)
    return Fault("", f"{what}: {title}", symptom, cause, fixes, severity, evidence(exchange))
