"""The stage of the routes: one browser and one Orthanc (two, with the one that has a login) for all cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import trustme
from playwright.sync_api import Browser, BrowserContext, HttpCredentials, Playwright, expect

from tests.browser import chromium
from tests.browser.builds import BuildMissingError, build_folder
from tests.browser.chromium import Visit
from tests.parts import apache, nginx, orthanc
from tests.parts.samples import EVERY_KIND
from tests.parts.users import open_folder
from tests.routes.broken import Stage, small_build, stage
from tests.routes.case import LOGIN, VERSIONS, Case
from tests.routes.deployed import Deployed, Surroundings, deployed

HOSTS = ("localhost", "ohif.example.org")


@pytest.fixture(scope="session", autouse=True)
def _all_is_installed() -> None:
    reason = orthanc.missing() or nginx.missing() or apache.missing()
    if not chromium.PROGRAM.exists():
        reason = "Debian's package chromium is not installed"
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surroundings]:
    """Found and started before the first test, because a test does not see the user's cache."""
    try:
        builds = {version: build_folder(version) for version in VERSIONS}
    except BuildMissingError as error:
        pytest.skip(str(error))
    with (
        orthanc.orthanc(tmp_path_factory.mktemp("orthanc"), EVERY_KIND) as plain,
        orthanc.orthanc(tmp_path_factory.mktemp("orthanc"), EVERY_KIND, login=LOGIN) as guarded,
    ):
        yield Surroundings(builds, {False: plain, True: guarded}, trustme.CA())


@pytest.fixture(scope="session")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    expect.set_options(timeout=chromium.PATIENCE_SECONDS * 1000)
    with closing(chromium.launch(playwright, {}, tmp_path_factory.mktemp("home"), HOSTS)) as browser:
        yield browser


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, surroundings: Surroundings) -> Iterator[Deployed]:
    """The case that the test asks for, running."""
    case: Case = request.param
    with open_folder() as folder, deployed(case, folder, surroundings) as running:
        yield running


@pytest.fixture(scope="module")
def profile(browser: Browser, site: Deployed) -> Iterator[BrowserContext]:
    """A browser profile for all visits to the site, so that its bundles are loaded once."""
    asked = site.case.login and site.case.route == "serve-folders"
    credentials = HttpCredentials(username=LOGIN.name, password=LOGIN.password) if asked else None
    with closing(chromium.new_profile(browser, credentials)) as profile:
        yield profile


@pytest.fixture
def visit(profile: BrowserContext, site: Deployed, tmp_path: Path) -> Iterator[Visit]:
    """A page of that profile, which must meet no error and ask no other host."""
    with closing(profile.new_page()) as page, chromium.watching(page, frozenset({site.case.host}), tmp_path) as visit:
        yield visit


@pytest.fixture(scope="module")
def stages(surroundings: Surroundings) -> Iterator[Callable[..., Stage]]:
    """Each case generated and installed once, by whoever needs it first."""
    with open_folder() as top:
        build = small_build(surroundings.builds["3.13.2"], top)
        known: dict[tuple[Case, bool], Stage] = {}

        def get(case: Case, own_archive: bool = False) -> Stage:
            key = (case, own_archive)
            if key not in known:
                folder = top / str(len(known))
                folder.mkdir()
                archive = None if own_archive else surroundings.archives[case.login]
                known[key] = stage(case, folder, build, archive, surroundings.authority)
            return known[key]

        yield get


@pytest.fixture
def trusting(surroundings: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the certificates of the cases with TLS."""
    file = tmp_path / "ca.pem"
    surroundings.authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
