"""What `docs/reference/checks/answers.md` says of the address that browsers open and the web server that is to answer there."""

from __future__ import annotations

import pytest

from ohif_setup.checks.answers import judge
from ohif_setup.checks.finding import Finding
from ohif_setup.paste.urls import port_of
from tests.checks.observed import own, words

TLS = {"proxy__tls_certificate": "/etc/ssl/ohif.pem", "proxy__tls_key": "/etc/ssl/ohif.key"}
CORS = {"viewer__url": "http://localhost:3000", "server__route": "cors"}


def one(**changed: str) -> Finding:
    (finding,) = judge(own(**changed), None)
    return finding


@pytest.mark.parametrize(
    "changed",
    [
        {"viewer__url": "http://localhost"},
        {"viewer__url": "http://localhost:8080", "proxy__listen": "8080"},
        {"viewer__url": "https://localhost", **TLS},
        {"viewer__url": "https://localhost:8443", "proxy__listen": "8080"},
        {"viewer__url": "https://pacs.example.org"},
        {**CORS, "proxy__url": "http://localhost:8080", "proxy__listen": "8080"},
    ],
    ids=["http", "port", "https", "tls-before-port", "tls-before", "cors"],
)
def test_passes_where_address_and_web_server_agree(changed: dict[str, str]) -> None:
    assert one(**changed).status == "pass"


@pytest.mark.parametrize(
    ("changed", "command"),
    [
        ({"viewer__url": "http://localhost"}, "ohif-setup set viewer.url=https://localhost"),
        ({"viewer__url": "http://[::1]/ohif", "proxy__listen": "8443"}, "'viewer.url=https://[::1]:8443/ohif'"),
        ({**CORS, "proxy__url": "http://localhost:8443", "proxy__listen": "8443"}, "proxy.url=https://localhost:8443"),
    ],
    ids=["port-443", "other-port", "cors"],
)
def test_certificate_behind_an_http_address_warns(changed: dict[str, str], command: str) -> None:
    found = one(**changed, **TLS)
    assert (found.status, "proxy.tls_certificate" in found.title) == ("warn", True)
    assert found.fix[0].text.endswith(command)
    assert "ohif-setup unset proxy.tls_certificate proxy.tls_key" in found.fix[1].text


@pytest.mark.parametrize(
    "changed",
    [
        {"viewer__url": "https://localhost:18444", "proxy__listen": "18444"},
        {**CORS, "proxy__url": "https://localhost:18444", "proxy__listen": "18444"},
    ],
    ids=["viewer", "cors"],
)
def test_https_on_a_port_of_the_web_server_without_a_certificate_warns(changed: dict[str, str]) -> None:
    found = one(**changed)
    assert (found.status, "plain http on port 18444" in found.title) == ("warn", True)
    assert "ohif-setup set proxy.tls_certificate=" in words(found)
    assert "proxy.listen=PORT" in words(found)


def test_other_port_than_the_web_servers_warns() -> None:
    assert one(viewer__url="http://localhost:8080").fix[0].text == "ohif-setup set proxy.listen=8080"


@pytest.mark.parametrize("url", ["http://192.168.1.20:3000", "http://[fd00::7]", "http://nas.lan"])
def test_http_off_this_machine_is_no_secure_page(url: str) -> None:
    found = judge(own(viewer__url=url, proxy__listen=str(port_of(url) or 80)), None)
    assert [(one.status, one.subject) for one in found] == [("warn", "viewer.url")]
    command = f"ohif-setup set viewer.url={url.replace('http:', 'https:')} proxy.tls_certificate="
    assert command in words(found[0]).replace("'", "")
    assert "nobody signs in" in words(found[0])


def test_http_of_a_further_viewer_is_no_secure_page() -> None:
    found = one(viewer__url="https://viewer.example.org", viewer__extra_urls="http://10.1.2.3:3000")
    assert (found.subject, found.title) == ("viewer.extra_urls", "http://10.1.2.3:3000 is no secure page to browsers")


@pytest.mark.parametrize("url", ["http://localhost", "http://127.0.0.1", "http://[::1]", "https://192.168.1.20"])
def test_this_machine_and_https_are_secure_pages(url: str) -> None:
    assert not any("secure page" in one.title for one in judge(own(viewer__url=url), None))


KEYS = [
    "c2hyQTv1zZfe4JxO7aO7QlAbCdEfGh13",
    "ttVs4tqlHGTTiDOZ3p2PzA",
    "Xk-9dQw_4vZr7TnB1mLpS8cJ2hFgY6aE0uRoN5iKqWs",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSJ9.c2ln",
]


@pytest.mark.parametrize("key", KEYS)
def test_key_in_the_path_of_a_server_is_said_and_not_repeated(key: str) -> None:
    url = f"https://share.example.org/api/link/{key}"
    found = one(server__kind="dicomweb", server__url=url)
    assert (found.status, found.subject) == ("warn", "server.url")
    assert "made for git" in words(found)
    assert ".gitignore" in words(found)
    assert key[5:] not in repr(found)


@pytest.mark.parametrize(
    "path",
    [
        "dicom-web",
        "dcm4chee-arc/aets/DCM4CHEE-ARCHIVE-01/rs",
        "studies-of/1.2.840.113619.2.55.3.604688119.971.1386753432.534",
        "subscriptions/6f1d2c3b-4a5e-4f60-9b7c-8d9e0f1a2b3c/rs",
        "subscriptions/6F1D2C3B-4A5E-4F60-9B7C-8D9E0F1A2B3C/rs",
        "datastore/0f3a1b2c4d5e6f708192a3b4c5d6e7f8",
        "v1/projects/my-project-123456/locations/europe-west4/datasets/Radiology2024/dicomStores/store-1/dicomWeb",
        "MyHospitalPacsOfWard3B/rs",
        "PACS-Archive-2024-Site-01/rs",
        "ward3B-CT2-MR1-US4-XA5/rs",
    ],
)
def test_name_in_the_path_of_a_server_is_no_key(path: str) -> None:
    assert one(server__kind="dicomweb", server__url=f"https://archive.example.org/{path}").status == "pass"


def test_auth0_without_an_audience_is_a_warning() -> None:
    authority = {"sign_in__authority": "https://radiology.eu.auth0.com", "sign_in__client_id": "viewer"}
    (found,) = judge(own(**authority), None)
    assert (found.status, "opaque" in found.cause) == ("warn", True)
    given = own(**authority, sign_in__extra_parameters__audience="https://pacs.example.org")
    assert [one.status for one in judge(given, None)] == ["pass"]
