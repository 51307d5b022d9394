"""The whole job against the stand-ins: green when healthy, and each fault named by its check and by no other."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ohif_setup.demo.faults import FAULTS
from ohif_setup.demo.site import DemoSite
from tests.flows.front_door import ohif_setup

ADVISORY = {"redirect", "public-client", "empty-archive", "modality-filter"}
"""Faults that warn: the first cannot be proven without a browser, the second does not touch the viewer, the third is no fault of
the site, and the list works without the fourth."""


def signs(out: str) -> dict[str, set[str]]:
    """The checks of a report by their sign."""
    found: dict[str, set[str]] = {}
    for sign, check in re.findall(r"^  ([✓✗!–]) (\S+)", out, re.MULTILINE):
        found.setdefault(sign, set()).add(check)
    return found


def test_healthy_demo_is_green_and_quick() -> None:
    start = time.monotonic()
    run = ohif_setup("demo")
    assert time.monotonic() - start < 90, "seconds; 2 on a quiet machine, 12 on one with both cores busy"
    assert run.status == 0
    assert set(signs(run.out)) == {"✓"}
    assert "deploy/app-config.js" in run.out


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_named_by_its_check_and_no_other(name: str) -> None:
    run = ohif_setup("demo", "--break", name)
    found = signs(run.out)
    bad = found.get("✗", set()) | found.get("!", set())
    assert bad == {FAULTS[name].check}
    assert run.status == (0 if name in ADVISORY else 1)
    assert "      Fix" in run.out
    assert f"ohif-setup explain {FAULTS[name].check}" in run.out


def test_list_of_faults() -> None:
    run = ohif_setup("demo", "--break", "list")
    assert [line.split()[0] for line in run.out.splitlines()] == list(FAULTS)
    assert ohif_setup("demo", "--break", "tennant").status == 2


def test_folder_is_kept(folder: Path) -> None:
    assert ohif_setup("demo", "--folder", "site").status == 0
    assert (folder / "site" / "ohif-setup.toml").exists()
    assert (folder / "site" / "deploy" / "app-config.js").exists()


def test_served_stand_ins_say_what_to_type_and_end_with_ctrl_c(folder: Path) -> None:
    serving = subprocess.Popen(
        [sys.executable, "-u", "-m", "ohif_setup", "demo", "--serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert serving.stdout is not None
    said = ""
    while "approved automatically" not in said:
        line = serving.stdout.readline()
        assert line, said
        said += line
    ca, authority, url, client, viewer = (
        re.search(pattern, said)
        for pattern in (
            r"REQUESTS_CA_BUNDLE=(\S+)",
            r"sign_in.authority=(\S+)",
            r"URL   (\S+/v2)",
            r"ID           (\S+)",
            r"Viewer URL +(\S+)",
        )
    )
    assert ca
    assert authority
    assert url
    assert client
    assert viewer
    sets = [
        f"server.url={url[1]}",
        f"sign_in.client_id={client[1]}",
        f"viewer.url={viewer[1]}",
        f"sign_in.authority={authority[1]}",
    ]
    run = ohif_setup(
        "init",
        *(word for one in sets for word in ("--set", one)),
        environment={"REQUESTS_CA_BUNDLE": ca[1]},
        cwd=folder,
    )
    assert run.status == 0, run
    assert "The DICOM service names its tenant" in run.err
    assert "skipped: no sign-in was requested" in run.out
    serving.send_signal(signal.SIGINT)
    assert serving.wait(10) == 0
    serving.stdout.close()
    assert not Path(ca[1]).exists()


@pytest.mark.parametrize("fault", [None, "cors-accept", "redirect"])
def test_json_report(folder: Path, fault: str | None) -> None:
    with DemoSite(fault=fault) as site:
        sets = [word for key, value in site.answers.items() for word in ("--set", f"{key}={value}")]
        ohif_setup("init", *sets, environment=site.environment)
        run = ohif_setup("check", "--json", "--sign-in", "device-code", environment=site.environment)
    report = json.loads(run.out)
    assert list(report) == ["schema", "status", "unseen", "to_do", "findings"]
    assert report["schema"] == "ohif-setup.check/1"
    # No viewer is served at its address, so a run without a failure proves nothing.
    assert report["status"] == ("fail" if fault == "cors-accept" else "unproven")
    assert "the viewer's page" in [entry["what"] for entry in report["unseen"]]
    assert run.status == (1 if fault == "cors-accept" else 0)
    for finding in report["findings"]:
        assert list(finding) == ["check", "subject", "status", "title", "symptom", "cause", "fix", "evidence"]
        assert all(set(fix) == {"where", "text"} for fix in finding["fix"])
    frames = next(one for one in report["findings"] if one["subject"] == "frames https://viewer.example.org")
    if fault == "cors-accept":
        assert frames["evidence"]["step"] == "preflight-header"
        assert ["Access-Control-Request-Headers", "accept,authorization"] in frames["evidence"]["request"]["headers"]
