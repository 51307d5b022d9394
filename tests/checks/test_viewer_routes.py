"""What `docs/reference/checks/viewer-routes.md` says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ohif_setup.checks.finding import Finding
from ohif_setup.checks.viewer.routes import ViewerRouteObservations, judge
from ohif_setup.network.look.served import ServedViewer
from ohif_setup.network.wire.exchange import Exchange
from tests.checks.observed import HTML, OWN, answers, got, own, trouble, words
from tests.checks.pages import page, served

NONE = got(404, "<html><title>404 Not Found</title></html>", HTML)
BY_ORTHANC = {"viewer__url": f"{OWN}/ohif", "server__url": f"{OWN}/dicom-web", "server__route": "serve-folders"}
LINE = '<script>location.pathname.endsWith("/index.html")&&history.replaceState(null,"","/")</script>'


def one(viewer: ServedViewer, **changed: str) -> Finding:
    (finding,) = judge(own(**changed), ViewerRouteObservations(viewer))
    return finding


def test_passes_when_links_lead_to_the_page() -> None:
    assert one(served()).title == "links and reload lead to the viewer"


def test_skipped_without_a_viewer() -> None:
    assert one(ServedViewer(trouble("refused"))).status == "skipped"


@pytest.mark.parametrize(
    "exchange", [NONE, trouble("reset"), got(200, "<html>other</html>", HTML)], ids=["404", "cut", "other"]
)
def test_link_that_leads_elsewhere_fails(exchange: Exchange) -> None:
    found = one(replace(served(), deep_link=exchange))
    assert (found.status, found.evidence["failure_mode"]) == ("fail", "FM68")
    assert "try_files" in words(found)


@pytest.mark.parametrize(("name", "word"), [("deep_link", "link to a study"), ("callback", "after signing in")])
def test_route_that_is_redirected_has_a_rule_too_many(name: str, word: str) -> None:
    led = got(302, "", (("Location", "/"),), f"{OWN}/viewer?x=1")
    viewer = replace(served(), callback=led) if name == "callback" else replace(served(), deep_link=led)
    found = one(viewer)
    assert (found.status, found.evidence["failure_mode"]) == ("fail", "FM68")
    assert f"is redirected (302) to {OWN}/" in found.title
    assert word in found.symptom
    assert "try_files" not in words(found)


def test_callback_is_a_route_too() -> None:
    found = one(replace(served(), callback=NONE))
    assert found.title.startswith("/callback is not the viewer's page")


def test_page_with_status_404_will_do() -> None:
    viewer = replace(served(), deep_link=got(404, page(), HTML), callback=got(404, page(), HTML))
    assert [finding.status for finding in judge(answers(), ViewerRouteObservations(viewer))] == ["pass"]


def test_page_for_a_missing_file_warns() -> None:
    found = one(replace(served(), missing=got(200, page(), HTML)))
    assert (found.status, found.evidence["failure_mode"]) == ("warn", "FM68")


@pytest.mark.parametrize(
    ("exchange", "version", "status"),
    [
        (got(301, "", (("Location", "/ohif/"),), f"{OWN}/ohif"), "3.13", "pass"),
        (got(301, "", (("Location", f"{OWN}/ohif/"),), f"{OWN}/ohif"), "3.13", "pass"),
        (got(200, page("/ohif/"), HTML), "3.13", "pass"),
        (NONE, "3.13", "warn"),
        (NONE, "3.11", "fail"),
        (got(301, "", (("Location", "http://pacs.example.org:8080/ohif/"),), f"{OWN}/ohif"), "3.13", "warn"),
    ],
    ids=["relative", "absolute", "page", "404", "404-in-3.11", "wrong-port"],
)
def test_path_without_its_slash(exchange: Exchange, version: str, status: str) -> None:
    viewer = replace(served("/ohif/"), bare=exchange)
    assert one(viewer, viewer__url=f"{OWN}/ohif", viewer__ohif_version=version).status == status


def by_orthanc(**changed: Any) -> ServedViewer:
    html = page("/ohif/", LINE)
    viewer = served("/ohif/", page=got(200, html, HTML), deep_link=got(200, html, HTML))
    return replace(viewer, **changed)


def test_orthanc_passes_with_line_copies_and_extensions() -> None:
    assert one(by_orthanc(), **BY_ORTHANC).status == "pass"


def test_orthanc_without_the_line() -> None:
    html = page("/ohif/")
    found = one(by_orthanc(page=got(200, html, HTML), deep_link=got(200, html, HTML)), **BY_ORTHANC)
    assert (found.title, found.evidence["failure_mode"]) == ("OHIF does not recognise its own start page", "FM76")


def test_orthanc_without_the_copy() -> None:
    found = one(by_orthanc(deep_link=got(404, {"Message": "Inexistent file"})), **BY_ORTHANC)
    assert "The copy is missing" in words(found)


def test_orthanc_without_extensions() -> None:
    stream = got(200, page("/ohif/", LINE), (("Content-Type", "application/octet-stream"),))
    found = one(by_orthanc(deep_link=stream), **BY_ORTHANC)
    assert '"Extensions": {"": "text/html"}' in words(found)
    assert "full stop" in words(found)
