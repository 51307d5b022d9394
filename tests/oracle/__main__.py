"""Runs the oracle in full: `python -m tests.oracle --cases 3000 --engines chromium,firefox,webkit`."""

from __future__ import annotations

import argparse
import secrets
import sys
from typing import get_args

from ohif_setup.browser.values import Engine
from tests.oracle.case import Kind
from tests.oracle.contest import contest
from tests.oracle.engines import missing
from tests.oracle.found import FOUND
from tests.oracle.generator import KINDS, make_cases
from tests.oracle.server import CaseServer
from tests.oracle.urls import make_urls

ENGINES: tuple[Engine, ...] = get_args(Engine)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.oracle", description="Compares the CORS verdict with real browser engines."
    )
    parser.add_argument("--cases", type=int, default=3000, help="cases of each request kind (default: %(default)s)")
    parser.add_argument("--engines", default=",".join(ENGINES), help="separated by commas (default: %(default)s)")
    parser.add_argument("--kinds", default=",".join(KINDS), help="separated by commas (default: all)")
    parser.add_argument("--seed", type=int, default=None, help="default: a fresh one, which is printed")
    parser.add_argument(
        "--show", type=int, default=10, help="disagreements to print for each engine (default: %(default)s)"
    )
    options = parser.parse_args()
    engines = [engine for engine in ENGINES if engine in options.engines.split(",")]
    kinds: list[Kind] = [kind for kind in KINDS if kind in options.kinds.split(",")]
    seed = secrets.randbelow(2**32) if options.seed is None else options.seed
    print(f"seed {seed}, {options.cases} cases of each of {len(kinds)} kinds", flush=True)
    absent = [reason for reason in map(missing, engines) if reason]
    if absent:
        print("\n".join(absent), file=sys.stderr)
        return 2
    cases = [*FOUND, *make_cases(seed, options.cases, kinds)]
    urls = make_urls(seed, options.cases)
    agreed = True
    with CaseServer() as server:
        for engine in engines:
            result = contest(server, engine, cases, urls)
            agreed = agreed and not result.disagreements
            print(result, flush=True)
            for disagreement in result.disagreements[: options.show]:
                print(disagreement, flush=True)
    return 0 if agreed else 1


if __name__ == "__main__":
    sys.exit(main())
