"""The contract of a provider that signs people in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ohif_setup.answers.tables import SignIn


def authority(sign_in: SignIn) -> str:
    """The authority, as it is."""
    return sign_in.authority


@dataclass(frozen=True)
class Provider:
    """What the tool knows of one provider.

    `label` is its name in words, and `choice` says what it is where it can be chosen. `takes`: whether answers of that form are
    about it; the gallery's last one takes all that are left.

    `issuer` is the authority as OHIF is given it. `offline_access`: the code flow gets a refresh token only where this scope asks
    for one; elsewhere the token would outlive the session. `notes` say why keys of `oidc` have their values there, and `platform`
    as what the redirect URIs are registered, with `implicit` for that flow. `section` is the template of its section of
    `NEXT-STEPS.md`.
    """

    name: str
    order: int
    label: str
    choice: str
    takes: Callable[[SignIn], bool]
    issuer: Callable[[SignIn], str] = authority
    offline_access: bool = False
    notes: Mapping[str, str] = field(default_factory=dict)
    platform: str = ""
    implicit: str = ""
    section: str = "sign-in"
