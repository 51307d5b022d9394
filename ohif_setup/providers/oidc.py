"""Any OpenID Connect provider, such as Keycloak."""

from __future__ import annotations

from ohif_setup.answers.dicomweb import parse_oidc_authority, parse_oidc_client
from ohif_setup.answers.tables import SignIn
from ohif_setup.providers.provider import Provider, SignInReading


def takes(sign_in: SignIn) -> bool:
    """All sign-ins have an OIDC provider."""
    return True


def signs_in_at(host: str) -> bool:
    """It may be anywhere."""
    return False


def answers_of(authority: str, server_url: str) -> dict[str, str]:
    """The authority itself."""
    return {"authority": parse_oidc_authority(authority)}


PROVIDER = Provider(
    name="oidc",
    order=90,
    label="the OIDC provider",
    choice="at another OIDC provider, such as Keycloak",
    takes=takes,
    key="authority",
    signs_in_at=signs_in_at,
    reading=SignInReading(
        answers_of=answers_of,
        parse_client=parse_oidc_client,
    ),
)
