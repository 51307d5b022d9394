"""What `docs/reference/checks/exposure.md` says."""

from __future__ import annotations

import pytest

from ohif_setup.answers.model import Answers
from ohif_setup.checks.dicomweb.exposure import ExposureObservations, ServerExposure, judge
from ohif_setup.checks.finding import Finding
from ohif_setup.kinds.orthanc.rest_api import doors
from ohif_setup.network.look.exposure import ExposureLook
from ohif_setup.network.wire.exchange import Exchange
from tests.checks.observed import HTML, JSON, OWN, OWN_ROOT, Fields, got, keycloak, own, trouble, words

HERE = {"viewer__url": "http://localhost:8080"}
SYSTEM = {"ApiVersion": 17, "Name": "Orthanc"}
STUDIES = got(200, [{"0020000D": {}}])
CLOSED = got(404, "no", HTML)
ANY: Fields = (*JSON, ("Access-Control-Allow-Origin", "*"))


def judged(
    site: Answers,
    *,
    door: Exchange = CLOSED,
    forwarded: Exchange | None = None,
    foreign: Exchange = STUDIES,
    search: Exchange = STUDIES,
    login: str = "",
) -> list[Finding]:
    look = ExposureLook((CLOSED, door), forwarded, foreign)
    return list(judge(site, ExposureObservations((ServerExposure(look, search, login),))))


@pytest.mark.parametrize("url", ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"])
def test_passes_on_this_machine(url: str) -> None:
    (found,) = judged(own(viewer__url=url))
    assert (found.status, found.title) == ("pass", "nothing but the images is exposed (on this machine)")


def test_localhost_that_is_listened_for_elsewhere_is_not_this_machine_alone() -> None:
    assert [one.status for one in judged(own(**HERE, proxy__listen_addresses="127.0.0.1,::1"))] == ["pass"]
    found = judged(own(**HERE, proxy__listen_addresses="0.0.0.0"))
    assert "anyone who reaches the viewer's address can see every study without signing in" in [
        one.title for one in found
    ]


def test_passes_where_people_sign_in() -> None:
    (found,) = judged(keycloak(), search=got(401), foreign=got(401))
    assert found.status == "pass"


def test_images_beside_a_page_with_a_login() -> None:
    for site in (own(**HERE), own()):
        look = ExposureLook((CLOSED, CLOSED), None, STUDIES)
        found = list(
            judge(site, ExposureObservations((ServerExposure(look, STUDIES, page_login="basic authentication (401)"),)))
        )
        titles = [one.title for one in found]
        assert "a login is in front of the viewer's page, but the images come without it" in titles
        assert not any("without signing in" in title for title in titles)
        assert not any(one.status == "pass" for one in found)


def test_asks_for_the_doors_of_every_place_where_a_proxy_may_put_them() -> None:
    assert set(doors("https://pacs.example.org/orthanc/dicom-web")) == {
        f"{OWN}/system",
        f"{OWN}/instances",
        f"{OWN}/app/explorer.html",
        f"{OWN}/orthanc/system",
        f"{OWN}/orthanc/instances",
        f"{OWN}/orthanc/app/explorer.html",
        f"{OWN}/orthanc/dicom-web/system",
        f"{OWN}/orthanc/dicom-web/app/explorer.html",
        f"{OWN}/orthanc/dicom-web/servers",
    }


@pytest.mark.parametrize(
    ("door", "status"),
    [
        (got(200, SYSTEM, url=f"{OWN_ROOT}/system"), "fail"),
        (got(200, ["a-b"], url=f"{OWN}/instances"), "fail"),
        (got(200, "<html><title>Orthanc Explorer</title>", HTML, f"{OWN}/app/explorer.html"), "fail"),
        (got(401, "", (("WWW-Authenticate", 'Basic realm="Orthanc Secure Area"'),), f"{OWN}/system"), "warn"),
        (got(200, "<html>viewer", HTML, f"{OWN}/system"), None),
        (got(401, "", (("WWW-Authenticate", "Basic"),), f"{OWN}/system"), None),
    ],
    ids=["system", "instances", "explorer", "behind-a-login", "fallback", "other-login"],
)
def test_door_of_orthanc(door: Exchange, status: str | None) -> None:
    found = [one for one in judged(own(**HERE), door=door) if one.status != "pass"]
    assert [one.status for one in found] == ([status] if status else [])
    if found:
        assert found[0].evidence["failure_mode"] == "FM18"
        assert "(studies|series|instances)" in words(found[0])


def test_orthanc_that_serves_the_viewer_is_for_development() -> None:
    door = got(200, SYSTEM, url=f"{OWN}/system")
    site = own(viewer__url=f"{OWN}/ohif", server__url=OWN_ROOT, server__route="serve-folders")
    (served,) = [one for one in judged(site, door=door) if one.evidence.get("failure_mode") == "FM76"]
    assert "ohif-setup set server.route=reverse-proxy viewer.url=http" in words(served)
    here = own(
        viewer__url="http://localhost:8042/ohif",
        server__url="http://localhost:8042/dicom-web",
        server__route="serve-folders",
    )
    (found,) = judged(here, door=door)
    assert (found.status, "REST API is open too" in found.title) == ("pass", True)


@pytest.mark.parametrize(
    "search",
    [got(502, "<html>", HTML), got(404, "<html>", HTML), got(200, "<html>viewer", HTML)],
    ids=["502", "404", "fallback"],
)
def test_skipped_where_the_server_was_not_seen(search: Exchange) -> None:
    (found,) = judged(own(**HERE), search=search, foreign=search)
    assert (found.status, found.title) == ("skipped", "skipped: no search is answered, see dicomweb-reachable")
    door = got(200, SYSTEM, url=f"{OWN}/system")
    assert [one.status for one in judged(own(**HERE), search=search, foreign=search, door=door)] == ["fail"]


@pytest.mark.parametrize(
    "search",
    [got(401), got(302, "", (("Location", "https://login.example.org/"),)), got(200, "<html>", HTML), trouble("tls")],
    ids=["401", "redirect", "page", "certificate"],
)
def test_archive_behind_a_login_is_guarded(search: Exchange) -> None:
    (found,) = judged(own(), search=search, foreign=search, login="basic authentication (401)")
    assert (found.status, found.title) == (
        "pass",
        "nothing is exposed without the login in front: basic authentication (401)",
    )
    door = got(200, SYSTEM, url=f"{OWN}/system")
    assert [one.status for one in judged(own(), search=search, foreign=search, door=door, login="a login")] == ["fail"]


@pytest.mark.parametrize(
    "door", [got(429), got(503), trouble("timeout", f"{OWN}/system")], ids=["429", "503", "silent"]
)
def test_door_that_was_not_answered_is_not_closed(door: Exchange) -> None:
    (found,) = judged(own(**HERE), door=door)
    assert found.status == "warn"
    busy = got(503)
    (skip,) = judged(own(**HERE), door=door, search=busy, foreign=busy)
    assert (skip.status, skip.see) == ("skipped", ("dicomweb-reachable",))


@pytest.mark.parametrize("door", [got(404), got(502), trouble("reset")], ids=["404", "502", "cut"])
def test_door_that_leads_nowhere_is_closed(door: Exchange) -> None:
    assert [one.status for one in judged(own(**HERE), door=door)] == ["pass"]


def test_open_proxy_fails() -> None:
    (found,) = judged(own(**HERE, server__proxy="apache"), forwarded=got(200, SYSTEM))
    assert (found.status, "open proxy" in found.title) == ("fail", True)
    assert "ProxyRequests Off" in words(found)


def test_foreign_page_is_let_in() -> None:
    (found,) = judged(own(**HERE), foreign=got(200, [], ANY))
    assert (found.status, found.evidence["failure_mode"]) == ("warn", "FM09")
    login = own(**HERE, proxy__orthanc_credentials_file="/etc/nginx/login.conf")
    (found,) = judged(login, foreign=got(200, [], ANY))
    assert (found.status, "with the login that the web server adds" in found.title) == ("fail", True)


def test_archive_for_everybody_warns() -> None:
    (found,) = judged(own())
    assert (found.status, "without signing in" in found.title) == ("warn", True)
    assert "auth_basic" in words(found)


def test_sign_in_that_protects_nothing_warns() -> None:
    (found,) = judged(keycloak())
    assert found.title == "people sign in at the viewer, but the images come without a sign-in"


def test_http_off_this_machine_warns() -> None:
    titles = [one.title for one in judged(own(viewer__url="http://pacs.example.org"))]
    assert any("unencrypted (pacs.example.org)" in title for title in titles)
