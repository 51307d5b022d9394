"""For checks that look at each server: side by side, and judged separately, so that a bug costs one server alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.could_not_judge import could_not_judge, judged
from ohif_setup.checks.dicomweb.server_fault import aspect_of
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.look import Look
from ohif_setup.errors import SetupError
from ohif_setup.network.wire.parallel import side_by_side

ServerObservations = TypeVar("ServerObservations")


@dataclass(frozen=True)
class Broken:
    """Stands for what a server showed where a bug ended the look at it."""

    error: Exception


def look_at_each(
    site: Look, servers: Iterable[Server], look_at: Callable[[Look, Server], ServerObservations]
) -> tuple[ServerObservations | Broken, ...]:
    """What each of them showed, in their order."""
    return tuple(side_by_side([partial(_look, site, server, look_at) for server in servers]))


def judge_each(
    check: str,
    answers: Answers,
    servers: Iterable[Server],
    seen: Sequence[ServerObservations | Broken],
    judge_one: Callable[[Answers, Server, ServerObservations], Iterable[Finding]],
) -> list[Finding]:
    """The findings about all of them, in that order."""
    findings: list[Finding] = []
    for server, observed in zip(servers, seen, strict=True):
        aspect = aspect_of(answers, server)
        if isinstance(observed, Broken):
            findings.append(could_not_judge(check, server.url, observed.error, aspect))
        else:
            findings += judged(check, server.url, partial(judge_one, answers, server, observed), aspect)
    return findings


def _look(
    site: Look, server: Server, look_at: Callable[[Look, Server], ServerObservations]
) -> ServerObservations | Broken:
    try:
        return look_at(site, server)
    except SetupError:
        raise
    except Exception as error:
        return Broken(error)
