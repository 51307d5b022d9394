"""Orthanc behind every way of its same-origin FAQ: the published viewer lists, draws, and stores."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.chromium import Visit
from tests.browser.viewer_page import (
    SHADES_OF_AN_IMAGE,
    expect_next_frames,
    expect_patients,
    expect_pdf,
    open_study,
    picture,
    store,
)
from tests.parts.samples import ADA, EVERY_KIND, GRACE, HEDY, JEAN, MARY, UNA, Study
from tests.routes.case import VERSIONS, Case
from tests.routes.deployed import Deployed

pytestmark = pytest.mark.browser

WEB_SERVERS = (
    *(
        case
        for version in VERSIONS
        for case in (
            Case(version),
            Case(version, path="/ohif"),
            Case(version, proxy="apache"),
            Case(version, proxy="apache", path="/ohif"),
            Case(version, route="cors"),
        )
    ),
    Case("3.13.2", path="/ohif", tls=True, login=True),
    Case("3.13.2", proxy="apache", path="/ohif", tls=True, login=True),
    Case("3.13.2", route="cors", path="/ohif", tls=True, login=True),
    # No secure context, and a name of its own.
    Case("3.13.2", path="/imaging/ohif", host="ohif.example.org"),
)
CASES = (
    # First, so that pytest gives them the same numbers, by which it puts the tests of a case together.
    *WEB_SERVERS,
    *(Case(version, route="serve-folders", path="/ohif") for version in VERSIONS),
    Case("3.13.2", route="serve-folders", path="/ohif", login=True),
)
every_case = pytest.mark.parametrize("site", CASES, ids=str, indirect=True)


@pytest.mark.parametrize("site", WEB_SERVERS, ids=str, indirect=True)
def test_web_server_is_content_with_the_files(site: Deployed) -> None:
    assert site.complaints() == ""


@every_case
def test_list_shows_the_studies_and_opens_one(site: Deployed, visit: Visit) -> None:
    # Under a path without the slash at its end, as people type it.
    visit.page.goto(site.place.list_url if site.case.route == "serve-folders" else site.place.viewer_url)
    expect_patients(visit.page, EVERY_KIND)
    open_study(visit.page, ADA)
    assert picture(visit.page).shades >= SHADES_OF_AN_IMAGE


@every_case
def test_deep_links_draw_what_decoders_and_bulk_data_are_needed_for(site: Deployed, visit: Visit) -> None:
    _draw(site, visit, GRACE)
    _draw(site, visit, JEAN)
    expect_next_frames(visit.page)
    # OHIF 3.11 draws palette colour black.
    if site.case.version != "3.11.1":
        _draw(site, visit, HEDY)


@every_case
def test_pdf_is_shown(site: Deployed, visit: Visit) -> None:
    visit.page.goto(site.deep_link(MARY.uid))
    expect_pdf(visit.page)


@every_case
def test_instance_is_stored(site: Deployed, visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "una.dcm"
    file.write_bytes(next(UNA.instances()))
    visit.page.goto(site.place.list_url)
    try:
        store(visit.page, file)
        assert site.archive.holds(UNA)
    finally:
        site.archive.forget(UNA)


def _draw(site: Deployed, visit: Visit, study: Study) -> None:
    visit.page.goto(site.deep_link(study.uid))
    seen = picture(visit.page)
    assert seen.shades >= SHADES_OF_AN_IMAGE, study.patient
    assert seen.largest_share < 0.75, study.patient
