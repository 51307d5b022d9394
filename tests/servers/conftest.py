from __future__ import annotations

import webbrowser
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.adas_browser import AdasBrowser
from tests.servers.stage import FrontDoor, Stage, stage


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("stage")) as running:
        yield running


@pytest.fixture
def site(whole: Stage) -> Iterator[Stage]:
    yield whole
    whole.heal()


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> FrontDoor:
    return FrontDoor(tmp_path, monkeypatch, capsys)


@pytest.fixture
def adas_browser(monkeypatch: pytest.MonkeyPatch) -> AdasBrowser:
    """The only browser that there is; `webbrowser.register` has no undo."""
    browser = AdasBrowser()
    monkeypatch.setattr(webbrowser, "_tryorder", ["ada"])
    monkeypatch.setitem(webbrowser._browsers, "ada", [None, browser])  # type: ignore[attr-defined]  # not in the stubs
    monkeypatch.setenv("BROWSER", "ada")
    return browser
