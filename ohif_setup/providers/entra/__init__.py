"""Microsoft Entra ID."""

from __future__ import annotations

from ohif_setup.answers.tables.site import Site
from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.kinds import kind_of
from ohif_setup.paste import identifiers, services
from ohif_setup.paste.services import complete_authority, default_authority, is_entra_host
from ohif_setup.providers.entra.reading import READING
from ohif_setup.providers.judging import Judging
from ohif_setup.providers.provider import Console, Provider

NAME = "entra"

# Comments in `app-config.js`, by the key that they explain.
NOTES = {
    "scope": "offline_access requests the refresh token: without it the code flow cannot renew",
    "revokeAccessTokenOnSignout": "Entra ID has no revocation endpoint: true makes signing out fail",
    "loadUserInfo": "true would call Microsoft Graph, which rejects a token for the DICOM service",
}


def takes(sign_in: SignIn) -> bool:
    """A sign-in with a tenant belongs to Entra ID."""
    return bool(sign_in.tenant_id)


def issuer(authority: str) -> str:
    """The authority with `/v2.0`."""
    # The v1 endpoint has another syntax for scopes, and issues tokens for another audience.
    return f"{authority}/v2.0"


def subject(sign_in: SignIn) -> str:
    """The tenant."""
    return sign_in.tenant_id


def parse_client_id(text: str, tenant_id: str) -> str:
    """The Application (client) ID, a GUID."""
    client_id = identifiers.parse_client_id(text)
    # Both IDs are on the same page of the portal, so the wrong one is easily copied.
    if client_id == tenant_id:
        raise ValueError(
            "is the same as sign_in.tenant_id. They are two different IDs on the Overview page of the app registration: "
            "Application (client) ID and Directory (tenant) ID"
        )
    return client_id


def parse_authority(text: str, tenant_id: str) -> str:
    """The sign-in address of a national cloud, with the tenant added."""
    return complete_authority(services.parse_authority(text), tenant_id)


def authority(answers: Site) -> str:
    """The default authority: the sign-in of the cloud that the first server with a token of Entra ID belongs to."""
    tenant_id = ""
    if answers.sign_in:
        tenant_id = answers.sign_in.tenant_id
    for server in answers.servers:
        token = kind_of(server).token
        if token and token.provider == NAME:
            return default_authority(server.url, tenant_id)
    # No such server: Entra ID only protects the viewer.
    return default_authority(answers.server.url, tenant_id)


def judging() -> Judging:
    """Imports late, because it needs the network."""
    from ohif_setup.providers.entra.judging import JUDGING

    return JUDGING


PROVIDER = Provider(
    name=NAME,
    order=10,
    label="Microsoft Entra ID",
    choice="at Microsoft Entra ID",
    takes=takes,
    key="tenant_id",
    asks=("tenant_id", "client_id", "flow"),
    made_up={
        "tenant_id": "00000000-0000-4000-8000-000000000001",
        "client_id": "00000000-0000-4000-8000-000000000002",
    },
    parse_client_id=parse_client_id,
    parse_authority=parse_authority,
    authority=authority,
    console=Console(
        name="Portal",
        client="App registrations › New registration: accounts in this organizational directory only",
        redirect_uris="App registrations › your app › Authentication › Single-page application",
        # Entra ID keeps the addresses after signing out in the same list.
        sign_out_uris="App registrations › your app › Authentication › Single-page application",
        origins="App registrations › your app › Authentication › Single-page application",
        public="App registrations › your app › Authentication: keep the redirect URI under Single-page application alone",
    ),
    signs_in_at=is_entra_host,
    issuer=issuer,
    subject=subject,
    terminal=True,
    own_origin=True,
    # Entra ID is Microsoft's own, so nothing of the site can be in front of it.
    before=False,
    # There both depend on the redirect URI that a real code was issued for (unverified), so a made-up one shows nothing.
    refusal_tells=False,
    code_flow="with the redirect URI under Single-page application",
    # No request shows the platform; with the wrong one, redeeming the code fails with AADSTS9002326.
    confirmed="registered; only a browser can test its platform",
    judging=judging,
    reading=READING,
    offline_access=True,
    notes=NOTES,
    platform="platform Single-page application",
    implicit="tick both token boxes",
    section="entra",
)
