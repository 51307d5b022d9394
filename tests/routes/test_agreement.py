"""The verdict of a whole check beside what Chromium shows, with the published viewer, nginx and Orthanc: where something does not
work in the browser the check fails, and where it works the check does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser import chromium
from tests.browser.chromium import Visit
from tests.browser.viewer_page import SHADES_OF_AN_IMAGE, is_black, picture
from tests.parts.samples import ADA
from tests.routes.broken import Breaking, Stage, findings
from tests.routes.case import Case

pytestmark = pytest.mark.browser

NGINX = Case("3.13.2")
INSIDE = "  location /dicom-web/ {\n    return 404;\n"


@dataclass(frozen=True)
class Way:
    """One way to change a site. `lines` stand in the location of DICOMweb, `of_server` in the server. `failed` are the checks that
    fail; none where all works. `at` is in the address whose answer keeps the list or the image away."""

    name: str
    lines: str = ""
    of_server: str = ""
    failed: frozenset[str] = frozenset()
    at: str = ""
    lists: bool = True

    def __str__(self) -> str:
        """For the list of tests."""
        return self.name

    def change(self, text: str) -> str:
        """The generated file with those lines."""
        changed = text.replace(INSIDE, f"{INSIDE}{self.lines}\n", 1)
        return re.sub(r"(  server_name [^\n]*\n)", lambda found: found[1] + self.of_server, changed, count=1)


def answers(resource: str, said: str) -> str:
    """A location for the addresses that end so."""
    return f"    location ~ {resource} {{ {said} }}"


IMAGES, LIST = frozenset({"dicomweb-answers"}), frozenset({"dicomweb-reachable"})
EMPTY = 'default_type application/dicom+json; return 200 "[]";'
WAYS = (
    Way("as generated", of_server="  # nothing\n"),
    Way(
        "hardened without harm",
        of_server="  add_header X-Frame-Options SAMEORIGIN; add_header Referrer-Policy no-referrer; server_tokens off;\n",
    ),
    Way("frames are not found", answers("/frames/", "return 404;"), failed=IMAGES, at="/frames/"),
    Way(
        "frames are a page",
        answers("/frames/", "default_type text/html; return 200 '<!doctype html><title>Sorry</title>';"),
        failed=IMAGES,
        at="/frames/",
    ),
    Way(
        "frames are cut short",
        answers(
            "/frames/",
            'default_type \'multipart/related; type="application/octet-stream"; boundary=b\'; '
            "return 200 '--b\\r\\nContent-Type: application/octet-stream\\r\\n\\r\\nxyz\\r\\n--b--\\r\\n';",
        ),
        failed=IMAGES,
        at="/frames/",
    ),
    Way("metadata are empty", answers("/metadata$", EMPTY), failed=IMAGES, at="/metadata"),
    Way("metadata break", answers("/metadata$", "return 500;"), failed=IMAGES, at="/metadata"),
    Way("a study has no series", answers("/series$", EMPTY), failed=LIST, at="/series"),
    Way("searches are forbidden", answers("/studies$", "return 403;"), failed=LIST, at="/studies", lists=False),
    Way(
        "searches are answered with a page",
        answers("/studies$", "default_type text/html; return 200 '<!doctype html><title>Portal</title>';"),
        failed=LIST | {"uploads"},
        at="/studies",
        lists=False,
    ),
    Way(
        "the configuration of another site is served",
        of_server="  location = /app-config.js { default_type text/javascript; return 200 \"window.config = {extensions: [], "
        "modes: [], showStudyList: true, defaultDataSourceName: 'dicomweb', dataSources: [{namespace: "
        "'@ohif/extension-default.dataSourcesModule.dicomweb', sourceName: 'dicomweb', configuration: {friendlyName: 'x', "
        "name: 'x', qidoRoot: '/other/dicom-web', wadoRoot: '/other/dicom-web'}}]};\"; }\n",
        failed=frozenset({"viewer-config"}),
        at="/other/dicom-web",
        lists=False,
    ),
)  # fmt: skip


@pytest.fixture
def stage(stages: Callable[..., Stage]) -> Stage:
    return stages(NGINX)


@pytest.fixture
def profile(browser: Browser) -> Iterator[BrowserContext]:
    with closing(chromium.new_profile(browser)) as profile:
        yield profile


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_the_check_says_what_chromium_shows(
    stage: Stage, profile: BrowserContext, way: Way, capsys: pytest.CaptureFixture[str]
) -> None:
    with stage.broken(Breaking(text=way.change)):
        found = findings(stage.place.folder, capsys)
        _look_at_list(profile, stage, way)
        _look_at_image(profile, stage, way)
    assert {one["check"] for one in found if one["status"] == "fail"} == way.failed, found


def _look_at_list(profile: BrowserContext, stage: Stage, way: Way) -> None:
    with closing(profile.new_page()) as page:
        visit = Visit(page, frozenset({"localhost"}))
        if way.lists:
            page.goto(stage.place.list_url)
            expect(page.get_by_text(ADA.shown, exact=True).first).to_be_visible()
            return
        _open(visit, stage.place.list_url, way.at)
        assert page.get_by_text(ADA.shown, exact=True).count() == 0


def _look_at_image(profile: BrowserContext, stage: Stage, way: Way) -> None:
    url = f"{stage.place.viewer_url}/viewer?StudyInstanceUIDs={ADA.uid}"
    with closing(profile.new_page()) as page:
        visit = Visit(page, frozenset({"localhost"}))
        if not way.failed:
            page.goto(url)
            assert picture(page).shades >= SHADES_OF_AN_IMAGE
            return
        if way.lists or "app-config" in way.of_server:
            _open(visit, url, way.at)
            assert is_black(page)


def _open(visit: Visit, url: str, at: str) -> None:
    """The page, after the answer that it cannot use."""
    with visit.page.expect_response(lambda response: at in response.url and "/dicom-web/" in response.url):
        visit.page.goto(url)
    visit.page.wait_for_load_state("networkidle")
