"""The state of the stand-in of Entra ID: one tenant with its registrations, sessions, codes and tokens."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ohif_setup.demo.certificates import CertificateAuthority
from ohif_setup.demo.entra.refusals import EntraError, Stamp
from ohif_setup.demo.entra.registration import AppRegistration, Platform
from ohif_setup.demo.entra.scopes import Granted, Resource, dicom_resource, grant, graph_resource
from ohif_setup.demo.entra.signing import Signer, base64url
from ohif_setup.demo.exchange import Request
from ohif_setup.demo.https_server import HttpsServer

TENANT_ID = "11111111-2222-4333-8444-555555555555"
TENANT_DOMAIN = "contoso.onmicrosoft.com"
# Entra ID backdates its tokens, so that a service whose clock is slightly slow accepts them.
BACKDATED_SECONDS = 300

# Without vowels and characters that look alike: no words, and no mistaken 0 for O.
_USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True)
class User:
    """A user of the tenant."""

    name: str = "Ada"
    sign_in_name: str = "ada@contoso.org"
    object_id: str = "aaaaaaaa-0000-4000-8000-00000000ada0"


@dataclass(frozen=True)
class Grant:
    """The grant behind an authorization code or a refresh token."""

    client_id: str
    platform: Platform
    granted: Granted
    user: User
    issued: float
    redirect_uri: str = ""
    nonce: str | None = None
    code_challenge: str | None = None


@dataclass
class DeviceCode:
    """A pending device-code sign-in. `decision` is None until the user decides."""

    user_code: str
    client_id: str
    granted: Granted
    issued: float
    decision: bool | None = None


@dataclass
class Grants:
    """Everything that was issued and can be redeemed, by its secret value."""

    sessions: dict[str, User] = field(default_factory=dict)
    codes: dict[str, Grant] = field(default_factory=dict)
    unused_codes: set[str] = field(default_factory=set)
    refresh_tokens: dict[str, Grant] = field(default_factory=dict)
    device_codes: dict[str, DeviceCode] = field(default_factory=dict)


class Tenant(HttpsServer):
    """One tenant: its registrations, sessions and tokens.

    To be set while it runs: `token_lifetime` and `refresh_lifetime` (seconds; the second is that of a single-page app),
    `device_interval` and `device_lifetime` (seconds), `approve_after` (seconds after which the user of a device code
    approves automatically; None: never), `slow_down` (the number of polls that get slow_down), `device_flow_refused_at`.
    """

    def __init__(
        self,
        authority: CertificateAuthority,
        *registrations: AppRegistration,
        tenant_id: str = TENANT_ID,
        domain: str = TENANT_DOMAIN,
        public_url: str | None = None,
        hosts: Sequence[str] = (),
        port: int = 0,
    ) -> None:
        super().__init__(authority, public_url=public_url, hosts=hosts, port=port)
        self.tenant_id = tenant_id
        self.domain = domain
        self.user = User()
        self.registrations = {registration.client_id: registration for registration in registrations}
        self.dicom_resource = dicom_resource()
        self.resources: list[Resource] = [self.dicom_resource]
        self.signer = Signer()
        self.token_lifetime = 3600
        self.refresh_lifetime = 24 * 3600
        self.device_interval = 5
        self.device_lifetime = 900
        self.approve_after: float | None = None
        self.slow_down = 0
        self.device_flow_refused_at = "devicecode"
        self.grants = Grants()
        self._graph = graph_resource()

    @property
    def tenant_url(self) -> str:
        """The authority of the tenant: base address and tenant ID."""
        return f"{self.url}/{self.tenant_id}"

    @property
    def issuer(self) -> str:
        """`issuer` of discovery and `iss` of ID tokens."""
        return f"{self.tenant_url}/v2.0"

    def check_name(self, name: str) -> None:
        """Raises EntraError (90002, 900023) unless `name` is the ID or the domain of this tenant."""
        if name.lower() in {self.tenant_id, self.domain}:
            return
        if _GUID.fullmatch(name) or _DOMAIN.fullmatch(name):
            raise EntraError(90002, tenant=name)
        raise EntraError(900023, tenant=name)

    def registration(self, client_id: str | None) -> AppRegistration:
        """The registration of a client ID, which is case-insensitive. Raises EntraError (900144 without one, 700016 for an unknown
        one)."""
        if not client_id:
            raise EntraError(900144, parameter="client_id")
        found = self.registrations.get(client_id) or self.registrations.get(client_id.lower())
        if found is None:
            raise EntraError(700016, client=client_id, tenant=self.domain)
        return found

    def granted(self, scope: str | None, registration: AppRegistration) -> Granted:
        """The requested scopes. Raises EntraError where the registration may not have them."""
        if not scope:
            raise EntraError(900144, parameter="scope")
        granted = grant(scope, [*self.resources, self._graph])
        if granted.resource.needs_permission and not registration.dicom_permission:
            raise EntraError(650057, resource=granted.resource.name)
        return granted

    def stamp(self, request: Request) -> Stamp:
        """The stamp for an error about this request."""
        return Stamp.at(self.now(), request.header("client-request-id") or dict(request.query).get("client-request-id"))

    def refresh_token(self, grant: Grant) -> str:
        """A new refresh token for what `grant` stands for."""
        token = f"1.{secrets.token_urlsafe(64)}"
        self.grants.refresh_tokens[token] = grant
        return token

    def new_device_code(self, client_id: str, granted: Granted) -> tuple[str, DeviceCode]:
        """A device code and what it stands for."""
        user_code = "".join(secrets.choice(_USER_CODE_LETTERS) for _ in range(9))
        device = DeviceCode(user_code, client_id, granted, self.now())
        code = secrets.token_urlsafe(64)
        self.grants.device_codes[code] = device
        return code, device

    def approve(self, user_code: str) -> bool:
        """The user types the code and signs in. False when no such code is open."""
        return self._decide(user_code, True)

    def decline(self, user_code: str) -> bool:
        """The user types the code and says no. False when no such code is open."""
        return self._decide(user_code, False)

    def _decide(self, user_code: str, decision: bool) -> bool:
        typed = user_code.strip().upper()
        for device in list(self.grants.device_codes.values()):
            if device.user_code == typed and device.decision is None:
                device.decision = decision
                return True
        return False

    def access_token(self, client_id: str, granted: Granted, user: User | None, appidacr: str = "0") -> str:
        """A token of version 1.0, the one that the DICOM service reportedly gets; without `user` an app-only one."""
        claims = self._times(self.token_lifetime) | {
            "aud": granted.resource.audience,
            "iss": f"https://sts.windows.net/{self.tenant_id}/",
            "appid": client_id,
            "appidacr": appidacr,
            "tid": self.tenant_id,
            "ver": "1.0",
        }
        if user is None:
            object_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"service-principal:{client_id}"))
            # App-only tokens have no `scp`, and `oid` equals `sub`: that is how the check tells them from a user's.
            claims |= {"oid": object_id, "sub": object_id, "idtyp": "app", "idp": claims["iss"]}
        else:
            claims |= {
                "oid": user.object_id,
                "sub": _pairwise(user, granted.resource.name),
                "name": user.name,
                "upn": user.sign_in_name,
                "unique_name": user.sign_in_name,
                "scp": " ".join(granted.scopes),
                "acr": "1",
                "amr": ["pwd"],
            }
        return self.signer.sign(claims)

    def id_token(self, client_id: str, user: User, nonce: str | None, **hashes: str) -> str:
        """An ID token of version 2.0, an hour long; `hashes` are `at_hash` and `c_hash`."""
        claims = self._times(3600) | {
            "aud": client_id,
            "iss": self.issuer,
            "name": user.name,
            "oid": user.object_id,
            "preferred_username": user.sign_in_name,
            "sub": _pairwise(user, client_id),
            "tid": self.tenant_id,
            "ver": "2.0",
            **hashes,
        }
        if nonce is not None:
            claims["nonce"] = nonce
        return self.signer.sign(claims)

    def client_info(self, user: User) -> str:
        """The IDs of the account, which MSAL requests with `client_info=1`."""
        return base64url(f'{{"uid":"{user.object_id}","utid":"{self.tenant_id}"}}'.encode())

    def _times(self, lifetime: int) -> dict[str, Any]:
        now = int(self.now())
        issued = now - BACKDATED_SECONDS
        return {"iat": issued, "nbf": issued, "exp": now + lifetime, "uti": secrets.token_urlsafe(16)}


def _pairwise(user: User, audience: str) -> str:
    # `sub` differs for each audience, so that two applications cannot compare their users.
    return base64url(uuid.uuid5(uuid.UUID(user.object_id), audience).bytes)
