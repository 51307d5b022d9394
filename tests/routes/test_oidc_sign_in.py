"""Sign-in at a real OpenID Connect provider before Orthanc: what `check` says of the site, and what the viewer does there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import chromium
from tests.browser.chromium import Visit
from tests.browser.viewer_page import SHADES_OF_AN_IMAGE, expect_patients, open_study, picture, sign_in, sign_out
from tests.parts import oidc_provider
from tests.parts.oidc_provider import CONFIDENTIAL, PUBLIC, ProviderMissingError
from tests.parts.samples import ADA, EVERY_KIND
from tests.parts.users import open_folder
from tests.routes.broken import findings, small_build
from tests.routes.deployed import Surroundings
from tests.routes.oidc_site import CASE, OidcSite, Registration, oidc_site

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("trusting")]
KNOWN_HOSTS = frozenset({"localhost"})
SIGN_IN = ("tenant-exists", "client-known", "redirect-uri", "cors-sign-in")
KEPT_BY_THE_PAGE = "JSON.stringify([{...sessionStorage}, {...localStorage}])"
ELSEWHERE = "https://elsewhere.example.org"


@pytest.fixture(scope="module")
def packages() -> Path:
    if oidc_provider.missing():
        pytest.skip(oidc_provider.missing())
    try:
        return oidc_provider.fetched()
    except ProviderMissingError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def small(surroundings: Surroundings, tmp_path_factory: pytest.TempPathFactory) -> Surroundings:
    build = small_build(surroundings.builds[CASE.version], tmp_path_factory.mktemp("build"))
    return replace(surroundings, builds={CASE.version: build})


@pytest.fixture
def site(request: pytest.FixtureRequest, packages: Path, small: Surroundings) -> Iterator[OidcSite]:
    """The site with what the test says to be registered at the provider."""
    with open_folder() as folder, oidc_site(folder, packages, small, request.param) as running:
        yield running


def registered(**differs: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("site", [Registration(**differs)], ids=[""], indirect=True)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """A visit that may meet errors."""
    with closing(chromium.new_profile(browser)) as profile:
        yield Visit(profile.new_page(), KNOWN_HOSTS)


def verdict(site: OidcSite, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    """What `check` says of the sign-in, by check. Nothing else fails."""
    found = findings(site.place.folder, capsys)
    about = {one["check"]: one for one in found if one["check"] in SIGN_IN}
    assert {one["check"] for one in found if one["status"] == "fail"} <= about.keys()
    return about


def statuses(about: dict[str, dict[str, Any]]) -> list[str]:
    return [about[check]["status"] for check in SIGN_IN]


@registered()
def test_healthy_site_passes_and_people_sign_in_see_images_and_sign_out(
    site: OidcSite, browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    about = verdict(site, capsys)
    assert statuses(about) == ["pass"] * 4
    assert about["client-known"]["title"] == f"{PUBLIC}  (without a secret)"
    assert "token endpoint" in about["cors-sign-in"]["title"]
    with chromium.visiting(browser, KNOWN_HOSTS, tmp_path) as visit:
        visit.page.goto(site.place.list_url)
        sign_in(visit.page)
        expect_patients(visit.page, EVERY_KIND)
        visit.page.goto(f"{site.place.viewer_url}/viewer?StudyInstanceUIDs={ADA.uid}")
        assert picture(visit.page).shades >= SHADES_OF_AN_IMAGE
        assert any("/frames/" in address for address, _ in visit.tokens)
        visit.page.goto(site.place.list_url)
        expect_patients(visit.page, EVERY_KIND)
        sign_out(visit.page)
        visit.page.get_by_role("button", name="Sign out").click()
        expect(visit.page.get_by_role("button", name="Sign in as Ada")).to_be_visible()


@registered(origins=())
def test_origin_that_is_not_let_in_fails_in_both(
    site: OidcSite, visit: Visit, capsys: pytest.CaptureFixture[str]
) -> None:
    about = verdict(site, capsys)
    assert statuses(about) == ["pass", "pass", "pass", "fail"]
    assert about["cors-sign-in"]["title"] == f"{site.place.origin} may not read the token endpoint's answer"
    visit.page.goto(site.place.list_url)
    sign_in(visit.page)
    # The very words that the check expects of the browser.
    said = about["cors-sign-in"]["symptom"].partition('the browser says "')[2].removesuffix('"')
    visit.wait_until(lambda: any(error.startswith(said) for error in visit.errors))
    expect(visit.page.get_by_text("Something went wrong").first).to_be_visible()
    assert visit.tokens == []


@registered(client_id=CONFIDENTIAL)
def test_client_with_a_secret_fails_in_both(site: OidcSite, visit: Visit, capsys: pytest.CaptureFixture[str]) -> None:
    about = verdict(site, capsys)
    assert statuses(about) == ["pass", "fail", "pass", "skipped"]
    assert about["client-known"]["evidence"]["fault"] == "client-confidential"
    visit.page.goto(site.place.list_url)
    sign_in(visit.page)
    visit.wait_until(lambda: any("401" in error and "/token" in error for error in visit.errors))
    expect(visit.page.get_by_text("Something went wrong").first).to_be_visible()
    assert visit.tokens == []


@registered(client_id="nobody")
def test_unknown_client_fails_in_both(site: OidcSite, visit: Visit, capsys: pytest.CaptureFixture[str]) -> None:
    about = verdict(site, capsys)
    assert statuses(about) == ["pass", "fail", "skipped", "skipped"]
    assert about["client-known"]["title"] == "the provider does not know this client ID"
    visit.page.goto(site.place.list_url)
    expect(visit.page.get_by_text("invalid_client")).to_be_visible()


@registered(viewers=(ELSEWHERE,))
def test_redirect_uri_that_is_not_registered_is_refused_in_both(
    site: OidcSite, visit: Visit, capsys: pytest.CaptureFixture[str]
) -> None:
    about = verdict(site, capsys)
    assert statuses(about) == ["pass", "pass", "warn", "pass"]
    assert about["redirect-uri"]["evidence"]["failure_mode"] == "FM57"
    assert "redirect_uri did not match any of the client's" in about["redirect-uri"]["cause"]
    visit.page.goto(site.place.list_url)
    expect(visit.page.get_by_text("invalid_redirect_uri")).to_be_visible()


# oidc-provider drops offline_access, and gives no refresh token, unless it asks the person for consent.
@registered(asks={"scope": "openid profile offline_access", "extra_parameters": {"prompt": "consent"}}, lifetime=75)
def test_token_is_renewed_and_images_are_read_with_the_new_one(
    site: OidcSite, browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert statuses(verdict(site, capsys)) == ["pass"] * 4
    asked = site.provider.requests.count("POST /token")
    with chromium.visiting(browser, KNOWN_HOSTS, tmp_path) as visit:
        visit.page.goto(site.place.list_url)
        sign_in(visit.page)
        expect_patients(visit.page, EVERY_KIND)
        first = visit.tokens[0][1]
        # OHIF renews a minute before the end, so 15 seconds after the sign-in.
        visit.wait_until(lambda: site.provider.requests.count("POST /token") >= asked + 2)
        visit.wait_until(lambda: first not in visit.page.evaluate(KEPT_BY_THE_PAGE))
        open_study(visit.page, ADA)
        assert picture(visit.page).shades >= SHADES_OF_AN_IMAGE
        used = {token for address, token in visit.tokens if "/frames/" in address}
        assert used
        assert first not in used


@registered()
def test_few_requests_are_sent_and_none_has_a_secret(site: OidcSite, capsys: pytest.CaptureFixture[str]) -> None:
    verdict(site, capsys)
    paths = [line.partition("?")[0] for line in site.provider.requests]
    assert (paths.count("POST /token"), paths.count("GET /auth")) == (1, 1)
