"""Credentials of a service principal out of the environment, and the claims of a token. Nothing here is ever printed."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SECRET = "OHIF_SETUP_CLIENT_SECRET"  # noqa: S105  the name of a variable, not a secret
CERTIFICATE = "OHIF_SETUP_CLIENT_CERTIFICATE"
CLIENT = "OHIF_SETUP_CLIENT_ID"


@dataclass(frozen=True)
class Credential:
    """`for_msal` is MSAL's `client_credential`, `hidden` what must not show up anywhere, `problem` why it is unusable."""

    client_id: str = ""
    for_msal: str | Mapping[str, str] | None = field(default=None, repr=False)
    hidden: tuple[str, ...] = field(default=(), repr=False)
    problem: str = ""


def from_environment(environment: Mapping[str, str]) -> Credential | None:
    """The credential in the environment: a secret, or a PEM file with private key and certificate; None without either."""
    client_id = environment.get(CLIENT, "").strip().lower()
    secret = environment.get(SECRET, "").strip()
    if secret:
        return Credential(client_id, secret, (secret,))
    file = environment.get(CERTIFICATE, "").strip()
    if not file:
        return None
    try:
        text = Path(file).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        return Credential(client_id, problem=f"{CERTIFICATE} names a file that cannot be read ({type(error).__name__})")
    if "PRIVATE KEY-----" not in text or "-----BEGIN CERTIFICATE-----" not in text:
        return Credential(
            client_id, problem=f"{CERTIFICATE} must be one PEM file with the private key and the certificate"
        )
    certificate = text[text.index("-----BEGIN CERTIFICATE-----") :]
    return Credential(client_id, {"private_key": text, "public_certificate": certificate}, (text,))


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a JWT, decoded only: the token is the service's to verify. Empty when it is no JWT."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error):
        return {}
    return claims if isinstance(claims, dict) else {}
