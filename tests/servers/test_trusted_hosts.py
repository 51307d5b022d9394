"""A branch changes the answers file: nothing secret follows it to another host, by any way to sign in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from ohif_setup.demo.site import PIPELINE_SECRET
from tests.servers.adas_browser import AdasBrowser
from tests.servers.proxy import TunnelProxy
from tests.servers.stage import PIPELINE, PUBLIC, FrontDoor, Ran, Stage, stage

STRANGERS = ("login.example.net", "dicom.example.net", "fhir.example.net")
LOGIN, DICOM = STRANGERS[:2]
METHODS = ("service-principal", "device-code", "browser")


@pytest.fixture(scope="module")
def _strange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("strange"), STRANGERS) as running:
        yield running


@pytest.fixture(scope="module")
def _half_strange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("half"), (PUBLIC[0], *STRANGERS[1:])) as running:
        yield running


@pytest.fixture
def strange(_strange: Stage) -> Iterator[Stage]:
    """A whole site, healthy but for its hosts, which nobody knows."""
    yield _strange
    _strange.heal()


@pytest.fixture
def half_strange(_half_strange: Stage) -> Iterator[Stage]:
    """The same, where people sign in at Microsoft's own host."""
    yield _half_strange
    _half_strange.heal()


def check(
    door: FrontDoor, site: Stage, method: str, environment: Mapping[str, str] | None = None, *, as_json: bool = True
) -> Ran:
    with TunnelProxy() as proxy:
        return door.check(
            site.answers,
            "--sign-in",
            method,
            environment={**site.environment, **PIPELINE, "HTTPS_PROXY": proxy.url, **(environment or {})},
            as_json=as_json,
        )


def secrets_sent(site: Stage) -> list[str]:
    """Requests that hold a credential or a token, or that begin a sign-in."""
    marks = (PIPELINE_SECRET, "client_assertion", "authorization: ", "/devicecode", "/token")
    return [
        one.target for front in site.fronts for one in front.requests if any(mark in one.text.lower() for mark in marks)
    ]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("named", ["", LOGIN, DICOM, f"x{LOGIN},{DICOM}", "*", f".{LOGIN},.{DICOM}"])
def test_strange_hosts_get_nothing(
    door: FrontDoor, strange: Stage, adas_browser: AdasBrowser, method: str, named: str
) -> None:
    adas_browser.person = strange.person
    ran = check(door, strange, method, {"OHIF_SETUP_TRUSTED_HOSTS": named})
    assert "trusted-hosts" in ran.failed
    assert (ran.of("sign-in")["status"], ran.of("token")["status"]) == ("skipped", "skipped")
    assert secrets_sent(strange) == []
    assert adas_browser.opened == []
    assert "Sign in" not in ran.err


@pytest.mark.parametrize("method", METHODS)
def test_token_is_not_even_asked_for_where_it_has_nowhere_to_go(
    door: FrontDoor, half_strange: Stage, adas_browser: AdasBrowser, method: str
) -> None:
    ran = check(door, half_strange, method)
    assert [one["subject"] for one in ran.findings if one["check"] == "trusted-hosts"] == [
        f"{DICOM}:{half_strange.dicom.port}"
    ]
    assert secrets_sent(half_strange) == []
    assert adas_browser.opened == []


def test_certificate_of_a_service_principal_stays_here_too(door: FrontDoor, strange: Stage) -> None:
    ran = check(door, strange, "service-principal", {"OHIF_SETUP_CLIENT_CERTIFICATE": "/nosuch.pem"})
    assert "trusted-hosts" in ran.failed
    assert secrets_sent(strange) == []


@pytest.mark.parametrize("method", ["service-principal", "device-code"])
@pytest.mark.parametrize("named", [f"{LOGIN},{DICOM}", ".example.net", "ports"])
def test_hosts_that_the_environment_names_get_what_they_need(
    door: FrontDoor, strange: Stage, method: str, named: str
) -> None:
    if named == "ports":
        named = f"{LOGIN}:{strange.entra.port}, {DICOM}:{strange.dicom.port}"
    ran = check(door, strange, method, {"OHIF_SETUP_TRUSTED_HOSTS": named})
    assert (ran.status, ran.of("sign-in")["status"]) == (0, "pass")
    assert not any(one["check"] == "trusted-hosts" for one in ran.findings)
    assert secrets_sent(strange)


@pytest.mark.parametrize("method", ["service-principal", "device-code"])
def test_microsofts_own_hosts_need_no_word(door: FrontDoor, away: Stage, method: str) -> None:
    ran = check(door, away, method)
    assert (ran.status, ran.of("sign-in")["status"]) == (0, "pass")
    assert secrets_sent(away)


def test_without_a_sign_in_strange_hosts_are_looked_at_all_the_same(door: FrontDoor, strange: Stage) -> None:
    ran = check(door, strange, "none")
    assert ran.status == 0
    assert ran.of("tenant-exists")["status"] == "pass"


def test_one_check_alone_does_not_hide_it(door: FrontDoor, strange: Stage) -> None:
    with TunnelProxy() as proxy:
        environment = {**strange.environment, **PIPELINE, "HTTPS_PROXY": proxy.url}
        ran = door.check(strange.answers, "--only", "token", environment=environment)
    assert ran.failed == {"trusted-hosts"}
