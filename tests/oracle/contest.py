"""Puts the same cases before an engine and before our rules, and compares."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import urllib3

from ohif_setup.browser.values import Engine
from tests.oracle.case import Case
from tests.oracle.engines import started
from tests.oracle.expectation import Expectation, Seen, expect, seen
from tests.oracle.server import CaseServer, Run

SILENCE = 90
"""Seconds without a sign of an engine after which it is given up."""


@dataclass(frozen=True)
class Disagreement:
    """A case on which an engine and our rules differ."""

    engine: Engine
    case: Case
    what: str

    def __str__(self) -> str:
        return f"# {self.engine}: {self.what}\npytest.param({self.case!r}),"


@dataclass(frozen=True)
class Result:
    """What came of one engine's run."""

    engine: Engine
    agent: str
    cases: int
    seconds: float
    disagreements: tuple[Disagreement, ...]
    messages: int = 0


def our_expectations(server: CaseServer, cases: Sequence[Case]) -> list[Expectation]:
    """Our verdict on every case, from answers that came over a real socket."""
    run = server.begin("ours", list(cases))
    with urllib3.PoolManager(maxsize=8, timeout=10) as pool, ThreadPoolExecutor(4) as workers:
        return list(workers.map(lambda number: expect(pool, server, run, number), range(len(cases))))


def contest(server: CaseServer, engine: Engine, cases: Sequence[Case], expectations: Sequence[Expectation]) -> Result:
    """Lets an engine run all cases, and compares what it did with what was expected."""
    start = time.monotonic()
    run = server.begin(engine, list(cases))
    with tempfile.TemporaryDirectory(prefix="oracle-", ignore_cleanup_errors=True) as folder:
        with started(engine, server.page_url(run), Path(folder)) as browser:
            run.last_sign = time.monotonic()
            while not run.done.wait(1) and time.monotonic() - run.last_sign < SILENCE and browser.process.poll() is None:
                pass
            time.sleep(0.5)
        log = browser.log.read_text("utf-8", "replace")
    seconds = time.monotonic() - start
    said = console(log, run.name) if engine == "chromium" else {}
    disagreements = []
    for number, (case, expectation) in enumerate(zip(cases, expectations, strict=True)):
        what = _difference(run, number, expectation, server.places.url(run.name, 0, 0, case).partition("/case")[0])
        message = expectation.message.replace("/case/ours/", f"/case/{run.name}/")
        if not what and number in said and _comparable(message, expectation) and message != said[number]:
            what = f"console says {said[number]!r}, we say {message!r} ({expectation.verdict.step})"
        if what:
            disagreements.append(Disagreement(engine, case, what))
    return Result(engine, run.agent, len(run.outcomes), seconds, tuple(disagreements), len(said))


def _comparable(message: str, expectation: Expectation) -> bool:
    """Chromium's log rewrites odd bytes, and of other schemes it says what depends on the build."""
    return message.isprintable() and message.isascii() and expectation.verdict.step != "redirect-scheme"


def console(log: str, run: str) -> dict[int, str]:
    """The messages about CORS in Chromium's log, by case."""
    found = {}
    for message in re.findall(r'CONSOLE:\d+\] "(Access to .*?)", source: ', log, re.DOTALL):
        number = re.search(rf"/case/{run}/(\d+)/", message)
        if number:
            found[int(number[1])] = message
    return found


def _difference(run: Run, number: int, expectation: Expectation, _: str) -> str:
    outcome = run.outcomes.get(number)
    if outcome is None:
        return "no outcome"
    if outcome.error:
        return f"the page says {outcome.error}"
    if outcome.status != expectation.status:
        reason = f"{expectation.verdict.step}: {expectation.verdict.reason}"
        asked = [f"{one.method} {one.stop}" for one in run.asked[number]]
        return f"status {outcome.status}, expected {expectation.status} ({reason}); asked {asked}"
    asked = seen(run.asked[number], expectation.requests)
    if asked != expectation.requests:
        return f"asked {_shown(asked)}, expected {_shown(expectation.requests)}"
    return ""


def _shown(requests: tuple[Seen, ...]) -> str:
    return "; ".join(
        f"{one.stop} {one.method} origin={one.origin} acrm={one.asked_method} acrh={one.asked_headers} token={one.authorization}"
        for one in requests
    )
