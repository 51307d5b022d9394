"""The providers that sign people in: `provider.py` has the contract, each other module is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohif_setup.gallery import Gallery

if TYPE_CHECKING:
    from ohif_setup.answers.tables.tables import SignIn
    from ohif_setup.providers.provider import Provider

PROVIDERS: Gallery[Provider] = Gallery(__name__, "PROVIDER", example="entra")


def provider_of(sign_in: SignIn) -> Provider:
    """The provider that these answers are about: the first one that takes them."""
    return next(provider for provider in PROVIDERS.values() if provider.takes(sign_in))
