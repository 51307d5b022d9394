"""`check --verbose`, `--log FILE` and `--quiet`: what is told beside the findings, and what is left out."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.front_door import ohif_setup
from tests.network.test_served import orthanc_like
from tests.servers.raw import RawServer

CHECK = ("check", "--sign-in", "none", "--timeout", "2", "--only", "capabilities")
LINE = re.compile(r"\d\d:\d\d:\d\d  [A-Z]+ http://127\.0\.0\.1:\d+\S*(?: from \S+)?  .* in \d+ ms")


@pytest.fixture
def server(folder: Path) -> Iterator[str]:
    with RawServer(orthanc_like()) as web:
        (folder / "ohif-setup.toml").write_text(
            f'version = 1\n[viewer]\nurl = "http://127.0.0.1:1"\n[server]\nkind = "orthanc"\nurl = "{web.url}/dicom-web"\n'
        )
        yield web.url


def test_verbose_tells_each_request_on_standard_error(server: str) -> None:
    plain, verbose = ohif_setup(*CHECK, "--json"), ohif_setup(*CHECK, "--json", "--verbose")
    assert plain.err == ""
    lines = verbose.err.splitlines()
    assert len(lines) > 3
    assert all(map(LINE.fullmatch, lines)), verbose.err
    assert any(f"GET {server}/dicom-web/studies" in line for line in lines)
    assert json.loads(verbose.out)["status"] == json.loads(plain.out)["status"]


@pytest.mark.usefixtures("server")
def test_log_is_private_and_never_overwritten(folder: Path) -> None:
    run = ohif_setup(*CHECK, "--log", "requests.log")
    log = folder / "requests.log"
    assert run.err == ""
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    before = log.read_text()
    assert all(map(LINE.fullmatch, before.splitlines()))
    again = ohif_setup(*CHECK, "--log", "requests.log")
    assert (again.status, "explain log-unwritable" in again.err) == (2, True)
    assert log.read_text() == before


@pytest.mark.usefixtures("server")
def test_many_sites_share_one_log(folder: Path) -> None:
    run = ohif_setup(*CHECK, "--answers", ".", "--log", "requests.log")
    assert run.status == 0
    assert len((folder / "requests.log").read_text().splitlines()) > 3


@pytest.mark.usefixtures("server")
def test_quiet_says_only_what_is_wrong(folder: Path) -> None:
    loud, quiet = ohif_setup(*CHECK), ohif_setup(*CHECK, "--quiet")
    assert loud.out.startswith("Site ")
    assert quiet.out.startswith("  ! capabilities ")
    assert "✓" not in quiet.out
    assert quiet.status == loud.status
    many = ohif_setup(*CHECK, "--answers", ".", "--quiet")
    assert (many.status, many.out) == (0, "")
    (folder / "other.toml").write_text("version = 1\n")
    failed = ohif_setup(*CHECK, "--answers", ".", "--quiet")
    assert failed.status == 2
    assert "other.toml" in failed.out
    assert "ohif-setup.toml" not in failed.out
