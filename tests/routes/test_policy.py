"""What a policy makes Chromium refuse, and what the check says of it, with the published viewer behind nginx."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import chromium
from tests.browser.builds import build_folder
from tests.browser.chromium import Visit
from tests.browser.viewer_page import SHADES_OF_AN_IMAGE, is_black, picture
from tests.extent import LONG
from tests.parts.samples import ADA, GRACE, Study
from tests.parts.users import open_folder
from tests.routes.broken import Breaking, Stage, findings, small_build, stage
from tests.routes.case import Case
from tests.routes.deployed import Surroundings

pytestmark = pytest.mark.browser

CSP = "Content-Security-Policy"
PAGE = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "object-src": "'self' blob:",
    "frame-src": "'self' blob:",
    "font-src": "'none'",
    "media-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
"""The strictest policy of the page under which everything shows."""
SCRIPTS = "default-src 'self'; script-src 'self' 'unsafe-eval'"


def page(**changed: str) -> str:
    """That policy with other sources."""
    return "; ".join(f"{name} {value}".strip() for name, value in (PAGE | _names(changed)).items())


def _names(changed: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in changed.items()}


@dataclass(frozen=True)
class Trial:
    """Headers of the page and of the scripts, and what does not show under them. `said` is what Chromium says of it, a pattern; it
    is empty where all shows, and where only the worker hears of it."""

    name: str
    page: dict[str, str]
    scripts: dict[str, str]
    hidden: frozenset[str] = frozenset()
    said: str = ""

    def __str__(self) -> str:
        """For the list of tests."""
        return self.name


EVERYTHING = frozenset({"list", "image", "jpeg-2000"})
IMAGES = frozenset({"image", "jpeg-2000"})
J2K = frozenset({"jpeg-2000"})
STRICTEST = Trial("strictest", {CSP: page()}, {CSP: SCRIPTS})
USUAL = (
    STRICTEST,
    Trial(
        "wasm-alone",
        {CSP: page(script_src="'self' 'wasm-unsafe-eval'")},
        {CSP: "script-src 'self' 'wasm-unsafe-eval'"},
        J2K,
        "EvalError|'unsafe-eval'",
    ),
    Trial("no-worker", {CSP: page(worker_src="'none'")}, {}, IMAGES, "worker-src|worker from"),
)
OTHERS = (
    Trial("no-policy", {}, {}),
    Trial("scripts-fetch-nothing", {CSP: page()}, {CSP: f"{SCRIPTS}; connect-src 'none'"}, J2K),
    Trial("no-connection", {CSP: page(connect_src="'none'")}, {}, EVERYTHING, "connect-src"),
    Trial("no-script", {CSP: page(script_src="'none'")}, {}, EVERYTHING, "script-src"),
    Trial("strict-dynamic", {CSP: page(script_src="'self' 'strict-dynamic'")}, {}, EVERYTHING, "script-src"),
    Trial("trusted-types", {CSP: page(require_trusted_types_for="'script'")}, {}, EVERYTHING, "TrustedScript"),
)
VERSIONS = ("3.11.1", "3.13.2", "3.14.0-beta.6") if LONG else ("3.13.2",)
TRIALS = [(trial, version) for trial in USUAL for version in VERSIONS]
TRIALS += [(trial, "3.13.2") for trial in OTHERS if LONG]


@pytest.fixture(scope="module")
def site(surroundings: Surroundings, _builds: dict[str, Path]) -> Iterator[Callable[[str], Stage]]:
    """The viewer of a version behind nginx, generated and installed once."""
    with open_folder() as top:
        known: dict[str, Stage] = {}

        def get(version: str) -> Stage:
            if version not in known:
                folder = top / version
                folder.mkdir()
                build = small_build(_builds[version], folder)
                archive = surroundings.archives[False]
                known[version] = stage(Case(version), folder, build, archive, surroundings.authority)
            return known[version]

        yield get


@pytest.fixture(scope="session")
def _builds() -> dict[str, Path]:
    return {version: build_folder(version) for version in VERSIONS}


@pytest.mark.parametrize(("trial", "version"), TRIALS, ids=str)
def test_verdict_is_what_chromium_does(
    site: Callable[[str], Stage],
    browser: Browser,
    trial: Trial,
    version: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stage = site(version)
    with stage.broken(_headers(trial)):
        found = findings(stage.place.folder, capsys, "--only", "viewer-policy")
        for what in sorted(EVERYTHING):
            with _visit(browser) as visit:
                _look(visit, stage.place.viewer_url, what, trial)
    failed = any(one["status"] == "fail" for one in found)
    assert failed == bool(trial.hidden), found
    assert ("pass" in {one["status"] for one in found}) == (not trial.hidden), found


def _look(visit: Visit, url: str, what: str, trial: Trial) -> None:
    """One thing shows, or stays away after Chromium has said why."""
    studies: dict[str, Study] = {"image": ADA, "jpeg-2000": GRACE}
    address = f"{url}/viewer?StudyInstanceUIDs={studies[what].uid}" if what in studies else f"{url}/"
    if what in trial.hidden and not trial.said:
        with visit.page.expect_response(re.compile("/frames/")):
            visit.page.goto(address)
        visit.page.wait_for_load_state("networkidle")
        assert is_black(visit.page)
        return
    visit.page.goto(address)
    if what in trial.hidden:
        visit.wait_until(lambda: any(re.search(trial.said, one) for one in visit.errors))
        assert is_black(visit.page)
        assert visit.page.get_by_text(ADA.shown, exact=True).count() == 0
    elif what == "list":
        expect(visit.page.get_by_text(ADA.shown, exact=True).first).to_be_visible()
    else:
        assert picture(visit.page).shades >= SHADES_OF_AN_IMAGE


@contextmanager
def _visit(browser: Browser) -> Iterator[Visit]:
    """A visit that may meet errors: in a profile of its own, because a browser keeps a script with its headers."""
    with closing(chromium.new_profile(browser)) as profile:
        yield Visit(profile.new_page(), frozenset({"localhost"}))


def _headers(trial: Trial) -> Breaking:
    """The generated file, with these headers at the page and at the scripts."""

    def lines(headers: dict[str, str]) -> str:
        # A header of its own takes those of the location around it away.
        whole = {"Cache-Control": "no-cache", **headers}
        return "".join(f'add_header {name} "{value}" always; ' for name, value in whole.items())

    def change(text: str) -> str:
        text = text.replace("expires off;", f"expires off; {lines(trial.page)}", 1)
        return re.sub(r"(location ~\* \\\.\(\?:css[^{]*\{)", lambda found: f"{found[1]} {lines(trial.scripts)}", text)

    return Breaking(text=change)
