"""What checks say of one server that has no fault, and how they name it."""

from __future__ import annotations

from collections.abc import Mapping

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import finding
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.kinds import own_of

LIST_EMPTY = "the study list stays empty, with an error in the browser's console"


def passed(
    check: str,
    server: Server,
    title: str,
    shown: Mapping[str, object] | None = None,
    aspect: str = "",
    *,
    unseen: str = "",
) -> Finding:
    """Nothing is wrong with that server; `unseen` as in `Finding`."""
    return Finding(check, server.url, "pass", title, evidence=shown or {}, aspect=aspect, unseen=unseen)


def skipped(
    check: str,
    server: Server,
    reason: str,
    aspect: str = "",
    *,
    see: tuple[str, ...] = (),
    note: str = "",
    unseen: str = "",
    fix: tuple[Fix, ...] = (),
) -> Finding:
    """Nothing could be seen of that server, as in `finding.skipped`."""
    return finding.skipped(check, server.url, reason, see=see, note=note, aspect=aspect, unseen=unseen, fix=fix)


def name_of(server: Server) -> str:
    """The server in a sentence."""
    return own_of(server).called


def begin_of(server: Server) -> str:
    """The server at the beginning of a sentence."""
    name = name_of(server)
    return name[:1].upper() + name[1:]


def aspect_of(answers: Answers, server: Server) -> str:
    """The name of a server that has others beside it; empty for the only one."""
    if len(answers.servers) > 1:
        return server.name
    return ""
