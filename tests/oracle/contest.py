"""Puts the same cases before an engine and before our rules, and compares."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import urllib3

from ohif_setup.browser.origin import serialize_origin
from ohif_setup.browser.values import Engine
from tests.oracle.case import Case
from tests.oracle.engines import started
from tests.oracle.expectation import Expectation, Seen, expect, seen
from tests.oracle.server import CaseServer, Run

SILENCE = 60
"""Seconds without a sign of an engine after which it is given up."""

Judge = Callable[[urllib3.PoolManager, CaseServer, Run, int, Engine], Expectation]


@dataclass(frozen=True)
class Disagreement:
    """A case, or a URL, on which an engine and our rules differ. As text it is ready to become a test."""

    engine: Engine
    what: str
    subject: Case | str

    def __str__(self) -> str:
        return f"# {self.engine}: {self.what}\npytest.param({self.subject!r}),"


@dataclass(frozen=True)
class Result:
    """What came of one engine's run. `agent` is its User-Agent, `messages` the number of console messages that were compared."""

    engine: Engine
    agent: str
    cases: int
    allowed: int
    urls: int
    messages: int
    seconds: float
    disagreements: tuple[Disagreement, ...]

    def __str__(self) -> str:
        return (
            f"{self.engine}: {len(self.disagreements)} disagreements in {self.cases} cases ({self.allowed} allowed), "
            f"{self.urls} URLs and {self.messages} console messages; {self.seconds:.0f} s; {self.agent}"
        )


def contest(
    server: CaseServer, engine: Engine, cases: Sequence[Case], urls: Sequence[str] = (), judge: Judge = expect
) -> Result:
    """Lets an engine run all cases, and compares what it did with what `judge` foretells."""
    expectations = _expectations(server, engine, cases, judge)
    start = time.monotonic()
    run = server.begin(engine, cases, urls)
    log = _drive(server, run, engine)
    silent = [number for number in range(len(cases)) if not _has_outcome(run, number)]
    if silent:
        # A machine with other work may have kept the engine waiting: those get a second chance, in a new browser.
        again = server.begin(f"{engine}-again", [cases[number] for number in silent])
        _drive(server, again, engine)
        for place, number in enumerate(silent):
            run.asked[number] = again.asked[place]
            if place in again.outcomes:
                run.outcomes[number] = again.outcomes[place]
    said = console(log, run.name) if engine == "chromium" else {}
    disagreements = [
        *_about_cases(engine, run, expectations, said),
        *_about_urls(engine, run),
    ]
    allowed = sum(expectation.verdict.allowed for expectation in expectations)
    seconds = time.monotonic() - start
    return Result(engine, run.agent, len(cases), allowed, len(urls), len(said), seconds, tuple(disagreements))


def console(log: str, run: str) -> dict[int, str]:
    """The messages about CORS in Chromium's log, by case."""
    found = {}
    for message in re.findall(r'CONSOLE:\d+\] "(Access to .*?)", source: ', log, re.DOTALL):
        number = re.search(rf"/case/{run}/(\d+)/", message)
        if number:
            found[int(number[1])] = message
    return found


def _expectations(server: CaseServer, engine: Engine, cases: Sequence[Case], judge: Judge) -> list[Expectation]:
    """Our verdict on every case, for that engine, from answers that came over a real socket."""
    run = server.begin("ours", cases)
    with urllib3.PoolManager(maxsize=8, timeout=10) as pool, ThreadPoolExecutor(4) as workers:
        return list(workers.map(lambda number: judge(pool, server, run, number, engine), range(len(cases))))


def _drive(server: CaseServer, run: Run, engine: Engine) -> str:
    """Runs the engine until it is through, silent for too long, or gone. Returns what it printed."""
    with tempfile.TemporaryDirectory(prefix="oracle-", ignore_cleanup_errors=True) as folder:
        with started(engine, server.page_url(run), Path(folder)) as browser:
            run.last_sign = time.monotonic()
            while not run.done.wait(0.2) and time.monotonic() - run.last_sign < SILENCE:
                if browser.process.poll() is not None:
                    break
            time.sleep(0.5)  # the last lines of the log
        return browser.log.read_text("utf-8", "replace")


def _has_outcome(run: Run, number: int) -> bool:
    return number in run.outcomes and not run.outcomes[number].error


def _about_cases(
    engine: Engine, run: Run, expectations: Sequence[Expectation], said: dict[int, str]
) -> Iterator[Disagreement]:
    for number, (case, expectation) in enumerate(zip(run.cases, expectations, strict=True)):
        what = _difference(run, number, expectation)
        message = expectation.message.replace("/case/ours/", f"/case/{run.name}/")
        if not what and number in said and _is_comparable(message, expectation) and message != said[number]:
            what = f"console says {said[number]!r}, we say {message!r} ({expectation.verdict.step})"
        if what:
            yield Disagreement(engine, what, case)


def _about_urls(engine: Engine, run: Run) -> Iterator[Disagreement]:
    if len(run.origins) != len(run.urls):
        yield Disagreement(engine, f"{len(run.origins)} of {len(run.urls)} URLs were answered", "")
        return
    for url, theirs in zip(run.urls, run.origins, strict=True):
        try:
            ours = serialize_origin(url)
        except ValueError:
            ours = ""
        if ours != theirs:
            yield Disagreement(engine, f"the origin is {theirs!r}, ours {ours!r}", url)


def _difference(run: Run, number: int, expectation: Expectation) -> str:
    outcome = run.outcomes.get(number)
    if outcome is None or outcome.error:
        return outcome.error if outcome else "no outcome"
    asked = seen(run.asked[number])
    if outcome.status != expectation.status:
        reason = f"{expectation.verdict.step}: {expectation.verdict.reason}"
        return f"status {outcome.status}, expected {expectation.status} ({reason}); it asked {_shown(asked)}"
    if not _same_requests(asked, expectation):
        return f"it asked {_shown(asked)}, expected {_shown(expectation.requests)}"
    return ""


def _same_requests(asked: tuple[Seen, ...], expectation: Expectation) -> bool:
    # WebKit first asks for a URL with a user name and then refuses it, and behind a redirect to the same URL the preflight of
    # before still counts.
    if expectation.verdict.step in {"redirect-credentials", "redirect-limit"}:
        return True
    return len(asked) == len(expectation.requests) and all(
        one == replace(other, origin=one.origin if other.origin is None else other.origin)
        for one, other in zip(asked, expectation.requests, strict=True)
    )


def _is_comparable(message: str, expectation: Expectation) -> bool:
    """Chromium's log rewrites odd bytes, what it says of other schemes depends on the build, and which of several headers it
    names first is known for those of a viewer.
    """
    verdict = expectation.verdict
    known = len(verdict.missing) < 2 or set(verdict.missing) <= {"accept", "authorization", "content-type"}
    return message.isprintable() and message.isascii() and verdict.step != "redirect-scheme" and known


def _shown(requests: tuple[Seen, ...]) -> str:
    return "; ".join(
        f"{one.stop} {one.method} origin={one.origin} acrm={one.asked_method} acrh={one.asked_headers} "
        f"token={one.authorization}"
        for one in requests
    )
