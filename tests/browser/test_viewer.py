"""The published viewer with the generated configuration, unmodified, in a real browser."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.builds import VERSIONS
from tests.browser.generated import Deployment
from tests.browser.site import Site
from tests.browser.viewer_page import (
    SHADES_OF_AN_IMAGE,
    expect_patients,
    open_study,
    picture,
    search_patient_name,
    sign_in,
    sign_out,
)
from tests.parts.samples import ADA, BYRON, GRACE, MARIE, STUDIES

pytestmark = pytest.mark.browser
KEPT_BY_THE_PAGE = "JSON.stringify([{...sessionStorage}, {...localStorage}])"

every_build = pytest.mark.parametrize("site", [Deployment(build) for build in VERSIONS], ids=VERSIONS, indirect=True)


@every_build
def test_sign_in_leads_to_the_study_list_and_patients_are_found_by_the_beginning_of_a_name(site: Site) -> None:
    with site.visit() as visit:
        visit.page.goto(site.deployment.url)
        sign_in(visit.page)
        expect_patients(visit.page, STUDIES)
        assert site.grants == ["authorization_code"]
        search_patient_name(visit.page, "mar")
        expect_patients(visit.page, [MARIE])


@every_build
def test_address_with_a_search_is_kept_through_sign_in(site: Site) -> None:
    with site.visit() as visit:
        visit.page.goto(f"{site.deployment.url}/?patientname=lov")
        sign_in(visit.page)
        expect_patients(visit.page, [ADA, BYRON])
        # OHIF writes the name of the parameter in its own way.
        expect(visit.page).to_have_url(re.compile(r"/\?patientname=lov", re.IGNORECASE))


@every_build
def test_deep_link_is_kept_through_sign_in_and_its_image_is_drawn(site: Site) -> None:
    address = f"{site.deployment.url}/viewer?StudyInstanceUIDs={ADA.uid}"
    with site.visit() as visit:
        visit.page.goto(address)
        sign_in(visit.page)
        seen = picture(visit.page)
        assert seen.shades >= SHADES_OF_AN_IMAGE
        assert seen.largest_share < 0.5
        expect(visit.page).to_have_url(address)


@every_build
def test_token_is_renewed_with_the_refresh_token_and_images_are_read_with_the_new_one(site: Site) -> None:
    # OHIF renews a minute before the end, so 15 seconds after the sign-in.
    site.entra.token_lifetime = 75
    with site.visit() as visit:
        visit.page.goto(site.deployment.url)
        sign_in(visit.page)
        expect_patients(visit.page, STUDIES)
        first = visit.tokens[0][1]
        # On a busy machine the list may take so long that the token is renewed already.
        assert first in visit.page.evaluate(KEPT_BY_THE_PAGE) or "refresh_token" in site.grants
        visit.wait_until(lambda: "refresh_token" in site.grants)
        # The stand-in has answered; now the viewer has to have read it.
        visit.wait_until(lambda: first not in visit.page.evaluate(KEPT_BY_THE_PAGE))
        open_study(visit.page, ADA)
        assert picture(visit.page).shades >= SHADES_OF_AN_IMAGE
        used = {token for address, token in visit.tokens if "/frames/" in address}
        assert used
        assert first not in used


@every_build
def test_sign_out_ends_the_session_at_the_identity_provider(site: Site) -> None:
    with site.visit() as visit:
        visit.page.goto(site.deployment.url)
        sign_in(visit.page)
        expect_patients(visit.page, STUDIES)
        sign_out(visit.page)
        expect(visit.page.get_by_text("You signed out of your account")).to_be_visible()
        expect(visit.page).to_have_url(re.compile(f"^{re.escape(site.entra.tenant_url)}/oauth2/v2.0/logout"))
        visit.page.goto(site.deployment.url)
        sign_in(visit.page)


@pytest.mark.parametrize(
    "site",
    [Deployment(build, parameters='{ domain_hint = "it\'s" }') for build in VERSIONS],
    ids=VERSIONS,
    indirect=True,
)
def test_further_parameters_are_sent_and_sign_out_asks_to_return_to_the_page(site: Site) -> None:
    with site.visit() as visit:
        asked: list[str] = []
        visit.page.on("request", lambda request: asked.append(request.url))
        visit.page.goto(site.deployment.url)
        sign_in(visit.page)
        expect_patients(visit.page, STUDIES)
        sign_out(visit.page)
        expect(visit.page.get_by_text("You signed out of your account")).to_be_visible()
        begun, ended = (
            parse_qs(urlsplit(next(url for url in asked if end in url)).query)
            for end in ("/authorize?", "/v2.0/logout?")
        )
        assert (begun["domain_hint"], ended["domain_hint"]) == (["it's"], ["it's"])
        assert ended["post_logout_redirect_uri"][0].partition("?")[0] == f"{site.deployment.url}/"


@pytest.mark.parametrize("site", [Deployment("3.13.2", flow="implicit")], ids=["3.13.2"], indirect=True)
def test_implicit_flow_signs_in_and_draws(site: Site) -> None:
    with site.visit() as visit:
        visit.page.goto(site.deployment.url)
        sign_in(visit.page)
        expect_patients(visit.page, STUDIES)
        assert site.grants == []
        visit.page.goto(f"{site.deployment.url}/viewer?StudyInstanceUIDs={ADA.uid}")
        assert picture(visit.page).shades >= SHADES_OF_AN_IMAGE


@pytest.mark.parametrize("site", [Deployment("3.13.2", path="/ohif")], ids=["3.13.2"], indirect=True)
def test_viewer_under_a_path_signs_in_and_draws_what_a_worker_has_decoded(site: Site) -> None:
    address = f"{site.deployment.url}/viewer?StudyInstanceUIDs={GRACE.uid}"
    with site.visit() as visit:
        visit.page.goto(address)
        sign_in(visit.page)
        assert picture(visit.page).shades >= SHADES_OF_AN_IMAGE
        expect(visit.page).to_have_url(address)
        visit.page.goto(site.deployment.url)
        expect_patients(visit.page, STUDIES)


@pytest.mark.parametrize("site", [Deployment("3.13.2")], ids=["3.13.2"], indirect=True)
def test_visit_fails_when_the_page_asks_for_a_fourth_host(site: Site) -> None:
    with pytest.raises(AssertionError, match=r"https://elsewhere\.example\.org/"):
        _look_elsewhere(site)


def _look_elsewhere(site: Site) -> None:
    with site.visit() as visit:
        visit.page.goto(f"{site.deployment.url}/manifest.json")
        outcome = visit.page.evaluate("fetch('https://elsewhere.example.org/').then(() => 'reached', String)")
        assert outcome == "TypeError: Failed to fetch"
