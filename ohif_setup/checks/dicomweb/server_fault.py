"""A fault on the way to one server, and the finding that it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import finding
from ohif_setup.checks.finding import Finding, Fix, Status
from ohif_setup.checks.silence import explain_silence
from ohif_setup.kinds import own_of
from ohif_setup.network.wire.exchange import Exchange

LIST_EMPTY = "the study list stays empty, with an error in the browser's console"


@dataclass(frozen=True)
class ServerFault:
    """`mode` is the failure mode for programs (`FM25`, empty for none), the rest what a finding says."""

    mode: str
    title: str
    symptom: str
    cause: str
    fix: tuple[Fix, ...]
    status: Status = "fail"


def unanswered(exchange: Exchange, what: str, symptom: str, status: Status = "fail") -> ServerFault:
    """Of a question that was not answered (`says_nothing`); `what` was asked, as the beginning of a title."""
    title, cause, fix = explain_silence(exchange)
    return ServerFault("", f"{what}: {title}", symptom, cause, fix, status)


def finding_of(
    check: str, server: Server, fault: ServerFault, shown: Mapping[str, object], aspect: str = ""
) -> Finding:
    """`shown` is the evidence without the mode."""
    seen = dict(shown)
    if fault.mode:
        seen["failure_mode"] = fault.mode
    return Finding(check, server.url, fault.status, fault.title, fault.symptom, fault.cause, fault.fix, seen, aspect)


def passed(
    check: str, server: Server, title: str, shown: Mapping[str, object] | None = None, aspect: str = ""
) -> Finding:
    """Nothing is wrong with that server."""
    return Finding(check, server.url, "pass", title, evidence=shown or {}, aspect=aspect)


def skipped(
    check: str,
    server: Server,
    reason: str,
    aspect: str = "",
    *,
    see: tuple[str, ...] = (),
    note: str = "",
) -> Finding:
    """Nothing could be seen of that server, as in `finding.skipped`."""
    return finding.skipped(check, server.url, reason, see=see, note=note, aspect=aspect)


def name_of(server: Server) -> str:
    """The server in a sentence."""
    return own_of(server).called


def aspect_of(answers: Answers, server: Server) -> str:
    """The name of a server that has others beside it; empty for the only one."""
    if len(answers.servers) > 1:
        return server.name
    return ""
