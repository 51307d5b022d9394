"""A server that wants a certificate from the client, told apart from one with which no cipher fits: real TLS on loopback."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from ohif_setup.network.wire.certificate import look_at_certificate
from ohif_setup.network.wire.client_certificate import is_wanted
from ohif_setup.network.wire.exchange import Trouble
from ohif_setup.network.wire.http import Http
from tests.servers.raw import RawServer, always, answer

TLS_1_2, TLS_1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(autouse=True)
def _trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))


def context(authority: trustme.CA, version: ssl.TLSVersion) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = made.maximum_version = version
    authority.issue_cert("127.0.0.1").configure_cert(made)
    return made


@pytest.mark.parametrize("version", [TLS_1_2, TLS_1_3])
def test_wanted_certificate_is_a_trouble_of_its_own(authority: trustme.CA, version: ssl.TLSVersion) -> None:
    mutual = context(authority, version)
    mutual.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(mutual)
    with RawServer(always(answer(200, "{}")), mutual) as server:
        exchange = Http(5).send("GET", server.url)
        certificate = look_at_certificate(server.url, 5)
    assert exchange.trouble
    assert exchange.trouble.kind == "client-certificate"
    # In TLS 1.3 the client has finished before it is refused.
    kind = certificate.trouble.kind if certificate.trouble else ""
    assert kind == ("client-certificate" if version == TLS_1_2 else "")


@pytest.mark.parametrize("mutual", [True, False])
def test_alert_that_was_lost_with_the_connection_is_heard_on_another_one(authority: trustme.CA, mutual: bool) -> None:
    made = context(authority, TLS_1_3)
    if mutual:
        made.verify_mode = ssl.CERT_REQUIRED
        authority.configure_trust(made)
    with RawServer(always(answer(200, "{}")), made) as server:
        assert is_wanted(Trouble("reset", "the connection was reset"), server.url, 5) == mutual


def test_cipher_that_does_not_fit_is_no_wanted_certificate(authority: trustme.CA) -> None:
    old = context(authority, TLS_1_2)
    old.set_ciphers("AES128-SHA256:@SECLEVEL=0")
    with RawServer(always(answer(200, "{}")), old) as server:
        exchange = Http(5).send("GET", server.url)
        certificate = look_at_certificate(server.url, 5)
    assert exchange.trouble
    assert certificate.trouble
    assert (exchange.trouble.kind, certificate.trouble.kind) == ("tls", "tls")


def test_server_that_wants_none_answers(authority: trustme.CA) -> None:
    with RawServer(always(answer(200, "{}")), context(authority, TLS_1_3)) as server:
        assert Http(5).send("GET", server.url).status == 200
