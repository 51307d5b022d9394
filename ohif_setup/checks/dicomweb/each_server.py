"""Runs a check for each server of a site: looks at all of them concurrently and judges each on its own.

A bug of ours that shows with one server then costs the finding of that server only, not the whole check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.could_not_judge import could_not_judge, judged
from ohif_setup.checks.dicomweb.server_fault import aspect_of
from ohif_setup.checks.dicomweb.token_there import WithoutToken, not_signed_in, without_token
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.look import Look
from ohif_setup.errors import SetupError
from ohif_setup.network.wire.parallel import side_by_side

ServerObservations = TypeVar("ServerObservations")


@dataclass(frozen=True)
class LookCrash:
    """Takes the place of a server's observations if a bug of ours ended the look at it."""

    error: Exception


def look_at_each(
    site: Look, servers: Iterable[Server], look_at: Callable[[Look, Server], ServerObservations]
) -> tuple[ServerObservations | LookCrash, ...]:
    """The observations of each server, in the order of `servers`."""
    return tuple(side_by_side([partial(_look, site, server, look_at) for server in servers]))


def look_into_each(
    site: Look, servers: Iterable[Server], look_at: Callable[[Look, Server], ServerObservations]
) -> tuple[ServerObservations | LookCrash | WithoutToken, ...]:
    """The same for a look at what the servers hold, which some show for a token only."""
    return tuple(side_by_side([partial(_look, site, server, partial(_unless_without, look_at)) for server in servers]))


def judge_each(
    check: str,
    answers: Answers,
    servers: Iterable[Server],
    seen: Sequence[ServerObservations | LookCrash | WithoutToken],
    judge_server: Callable[[Answers, Server, ServerObservations], Iterable[Finding]],
    *,
    needed: str = "",
) -> list[Finding]:
    """The findings about all servers, in the order of `servers`, which is also that of `seen`. `needed` is what the viewer needs
    and the check cannot see of a server without a token."""
    findings: list[Finding] = []
    # strict: observations that were gathered for other servers than these would be judged against the wrong answers.
    for server, observed in zip(servers, seen, strict=True):
        aspect = aspect_of(answers, server)
        if isinstance(observed, LookCrash):
            findings.append(could_not_judge(check, server.url, observed.error, aspect))
        elif isinstance(observed, WithoutToken):
            findings.append(not_signed_in(check, server, observed, needed, aspect))
        else:
            # `judged` catches what the judgement raises; the next server is judged all the same.
            findings += judged(check, server.url, partial(judge_server, answers, server, observed), aspect)
    return findings


def _unless_without(
    look_at: Callable[[Look, Server], ServerObservations], site: Look, server: Server
) -> ServerObservations | WithoutToken:
    return without_token(site, server) or look_at(site, server)


def _look(
    site: Look, server: Server, look_at: Callable[[Look, Server], ServerObservations]
) -> ServerObservations | LookCrash:
    try:
        return look_at(site, server)
    except SetupError:
        # The tool could not go on for a reason outside it, and the command has to say so. That is no bug.
        raise
    except Exception as error:
        return LookCrash(error)
