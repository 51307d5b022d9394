"""Microsoft Entra ID."""

from __future__ import annotations

from ohif_setup.answers.tables.site import Site
from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.kinds import kind_of
from ohif_setup.paste import identifiers, services
from ohif_setup.paste.services import complete_authority, default_authority, is_entra_host
from ohif_setup.providers.entra.reading import READING
from ohif_setup.providers.judging import Judging
from ohif_setup.providers.provider import Provider

NAME = "entra"

NOTES = {
    "scope": "offline_access gives the refresh token: without it the code flow cannot renew",
    "revokeAccessTokenOnSignout": "Entra ID has no revocation endpoint: true makes signing out fail",
    "loadUserInfo": "that would ask Microsoft Graph, which refuses a token for the DICOM service",
}


def takes(sign_in: SignIn) -> bool:
    """Entra ID is where a tenant is."""
    return bool(sign_in.tenant_id)


def issuer(authority: str) -> str:
    """The authority with `/v2.0` at its end."""
    return f"{authority}/v2.0"


def subject(sign_in: SignIn) -> str:
    """The tenant."""
    return sign_in.tenant_id


def parse_client_id(text: str, tenant_id: str) -> str:
    """The Application (client) ID, a GUID."""
    client_id = identifiers.parse_client_id(text)
    if client_id == tenant_id:
        raise ValueError(
            "is the same as sign_in.tenant_id. They are two different IDs on the Overview page of the app "
            "registration: "
            "Application (client) ID and Directory (tenant) ID"
        )
    return client_id


def parse_authority(text: str, tenant_id: str) -> str:
    """The address of a cloud's sign-in with the tenant."""
    return complete_authority(services.parse_authority(text), tenant_id)


def authority(answers: Site) -> str:
    """The cloud is that of the service that wants its tokens; the order of the servers does not matter."""
    tenant_id = answers.sign_in.tenant_id if answers.sign_in else ""
    for server in answers.servers:
        token = kind_of(server).token
        if token and token.provider == NAME:
            return default_authority(server.url, tenant_id)
    return default_authority(answers.server.url, tenant_id)


def judging() -> Judging:
    """Late: it knows the network."""
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
    registered_at="App registrations › your app › Authentication › Single-page application",
    signs_in_at=is_entra_host,
    issuer=issuer,
    subject=subject,
    terminal=True,
    own_origin=True,
    before=False,
    code_flow="with the redirect URI under Single-page application",
    confirmed="registered; only a browser proves the platform",
    judging=judging,
    reading=READING,
    offline_access=True,
    notes=NOTES,
    platform="platform Single-page application",
    implicit="tick both token boxes",
    section="entra",
)
