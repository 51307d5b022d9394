from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest
import requests

from ohif_setup.demo.certificates import CertificateAuthority, CertificateKind
from ohif_setup.demo.exchange import Reply, Request
from ohif_setup.demo.https_server import HttpsServer


class Echo(HttpsServer):
    def answer(self, request: Request) -> Reply:
        if request.path == "/bug":
            raise ValueError("a bug of the stand-in")
        return Reply.text(200, f"{request.method} {request.path} {len(request.body)}")


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return CertificateAuthority()


@pytest.fixture(scope="module")
def bundle(authority: CertificateAuthority, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    path.write_bytes(authority.pem)
    return str(path)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_certificate_is_good_for_loopback(authority: CertificateAuthority, bundle: str, host: str) -> None:
    with Echo(authority) as server:
        answer = requests.get(f"https://{host}:{server.port}/", verify=bundle, timeout=5)
    assert answer.text == "GET / 0"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        pytest.param("expired", "certificate has expired", id="expired"),
        pytest.param("self-signed", "self-signed certificate", id="self-signed"),
        pytest.param("wrong-host", "not valid for '127.0.0.1'|IP address mismatch", id="wrong-host"),
    ],
)
def test_a_bad_certificate_is_refused(
    authority: CertificateAuthority, bundle: str, kind: CertificateKind, reason: str
) -> None:
    with Echo(authority, certificate=kind) as server, pytest.raises(requests.exceptions.SSLError, match=reason):
        requests.get(server.url, verify=bundle, timeout=5)


def test_the_authority_is_trusted_by_nobody_else(authority: CertificateAuthority) -> None:
    with Echo(authority) as server, pytest.raises(requests.exceptions.SSLError):
        requests.get(server.url, timeout=5)


def test_the_certificate_can_be_changed_while_it_runs(authority: CertificateAuthority, bundle: str) -> None:
    with Echo(authority) as server:
        requests.get(server.url, verify=bundle, timeout=5)
        server.certificate = "expired"
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(server.url, verify=bundle, timeout=5)


def test_the_public_host_is_on_the_certificate(authority: CertificateAuthority) -> None:
    with Echo(authority, public_url="https://login.microsoftonline.com/") as server:
        assert server.url == "https://login.microsoftonline.com"
        raw = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        with authority.client_context().wrap_socket(raw, server_hostname="login.microsoftonline.com") as connection:
            connection.sendall(b"GET /x HTTP/1.1\r\nHost: login.microsoftonline.com\r\nConnection: close\r\n\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 200 OK\r\n")


def test_connections_are_kept_alive_and_ended_by_stop(authority: CertificateAuthority, bundle: str) -> None:
    with requests.Session() as session:
        session.trust_env = False
        session.verify = bundle
        with Echo(authority) as server:
            assert session.get(server.url, timeout=5).raw.version == 11
            began = time.monotonic()
        assert time.monotonic() - began < 20, "seconds; 60 if it waited for the client"
        with pytest.raises(requests.exceptions.ConnectionError):
            session.get(server.listen_url, timeout=5)


def test_a_stopped_server_refuses_and_starts_again_on_its_port(authority: CertificateAuthority, bundle: str) -> None:
    with Echo(authority) as server:
        url = server.url
        server.stop()
        with pytest.raises(requests.exceptions.ConnectionError, match="refused"):
            requests.get(url, verify=bundle, timeout=5)
        server.start()
        assert requests.get(url, verify=bundle, timeout=5).ok


def test_every_answer_waits_for_the_delay(authority: CertificateAuthority, bundle: str) -> None:
    with Echo(authority) as server:
        server.delay = 0.2
        began = time.monotonic()
        requests.get(server.url, verify=bundle, timeout=5)
        assert time.monotonic() - began >= 0.2


def test_a_silent_client_holds_up_nobody(authority: CertificateAuthority, bundle: str) -> None:
    with Echo(authority) as server, socket.create_connection(("127.0.0.1", server.port)):
        assert requests.get(server.url, verify=bundle, timeout=5).ok


def test_the_date_follows_the_skewed_clock(authority: CertificateAuthority, bundle: str) -> None:
    with Echo(authority) as server:
        server.clock_skew = -20 * 365 * 86400
        assert requests.get(server.url, verify=bundle, timeout=5).headers["Date"].split()[3] < "2020"


def test_notes_of_requests_hold_no_secret(authority: CertificateAuthority, bundle: str) -> None:
    with Echo(authority) as server:
        requests.post(
            f"{server.url}/token?id_token_hint=S3CRET&a=b",
            data={"grant_type": "refresh_token", "refresh_token": "S3CRET"},
            headers={"Authorization": "Bearer S3CRET", "Cookie": "session=S3CRET", "Origin": "https://o"},
            verify=bundle,
            timeout=5,
        )
        (note,) = server.requests
        assert (note.method, note.path, note.form) == ("POST", "/token", (("grant_type", "refresh_token"),))
        assert note.query[1] == ("a", "b")
        assert note.header("authorization") == "Bearer (hidden)"
        assert note.header("Origin") == "https://o"
        assert "S3CRET" not in repr(note)
        server.forget_requests()
        assert server.requests == []


def test_a_bug_of_the_stand_in_fails_its_user(authority: CertificateAuthority, bundle: str) -> None:
    with pytest.raises(RuntimeError, match="Echo failed"), Echo(authority) as server:
        assert requests.get(f"{server.url}/bug", verify=bundle, timeout=5).status_code == 500


def test_a_server_has_no_address_before_it_starts(authority: CertificateAuthority, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="before it is started"):
        Echo(authority).url  # noqa: B018 - reading it is the test
