"""Certificates for the stand-ins, issued by an authority that exists only as long as its object."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Sequence
from typing import Literal

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

CertificateKind = Literal["valid", "expired", "wrong-host", "self-signed"]

WRONG_HOST = "another-host.example.org"


class CertificateAuthority:
    """A temporary certificate authority: no client trusts it until it is given its `pem`."""

    def __init__(self) -> None:
        self._ca = trustme.CA(organization_name="ohif-setup demo")

    @property
    def pem(self) -> bytes:
        """The certificate of the authority, for a file that `REQUESTS_CA_BUNDLE` names."""
        return self._ca.cert_pem.bytes()

    def server_context(self, hosts: Sequence[str], kind: CertificateKind = "valid") -> ssl.SSLContext:
        """A server context for `hosts` (names and IP addresses). Kinds other than `valid` are faults that a client must refuse."""
        if kind == "self-signed":
            leaf = _self_signed(hosts)
        elif kind == "wrong-host":
            # Issued by the same authority, so that the name is the only fault.
            leaf = self._ca.issue_cert(WRONG_HOST)
        elif kind == "expired":
            now = datetime.datetime.now(datetime.UTC)
            leaf = self._ca.issue_cert(
                *hosts, not_before=now - datetime.timedelta(days=60), not_after=now - datetime.timedelta(days=1)
            )
        else:
            leaf = self._ca.issue_cert(*hosts)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(context)
        return context

    def client_context(self) -> ssl.SSLContext:
        """A client context that trusts only this authority."""
        return ssl.create_default_context(cadata=self.pem.decode("ascii"))


def _self_signed(hosts: Sequence[str]) -> trustme.LeafCert:
    """A self-signed certificate, which trustme cannot make."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ohif-setup demo, self-signed")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # One day back, so that a client whose clock is slow does not meet a second fault.
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in hosts]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return trustme.LeafCert(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        certificate.public_bytes(serialization.Encoding.PEM),
        [],
    )


def _general_name(host: str) -> x509.GeneralName:
    # An IP address must be an IPAddress entry: clients do not match it against a DNSName.
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
