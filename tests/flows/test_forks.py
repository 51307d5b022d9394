"""What the tests start as the tool is a process: its surroundings are its own, and it is ended when it takes too long."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.front_door import ANSWERS, ohif_setup


@pytest.mark.parametrize("words", [["--version"], ["explain", "corz"], ["generate", "--dry-run"], ["nonsense"]])
def test_says_and_returns_what_a_fresh_interpreter_does(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "ohif-setup.toml").write_text(ANSWERS)
    command = [sys.executable, "-m", "ohif_setup", *words]
    fresh = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    run = ohif_setup(*words, cwd=tmp_path)
    assert (run.status, run.out, run.err) == (fresh.returncode, fresh.stdout, fresh.stderr)


def test_environment_and_folder_are_those_of_one_run(tmp_path: Path) -> None:
    (tmp_path / "ohif-setup.toml").write_text(ANSWERS)
    before = Path.cwd(), dict(os.environ)
    elsewhere = {"OHIF_SETUP_OUTPUT__DIRECTORY": "elsewhere"}
    assert "elsewhere/app-config.js" in ohif_setup("generate", "--dry-run", cwd=tmp_path, environment=elsewhere).out
    assert "deploy/app-config.js" in ohif_setup("generate", "--dry-run", cwd=tmp_path).out
    assert (Path.cwd(), dict(os.environ)) == before


def test_process_that_takes_too_long_is_killed() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        ohif_setup("demo", "--serve", seconds=1)
    assert ohif_setup("--version").status == 0
