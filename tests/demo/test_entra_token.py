"""The token and device-code endpoints, rule by rule."""

from __future__ import annotations

import base64
import hashlib
import re
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
import requests

from ohif_setup.demo.entra import AppRegistration
from ohif_setup.demo.site import CLIENT_ID, PIPELINE_CLIENT_ID, PIPELINE_SECRET, VIEWER_URL, DemoSite

CALLBACK = f"{VIEWER_URL}/callback"
DICOM = "https://dicom.healthcareapis.azure.com"
SCOPE = f"openid offline_access {DICOM}/Dicom.ReadWrite"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ORIGIN = {"Origin": VIEWER_URL}
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


def get_code(site: DemoSite, redirect_uri: str = CALLBACK, client_id: str = CLIENT_ID, **more: str) -> str:
    parameters = {"client_id": client_id, "redirect_uri": redirect_uri, "response_type": "code", "scope": SCOPE} | more
    address = f"{site.entra.tenant_url}/oauth2/v2.0/authorize"
    url = requests.Request("GET", address, params=parameters).prepare().url
    assert url
    return dict(parse_qsl(urlsplit(site.person.open(url).url).query))["code"]


def redeem(session: requests.Session, site: DemoSite, form: dict[str, str], **headers: str) -> requests.Response:
    url = f"{site.entra.tenant_url}/oauth2/v2.0/token"
    return session.post(url, {"client_id": CLIENT_ID} | form, headers=headers, timeout=5)


def code_form(code: str, **changes: str) -> dict[str, str]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return form | changes


def codes(answer: requests.Response) -> list[int]:
    found: list[int] = answer.json()["error_codes"]
    return found


@pytest.fixture
def fixed_person(site: DemoSite) -> DemoSite:
    """A site whose person may be sent to any redirect URI without something listening there."""
    site.registration.web_redirect_uris = (f"{VIEWER_URL}/web",)
    site.registration.desktop_redirect_uris = (f"{VIEWER_URL}/desktop",)
    return site


def test_a_browser_redeems_a_code_of_the_spa_platform(site: DemoSite, session: requests.Session) -> None:
    answer = redeem(session, site, code_form(get_code(site, nonce="n1", **PKCE)), **ORIGIN)
    document = answer.json()
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Type"].startswith("application/json")
    assert document["scope"] == f"{DICOM}/Dicom.ReadWrite"
    assert {"access_token", "refresh_token", "id_token"} <= set(document)
    assert jwt.decode(document["id_token"], options={"verify_signature": False})["nonce"] == "n1"


@pytest.mark.parametrize(
    ("path", "pkce", "changes", "code", "cors"),
    [
        pytest.param("/callback", PKCE, {"Origin": ""}, 9002327, False, id="spa-without-origin"),
        pytest.param("/callback", {}, {}, 9002325, True, id="spa-without-pkce"),
        pytest.param("/callback", PKCE, {"code_verifier": "w" * 43}, 501481, True, id="wrong-verifier"),
        pytest.param("/callback", PKCE, {"code_verifier": ""}, 501481, True, id="no-verifier"),
        pytest.param("/callback", PKCE, {"redirect_uri": "https://x/"}, 500112, True, id="other-redirect"),
        pytest.param("/callback", PKCE, {"client_secret": "s"}, 700025, True, id="spa-with-secret"),
        pytest.param("/web", PKCE, {}, 9002326, False, id="web-in-a-browser"),
        pytest.param("/web", PKCE, {"Origin": ""}, 7000218, False, id="web-without-secret"),
        pytest.param("/web", PKCE, {"Origin": "", "client_secret": "s"}, 7000215, False, id="web-wrong-secret"),
        pytest.param("/desktop", PKCE, {}, 9002326, False, id="desktop-in-a-browser"),
    ],
)
def test_the_platform_decides_who_may_redeem(  # noqa: PLR0917 - the columns of a table
    fixed_person: DemoSite,
    session: requests.Session,
    path: str,
    pkce: dict[str, str],
    changes: dict[str, str],
    code: int,
    cors: bool,
) -> None:
    redirect_uri = f"{VIEWER_URL}{path}"
    form = code_form(get_code(fixed_person, redirect_uri, **pkce), redirect_uri=redirect_uri) | changes
    origin = form.pop("Origin", VIEWER_URL)
    answer = redeem(session, fixed_person, form, **({"Origin": origin} if origin else {}))
    assert codes(answer) == [code]
    assert answer.status_code == (401 if answer.json()["error"] == "invalid_client" else 400)
    assert ("Access-Control-Allow-Origin" in answer.headers) is cors


def test_a_code_is_good_once(site: DemoSite, session: requests.Session) -> None:
    form = code_form(get_code(site, **PKCE))
    assert redeem(session, site, form, **ORIGIN).ok
    again = redeem(session, site, form, **ORIGIN)
    assert (codes(again), again.json()["error"]) == ([54005], "invalid_grant")


def test_a_made_up_code_shows_nothing_of_the_platform(site: DemoSite, session: requests.Session) -> None:
    answer = redeem(session, site, code_form("made-up"), **ORIGIN)
    assert codes(answer) == [9002313]
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_refresh_token_renews_in_the_browser_only(site: DemoSite, session: requests.Session) -> None:
    first = redeem(session, site, code_form(get_code(site, **PKCE)), **ORIGIN).json()
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], "scope": SCOPE}
    renewed = redeem(session, site, form, **ORIGIN)
    assert renewed.headers["Access-Control-Allow-Origin"] == "*"
    assert renewed.json()["access_token"] != first["access_token"]
    assert renewed.json()["refresh_token"] != first["refresh_token"]
    assert codes(redeem(session, site, form)) == [9002327]


def test_the_lifetime_of_a_spa_refresh_token_is_fixed(site: DemoSite, session: requests.Session) -> None:
    first = redeem(session, site, code_form(get_code(site, **PKCE)), **ORIGIN).json()
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    site.entra.clock_skew = 13 * 3600
    form["refresh_token"] = redeem(session, site, form, **ORIGIN).json()["refresh_token"]
    site.entra.clock_skew = 25 * 3600
    assert codes(redeem(session, site, form, **ORIGIN)) == [700084]


def test_the_lifetime_of_tokens_can_be_set(site: DemoSite, session: requests.Session) -> None:
    site.entra.token_lifetime = 70
    document = redeem(session, site, code_form(get_code(site, **PKCE)), **ORIGIN).json()
    claims = jwt.decode(document["access_token"], options={"verify_signature": False})
    assert document["expires_in"] == 70
    assert abs(claims["exp"] - site.entra.now() - 70) < 5


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        pytest.param({"client_secret": "wrong"}, 401, 7000215, id="wrong-secret"),
        pytest.param({"client_secret": ""}, 401, 7000216, id="no-credential"),
        pytest.param({"scope": f"{DICOM}/Dicom.ReadWrite"}, 400, 1002012, id="delegated-scope"),
        pytest.param({"scope": "https://nothing.example.org/.default"}, 400, 500011, id="unknown-resource"),
        pytest.param({"client_id": "99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee"}, 400, 700016, id="unknown-client"),
        pytest.param({"grant_type": "password"}, 400, 70003, id="other-grant"),
        pytest.param({"grant_type": ""}, 400, 900144, id="no-grant"),
        pytest.param({"client_assertion": "no.j.wt"}, 401, 700027, id="bad-assertion"),
    ],
)
def test_client_credentials_are_refused_by_number(
    site: DemoSite, session: requests.Session, changes: dict[str, str], status: int, code: int
) -> None:
    form = {"grant_type": "client_credentials", "scope": f"{DICOM}/.default", "client_secret": PIPELINE_SECRET}
    answer = redeem(session, site, form | {"client_id": PIPELINE_CLIENT_ID} | changes)
    assert (answer.status_code, codes(answer)) == (status, [code])


def start_device_flow(session: requests.Session, site: DemoSite, **changes: str) -> requests.Response:
    url = f"{site.entra.tenant_url}/oauth2/v2.0/devicecode"
    return session.post(url, {"client_id": CLIENT_ID, "scope": SCOPE} | changes, timeout=5)


def poll(session: requests.Session, site: DemoSite, device_code: str) -> dict[str, object]:
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": device_code}
    document: dict[str, object] = redeem(session, site, form).json()
    return document


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"client_id": "99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee"}, 700016, id="unknown-client"),
        pytest.param({"scope": "Dicom.ReadWrite"}, 650053, id="no-prefix"),
        pytest.param({"scope": ""}, 900144, id="no-scope"),
    ],
)
def test_a_device_code_is_refused_by_number(
    site: DemoSite, session: requests.Session, changes: dict[str, str], code: int
) -> None:
    assert codes(start_device_flow(session, site, **changes)) == [code]


def test_without_public_client_flows_no_device_code(site: DemoSite, session: requests.Session) -> None:
    site.registration.public_client_flows = False
    assert codes(start_device_flow(session, site)) == [70002]
    site.entra.device_flow_refused_at = "token"
    flow = start_device_flow(session, site).json()
    assert poll(session, site, flow["device_code"])["error_codes"] == [7000218]


def test_a_device_code_waits_until_it_is_typed(site: DemoSite, session: requests.Session) -> None:
    site.entra.approve_after = None
    flow = start_device_flow(session, site).json()
    site.entra.slow_down = 1
    assert poll(session, site, flow["device_code"])["error"] == "slow_down"
    assert poll(session, site, flow["device_code"])["error"] == "authorization_pending"
    page = session.get(flow["verification_uri"], timeout=5)
    assert re.search('name="otc"', page.text)
    assert "Check the code" in session.post(flow["verification_uri"], {"otc": "WRONG"}, timeout=5).text
    assert "You have signed in" in session.post(flow["verification_uri"], {"otc": flow["user_code"]}, timeout=5).text
    assert "refresh_token" in poll(session, site, flow["device_code"])
    assert poll(session, site, flow["device_code"])["error"] == "bad_verification_code"


def test_a_device_code_can_be_declined_or_run_out(site: DemoSite, session: requests.Session) -> None:
    site.entra.approve_after = None
    flow = start_device_flow(session, site).json()
    assert site.entra.decline(flow["user_code"])
    assert poll(session, site, flow["device_code"])["error"] == "authorization_declined"
    site.entra.clock_skew = 901
    assert poll(session, site, flow["device_code"])["error"] == "expired_token"


def test_a_device_code_without_consent_is_refused_when_polled(site: DemoSite, session: requests.Session) -> None:
    site.registration.admin_consent = False
    flow = start_device_flow(session, site).json()
    document = poll(session, site, flow["device_code"])
    assert (document["error"], document["suberror"], document["error_codes"]) == (
        "invalid_grant",
        "consent_required",
        [65001],
    )


SPA_ON_3000 = AppRegistration("c", spa_redirect_uris=("http://localhost:3000/callback",))
DESKTOP = AppRegistration("c", desktop_redirect_uris=("http://localhost",))
TWO_PORTS = AppRegistration(
    "c", spa_redirect_uris=("http://localhost:3000",), desktop_redirect_uris=("http://localhost",)
)
WEB = AppRegistration("c", web_redirect_uris=("https://h:1/cb",))


@pytest.mark.parametrize(
    ("registration", "uri", "platform"),
    [
        pytest.param(DESKTOP, "http://localhost:5", "desktop", id="any-port-of-localhost"),
        pytest.param(SPA_ON_3000, "http://localhost:5/callback", "spa", id="same-path"),
        pytest.param(SPA_ON_3000, "http://localhost:5", None, id="path-counts"),
        pytest.param(TWO_PORTS, "http://localhost:5", "spa", id="the-trap-of-two-ports"),
        pytest.param(WEB, "https://h:2/cb", None, id="port-counts-elsewhere"),
    ],
)
def test_redirect_uris_belong_to_a_platform(registration: AppRegistration, uri: str, platform: str | None) -> None:
    assert registration.platform_of(uri) == platform
