"""Any OpenID Connect provider, such as Keycloak."""

from __future__ import annotations

from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.paste.dicomweb import parse_oidc_authority, parse_oidc_client
from ohif_setup.providers.judging import Judging
from ohif_setup.providers.provider import Provider, SignInReading

HOSTS = (
    ".cloudflareaccess.com", ".accounts.google.com", ".okta.com", ".oktapreview.com", ".okta-emea.com", ".auth0.com",
    ".amazoncognito.com", ".b2clogin.com", ".ciamlogin.com", ".onelogin.com", ".pingone.com", ".duosecurity.com",
)  # fmt: skip
"""Domains at which large services sign users in, as the ends of host names."""


def signs_in_at(host: str) -> bool:
    """Whether that host belongs to one of the large services."""
    # The leading dot makes the bare domain match too, but not a name that merely ends in the same letters.
    return f".{host}".endswith(HOSTS)


def judging() -> Judging:
    """Imports late, because it needs the network."""
    from ohif_setup.providers.oidc.judging import JUDGING

    return JUDGING


def takes(sign_in: SignIn) -> bool:
    """Every sign-in: this provider is the general one and comes last."""
    return True


def parse_client_id(text: str, tenant_id: str) -> str:
    """Any text without blanks."""
    return parse_oidc_client(text)


def parse_authority(text: str, tenant_id: str) -> str:
    """The address of the issuer; the tenant plays no role."""
    return parse_oidc_authority(text)


def answers_of(authority: str, server_url: str) -> dict[str, str]:
    """The authority alone."""
    return {"authority": parse_oidc_authority(authority)}


PROVIDER = Provider(
    name="oidc",
    order=90,
    label="the OIDC provider",
    choice="at another OIDC provider, such as Keycloak",
    takes=takes,
    key="authority",
    asks=("authority", "client_id", "flow"),
    made_up={"authority": "https://not-answered-yet.invalid", "client_id": "not-answered-yet"},
    parse_client_id=parse_client_id,
    parse_authority=parse_authority,
    signs_in_at=signs_in_at,
    code_flow="and the standard flow with PKCE for the client at the provider",
    judging=judging,
    reading=SignInReading(answers_of=answers_of),
)
