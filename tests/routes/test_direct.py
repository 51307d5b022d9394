"""The route `direct`: browsers ask an archive that lets them in by itself, here Orthanc behind a gateway of somebody else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from playwright.sync_api import Browser

from tests.browser import chromium
from tests.browser.viewer_page import SHADES_OF_AN_IMAGE, expect_patients, expect_pdf, open_study, picture, store
from tests.flows.front_door import Run, ohif_setup
from tests.parts.samples import ADA, EVERY_KIND, MARY, UNA
from tests.parts.users import open_folder
from tests.routes.case import Case
from tests.routes.deployed import Deployed, Surroundings, deployed

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def gateway(surroundings: Surroundings) -> Iterator[Deployed]:
    """An archive that does CORS at an address of its own, and the host of the viewer."""
    with open_folder() as folder, deployed(Case("3.13.2", route="cors"), folder, surroundings) as running:
        yield running


@pytest.fixture(scope="module", params=["dicomweb", "orthanc"])
def site(request: pytest.FixtureRequest, gateway: Deployed) -> Path:
    """The answers file of a viewer whose users ask that archive directly; its configuration is in place."""
    file = _answers(gateway, request.param, f"{gateway.place.proxy_url}/dicom-web")
    assert _run(file, "generate").status == 0
    assert sorted(path.name for path in file.parent.glob("deploy/[!.]*")) == ["NEXT-STEPS.md", "app-config.js"]
    shutil.copy(file.parent / "deploy" / "app-config.js", gateway.place.viewer_folder / "app-config.js")
    return file


def test_viewer_lists_draws_shows_a_pdf_and_stores(
    site: Path, gateway: Deployed, browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "una.dcm"
    file.write_bytes(next(UNA.instances()))
    hosts = frozenset({gateway.case.host})
    with (
        closing(chromium.new_profile(browser, None)) as profile,
        closing(profile.new_page()) as page,
        chromium.watching(page, hosts, tmp_path) as visit,
    ):
        visit.page.goto(gateway.place.viewer_url)
        expect_patients(visit.page, EVERY_KIND)
        open_study(visit.page, ADA)
        assert picture(visit.page).shades >= SHADES_OF_AN_IMAGE
        visit.page.goto(gateway.deep_link(MARY.uid))
        expect_pdf(visit.page)
        visit.page.goto(gateway.place.list_url)
        try:
            store(visit.page, file)
            assert gateway.archive.holds(UNA)
        finally:
            gateway.archive.forget(UNA)


def test_check_agrees_with_the_browser(site: Path) -> None:
    run = _run(site, "check", "--json")
    statuses = _statuses(run)
    assert run.status == 0, run.out
    looked = {
        "viewer-config",
        "dicomweb-reachable",
        "capabilities",
        "dicomweb-answers",
        "dicomweb-addresses",
        "cors",
        "uploads",
    }
    assert {statuses[check] for check in looked} <= {"pass", "warn"}, statuses
    assert statuses["cors"] == "pass"
    advised = {
        fix["where"]
        for finding in json.loads(run.out)["findings"]
        for fix in finding["fix"]
        if finding["check"] in looked - {"viewer-config"}
    }
    assert advised <= {"Answers"}, "no web server of the site stands before the archive"


def test_what_the_archive_can_do_is_saved_and_generated(site: Path) -> None:
    assert _run(site, "check", "--save", "--only", "capabilities").status == 0
    assert "percent_decoding = false" in site.read_text(encoding="utf-8")
    assert _run(site, "generate").status == 0
    assert _statuses(_run(site, "check", "--json", "--only", "capabilities"))["capabilities"] != "fail"


def test_archive_that_lets_nobody_in_fails(gateway: Deployed) -> None:
    file = _answers(gateway, "orthanc", gateway.archive.root)
    run = _run(file, "check", "--json", "--only", "cors")
    assert (run.status, _statuses(run)["cors"]) == (1, "fail")
    assert "no-cors" in run.out


def _answers(gateway: Deployed, kind: str, url: str) -> Path:
    answers: dict[str, Any] = {
        "version": 1,
        "viewer": {"url": gateway.place.viewer_url, "ohif_version": "3.13"},
        "server": {"kind": kind, "url": url, "route": "direct", "uploads": True},
    }
    folder = gateway.place.folder / f"{kind}-{url.rpartition(':')[2].replace('/', '-')}"
    folder.mkdir(exist_ok=True)
    file = folder / "ohif-setup.toml"
    file.write_text(tomlkit.dumps(answers), encoding="utf-8")
    return file


def _run(file: Path, command: str, *options: str) -> Run:
    return ohif_setup(command, "--answers", str(file), *options)


def _statuses(run: Run) -> dict[str, str]:
    """The gravest status of each check."""
    grave = ("fail", "warn", "pass", "skipped")
    found: dict[str, str] = {}
    for finding in json.loads(run.out)["findings"]:
        before = found.get(finding["check"], "skipped")
        found[finding["check"]] = min(before, finding["status"], key=grave.index)
    return found
