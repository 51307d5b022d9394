"""Any OpenID Connect provider, such as Keycloak."""

from __future__ import annotations

from ohif_setup.answers.tables import SignIn
from ohif_setup.providers.judging import Judging
from ohif_setup.providers.provider import Provider

HOSTS = (
    ".cloudflareaccess.com", ".accounts.google.com", ".okta.com", ".oktapreview.com", ".okta-emea.com", ".auth0.com",
    ".amazoncognito.com", ".b2clogin.com", ".ciamlogin.com", ".onelogin.com", ".pingone.com", ".duosecurity.com",
)  # fmt: skip
"""Where people sign in, as ends of names."""


def signs_in_at(host: str) -> bool:
    """One of the large services."""
    return f".{host}".endswith(HOSTS)


def judging() -> Judging:
    """Late: it knows the network."""
    from ohif_setup.providers.oidc.judging import JUDGING

    return JUDGING


def takes(sign_in: SignIn) -> bool:
    """All sign-ins have an OIDC provider."""
    return True


PROVIDER = Provider(
    name="oidc",
    order=90,
    label="the OIDC provider",
    choice="at another OIDC provider, such as Keycloak",
    takes=takes,
    signs_in_at=signs_in_at,
    code_flow="and the standard flow with PKCE for the client at the provider",
    judging=judging,
)
