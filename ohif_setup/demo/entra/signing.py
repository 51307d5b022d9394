"""Signs tokens, and verifies them for services that trust the tenant."""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


class Signer:
    """The RSA key of the tenant. All stand-ins of a process share it, because generating a key is slow."""

    def __init__(self) -> None:
        self._key = _key()
        public = self._key.public_key()
        self._public = public
        der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        self.key_id = base64url(hashlib.sha256(der).digest())

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A signed JWT with these claims."""
        headers = {"kid": self.key_id, "x5t": self.key_id}
        return jwt.encode(dict(claims), self._key, algorithm="RS256", headers=headers)

    def key_set(self, issuer: str) -> dict[str, object]:
        """The JSON Web Key Set of the `jwks_uri`."""
        numbers = self._public.public_numbers()
        key = {
            "kty": "RSA",
            "use": "sig",
            "kid": self.key_id,
            "x5t": self.key_id,
            "n": base64url(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")),
            "e": base64url(numbers.e.to_bytes(3, "big")),
            "issuer": issuer,
        }
        return {"keys": [key]}

    def claims(self, token: str) -> dict[str, Any]:
        """The claims of a token with a valid signature; the caller checks times and audience.

        Raises `jwt.InvalidTokenError` for anything else.
        """
        return jwt.decode(
            token,
            self._public,
            algorithms=["RS256"],
            # Off here, because the clock of a stand-in may be skewed; AzureService checks the times against it.
            options={"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False},
        )


def base64url(raw: bytes) -> str:
    """Base64 as JOSE and PKCE write it: URL-safe, without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def half_hash(value: str) -> str:
    """The `at_hash` or `c_hash` of a token or code (OpenID Connect Core 3.2.2.9): the left half of its SHA-256."""
    return base64url(hashlib.sha256(value.encode("ascii")).digest()[:16])


@functools.cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
