"""`init` that asks less: `--yes` at a terminal, `--no-input`, a folder in place of the answers file, a file without answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.front_door import ohif_setup
from tests.flows.terminal import Pty
from tests.flows.test_init_orthanc import REST, Terminal, enter_all

# Nothing listens on port 1, so every request ends at once.
GIVEN = (
    *("--timeout", "1", "--set", "server.kind=orthanc", "--set", "server.url=http://127.0.0.1:1/dicom-web"),
    *("--set", "viewer.url=http://127.0.0.1:2"),
)


def test_no_input_asks_nothing_at_a_terminal(folder: Path) -> None:
    child = Pty("init", "--no-input", *GIVEN, dimensions=(50, 120))
    status, shown = child.ends()
    assert (status, "? " in shown) == (0, False)
    assert "--no-input" in shown
    assert (folder / "deploy" / "app-config.js").exists()


def test_warnings_are_said_where_nothing_is_checked(folder: Path) -> None:
    key = "Xk-9dQw_4vZr7TnB1mLpS8cJ2hFgY6aE0uRoN5iKqWt"
    others = ("server.kind=dicomweb", f"server.url=http://127.0.0.1:1/s/{key}", "proxy.listen=2")
    run = ohif_setup("init", *GIVEN, *(word for other in others for word in ("--set", other)))
    assert "nothing was checked" in run.out
    assert "! server.url: the path holds what looks like a key (Xk-9…)" in run.out
    # The healthy twin.
    healthy = ohif_setup("init", *GIVEN, "--set", "proxy.listen=2", "--answers", "other/")
    assert "nothing was checked" in healthy.out
    assert "! " not in healthy.out


def test_no_input_says_what_is_missing_at_a_terminal(folder: Path) -> None:
    status, shown = Pty("--no-input", dimensions=(50, 120)).ends()
    assert (status, "Missing:" in shown) == (2, True)
    assert list(folder.iterdir()) == []


def test_yes_writes_after_the_last_question(folder: Path) -> None:
    terminal = Terminal("init", "--yes", *GIVEN)
    terminal.answer("Use this answer anyway", "y")
    enter_all(terminal, "Route", "Web server", *REST)
    assert "Write them" not in terminal.end()
    assert (folder / "deploy" / "app-config.js").exists()


@pytest.mark.parametrize("named", ["new/", "there", "there/", "."])
def test_folder_stands_for_the_file_in_it(folder: Path, named: str) -> None:
    (folder / "there").mkdir()
    run = ohif_setup("init", *GIVEN, "--answers", named)
    assert run.status == 0, run.err
    assert (folder / named / "ohif-setup.toml").exists()
    assert (folder / named / "deploy" / "app-config.js").exists()


@pytest.mark.parametrize("text", ["", "\n", "# Of the north wing.\n"])
def test_file_without_answers_is_filled(folder: Path, text: str) -> None:
    file = folder / "north wing.toml"
    file.write_text(text)
    refused = ohif_setup("generate", "--answers", str(file))
    assert f"ohif-setup init --answers '{file}'" in refused.err
    run = ohif_setup("init", *GIVEN, "--answers", str(file))
    assert run.status == 0, run.err
    assert text.strip() in file.read_text()
    assert ohif_setup("generate", "--check", "--answers", str(file)).status == 0


def test_missing_file_keeps_its_name_in_the_advice(folder: Path) -> None:
    run = ohif_setup("generate", "--answers", "north.toml")
    assert "ohif-setup init --answers north.toml" in run.err
