"""The way of the checks that look at each server behind a web server of the site: side by side, and judged one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables import Server
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.look import Look
from ohif_setup.network.parallel import side_by_side
from ohif_setup.servers import routes

SeenServer = TypeVar("SeenServer")


def look_at_each(site: Look, look_at: Callable[[Look, Server], SeenServer]) -> tuple[SeenServer, ...]:
    """What each of them showed, in the order of the answers."""
    return tuple(side_by_side([partial(look_at, site, one) for one in routes.own_servers(site.answers)]))


def judge_each(
    answers: Answers,
    seen: Sequence[SeenServer],
    judge_one: Callable[[Answers, Server, SeenServer], Iterable[Finding]],
) -> list[Finding]:
    """The findings about all of them, in that order."""
    pairs = zip(routes.own_servers(answers), seen, strict=True)
    return [finding for server, one in pairs for finding in judge_one(answers, server, one)]
