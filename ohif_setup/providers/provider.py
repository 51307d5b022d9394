"""The contract of a provider that signs people in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ohif_setup.answers.tables import SignIn
    from ohif_setup.javascript.remark import Part, Remark
    from ohif_setup.kinds.kind import Token


def as_it_is(authority: str) -> str:
    """Nothing is added to an authority."""
    return authority


def no_remarks(first: Part, token: Token | None) -> Iterator[Remark]:
    """Nothing is known to be wrong."""
    yield from ()


@dataclass(frozen=True)
class SignInReading:
    """How a sign-in that somebody wrote is read.

    `answers_of` are the answers that an authority gives, at the URL of the server that wants the token (or an empty text); none
    where it leaves open who signs people in there. It and `parse_client`, which reads a client ID, raise ValueError with the end of
    a sentence. `decided` are the keys of `oidc` that the tool alone decides about, and why. `remarks` are on the first entry of
    `oidc`, for a server that wants that token.
    """

    answers_of: Callable[[str, str], dict[str, str]]
    parse_client: Callable[[str], str]
    decided: Mapping[str, str] = field(default_factory=dict)
    remarks: Callable[[Part, Token | None], Iterator[Remark]] = no_remarks


@dataclass(frozen=True)
class Provider:
    """What the tool knows of one provider.

    `label` is its name in words, and `choice` says what it is where it can be chosen. `takes`: whether answers of that form are
    about it; the gallery's last one takes all that are left.

    `key` is the name in `[sign_in]` of the answer that says who it is. `signs_in_at`: people sign in there at that host. `reading`
    is how a sign-in is read that somebody wrote.

    `issuer` is that of an authority, as OHIF is given it. `offline_access`: the code flow gets a refresh token only where this
    scope asks for one; elsewhere the token would outlive the session. `notes` say why keys of `oidc` have their values there, and
    `platform` as what the redirect URIs are registered, with `implicit` for that flow. `section` is the template of its section of
    `NEXT-STEPS.md`.
    """

    name: str
    order: int
    label: str
    choice: str
    takes: Callable[[SignIn], bool]
    key: str
    signs_in_at: Callable[[str], bool]
    reading: SignInReading
    issuer: Callable[[str], str] = as_it_is
    offline_access: bool = False
    notes: Mapping[str, str] = field(default_factory=dict)
    platform: str = ""
    implicit: str = ""
    section: str = "sign-in"
