"""`make bench`: medians of what a user waits for, on this machine. A measurement, not a test.

Each figure is the wall-clock time of a whole process, the median of several runs after one that is not counted.
"""

from __future__ import annotations

import compileall
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import ohif_setup
from ohif_setup.demo.azure_service import AzureService
from ohif_setup.demo.site import DemoSite
from tests.flows.front_door import ANSWERS, CLIENT

RUNS = 15
SITES, MANY = (100, 1000, 2000), 1000
"""How many sites, and the number whose times are printed."""
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
    # As pip does when it installs; a checkout may lack the compiled files.
    compileall.compile_dir(Path(ohif_setup.__file__).parent, quiet=1)
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


def cors() -> None:
    """The check of a site with many requests, and `ohif-setup cors` with few and many services: seconds, and the most memory."""
    tool = str(Path(sys.executable).with_name("ohif-setup"))
    viewers = ("http://localhost:3000", "https://second.example.org")
    with tempfile.TemporaryDirectory() as temporary, DemoSite(with_fhir=True) as site:
        folder = Path(temporary)
        environment = {**os.environ, **site.environment}
        for server in site.servers:
            if isinstance(server, AzureService):
                server.cors = replace(server.cors, origins=(*server.cors.origins, *viewers))
        answers = {**site.answers, "viewer.extra_urls": ",".join(viewers), "server.uploads": "true"}
        sets = [word for key, value in answers.items() for word in ("--set", f"{key}={value}")]
        callbacks = tuple(f"{url}/callback" for url in viewers)
        site.registration.spa_redirect_uris = (*site.registration.spa_redirect_uris, *callbacks)
        init = [tool, "init", *sets]
        subprocess.run(init, env=environment, cwd=folder, check=True, stdin=subprocess.DEVNULL, capture_output=True)
        check = [tool, "check", "--sign-in", "none"]
        quick = median(check, environment, folder, 5)
        for server in site.servers:
            server.delay = DELAY
        slow = median(check, environment, folder, 5)
        print(f"check, 3 origins, uploads, FHIR     {quick * 1000:7.1f} ms")
        print(f"the same, each answer 100 ms later  {slow * 1000:7.1f} ms   (goal: 1200 ms)")
        for server in site.servers:
            server.delay = 0.0
        urls = [word for one in ("https://viewer.example.org", *viewers) for word in ("--viewer-url", one)]
        for count in (20, 200):
            services = [word for number in range(count) for word in ("--service-url", f"{site.dicom.url}/v2/{number}")]
            runs = [_measured([tool, "cors", "--json", *services, *urls], environment) for _ in range(3)]
            seconds, megabytes = statistics.median(one for one, _ in runs), statistics.median(one for _, one in runs)
            print(f"cors, {count:3} services, 3 origins        {seconds:7.2f} s    {megabytes:.0f} MB at the most")


def sites() -> None:
    """Many sites in one run: milliseconds for each, and the most memory, which must not grow with their number."""
    tool = str(Path(sys.executable).with_name("ohif-setup"))
    command = [tool, "generate", "--answers", "."]
    memory: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for count in SITES:
            folder = Path(temporary) / str(count)
            for number in range(count):
                file = folder / f"site-{number:04}" / "ohif-setup.toml"
                file.parent.mkdir(parents=True)
                file.write_text(ANSWERS, encoding="utf-8")
            for what in ("from nothing", "nothing to change", "one answer each"):
                if what == "one answer each":
                    for file in folder.glob("*/ohif-setup.toml"):
                        file.write_text(ANSWERS.replace(CLIENT, CLIENT.replace("a", "b")), encoding="utf-8")
                runs = 3 if what == "nothing to change" else 1
                measured = [_measured(command, os.environ, folder) for _ in range(runs)]
                seconds = statistics.median(one for one, _ in measured)
                memory.setdefault(what, []).append(f"{statistics.median(one for _, one in measured):.0f}")
                if count == MANY:
                    print(
                        f"generate, {count} sites, {what:<20}{seconds / count * 1000:7.2f} ms for each   {seconds:6.1f} s"
                    )
    for what, megabytes in memory.items():
        numbers = ", ".join(map(str, SITES))
        print(f"generate, {what:<18} memory at the peak for {numbers} sites: {', '.join(megabytes)} MB")


def _measured(command: Sequence[str], environment: Mapping[str, str], cwd: Path | None = None) -> tuple[float, float]:
    """Seconds, and megabytes of resident memory at its peak."""
    start = time.perf_counter()
    with subprocess.Popen(command, env=dict(environment), cwd=cwd, stdout=subprocess.DEVNULL) as process:
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    return time.perf_counter() - start, used.ru_maxrss / 1024


if __name__ == "__main__":
    main()
    sites()
    cors()
