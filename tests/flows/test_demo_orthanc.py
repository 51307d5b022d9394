"""`demo --server orthanc`: a real Orthanc and nginx, the generated files, and faults of the running parts."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ohif_setup.demo.orthanc import FAULTS, missing_packages
from tests.browser.builds import build_folder
from tests.flows.front_door import ohif_setup
from tests.flows.test_demo import signs

pytestmark = pytest.mark.skipif(bool(missing_packages()), reason=f"not installed: {' '.join(missing_packages())}")
DEMO = ("demo", "--server", "orthanc")


def test_healthy_demo_is_green_and_quick() -> None:
    start = time.monotonic()
    run = ohif_setup(*DEMO)
    assert time.monotonic() - start < 120, "seconds; 6 on a quiet machine, 22 on one with both cores busy"
    assert (run.status, run.err) == (0, ""), run
    assert set(signs(run.out)) == {"✓", "–"}
    assert {"dicomweb-reachable", "dicomweb-addresses", "uploads", "exposure"} <= signs(run.out)["✓"]
    assert "deploy/nginx.conf" in run.out
    assert "npm pack" in run.out
    assert "viewer-served" not in run.out


@pytest.mark.browser
def test_with_a_build_the_viewer_is_checked_too() -> None:
    run = ohif_setup(*DEMO, "--build", str(build_folder("3.13.2")), seconds=120)
    assert run.status == 0, run
    assert {"viewer-served", "viewer-config", "viewer-routes"} <= signs(run.out)["✓"]
    assert "OHIF 3.13.2" in run.out


@pytest.mark.browser
def test_another_version_of_the_build_becomes_the_answer() -> None:
    run = ohif_setup(*DEMO, "--build", str(build_folder("3.11.1")), seconds=120)
    assert run.status == 0, run
    assert ", OHIF 3.11" in run.out


@pytest.mark.parametrize("name", [fault.name for fault in FAULTS.values() if not fault.needs_viewer])
def test_fault_is_named_by_its_check_and_no_other(name: str) -> None:
    run = ohif_setup(*DEMO, "--break", name)
    found = signs(run.out)
    assert found.get("✗", set()) | found.get("!", set()) == {FAULTS[name].check}
    assert run.status == 1
    assert "      Fix" in run.out


@pytest.mark.browser
@pytest.mark.parametrize("name", [fault.name for fault in FAULTS.values() if fault.needs_viewer])
def test_fault_of_the_viewers_pages_is_named_by_its_check(name: str) -> None:
    refused = ohif_setup(*DEMO, "--break", name)
    assert (refused.status, "--build FILE" in refused.err) == (2, True)
    run = ohif_setup(*DEMO, "--break", name, "--build", str(build_folder("3.13.2")), seconds=120)
    assert signs(run.out)["✗"] == {FAULTS[name].check}


def test_list_of_faults() -> None:
    run = ohif_setup(*DEMO, "--break", "list")
    assert [line.split()[0] for line in run.out.splitlines()] == list(FAULTS)
    wrong = ohif_setup(*DEMO, "--break", "no-plugins")
    assert (wrong.status, "did you mean no-plugin?" in wrong.err) == (2, True)


def test_folder_is_kept(folder: Path) -> None:
    assert ohif_setup(*DEMO, "--folder", "site").status == 0
    names = {path.name for path in (folder / "site" / "deploy").iterdir()}
    assert {"NEXT-STEPS.md", "app-config.js", "nginx.conf"} <= names
    assert ohif_setup(*DEMO, "--folder", "site").status == 2


def test_what_is_not_installed_is_named() -> None:
    program = (
        "import shutil, sys; shutil.which = lambda *names, **options: None\n"
        f"from ohif_setup.cli import main; sys.exit(main({list(DEMO)!r}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "sudo apt install orthanc nginx" in done.stderr
    assert "Traceback" not in done.stderr


@contextmanager
def serving() -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The demo that stays up, and the addresses that it shows."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "ohif_setup", *DEMO, "--serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = ""
        while "DICOMweb   " not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        # Not while it still writes that line: what interrupts a write ends the output.
        until = time.monotonic() + 60
        while "\nState:\tS" not in Path(f"/proc/{process.pid}/status").read_text() and time.monotonic() < until:
            time.sleep(0.05)
        yield process, dict(re.findall(r"^  (Orthanc|DICOMweb) +(\S+)$", said, re.MULTILINE))
    finally:
        process.kill()
        process.wait()


def answers(url: str) -> bool:
    port = int(url.split("/")[2].rpartition(":")[2])
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stays_up_until_it_is_ended_and_takes_all_with_it(number: signal.Signals) -> None:
    with serving() as (process, urls):
        with urllib.request.urlopen(f"{urls['DICOMweb']}/studies", timeout=60) as found:
            assert found.status == 200
        process.send_signal(number)
        said, _ = process.communicate(timeout=120)
        assert "Orthanc and nginx have stopped." in said
        assert process.returncode == 0
        assert not any(answers(url) for url in urls.values())


@pytest.mark.parametrize("name", ["nginx", "Orthanc"])
def test_one_that_dies_ends_the_demo(name: str) -> None:
    with serving() as (process, urls):
        os.kill(child(process.pid, name), signal.SIGKILL)
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 2
        assert f"{name} has ended by itself" in said
        assert not any(answers(url) for url in urls.values())


def child(parent: int, name: str) -> int:
    """The process ID of the program of that name that `parent` started."""
    for status in Path("/proc").glob("[0-9]*/status"):
        text = status.read_text()
        if f"\nPPid:\t{parent}\n" in text and text.startswith(f"Name:\t{name}\n"):
            return int(status.parent.name)
    raise AssertionError(f"no {name} below {parent}")
