from __future__ import annotations

import webbrowser
from collections.abc import Iterator

import pytest

from tests.servers.adas_browser import AdasBrowser
from tests.servers.stage import PUBLIC, Stage, stage


@pytest.fixture(scope="module")
def _away(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("away"), PUBLIC) as running:
        yield running


@pytest.fixture
def away(_away: Stage) -> Iterator[Stage]:
    """A healthy site under public names, which nothing but a proxy resolves."""
    yield _away
    _away.heal()


@pytest.fixture
def adas_browser(monkeypatch: pytest.MonkeyPatch) -> AdasBrowser:
    """The only browser that there is; `webbrowser.register` has no undo."""
    browser = AdasBrowser()
    monkeypatch.setattr(webbrowser, "_tryorder", ["ada"])
    monkeypatch.setitem(webbrowser._browsers, "ada", [None, browser])  # type: ignore[attr-defined]  # not in the stubs
    monkeypatch.setenv("BROWSER", "ada")
    return browser
