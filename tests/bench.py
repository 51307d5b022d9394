"""`make bench`: medians of what a user waits for, on this machine. A measurement, not a test.

Each figure is the wall-clock time of a whole process, the median of several runs after one that is not counted.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from ohif_setup.demo.site import DemoSite

RUNS = 15
DELAY = 0.1
CHAIN = 2
"""The longest chain of answers that depend on each other without a sign-in: discovery names the authorize endpoint, which is then
asked for the redirect URI. Everything else is asked side by side."""


def median(command: Sequence[str], environment: Mapping[str, str], cwd: Path, runs: int = RUNS) -> float:
    """Seconds of wall-clock time."""
    seconds = []
    for run in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(
            command, env=dict(environment), cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
        )
        if run:
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main() -> None:
    """Prints one line for each figure."""
    tool = str(Path(sys.executable).with_name("ohif-setup"))
    with tempfile.TemporaryDirectory() as temporary, DemoSite() as site:
        folder = Path(temporary)
        environment = {**os.environ, **site.environment}
        sets = [word for key, value in site.answers.items() for word in ("--set", f"{key}={value}")]
        subprocess.run(
            [tool, "init", *sets],
            env=environment,
            cwd=folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        bare = median([sys.executable, "-c", "pass"], environment, folder)
        print(f"python -c pass                      {bare * 1000:7.1f} ms")
        for words in (["--help"], ["--version"], ["generate"]):
            took = median([tool, *words], environment, folder)
            name = f"ohif-setup {' '.join(words)}" + ("  (nothing to change)" if words == ["generate"] else "")
            print(f"{name:<36}{took * 1000:7.1f} ms   {took / bare:4.1f} times the bare interpreter")
        check = [tool, "check", "--sign-in", "none"]
        quick = median(check, environment, folder, 5)
        for server in site.servers:
            server.delay = DELAY
        slow = median(check, environment, folder, 5)
        print(f"{'check --sign-in none':<36}{quick * 1000:7.1f} ms")
        print(f"{'the same, each answer 100 ms later':<36}{slow * 1000:7.1f} ms")
        extra = slow - quick
        chain = CHAIN * DELAY
        times = f"{extra / chain:4.2f} times the longest chain ({CHAIN} answers, {chain * 1000:.0f} ms)"
        print(f"{'the difference':<36}{extra * 1000:7.1f} ms   {times}")


if __name__ == "__main__":
    main()
