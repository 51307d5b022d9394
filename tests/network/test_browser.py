"""Whether a browser opens for a sign-in: programs of this machine that fail, are missing, or work."""

from __future__ import annotations

import io
import webbrowser
from pathlib import Path

import pytest
from rich.console import Console

from ohif_setup.network.sign_in.browser import browser_can_open, open_browser
from ohif_setup.talk.report.progress import Progress

URL = "https://login.example.org/authorize?state=x"


class Machine:
    """A machine with no programs but those that are put there; each notes the address that it got."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self._patch = folder, patch
        patch.setenv("PATH", str(folder))
        # Python looks for browsers once, when the first one is asked for.
        patch.setattr(webbrowser, "_tryorder", None)
        patch.setattr(webbrowser, "_browsers", {})
        for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
            patch.delenv(name, raising=False)

    def has(self, name: str, status: int) -> None:
        program = self.folder / name
        program.write_text(f'#!/bin/sh\necho "$@" >> "{self.folder}/opened"\necho noise >&2\nexit {status}\n')
        program.chmod(0o755)

    def sets(self, **variables: str) -> None:
        for name, value in variables.items():
            self._patch.setenv(name, value)

    @property
    def opened(self) -> list[str]:
        notes = self.folder / "opened"
        return notes.read_text().splitlines() if notes.exists() else []


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def screen_says() -> str:
    text = io.StringIO()
    Progress(Console(file=text, width=200), []).browser(URL, 180)
    return text.getvalue()


def test_desktop_without_any_browser_is_no_browser(machine: Machine) -> None:
    machine.has("xdg-open", 3)
    machine.sets(DISPLAY=":0")
    assert not open_browser(URL)
    said = screen_says()
    assert "has just opened" not in said
    assert "--sign-in device-code" in said
    assert URL in said


@pytest.mark.parametrize("name", ["wslview", "xdg-open", "x-www-browser"])
def test_desktop_that_opens_the_browser(machine: Machine, name: str) -> None:
    machine.has(name, 0)
    machine.sets(WAYLAND_DISPLAY="wayland-0")
    assert browser_can_open()
    assert "has just opened" in screen_says()
    assert machine.opened == [URL]


def test_next_program_is_tried_where_one_fails(machine: Machine) -> None:
    machine.has("wslview", 1)
    machine.has("xdg-open", 0)
    machine.sets(DISPLAY=":0")
    assert open_browser(URL)
    assert len(machine.opened) == 2


def test_browser_variable_with_a_missing_program_is_no_browser(machine: Machine) -> None:
    machine.sets(BROWSER="nonesuch")
    assert not browser_can_open()
    assert not open_browser(URL)
    assert "--sign-in device-code" in screen_says()


def test_browser_variable_with_a_missing_program_leaves_the_desktops(machine: Machine) -> None:
    machine.has("xdg-open", 0)
    machine.sets(BROWSER="nonesuch --new", DISPLAY=":0")
    assert browser_can_open()
    assert open_browser(URL)


@pytest.mark.parametrize(("status", "opens"), [(0, True), (4, False)])
def test_browser_variable_with_a_command(machine: Machine, status: int, opens: bool) -> None:
    machine.has("my-browser", status)
    machine.sets(BROWSER="my-browser --new %s")
    assert browser_can_open()
    assert open_browser(URL) == opens
    assert machine.opened == [f"--new {URL}"]


@pytest.mark.parametrize("variable", [{}, {"DISPLAY": ":0"}], ids=["ssh", "display-alone"])
def test_machine_without_display_or_programs_has_no_browser(machine: Machine, variable: dict[str, str]) -> None:
    machine.sets(**variable)
    assert not browser_can_open()
    assert not open_browser(URL)
    if not variable:
        machine.has("xdg-open", 0)
        assert not browser_can_open()
