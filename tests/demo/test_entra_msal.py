"""MSAL for Python, as published, signs in at the stand-in in every way that the tool offers."""

from __future__ import annotations

import datetime
import threading
import webbrowser
from collections.abc import Iterator

import jwt
import msal
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ohif_setup.demo.entra import DICOM_AUDIENCES
from ohif_setup.demo.person import Person
from ohif_setup.demo.site import CLIENT_ID, PIPELINE_CLIENT_ID, PIPELINE_SECRET, DemoSite

DICOM = "https://dicom.healthcareapis.azure.com"
SCOPES = [f"{DICOM}/Dicom.ReadWrite"]


def public_client(
    site: DemoSite, session: requests.Session, client_id: str = CLIENT_ID
) -> msal.PublicClientApplication:
    return msal.PublicClientApplication(
        client_id, authority=site.answers["sign_in.authority"], http_client=session, instance_discovery=False
    )


def confidential_client(
    site: DemoSite, session: requests.Session, credential: object
) -> msal.ConfidentialClientApplication:
    return msal.ConfidentialClientApplication(
        PIPELINE_CLIENT_ID,
        client_credential=credential,
        authority=site.answers["sign_in.authority"],
        http_client=session,
        instance_discovery=False,
    )


class AdasBrowser(webbrowser.BaseBrowser):
    """Opens what MSAL hands over, in a thread, as a real browser would."""

    def __init__(self, person: Person) -> None:
        super().__init__("ada")
        self.person = person
        self.threads: list[threading.Thread] = []

    def open(self, url: str, *_: object) -> bool:
        thread = threading.Thread(target=self.person.open, args=(url,))
        thread.start()
        self.threads.append(thread)
        return True


@pytest.fixture
def browser(site: DemoSite, monkeypatch: pytest.MonkeyPatch) -> Iterator[AdasBrowser]:
    browser = AdasBrowser(site.person)
    monkeypatch.setattr(webbrowser, "_tryorder", ["ada"])
    monkeypatch.setitem(webbrowser._browsers, "ada", [None, browser])  # type: ignore[attr-defined]  # register() has no undo
    yield browser
    for thread in browser.threads:
        thread.join(5)


def test_browser_sign_in(site: DemoSite, session: requests.Session, browser: AdasBrowser) -> None:
    result = public_client(site, session).acquire_token_interactive(SCOPES, timeout=10)
    assert result.get("error_description") is None
    assert result["id_token_claims"]["preferred_username"] == "ada@contoso.org"
    assert "refresh_token" in result


def test_browser_sign_in_on_the_spa_platform_is_refused(
    site: DemoSite, session: requests.Session, browser: AdasBrowser
) -> None:
    site.registration.spa_redirect_uris += ("http://localhost:3000",)
    result = public_client(site, session).acquire_token_interactive(SCOPES, timeout=10)
    assert (result["error"], result["error_codes"]) == ("invalid_request", [9002327])


def test_browser_sign_in_given_up_for_want_of_consent(
    site: DemoSite, session: requests.Session, browser: AdasBrowser
) -> None:
    site.registration.admin_consent = False
    browser.person = Person(site.certificate_authority.client_context(), gives_up=True)
    result = public_client(site, session).acquire_token_interactive(SCOPES, timeout=10)
    assert result["error"] == "access_denied"
    assert result["error_description"].startswith("AADSTS90094")


def test_a_silent_browser_sign_in_needs_a_session(
    site: DemoSite, session: requests.Session, browser: AdasBrowser
) -> None:
    result = public_client(site, session).acquire_token_interactive(SCOPES, prompt="none", timeout=10)
    assert (result["error"], "AADSTS50058" in result["error_description"]) == ("login_required", True)


def test_device_code_sign_in(site: DemoSite, session: requests.Session) -> None:
    app = public_client(site, session)
    site.entra.approve_after = 0.5
    flow = app.initiate_device_flow(SCOPES)
    result = app.acquire_token_by_device_flow(flow)
    claims = jwt.decode(result["access_token"], options={"verify_signature": False})
    assert (claims["scp"], claims["upn"]) == ("Dicom.ReadWrite", "ada@contoso.org")
    assert [one.path.rsplit("/", 1)[1] for one in site.entra.requests[1:]] == ["devicecode", "token", "token"]


def test_an_expired_token_is_renewed_silently(site: DemoSite, session: requests.Session) -> None:
    site.entra.token_lifetime = 1
    app = public_client(site, session)
    first = app.acquire_token_by_device_flow(app.initiate_device_flow(SCOPES))
    second = app.acquire_token_silent_with_error(SCOPES, account=app.get_accounts()[0])
    assert second["access_token"] != first["access_token"]
    assert second["token_source"] == "identity_provider"


def test_a_refused_device_code_has_no_user_code(site: DemoSite, session: requests.Session) -> None:
    site.registration.public_client_flows = False
    flow = public_client(site, session).initiate_device_flow(SCOPES)
    assert "user_code" not in flow
    assert flow["error_codes"] == [70002]


def test_an_unknown_client_is_named(site: DemoSite, session: requests.Session) -> None:
    flow = public_client(site, session, "99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee").initiate_device_flow(SCOPES)
    assert flow["error_codes"] == [700016]


def test_a_secret_gets_an_app_only_token(site: DemoSite, session: requests.Session) -> None:
    result = confidential_client(site, session, PIPELINE_SECRET).acquire_token_for_client([f"{DICOM}/.default"])
    claims = jwt.decode(result["access_token"], options={"verify_signature": False})
    assert not {"scp", "roles", "upn"} & set(claims)
    assert (claims["oid"], claims["appidacr"]) == (claims["sub"], "1")
    assert "scope" not in result


def test_a_wrong_secret_is_named(site: DemoSite, session: requests.Session) -> None:
    result = confidential_client(site, session, "wrong").acquire_token_for_client([f"{DICOM}/.default"])
    assert (result["error"], result["error_codes"]) == ("invalid_client", [7000215])


@pytest.fixture(scope="module")
def certified() -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    """A key with a certificate that it signed itself, as people upload them."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "pipeline")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    return key, builder.sign(key, hashes.SHA256())


def credential(key: rsa.RSAPrivateKey, certificate: x509.Certificate, form: str) -> dict[str, str]:
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    if form == "thumbprint":
        return {"private_key": pem, "thumbprint": certificate.fingerprint(hashes.SHA1()).hex()}
    return {"private_key": pem, "public_certificate": certificate.public_bytes(serialization.Encoding.PEM).decode()}


@pytest.mark.parametrize("form", ["thumbprint", "public-certificate"])
def test_a_certificate_counts_once_it_is_uploaded(
    site: DemoSite, session: requests.Session, certified: tuple[rsa.RSAPrivateKey, x509.Certificate], form: str
) -> None:
    key, certificate = certified
    before = confidential_client(site, session, credential(key, certificate, form))
    assert before.acquire_token_for_client([f"{DICOM}/.default"])["error_codes"] == [700027]
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    site.entra.registrations[PIPELINE_CLIENT_ID].certificate = pem
    after = confidential_client(site, session, credential(key, certificate, form))
    result = after.acquire_token_for_client([f"{DICOM}/.default"])
    assert jwt.decode(result["access_token"], options={"verify_signature": False})["appidacr"] == "2"


@pytest.mark.parametrize("audience", DICOM_AUDIENCES)
def test_the_audience_takes_three_forms(site: DemoSite, session: requests.Session, audience: str) -> None:
    site.entra.dicom_resource.audience = audience
    app = public_client(site, session)
    token = app.acquire_token_by_device_flow(app.initiate_device_flow(SCOPES))["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/dicom+json"}
    assert session.get(f"{site.answers['server.url']}/studies", headers=headers, timeout=5).status_code == 200
