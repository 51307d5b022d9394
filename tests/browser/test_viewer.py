"""The published viewer with the generated configuration, unmodified, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.archive import ADA, BYRON, MARIE, STUDIES
from tests.browser.builds import VERSIONS
from tests.browser.generated import Deployment
from tests.browser.site import Site
from tests.browser.viewer_page import (
    SHADES_OF_AN_IMAGE,
    expect_patients,
    picture,
    sign_in,
    sign_out,
    type_patient_name,
)

pytestmark = pytest.mark.browser

every_build = pytest.mark.parametrize("site", [Deployment(build) for build in VERSIONS], ids=VERSIONS, indirect=True)


@every_build
def test_sign_in_leads_to_the_study_list(site: Site) -> None:
    with site.visit() as visit:
        visit.page.goto(site.deployment.url)
        sign_in(visit.page)
        expect_patients(visit.page, STUDIES)
        assert site.grants == ["authorization_code"]


@every_build
def test_search_of_the_address_is_kept_through_sign_in_and_names_match_by_their_beginning(site: Site) -> None:
    with site.visit() as visit:
        visit.page.goto(f"{site.deployment.url}/?patientname=lov")
        sign_in(visit.page)
        expect_patients(visit.page, [ADA, BYRON])
        expect(visit.page).to_have_url(f"{site.deployment.url}/?patientname=lov")
        type_patient_name(visit.page, "mar")
        expect_patients(visit.page, [MARIE])


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
def test_token_is_renewed_with_the_refresh_token_and_the_new_one_is_used(site: Site) -> None:
    # OHIF renews 60 seconds before the end.
    site.entra.token_lifetime = 65
    with site.visit() as visit:
        visit.page.goto(site.deployment.url)
        sign_in(visit.page)
        expect_patients(visit.page, STUDIES)
        with visit.page.expect_response("**/oauth2/v2.0/token"):
            pass
        assert site.grants == ["authorization_code", "refresh_token"]
        assert len(visit.tokens) == 1
        type_patient_name(visit.page, "curie")
        expect_patients(visit.page, [MARIE])
        assert len(visit.tokens) == 2


@every_build
def test_sign_out_ends_the_session_at_the_identity_provider(site: Site) -> None:
    with site.visit() as visit:
        visit.page.goto(site.deployment.url)
        sign_in(visit.page)
        expect_patients(visit.page, STUDIES)
        sign_out(visit.page)
        expect(visit.page.get_by_text("You signed out of your account")).to_be_visible()
        visit.page.goto(site.deployment.url)
        sign_in(visit.page)
