"""What holds for every test: nothing beyond loopback, nothing in the home directory, no variable of the developer's shell."""

from __future__ import annotations

import errno
import os
import re
import socket
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.servers.stage import FrontDoor, Stage, stage

_FOREIGN = (
    "OHIF_SETUP_",
    "COLUMNS",
    "LINES",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NO_COLOR",
    "BROWSER",
    "DISPLAY",
    "WAYLAND_DISPLAY",
)


SLOW = frozenset(
    {"browser", "oracle", "routes", "servers", "trust"}
    | {"cors/test_faults.py", "cors/test_verdicts.py", "apply/test_faults.py", "apply/test_merge_git.py"}
    | {"config_js/test_long.py", "ohif/test_build.py"}
    | {f"flows/test_{name}.py" for name in ("check_save", "demo", "demo_orthanc", "faults", "init", "init_again")}
    | {f"flows/test_{name}.py" for name in ("init_orthanc", "tutorial_orthanc", "wheel")}
    | {f"regenerate/test_{name}.py" for name in ("faults", "init", "machine", "sites", "terminal", "unseen", "year")}
    | {f"terminal/test_{name}.py" for name in ("encodings", "foreign", "streams")}
)
"""Folders and files whose tests have the marker `slow`, because each takes long or they are many."""

PARTS = frozenset({"tests.parts.apache", "tests.parts.nginx", "tests.parts.orthanc", "tests.output.fronts"})
"""Whoever imports one of these starts Orthanc, nginx or Apache, which is slow as well."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    gone = [one for one in SLOW if not (here / one).exists()]
    assert not gone, f"in SLOW, but not there: {gone}"
    slow = {module: _is_slow(module, here) for module in {_module_of(item) for item in items}}
    for item in items:
        if slow[_module_of(item)]:
            item.add_marker("slow")
    # What takes minutes begins first, and the many short ones fill up the end.
    items.sort(key=lambda item: not slow[_module_of(item)])


def _module_of(item: pytest.Item) -> ModuleType:
    assert isinstance(item, pytest.Function)
    module: ModuleType = item.module
    return module


def _is_slow(module: ModuleType, here: Path) -> bool:
    assert module.__file__
    inside = Path(module.__file__).relative_to(here)
    origins = {getattr(one, "__module__", getattr(one, "__name__", "")) for one in vars(module).values()}
    return bool(SLOW & {inside.as_posix(), inside.parts[0]} or PARTS & origins)


@pytest.fixture(scope="session", autouse=True)
def _own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What runs remember of their sites, also those of fixtures for many tests, is not the developer's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def _clean_surroundings(monkeypatch: pytest.MonkeyPatch, _homes: Path) -> None:
    for name in os.environ:
        if name.startswith(_FOREIGN) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    # pytest's own way to a new folder looks at all that are there: thousands.
    monkeypatch.setenv("HOME", tempfile.mkdtemp(dir=_homes))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where CI is set nothing is skipped: what a test needs must have been installed."""
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but CI is set: {report.longrepr}"
    return report


class _Loopback(socket.socket):
    """A socket that connects on this machine only."""

    def connect(self, address: Any) -> None:
        host = str(address[0]) if isinstance(address, tuple) else ""
        if self.family != socket.AF_UNIX and not host.startswith("127.") and host not in ("localhost", "::1"):
            raise OSError(errno.ENETUNREACH, f"a test must not reach {address}")
        super().connect(address)


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No connection leaves this machine, and no name of another one is asked of a resolver."""
    real = socket.getaddrinfo

    def look_up(host: Any, *arguments: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
        if name == "localhost" or name.endswith(".localhost") or not re.search("[a-z]", name.lower()) or ":" in name:
            return real(host, *arguments, **named)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "socket", _Loopback)
    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """For every browser of the run: a second one cannot begin beside it."""
    with sync_playwright() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the test runs in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The healthy demo site with something before each server that can break what it says."""
    with stage(tmp_path_factory.mktemp("stage")) as running:
        yield running


@pytest.fixture
def site(whole: Stage) -> Iterator[Stage]:
    """That site for one test; afterwards nothing is broken any more."""
    yield whole
    whole.heal()


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> FrontDoor:
    """The command line, called in this process."""
    return FrontDoor(tmp_path, monkeypatch, capsys)
