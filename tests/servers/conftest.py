from __future__ import annotations

import webbrowser

import pytest

from tests.servers.adas_browser import AdasBrowser


@pytest.fixture
def adas_browser(monkeypatch: pytest.MonkeyPatch) -> AdasBrowser:
    """The only browser that there is; `webbrowser.register` has no undo."""
    browser = AdasBrowser()
    monkeypatch.setattr(webbrowser, "_tryorder", ["ada"])
    monkeypatch.setitem(webbrowser._browsers, "ada", [None, browser])  # type: ignore[attr-defined]  # not in the stubs
    monkeypatch.setenv("BROWSER", "ada")
    return browser
