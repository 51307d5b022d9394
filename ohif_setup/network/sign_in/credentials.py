"""Reads the credential of a service principal from the environment, and the claims of a token. Nothing here prints secrets."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ohif_setup.network.wire.exchange import parse_json

SECRET = "OHIF_SETUP_CLIENT_SECRET"  # noqa: S105  the name of a variable, not a secret
CERTIFICATE = "OHIF_SETUP_CLIENT_CERTIFICATE"
CLIENT = "OHIF_SETUP_CLIENT_ID"

# A value with one of these suffixes is a file name, even if the file does not exist.
_SUFFIXES = (".pem", ".crt", ".cer", ".key", ".p12", ".pfx")
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")


@dataclass(frozen=True)
class Credential:
    """`for_msal` is MSAL's `client_credential`, `hidden` the texts that must never be shown, `problem` why it cannot be used."""

    client_id: str = ""
    for_msal: str | Mapping[str, str] | None = field(default=None, repr=False)
    hidden: tuple[str, ...] = field(default=(), repr=False)
    problem: str = ""


def from_environment(environment: Mapping[str, str]) -> Credential | None:
    """The credential in the environment: a secret, or a PEM file with private key and certificate; None if neither is set."""
    client_id = environment.get(CLIENT, "").strip().lower()
    secret = environment.get(SECRET, "").strip()
    file = environment.get(CERTIFICATE, "").strip()
    if not secret and not file:
        return None
    if client_id and not _GUID.match(client_id):
        # The value is not shown, because it may be the secret in the wrong variable.
        return Credential(problem=f"{CLIENT} does not hold an Application (client) ID: 8-4-4-4-12 hexadecimal digits.")
    if secret:
        return Credential(client_id, secret, (secret,))
    return _certificate(client_id, file)


def _certificate(client_id: str, file: str) -> Credential:
    try:
        text = Path(file).read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        if not _may_be_shown(file):
            return Credential(
                client_id,
                hidden=(file,),
                problem=f"{CERTIFICATE} does not name an existing file. Set it to the path of a PEM file with the private key "
                "and the certificate, not to the key itself or a client secret.",
            )
        return Credential(
            client_id, problem=f"{CERTIFICATE} names a file that cannot be read ({type(error).__name__}): {file}"
        )
    # Every form of key ends so: "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", or "PRIVATE KEY" alone.
    if "PRIVATE KEY-----" not in text or "-----BEGIN CERTIFICATE-----" not in text:
        return Credential(
            client_id, problem=f"{CERTIFICATE} must be one PEM file with the private key and the certificate: {file}"
        )
    certificate = text[text.index("-----BEGIN CERTIFICATE-----") :]
    problem = _unusable(text, certificate)
    if problem:
        return Credential(client_id, problem=f"{CERTIFICATE}: {problem}: {file}")
    return Credential(client_id, {"private_key": text, "public_certificate": certificate}, (text,))


def _may_be_shown(file: str) -> bool:
    """Whether a value is the path of a file and not a key or a secret in the wrong variable: its folder exists, or it has a suffix
    of such files."""
    try:
        path = Path(file)
        return path.exists() or path.suffix in _SUFFIXES or (path.parent != Path() and path.parent.is_dir())
    except (OSError, ValueError):
        return False


def _unusable(key: str, certificate: str) -> str:
    """What is wrong with key and certificate; empty if nothing is. MSAL would find out only after its first request."""
    # Imported late to keep the start fast; cryptography is a dependency of msal.
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificate

    try:
        private = load_pem_private_key(key[key.index("-----BEGIN") :].encode(), None)
    # cryptography raises TypeError for an encrypted key without a passphrase.
    except TypeError:
        return "its private key is encrypted; remove the passphrase (openssl pkey) and protect the file"
    except (ValueError, UnsupportedAlgorithm):
        return "its private key cannot be read"
    if not isinstance(private, RSAPrivateKey):
        return "its private key is not an RSA key, and Entra ID accepts no other kind"
    try:
        public = load_pem_x509_certificate(certificate.encode()).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return "its certificate cannot be read"
    if public == private.public_key():
        return ""
    return "the private key does not belong to the certificate"


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a JWT, decoded but not verified, which is up to the service. Empty if the token is not a JWT."""
    # To clients an access token is opaque: a provider may issue one that is not a JWT.
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = parse_json(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error):
        return {}
    if isinstance(claims, dict):
        return claims
    return {}
