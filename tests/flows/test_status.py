"""`status`: one screen, from the disk alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.flows.front_door import ANSWERS, ohif_setup
from tests.flows.terminal import Pty
from tests.output.sites import memory_of


@pytest.fixture
def site(folder: Path) -> Path:
    (folder / "ohif-setup.toml").write_text(ANSWERS)
    assert ohif_setup("generate").status == 0
    return folder


def states(out: str) -> dict[str, str]:
    rows = [line[12:] for line in out.splitlines() if "deploy/" in line]
    return {row.rpartition("/")[2]: row.rpartition("  ")[0].strip() for row in rows}


def test_state_of_each_file(site: Path) -> None:
    config, steps = site / "deploy" / "app-config.js", site / "deploy" / "NEXT-STEPS.md"
    first = ohif_setup("status")
    assert states(first.out) == {"app-config.js": "as generated", "NEXT-STEPS.md": "as generated"}
    assert "never" in first.out
    assert first.out.rstrip().endswith("1. Nobody has checked the site: ohif-setup check")
    steps.write_text(steps.read_text().replace("Menu paths", "The menu paths"))
    assert states(ohif_setup("status").out)["NEXT-STEPS.md"] == "edited"
    (site / "ohif-setup.toml").write_text(ANSWERS.replace("/viewer.example", "/other.example"))
    out = ohif_setup("status").out
    assert states(out) == {"app-config.js": "outdated", "NEXT-STEPS.md": "edited, outdated"}
    assert "1. The files are not up to date: ohif-setup generate" in out
    config.unlink()
    assert states(ohif_setup("status").out)["app-config.js"] in ("missing", "deleted", "outdated")
    assert ohif_setup("status").status == 0


def test_before_the_first_run(folder: Path) -> None:
    (folder / "north.toml").write_text(ANSWERS)
    out = ohif_setup("status", "--answers", "north.toml").out
    assert set(states(out).values()) == {"missing"}
    assert "ohif-setup generate --answers north.toml" in out


@pytest.mark.parametrize("columns", [80, 120])
def test_last_check_is_kept_and_fits_the_screen(site: Path, columns: int) -> None:
    words = ("check", "--sign-in", "none", "--timeout", "1")
    assert ohif_setup(*words, "--only", "answers").status == 0
    assert "never" in ohif_setup("status").out
    check = ohif_setup(*words)
    status, shown = Pty("status", dimensions=(24, columns)).ends()
    assert status == 0
    assert check.status == 1
    assert "Does not work as it should" in shown
    assert all(len(line) < columns for line in shown.splitlines())
    assert len(shown.splitlines()) <= 24
    record = memory_of(site) / "last-check.json"
    assert record.stat().st_mode & 0o777 == 0o600
    assert json.loads(record.read_bytes())["left"]
    ohif_setup("set", "--yes", "server.uploads=true")
    assert "The answers have changed since." in " ".join(ohif_setup("status").out.split())


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b"[" * 9999, b'{"schema": 1, "when": 1}'], ids=ascii)
def test_damaged_record_counts_as_none(site: Path, content: bytes) -> None:
    memory_of(site).mkdir(parents=True, exist_ok=True)
    (memory_of(site) / "last-check.json").write_bytes(content)
    run = ohif_setup("status")
    assert (run.status, "never" in run.out) == (0, True)


def test_check_does_not_need_the_memory(site: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    state = {"XDG_STATE_HOME": str(tmp_path / "file")}
    run = ohif_setup("check", "--sign-in", "none", "--timeout", "1", "--only", "answers", environment=state)
    assert run.status in (0, 2)


def test_no_secret_is_kept(site: Path) -> None:
    secret = "made-up-secret-of-a-pipeline"
    environment = {**os.environ, "OHIF_SETUP_CLIENT_SECRET": secret, "OHIF_SETUP_CLIENT_ID": "x"}
    ohif_setup("check", "--sign-in", "none", "--timeout", "1", environment=environment)
    assert secret not in (memory_of(site) / "last-check.json").read_text()


def test_many_sites_have_a_line_each(site: Path) -> None:
    (site / "north").mkdir()
    (site / "north" / "ohif-setup.toml").write_text(ANSWERS)
    run = ohif_setup("status", "--answers", ".")
    assert run.status == 0
    assert "ohif-setup.toml        2 as generated; never checked" in run.out
    assert "2 missing; never checked" in run.out
