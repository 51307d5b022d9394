"""What our rules say of a case: the requests that a browser makes, and whether the page gets the answer.

The answers come over a real socket and through urllib3's header list, as in the tool's network room, so that the rules are
fed with what the tool really sees.
"""

from __future__ import annotations

from dataclasses import dataclass

import urllib3

from ohif_setup.browser.console import console_message
from ohif_setup.browser.cors import Hop, first_hop, judge_redirects, next_hop
from ohif_setup.browser.preflight import judge_preflight, normalise_method, preflight_for
from ohif_setup.browser.values import Answer, Exchange, Headers, Verdict
from tests.oracle.case import Case
from tests.oracle.server import Asked, CaseServer, Run

HOP_LIMIT = 25


@dataclass(frozen=True)
class Seen:
    """The part of a request that the rules foretell. None where they say nothing."""

    stop: int
    method: str
    origin: str | None
    asked_method: str | None
    asked_headers: str | None
    authorization: bool


@dataclass(frozen=True)
class Expectation:
    """`status` is what the page gets to see, 0 if nothing; `message` what Chromium's console says, empty if unknown."""

    verdict: Verdict
    status: int
    requests: tuple[Seen, ...]
    message: str


def expect(pool: urllib3.PoolManager, server: CaseServer, run: Run, number: int) -> Expectation:
    """Judges one case from what its server answers to the tool."""
    case = run.cases[number]
    page = server.places.home
    request = case.request(server.places.url(run.name, number, 0, case))
    exchanges: list[Exchange] = []
    requests: list[Seen] = []
    following: Hop | Verdict | None = first_hop(request, page)
    status = 0
    while isinstance(following, Hop) and len(exchanges) < HOP_LIMIT:
        hop = following
        preflight = None
        if hop.asks_first:
            asked = preflight_for(hop.request, hop.origin)
            preflight = _ask(pool, asked.method, asked.url, asked.headers)
            requests.append(_foretold(hop, asked.headers, asked.method))
        answer = _ask(pool, normalise_method(hop.request.method), hop.request.url, (*hop.request.headers, ("Origin", hop.origin)))
        exchanges.append(Exchange(answer, preflight))
        if preflight is not None and not judge_preflight(hop.request, hop.origin, preflight).allowed:
            break
        requests.append(_foretold(hop, hop.request.headers, normalise_method(hop.request.method)))
        status = answer.status
        following = next_hop(hop, page, answer)
        if not judge_redirects(request, page, exchanges).allowed and not isinstance(following, Hop):
            break
        if judge_redirects(request, page, exchanges).step.startswith("cors-"):
            break
    verdict = judge_redirects(request, page, exchanges)
    message = console_message(verdict, request, page, "XMLHttpRequest" if case.api == "xhr" else "fetch")
    return Expectation(verdict, status if verdict.allowed else 0, tuple(requests), message)


def seen(asked: list[Asked], foretold: tuple[Seen, ...]) -> tuple[Seen, ...]:
    """What an engine asked for, in the terms of what was foretold; a request that it repeated at once counts once."""
    found: list[Seen] = []
    for index, request in enumerate(asked):
        silent = index < len(foretold) and foretold[index].origin is None
        one = Seen(
            request.stop,
            request.method,
            None if silent else request.headers.get("origin"),
            request.headers.get("access-control-request-method"),
            request.headers.get("access-control-request-headers"),
            "authorization" in request.headers,
        )
        if not found or found[-1] != one:
            found.append(one)
    return tuple(found)


def _foretold(hop: Hop, headers: Headers, method: str) -> Seen:
    names = {name.lower(): value for name, value in headers}
    return Seen(
        _stop(hop),
        method,
        hop.origin if hop.cross_origin else None,
        names.get("access-control-request-method"),
        names.get("access-control-request-headers"),
        "authorization" in names,
    )


def _stop(hop: Hop) -> int:
    return int(hop.request.url.partition("?")[0].rpartition("/")[2])


def _ask(pool: urllib3.PoolManager, method: str, url: str, headers: Headers) -> Answer:
    response = pool.request(method, url.partition("#")[0], headers=dict(headers), redirect=False, retries=False)
    return Answer(response.status, tuple(response.headers.iteritems()), url)
