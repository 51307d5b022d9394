"""The identity providers: `provider.py` is the contract, every other module with a `PROVIDER` is one provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohif_setup.gallery import Gallery

if TYPE_CHECKING:
    from ohif_setup.answers.tables.tables import SignIn
    from ohif_setup.providers.provider import Provider

PROVIDERS: Gallery[Provider] = Gallery(__name__, "PROVIDER", example="entra")


def provider_of(sign_in: SignIn) -> Provider:
    """The provider of these answers: the first one that takes them."""
    # Never empty-handed: the last provider (`oidc`) takes every sign-in.
    return next(provider for provider in PROVIDERS.values() if provider.takes(sign_in))
