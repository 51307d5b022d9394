"""The three ways to sign in, against an identity provider that does not behave, and a person who does not either."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from ohif_setup.answers.sources import load
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.look import Look
from ohif_setup.checks.sign_in import client_known, sign_in
from ohif_setup.demo.person import Person
from ohif_setup.network.sign_in.browser import open_browser
from ohif_setup.network.sign_in.sign_in import Method, Patience
from ohif_setup.network.wire.http import Http
from tests.servers.adas_browser import AdasBrowser
from tests.servers.raw import RawRequest, answer, cut
from tests.servers.stage import DEVICE_CODE, TOKEN, FrontDoor, Stage


@dataclass
class NotedScreen:
    """A screen that opens the browser and remembers what it was told."""

    urls: list[str] = field(default_factory=list)
    codes: list[tuple[str, str, int]] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    ended: int = 0

    def browser(self, url: str, seconds: int) -> None:  # noqa: ARG002 - a contract
        self.urls.append(url)
        open_browser(url)

    def device_code(self, code: str, url: str, seconds: int) -> None:
        self.codes.append((code, url, seconds))

    def waiting(self, seconds_left: int) -> None:
        self.left.append(seconds_left)

    def done(self) -> None:
        self.ended += 1


@pytest.fixture(autouse=True)
def _trust(site: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in site.environment.items():
        monkeypatch.setenv(name, value)
    registration = site.site.registration
    before = dict(vars(registration))
    yield
    vars(registration).update(before)
    site.site.entra.approve_after = 0.0


def look(site: Stage, method: Method, screen: NotedScreen, **patience: float) -> Look:
    answers = load(None, [f"{key}={value}" for key, value in site.answers.items()], {})
    return Look(answers, Http(5), method, screen, Patience(**patience))


def finding(at: Look) -> Finding:
    (found,) = sign_in.judge(at.answers, sign_in.look(at))
    return found


def words(found: Finding) -> str:
    return " ".join([found.title, found.symptom, found.cause, *(fix.text for fix in found.fix)])


def test_browser_sign_in_by_the_system_browser(site: Stage, adas_browser: AdasBrowser) -> None:
    adas_browser.person = site.person
    screen = NotedScreen()
    at = look(site, "browser", screen)
    found = finding(at)
    assert (found.status, found.title) == (
        "pass",
        "ada@contoso.org, token for the DICOM service, Dicom.ReadWrite",
    )
    assert adas_browser.opened == screen.urls
    query = parse_qs(urlsplit(screen.urls[0]).query)
    assert query["redirect_uri"][0].startswith("http://localhost:")
    assert "offline_access" not in query["scope"][0]
    assert screen.ended == 1


def test_browser_sign_in_gives_up_when_nobody_comes(site: Stage, adas_browser: AdasBrowser) -> None:
    screen = NotedScreen()
    start = time.monotonic()
    found = finding(look(site, "browser", screen, browser=0.6))
    assert 0.5 < time.monotonic() - start < 30
    assert found.status == "fail"
    assert found.title == "the browser did not return within 0.6 s"
    for text in (
        "Look there for AADSTS",
        "http://localhost",
        "ohif-setup explain AADSTS50011",
        "--sign-in device-code",
    ):
        assert text in words(found)
    assert screen.left[0] in (0, 1)
    assert screen.ended == 1


@pytest.mark.parametrize("lacks", ["desktop", "everything"])
def test_registration_without_localhost_is_named_before_anybody_waits(
    site: Stage, adas_browser: AdasBrowser, lacks: str
) -> None:
    site.site.registration.desktop_redirect_uris = ()
    if lacks == "everything":
        site.site.registration.spa_redirect_uris = ()
    screen = NotedScreen()
    found = finding(look(site, "browser", screen))
    assert found.status == "warn"
    assert "The viewer is not affected" in found.symptom
    assert "Mobile and desktop applications: http://localhost (no port, no path)" in words(found)
    assert "az account get-access-token" in words(found)
    assert (screen.urls, adas_browser.opened) == ([], [])


def test_unknown_client_is_named_before_anybody_waits(site: Stage, adas_browser: AdasBrowser) -> None:
    answers = {**site.answers, "sign_in.client_id": "99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee"}
    at = Look(load(None, [f"{key}={value}" for key, value in answers.items()], {}), Http(5), "browser", NotedScreen())
    assert finding(at).status == "skipped"
    (found,) = client_known.judge(at.answers, client_known.look(at))
    assert (found.status, found.title) == ("fail", "the tenant does not know this client ID")
    assert adas_browser.opened == []


def test_localhost_under_single_page_application_is_a_warning(site: Stage, adas_browser: AdasBrowser) -> None:
    adas_browser.person = site.person
    site.site.registration.desktop_redirect_uris = ()
    site.site.registration.spa_redirect_uris += ("http://localhost",)
    found = finding(look(site, "browser", NotedScreen()))
    assert (found.status, "AADSTS9002327" in found.title) == ("warn", True)


def test_localhost_under_web_is_a_warning(site: Stage, adas_browser: AdasBrowser) -> None:
    adas_browser.person = site.person
    site.site.registration.desktop_redirect_uris = ()
    site.site.registration.web_redirect_uris += ("http://localhost",)
    found = finding(look(site, "browser", NotedScreen()))
    assert (found.status, "AADSTS7000218" in found.title) == ("warn", True)


def test_want_of_consent_is_named_with_the_link(site: Stage, adas_browser: AdasBrowser) -> None:
    site.site.registration.admin_consent = False
    adas_browser.person = Person(site.authority.client_context(), gives_up=True)
    found = finding(look(site, "browser", NotedScreen()))
    assert (found.status, "AADSTS90094" in found.title) == ("fail", True)
    assert f"/adminconsent?client_id={site.answers['sign_in.client_id']}" in words(found)


class Meddler(Person):
    """Before she signs in, others knock at the terminal's door."""

    def open(self, url: str) -> object:  # type: ignore[override]  # the page is of no interest
        port = urlsplit(parse_qs(urlsplit(url).query)["redirect_uri"][0]).port
        here = f"http://127.0.0.1:{port}/"
        with contextlib.ExitStack() as stack:
            # A browser opens spare connections that stay silent.
            for _ in range(3):
                stack.enter_context(socket.create_connection(("127.0.0.1", port or 0)))
            assert requests.get(here, params={"code": "stolen", "state": "x"}, timeout=5).status_code == 400
            assert requests.post(here, data={"code": "forged", "state": "wrong"}, timeout=5).status_code == 400
            assert requests.post(here, data={"code": "forged"}, timeout=5).status_code == 400
            assert requests.post(here, data=b"\xff\xfe", timeout=5).status_code == 400
            with socket.create_connection(("127.0.0.1", port or 0)) as broken:
                broken.sendall(b"POST / HTTP/1.1\r\nContent-Length: nonsense\r\n\r\n")
                assert broken.recv(100).startswith(b"HTTP/1.0 400")
            with socket.create_connection(("127.0.0.1", port or 0)) as huge:
                huge.sendall(b"POST / HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n")
                assert huge.recv(100).startswith(b"HTTP/1.0 400")
            return super().open(url)


def test_others_at_the_door_change_nothing(
    site: Stage, adas_browser: AdasBrowser, capfd: pytest.CaptureFixture[str]
) -> None:
    adas_browser.person = Meddler(site.authority.client_context())
    assert finding(look(site, "browser", NotedScreen(), browser=10)).status == "pass"
    assert capfd.readouterr() == ("", "")


def test_program_of_browser_that_does_not_end_is_not_waited_for() -> None:
    start = time.monotonic()
    assert open_browser("https://x", lambda _: threading.Event().wait(20), 0.2)
    assert time.monotonic() - start < 15


def test_device_code_that_nobody_types_in_runs_out(site: Stage) -> None:
    site.site.entra.approve_after = None
    screen = NotedScreen()
    found = finding(look(site, "device-code", screen, device_code=0.6))
    assert (found.status, found.title) == ("fail", "the code expired before anyone signed in")
    assert screen.codes[0][2] == 1
    assert screen.left[0] in (0, 1)


def test_device_code_survives_a_fault_while_it_waits(site: Stage) -> None:
    polls: list[RawRequest] = []

    def twice_away(request: RawRequest) -> list[bytes]:
        polls.append(request)
        if len(polls) == 1:
            return [answer(503, "busy")]
        site.entra.faults.clear()
        return [answer(400, json.dumps({"error": "authorization_pending"}))]

    site.entra.faults[TOKEN] = twice_away
    start = time.monotonic()
    assert finding(look(site, "device-code", NotedScreen(), device_code=120)).status == "pass"
    assert time.monotonic() - start < 60


@pytest.mark.parametrize(
    "flow",
    [
        {"user_code": "ABC", "device_code": "long-device-code", "interval": 0, "expires_in": 2},
        {"user_code": "ABC", "device_code": "long-device-code", "interval": -5, "expires_in": 2},
        {"user_code": "ABC", "device_code": "long-device-code", "interval": 10**9, "expires_in": 2},
        {"user_code": "ABC", "device_code": "long-device-code", "interval": "1", "expires_in": "-7"},
        {"user_code": "ABC", "device_code": "long-device-code", "interval": 1, "expires_in": 10**30},
        {"user_code": "ABC", "device_code": "long-device-code", "interval": 1, "expires_in": None},
        {"user_code": ["ABC"], "device_code": 7, "verification_uri": {}},
        {"user_code": "ABC"},
        {},
    ],
    ids=str,
)
def test_odd_device_codes_end_in_time(site: Stage, flow: dict[str, object]) -> None:
    site.entra.faults[DEVICE_CODE] = lambda _: [answer(200, json.dumps(flow))]
    site.entra.faults[TOKEN] = lambda _: [answer(400, json.dumps({"error": "authorization_pending"}))]
    start = time.monotonic()
    found = finding(look(site, "device-code", NotedScreen(), device_code=0.3))
    assert time.monotonic() - start < 30
    assert found.status == "fail"
    polls = [one for one in site.entra.requests if one.path.endswith(TOKEN)]
    assert len(polls) <= 3


def test_device_code_without_public_client_flows_is_a_warning(site: Stage) -> None:
    site.site.registration.public_client_flows = False
    found = finding(look(site, "device-code", NotedScreen()))
    assert (found.status, "AADSTS70002" in found.title) == ("warn", True)
    assert "Allow public client flows › Yes" in words(found)
    assert "--sign-in browser" in words(found)


def test_cut_connection_while_the_code_is_redeemed_is_named(site: Stage, adas_browser: AdasBrowser) -> None:
    adas_browser.person = site.person
    site.entra.faults[TOKEN] = cut
    found = finding(look(site, "browser", NotedScreen()))
    assert (found.status, found.title) == ("fail", f"127.0.0.1:{site.entra.port}: the connection was reset")
    # A code is good once: it must not be sent again.
    assert len([one for one in site.entra.requests if one.path.endswith(TOKEN)]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"access_token": 7},
        {"access_token": "e30.e30.e30", "expires_in": "soon"},
        {"access_token": "e30.e30.e30", "id_token": "no-jwt"},
        {"error": {"deep": ["list"]}},
        {"error": ""},
        {},
    ],
    ids=str,
)
def test_odd_token_answers_are_findings(site: Stage, adas_browser: AdasBrowser, body: dict[str, object]) -> None:
    adas_browser.person = site.person
    site.entra.faults[TOKEN] = lambda _: [answer(200, json.dumps(body))]
    found = finding(look(site, "browser", NotedScreen()))
    assert found.status == "fail"
    assert found.cause
    assert found.fix


def test_answer_at_the_door_may_be_an_error(site: Stage, adas_browser: AdasBrowser) -> None:
    class Refusing(Person):
        def open(self, url: str) -> object:  # type: ignore[override]  # the page is of no interest
            query = parse_qs(urlsplit(url).query)
            form = {
                "state": query["state"][0],
                "error": "access_denied",
                "error_description": "AADSTS65004: declined. Correlation ID: 11111111-aaaa-4bbb-8ccc-222222222222",
            }
            return requests.post(query["redirect_uri"][0], data=urlencode(form).encode(), headers=_FORM, timeout=5)

    adas_browser.person = Refusing(site.authority.client_context())
    found = finding(look(site, "browser", NotedScreen()))
    assert (found.status, found.title) == ("fail", "the identity provider refused: AADSTS65004")
    assert "Correlation ID 11111111-aaaa-4bbb-8ccc-222222222222" in found.cause


_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_no_made_up_code_is_posted_to_entra(site: Stage, door: FrontDoor) -> None:
    site.site.entra.forget_requests()
    ran = door.check(site.answers, environment=site.environment)
    assert ran.of("cors-sign-in")["status"] == "pass"
    assert [one for one in site.site.entra.requests if one.method == "POST"] == []
