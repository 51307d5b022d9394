"""Our verdict agrees with real browser engines on a few hundred random servers. `make oracle` runs thousands."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import pytest
import urllib3

from ohif_setup.browser.values import Engine
from tests.oracle.case import Case, Reply, Stop
from tests.oracle.contest import contest
from tests.oracle.engines import missing
from tests.oracle.expectation import Expectation, expect
from tests.oracle.found import FOUND
from tests.oracle.generator import make_cases
from tests.oracle.server import CaseServer, Run
from tests.oracle.urls import make_urls

FIXED_SEED = 4
CASES_OF_A_KIND = 25
URLS = 300


@pytest.fixture(scope="module")
def fresh_seed() -> int:
    return secrets.randbelow(2**32)


@pytest.fixture
def server() -> Iterator[CaseServer]:
    with CaseServer() as running:
        yield running


@pytest.fixture(params=get_args(Engine))
def engine(request: pytest.FixtureRequest) -> Engine:
    engines: tuple[Engine, ...] = get_args(Engine)
    chosen = next(one for one in engines if one == request.param)
    reason = missing(chosen)
    if reason and os.environ.get("CI"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    return chosen


@pytest.mark.browser
def test_our_verdict_agrees_with_the_engine(
    server: CaseServer, engine: Engine, fresh_seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    seeds = (FIXED_SEED, fresh_seed)
    cases = [*FOUND, *(case for seed in seeds for case in make_cases(seed, CASES_OF_A_KIND))]
    urls = [url for seed in seeds for url in make_urls(seed, URLS)]
    result = contest(server, engine, cases, urls)
    with capsys.disabled():
        print(f"\noracle, fresh seed {fresh_seed}: {result}")
    assert not result.disagreements, "\n".join([f"fresh seed {fresh_seed}", *map(str, result.disagreements[:10])])


@pytest.mark.browser
def test_the_oracle_sees_a_wrong_verdict(server: CaseServer, engine: Engine) -> None:
    twice = ("Access-Control-Allow-Origin: *",) * 2
    case = Case("simple", "GET", (), (Stop("near", Reply(204), Reply(200, twice)),))
    result = contest(server, engine, [case], ["https://viewer.example.org"], judge=too_trusting)
    assert [one.subject for one in result.disagreements] == [case]
    assert "status 0, expected 200 (cors-repeated" in result.disagreements[0].what


def too_trusting(pool: urllib3.PoolManager, server: CaseServer, run: Run, number: int, engine: Engine) -> Expectation:
    """Judges as a checker does that looks at the status alone."""
    return replace(expect(pool, server, run, number, engine), status=run.cases[number].stops[-1].answer.status)


def test_a_seed_gives_the_same_cases_again() -> None:
    assert make_cases(7, 3) == make_cases(7, 3)
    assert make_cases(7, 3) != make_cases(8, 3)
    assert make_urls(7, 30) == make_urls(7, 30)


def test_a_case_prints_as_it_is_written() -> None:
    for case in make_cases(7, 5):
        assert eval(repr(case)) == case
