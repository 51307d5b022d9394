"""Any OpenID Connect provider, such as Keycloak."""

from __future__ import annotations

from ohif_setup.answers.tables import SignIn
from ohif_setup.providers.provider import Provider


def takes(sign_in: SignIn) -> bool:
    """All sign-ins have an OIDC provider."""
    return True


PROVIDER = Provider(
    name="oidc",
    order=90,
    label="the OIDC provider",
    choice="at another OIDC provider, such as Keycloak",
    takes=takes,
)
