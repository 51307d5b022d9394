"""What our rules say of a case: the requests that a browser makes, and whether the page gets the answer.

The answers come over a real socket and through urllib3's header list, as in the tool's network room, so that the rules are
fed with what the tool really sees.
"""

from __future__ import annotations

from dataclasses import dataclass

import urllib3

from ohif_setup.browser.console import console_message
from ohif_setup.browser.cors import judge_redirects
from ohif_setup.browser.hops import Hop, first_hop, next_hop
from ohif_setup.browser.preflight import normalise_method, preflight_for
from ohif_setup.browser.values import Answer, Engine, Headers, Verdict
from tests.oracle.server import Asked, CaseServer, Run


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


def expect(pool: urllib3.PoolManager, server: CaseServer, run: Run, number: int, engine: Engine) -> Expectation:
    """Judges one case, as that engine does, from what its server answers to the tool."""
    case = run.cases[number]
    page = server.places.home
    request = case.request(server.places.url(run.name, number, 0, case))
    answers: list[Answer] = []
    preflights: list[Answer | None] = []
    requests: list[Seen] = []
    status = 0
    following: Hop | Verdict | None = first_hop(request, page, engine)
    while isinstance(following, Hop):
        hop = following
        preflight = None
        if hop.preflight_request is not None:
            asked = preflight_for(hop.preflight_request, hop.preflight_origin)
            preflight = _ask(pool, asked.method, asked.url, asked.headers)
            requests.append(_foretold(hop, asked.headers, asked.method, hop.preflight_origin))
        method = normalise_method(hop.request.method)
        answer = _ask(pool, method, hop.request.url, (*hop.request.headers, ("Origin", hop.origin)))
        answers.append(answer)
        preflights.append(preflight)
        verdict = judge_redirects(request, page, answers, preflights, engine)
        if not verdict.step.startswith("preflight-"):
            requests.append(_foretold(hop, hop.request.headers, method, hop.origin))
        status = answer.status
        following = next_hop(hop, answer) if verdict.step == "redirect-incomplete" else None
    message = console_message(verdict, request, page, "XMLHttpRequest" if case.api == "xhr" else "fetch")
    return Expectation(verdict, status if verdict.allowed else 0, tuple(requests), message)


def seen(asked: list[Asked]) -> tuple[Seen, ...]:
    """What an engine asked for, in the terms of what was foretold; a request that it repeated at once counts once."""
    found: list[Seen] = []
    for request in asked:
        headers = request.headers
        one = Seen(
            request.stop,
            request.method,
            headers.get("origin"),
            headers.get("access-control-request-method"),
            headers.get("access-control-request-headers"),
            "authorization" in headers,
        )
        if not found or found[-1] != one:
            found.append(one)
    return tuple(found)


def _foretold(hop: Hop, headers: Headers, method: str, origin: str) -> Seen:
    names = {name.lower(): value for name, value in headers}
    return Seen(
        _stop(hop),
        method,
        origin if hop.cross_origin else None,
        names.get("access-control-request-method"),
        names.get("access-control-request-headers"),
        "authorization" in names,
    )


def _stop(hop: Hop) -> int:
    return int(hop.request.url.partition("?")[0].rpartition("/")[2])


def _ask(pool: urllib3.PoolManager, method: str, url: str, headers: Headers) -> Answer:
    response = pool.request(method, url.partition("#")[0], headers=dict(headers), redirect=False, retries=False)
    return Answer(response.status, tuple(response.headers.iteritems()), url)
