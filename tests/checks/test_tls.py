"""What `docs/reference/checks/tls.md` says."""

from __future__ import annotations

import pytest

from ohif_setup.checks.finding import Finding
from ohif_setup.checks.tls import TlsObservations, judge
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.network.wire.exchange import Trouble, TroubleKind
from tests.checks.observed import answers, words

HOST = "ws-dicom.dicom.azurehealthcareapis.com:443"
GOOD = Certificate(HOST, days_left=90, until="2030-01-01", issuer="DigiCert Inc", public=True)


def one(certificate: Certificate) -> Finding:
    (found,) = judge(answers(), TlsObservations((certificate,)))
    return found


def test_passes_when_a_public_authority_vouches_for_it() -> None:
    assert one(GOOD).title == f"{HOST}, valid until 2030-01-01"


def test_warns_when_only_a_private_ca_vouches_for_it() -> None:
    found = one(Certificate(HOST, days_left=90, until="2030-01-01", issuer="Contoso CA"))
    assert (found.status, "Contoso CA" in found.cause) == ("warn", True)
    assert "install the CA" in words(found)


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost:1", "[::1]:1", "viewer.localhost:1"])
def test_private_ca_is_only_mentioned_on_loopback(host: str) -> None:
    found = one(Certificate(host, days_left=90, until="2030-01-01"))
    assert (found.status, "only this machine trusts" in found.title) == ("pass", True)


def test_warns_when_it_ends_soon() -> None:
    found = one(Certificate(HOST, days_left=3.4, until="2030-01-01", public=True))
    assert (found.status, "expires in 3 days" in found.title) == ("warn", True)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("tls-expired", "has expired"),
        ("tls-not-yet-valid", "not valid yet"),
        ("tls-wrong-host", "for another host"),
        ("tls-untrusted", "REQUESTS_CA_BUNDLE=/path/to/ca.pem"),
        ("tls-certificate", "said the library"),
        ("tls", "said the library"),
        ("ca-bundle", "said the library"),
    ],
)
def test_fails_when_the_certificate_is_bad(kind: TroubleKind, expected: str) -> None:
    found = one(Certificate(HOST, trouble=Trouble(kind, "said the library")))
    assert found.status == "fail"
    assert expected in words(found)
    assert kind == "ca-bundle" or found.title.startswith(HOST)


@pytest.mark.parametrize(
    "certificate",
    [Certificate(HOST, proxy="HTTPS_PROXY=http://proxy"), Certificate(HOST, trouble=Trouble("refused", "no"))],
    ids=["proxy", "not reached"],
)
def test_skipped_when_it_cannot_be_seen(certificate: Certificate) -> None:
    assert one(certificate).status == "skipped"
