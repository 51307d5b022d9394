"""Discovery, the authorization endpoint and sign-out of the stand-in of Entra ID."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
import requests

from ohif_setup.demo.entra import TENANT_DOMAIN, TENANT_ID
from ohif_setup.demo.person import Person
from ohif_setup.demo.site import CLIENT_ID, VIEWER_URL, DemoSite

CALLBACK = f"{VIEWER_URL}/callback"
SCOPE = "openid profile offline_access https://dicom.healthcareapis.azure.com/Dicom.ReadWrite"
CODE = {"client_id": CLIENT_ID, "redirect_uri": CALLBACK, "response_type": "code", "scope": SCOPE, "state": "s1"}
IMPLICIT = CODE | {"response_type": "id_token token", "nonce": "n1"}


def authorize(session: requests.Session, site: DemoSite, **changes: str) -> requests.Response:
    url = f"{site.entra.tenant_url}/oauth2/v2.0/authorize"
    return session.get(url, params=CODE | changes, allow_redirects=False, timeout=5)


def sign_in(session: requests.Session, page: requests.Response) -> requests.Response:
    found = re.search(r'name="ctx" value="([^"]*)"', page.text)
    assert found
    url = page.url.replace("oauth2/v2.0/authorize", "login").partition("?")[0]
    return session.post(url, {"ctx": found[1].replace("&amp;", "&")}, allow_redirects=False, timeout=5)


def delivered(answer: requests.Response) -> dict[str, str]:
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(CALLBACK)
    parts = urlsplit(answer.headers["Location"])
    return dict(parse_qsl(parts.query or parts.fragment))


def exception_text(answer: requests.Response) -> str:
    found = re.search(r"\$Config=(\{.*\});", answer.text)
    assert found
    return str(json.loads(found[1]).get("strServiceExceptionMessage", ""))


@pytest.mark.parametrize("name", [TENANT_ID, TENANT_ID.upper(), TENANT_DOMAIN], ids=["guid", "upper-case", "domain"])
def test_discovery_names_the_tenant_by_its_id(site: DemoSite, session: requests.Session, name: str) -> None:
    answer = session.get(f"{site.entra.url}/{name}/v2.0/.well-known/openid-configuration", timeout=5)
    document = answer.json()
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert document["issuer"] == f"{site.entra.url}/{TENANT_ID}/v2.0"
    assert document["token_endpoint"].startswith(site.entra.tenant_url)
    assert not {"revocation_endpoint", "check_session_iframe"} & set(document)


@pytest.mark.parametrize(
    ("name", "code", "error"),
    [
        pytest.param("99999999-2222-4333-8444-555555555555", 90002, "invalid_tenant", id="unknown-guid"),
        pytest.param("fabrikam.onmicrosoft.com", 90002, "invalid_tenant", id="unknown-domain"),
        pytest.param("{tenant-id}", 900023, "invalid_request", id="placeholder"),
        pytest.param("11111111-2222-4333-8444", 900023, "invalid_request", id="damaged-guid"),
    ],
)
def test_discovery_refuses_an_unknown_tenant(
    site: DemoSite, session: requests.Session, name: str, code: int, error: str
) -> None:
    asked_id = "0123abcd-0000-4000-8000-000000000001"
    url = f"{site.entra.url}/{name}/v2.0/.well-known/openid-configuration"
    answer = session.get(url, headers={"client-request-id": asked_id}, timeout=5)
    document = answer.json()
    assert (answer.status_code, document["error"], document["error_codes"]) == (400, error, [code])
    assert document["correlation_id"] == asked_id
    text = rf"AADSTS{code}: .* Trace ID: \S{{36}} Correlation ID: {asked_id} Timestamp: \d{{4}}-\d\d-\d\d [\d:]{{8}}Z"
    assert re.fullmatch(text, document["error_description"])


def test_common_names_no_tenant_and_signs_nobody_in(site: DemoSite, session: requests.Session) -> None:
    document = session.get(f"{site.entra.url}/common/v2.0/.well-known/openid-configuration", timeout=5).json()
    assert document["issuer"] == f"{site.entra.url}/{{tenantid}}/v2.0"
    page = session.get(document["authorization_endpoint"], params=CODE, timeout=5)
    assert exception_text(page).startswith("AADSTS50194")


def test_keys_verify_the_tokens(site: DemoSite, session: requests.Session, token: str) -> None:
    answer = session.get(f"{site.entra.tenant_url}/discovery/v2.0/keys", timeout=5)
    keys = jwt.PyJWKSet.from_dict(answer.json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, audience="https://dicom.healthcareapis.azure.com")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert claims["iss"] == f"https://sts.windows.net/{TENANT_ID}/"
    assert (claims["scp"], claims["tid"], claims["appid"]) == ("Dicom.ReadWrite", TENANT_ID, CLIENT_ID)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"client_id": "99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee"}, 700016, id="unknown-client"),
        pytest.param({"client_id": ""}, 900144, id="no-client"),
        pytest.param({"redirect_uri": f"{CALLBACK}/"}, 50011, id="slash"),
        pytest.param({"redirect_uri": CALLBACK.replace("callback", "Callback")}, 50011, id="case"),
        pytest.param({"redirect_uri": "http://localhost:1/other"}, 50011, id="localhost-path"),
    ],
)
def test_a_wrong_client_or_redirect_stays_on_the_page(
    site: DemoSite, session: requests.Session, changes: dict[str, str], code: int
) -> None:
    answer = authorize(session, site, **changes, prompt="none")
    assert answer.status_code == 200
    assert exception_text(answer).startswith(f"AADSTS{code}:")


def test_hostile_parameters_cannot_leave_the_error_page(site: DemoSite, session: requests.Session) -> None:
    answer = authorize(session, site, redirect_uri="https://x/</script><script>alert(1)</script>")
    assert "</script><script>" not in answer.text
    assert exception_text(answer).startswith("AADSTS50011")


def test_prompt_none_without_a_session_comes_back_with_login_required(
    site: DemoSite, session: requests.Session
) -> None:
    answer = delivered(authorize(session, site, prompt="none"))
    assert (answer["error"], answer["state"]) == ("login_required", "s1")
    assert "AADSTS50058" in answer["error_description"]


def test_prompt_none_by_form_post_is_a_page_that_posts(site: DemoSite, session: requests.Session) -> None:
    answer = authorize(session, site, prompt="none", response_mode="form_post")
    assert answer.status_code == 200
    assert f'action="{CALLBACK}"' in answer.text
    assert 'name="error" value="login_required"' in answer.text


@pytest.mark.parametrize(
    ("boxes", "changes", "error"),
    [
        pytest.param((False, False), {}, "unsupported_response_type:AADSTS700054", id="no-box"),
        pytest.param((True, False), {}, "unsupported_response_type:AADSTS700051", id="id-token-box-only"),
        pytest.param((False, True), {}, "unsupported_response_type:AADSTS700054", id="access-token-box-only"),
        pytest.param((True, True), {"nonce": ""}, "invalid_request:AADSTS900144", id="no-nonce"),
        pytest.param((True, True), {"response_mode": "query"}, "unsupported_response_mode:AADSTS70007", id="query"),
        pytest.param((True, True), {"response_type": "odd"}, "unsupported_response_type:AADSTS70005", id="odd-type"),
    ],
)
def test_faults_of_the_response_type_are_delivered_at_the_redirect(
    site: DemoSite, session: requests.Session, boxes: tuple[bool, bool], changes: dict[str, str], error: str
) -> None:
    site.registration.id_tokens, site.registration.access_tokens = boxes
    answer = delivered(authorize(session, site, **(IMPLICIT | changes)))
    assert f"{answer['error']}:{answer['error_description'].partition(':')[0]}" == error


def test_without_a_session_a_button_signs_in(site: DemoSite, session: requests.Session) -> None:
    page = authorize(session, site)
    assert "Sign in as ada@contoso.org" in page.text
    assert exception_text(page) == ""
    assert set(delivered(sign_in(session, page))) == {"code", "state", "session_state"}


def test_a_session_answers_prompt_none_until_sign_out(site: DemoSite, session: requests.Session) -> None:
    sign_in(session, authorize(session, site))
    assert "code" in delivered(authorize(session, site, prompt="none"))
    assert "Sign in as" in authorize(session, site, prompt="select_account").text
    url = f"{site.entra.tenant_url}/oauth2/v2.0/logout"
    gone = session.get(url, params={"post_logout_redirect_uri": f"{VIEWER_URL}/?a=b"}, allow_redirects=False, timeout=5)
    assert (gone.status_code, "You signed out" in gone.text) == (200, True)
    assert site.entra.grants.sessions == {}
    assert delivered(authorize(session, site, prompt="none"))["error"] == "login_required"


def test_sign_out_goes_back_to_a_registered_address(site: DemoSite, session: requests.Session) -> None:
    parameters = {"post_logout_redirect_uri": CALLBACK, "state": "s2"}
    url = f"{site.entra.tenant_url}/oauth2/v2.0/logout"
    answer = session.get(url, params=parameters, allow_redirects=False, timeout=5)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{CALLBACK}?state=s2")


def test_implicit_tokens_are_bound_to_each_other_and_to_the_nonce(site: DemoSite, session: requests.Session) -> None:
    site.registration.id_tokens = site.registration.access_tokens = True
    reply = sign_in(session, authorize(session, site, **IMPLICIT))
    assert "#" in reply.headers["Location"]
    answer = delivered(reply)
    claims = jwt.decode(answer["id_token"], options={"verify_signature": False})
    half = hashlib.sha256(answer["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (site.entra.issuer, CLIENT_ID, "n1")
    assert {"sub", "exp", "iat"} <= set(claims)
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", "3600")


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        pytest.param("openid Dicom.ReadWrite", 650053, id="no-prefix-means-graph"),
        pytest.param("https://dicom.healthcareapis.azure.com/user_impersonation", 650053, id="unknown-scope"),
        pytest.param("https://nothing.example.org/Read", 500011, id="unknown-resource"),
        pytest.param("https://dicom.healthcareapis.azure.com/Dicom.ReadWrite User.Read", 700022, id="two-resources"),
        pytest.param("a/ b", 70011, id="nonsense"),
    ],
)
def test_a_wrong_scope_comes_back_after_sign_in(
    site: DemoSite, session: requests.Session, scope: str, code: int
) -> None:
    answer = delivered(sign_in(session, authorize(session, site, scope=scope)))
    assert f"AADSTS{code}:" in answer["error_description"]


def test_a_scope_of_an_audience_with_slash_has_two(site: DemoSite, session: requests.Session) -> None:
    scope = "https://dicom.healthcareapis.azure.com//Dicom.ReadWrite"
    assert "code" in delivered(sign_in(session, authorize(session, site, scope=scope)))


def test_a_missing_api_permission_is_named(site: DemoSite, session: requests.Session) -> None:
    site.registration.dicom_permission = False
    answer = delivered(sign_in(session, authorize(session, site)))
    assert (answer["error"], "AADSTS650057" in answer["error_description"]) == ("invalid_resource", True)


def test_without_consent_the_page_asks_for_an_admin(site: DemoSite, session: requests.Session) -> None:
    site.registration.admin_consent = False
    page = sign_in(session, authorize(session, site))
    assert "Need admin approval" in page.text
    silent = delivered(authorize(session, site, prompt="none"))
    assert (silent["error"], "AADSTS65001" in silent["error_description"]) == ("interaction_required", True)


def test_who_takes_the_link_back_brings_an_error_along(site: DemoSite) -> None:
    site.registration.admin_consent = False
    person = Person(site.certificate_authority.client_context(), gives_up=True, stays_before=(VIEWER_URL,))
    asked = requests.Request("GET", f"{site.entra.tenant_url}/oauth2/v2.0/authorize", params=CODE).prepare().url
    assert asked
    page = person.open(asked)
    assert "error=access_denied" in page.url
    assert "AADSTS90094" in page.url


def test_prompt_consent_asks_and_goes_on(site: DemoSite) -> None:
    address = f"{site.entra.tenant_url}/oauth2/v2.0/authorize"
    asked = requests.Request("GET", address, params=CODE | {"prompt": "consent"}).prepare().url
    assert asked
    assert site.person.open(asked).url.startswith(f"{CALLBACK}?code=")
    assert [request.path.rsplit("/", 1)[1] for request in site.entra.requests] == ["authorize", "login", "accept"]


def test_damaged_form_data_end_on_the_error_page(site: DemoSite, session: requests.Session) -> None:
    answer = session.post(f"{site.entra.tenant_url}/login", {"ctx": "nonsense"}, timeout=5)
    assert exception_text(answer).startswith("AADSTS900144")


def test_userinfo_refuses_a_token_for_dicom(site: DemoSite, session: requests.Session, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    assert session.get(f"{site.entra.url}/oidc/userinfo", headers=headers, timeout=5).status_code == 401
