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
from tests.extent import LONG
from tests.parts.samples import ADA, EVERY_KIND, GRACE, HEDY, JEAN, MARY, UNA, Study
from tests.routes.case import Case
from tests.routes.deployed import Deployed

pytestmark = pytest.mark.browser

USUAL_WEB_SERVERS = (
    Case("3.11.1", path="/ohif"),
    Case("3.11.1", proxy="apache"),
    Case("3.11.1", route="cors"),
    Case("3.13.2"),
    Case("3.13.2", path="/ohif", tls=True, login=True),
    Case("3.13.2", proxy="apache", path="/ohif", tls=True, login=True),
    Case("3.13.2", route="cors", path="/ohif", tls=True, login=True),
    # No secure context, and a name of its own.
    Case("3.13.2", path="/imaging/ohif", host="ohif.example.org"),
)
"""Every way with both versions, and every path, in as few cases as have that."""
OTHER_WEB_SERVERS = (
    Case("3.11.1"),
    Case("3.11.1", proxy="apache", path="/ohif"),
    Case("3.13.2", path="/ohif"),
    Case("3.13.2", proxy="apache"),
    Case("3.13.2", proxy="apache", path="/ohif"),
    Case("3.13.2", route="cors"),
)
USUAL_FOLDERS = (
    Case("3.11.1", route="serve-folders", path="/ohif"),
    Case("3.13.2", route="serve-folders", path="/ohif", login=True),
)
OTHER_FOLDERS = (Case("3.13.2", route="serve-folders", path="/ohif"),)
WEB_SERVERS = (*USUAL_WEB_SERVERS, *(OTHER_WEB_SERVERS if LONG else ()))
# Web servers first, so that pytest gives them the same numbers, by which it puts the tests of a case together.
CASES = (*WEB_SERVERS, *USUAL_FOLDERS, *(OTHER_FOLDERS if LONG else ()))
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
