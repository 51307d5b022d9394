"""The whole site: healthy, broken by each fault, and with a FHIR service."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msal
import pytest
import requests

from ohif_setup.demo.faults import FAULTS
from ohif_setup.demo.site import VIEWER_URL, DemoSite

PREFLIGHT = {
    "Origin": VIEWER_URL,
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "accept,authorization",
}
ISSUE_LIST = {
    "tenant",
    "client",
    "redirect",
    "consent",
    "public-client",
    "role",
    "cors-origin",
    "cors-accept",
    "cors-authorization",
    "version-segment",
    "empty-archive",
    "frames",
    "modality-filter",
    "reader",
    "server-down",
    "tls",
}


def trusting(site: DemoSite) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.verify = site.environment["REQUESTS_CA_BUNDLE"]
    return session


def discovery(site: DemoSite, session: requests.Session) -> str:
    url = f"{site.answers['sign_in.authority']}/v2.0/.well-known/openid-configuration"
    return f"discovery {session.get(url, timeout=5).status_code}"


def redirect(site: DemoSite, session: requests.Session) -> str:
    parameters = {
        "client_id": site.answers["sign_in.client_id"],
        "redirect_uri": f"{site.answers['viewer.url']}/callback",
        "response_type": "code",
        "scope": "openid",
        "prompt": "none",
    }
    url = f"{site.entra.tenant_url}/oauth2/v2.0/authorize"
    answer = session.get(url, params=parameters, allow_redirects=False, timeout=5)
    code = next((word for word in ("AADSTS700016", "AADSTS50011") if word in answer.text), "")
    return f"redirect {answer.status_code} {code}".strip()


def sign_in(site: DemoSite, session: requests.Session) -> tuple[str, str]:
    client_id = site.answers["sign_in.client_id"]
    app = msal.PublicClientApplication(
        client_id, authority=site.entra.tenant_url, http_client=session, instance_discovery=False
    )
    flow = app.initiate_device_flow(["https://dicom.healthcareapis.azure.com/Dicom.ReadWrite"])
    result = app.acquire_token_by_device_flow(flow) if "user_code" in flow else flow
    return f"sign-in {result.get('error_codes', ['ok'])[0]}", result.get("access_token", "")


def dicom(site: DemoSite, session: requests.Session, token: str) -> list[str]:
    url = f"{site.answers['server.url']}/studies"
    try:
        cors = session.options(url, headers=PREFLIGHT, timeout=5).headers
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/dicom+json"}
        answer = session.get(url, headers=headers, timeout=5)
    except requests.exceptions.SSLError:
        return ["dicom tls"]
    except requests.exceptions.ConnectionError:
        return ["dicom down"]
    origin = "origin" if "Access-Control-Allow-Origin" in cors else "no origin"
    return [f"dicom {answer.status_code}", f"cors {origin} {cors.get('Access-Control-Allow-Headers')}"]


def look(site: DemoSite) -> set[str]:
    """What can be seen from outside."""
    with trusting(site) as session:
        signed_in, token = sign_in(site, session)
        return {discovery(site, session), redirect(site, session), signed_in, *dicom(site, session, token)}


HEALTHY = {
    "discovery 200",
    "redirect 302",
    "sign-in ok",
    "dicom 200",
    "cors origin authorization,accept,content-type",
}


def test_a_healthy_site_is_green(site: DemoSite) -> None:
    assert look(site) == HEALTHY


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("tenant", {"discovery 400"}),
        ("client", {"redirect 200 AADSTS700016", "sign-in 700016", "dicom 401"}),
        ("redirect", {"redirect 200 AADSTS50011"}),
        ("consent", {"sign-in 65001", "dicom 401"}),
        ("public-client", {"sign-in 70002", "dicom 401"}),
        ("role", {"dicom 403"}),
        ("cors-origin", {"cors no origin None"}),
        ("cors-accept", {"cors origin authorization,content-type"}),
        ("cors-authorization", {"cors origin accept,content-type"}),
        ("version-segment", {"dicom 404"}),
        ("empty-archive", {"dicom 204"}),
        ("server-down", {"dicom down"}),
        ("tls", {"dicom tls"}),
    ],
)
def test_each_fault_breaks_one_thing(name: str, seen: set[str]) -> None:
    with DemoSite(fault=name) as site:
        assert look(site) - HEALTHY == seen


def test_every_fault_of_the_list_is_there() -> None:
    assert set(FAULTS) == ISSUE_LIST
    assert all(name == fault.name and fault.summary and fault.check for name, fault in FAULTS.items())


def test_the_environment_makes_another_process_trust_the_site(site: DemoSite) -> None:
    code = "import requests, sys; print(requests.get(sys.argv[1], timeout=5).status_code)"
    url = f"{site.entra.tenant_url}/v2.0/.well-known/openid-configuration"
    environment = {"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1", **site.environment}
    done = subprocess.run(
        [sys.executable, "-c", code, url], env=environment, capture_output=True, text=True, check=False, timeout=30
    )
    assert done.stdout.strip() == "200", done.stderr


def test_public_names_are_advertised_and_mapped_to_loopback(tmp_path: Path) -> None:
    entra, dicom = "https://login.microsoftonline.com", "https://ws-dicom.dicom.azurehealthcareapis.com"
    with DemoSite(entra_url=entra, dicom_url=dicom) as site:
        assert site.answers["sign_in.authority"] == f"{entra}/{site.entra.tenant_id}"
        assert site.answers["server.url"] == f"{dicom}/v2"
        assert site.resolver_rules == (
            f"MAP login.microsoftonline.com 127.0.0.1:{site.entra.port}, "
            f"MAP ws-dicom.dicom.azurehealthcareapis.com 127.0.0.1:{site.dicom.port}"
        )
        bundle = str(site.ca_file(tmp_path / "ca.pem"))
        url = f"{site.entra.listen_url}/{site.entra.tenant_id}/v2.0/.well-known/openid-configuration"
        document = requests.get(url, verify=bundle, timeout=5).json()
        assert document["issuer"] == f"{entra}/{site.entra.tenant_id}/v2.0"


def test_fhir_is_open_where_documented_and_closed_elsewhere() -> None:
    with DemoSite(with_fhir=True) as site, trusting(site) as session:
        assert site.fhir is not None
        url = site.answers["fhir.url"]
        origin = {"Origin": VIEWER_URL}
        for path in ("/metadata", "/.well-known/smart-configuration"):
            answer = session.get(f"{url}{path}", headers=origin, timeout=5)
            assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, VIEWER_URL)
        closed = session.get(f"{url}/Patient", headers=origin, timeout=5)
        assert (closed.status_code, closed.headers["Access-Control-Allow-Origin"]) == (401, VIEWER_URL)
        assert f'resource_id="{url}"' in closed.headers["WWW-Authenticate"]
        assert session.options(f"{url}/Patient", headers=PREFLIGHT, timeout=5).status_code == 204
        granted = site.entra.granted(f"{url}/.default", site.registration)
        token = site.entra.access_token(site.registration.client_id, granted, site.entra.user)
        headers = {"Authorization": f"Bearer {token}"}
        assert session.get(f"{url}/Patient", headers=headers, timeout=5).json()["resourceType"] == "Bundle"
        site.fhir.role = False
        assert session.get(f"{url}/Patient", headers=headers, timeout=5).status_code == 403
