"""Microsoft Entra ID."""

from __future__ import annotations

from ohif_setup.answers.services import is_entra_host
from ohif_setup.answers.tables import SignIn
from ohif_setup.providers.judging import Judging
from ohif_setup.providers.provider import Provider


def takes(sign_in: SignIn) -> bool:
    """Entra ID is where a tenant is."""
    return bool(sign_in.tenant_id)


def issuer(authority: str) -> str:
    """The authority with `/v2.0` at its end."""
    return f"{authority}/v2.0"


def subject(sign_in: SignIn) -> str:
    """The tenant."""
    return sign_in.tenant_id


def judging() -> Judging:
    """Late: it knows the network."""
    from ohif_setup.providers.entra.judging import JUDGING

    return JUDGING


PROVIDER = Provider(
    name="entra",
    order=10,
    label="Microsoft Entra ID",
    choice="at Microsoft Entra ID",
    takes=takes,
    signs_in_at=is_entra_host,
    issuer=issuer,
    subject=subject,
    terminal=True,
    own_origin=True,
    before=False,
    code_flow="with the redirect URI under Single-page application",
    confirmed="registered; only a browser proves the platform",
    judging=judging,
)
