"""The contract of a provider that signs people in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ohif_setup.answers.tables.site import Site
    from ohif_setup.answers.tables.tables import SignIn
    from ohif_setup.config_js.lint.remark import ConfigTable, Remark
    from ohif_setup.kinds.kind import ServerToken
    from ohif_setup.providers.judging import Judging


def as_it_is(authority: str) -> str:
    """Nothing is added to an authority."""
    return authority


def no_remarks(first: ConfigTable, token: ServerToken | None) -> Iterator[Remark]:
    """Nothing is known to be wrong."""
    yield from ()


@dataclass(frozen=True)
class SignInReading:
    """How a sign-in that somebody wrote is read.

    `answers_of` are the answers that an authority gives, at the URL of the server that wants the token (or an empty text); none
    where it leaves open who signs people in there; ValueError, with the end of a sentence, where it is no authority. `decided` are
    the keys of `oidc` that the tool alone decides about, and why. `remarks` are on the first entry of `oidc`, for a server that
    wants that token.
    """

    answers_of: Callable[[str, str], dict[str, str]]
    decided: Mapping[str, str] = field(default_factory=dict)
    remarks: Callable[[ConfigTable, ServerToken | None], Iterator[Remark]] = no_remarks


def no_authority(answers: Site) -> str:
    """It has no default."""
    return ""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """What the tool knows of one provider.

    `label` is its name in words, and `choice` says what it is where it can be chosen. `takes`: whether answers of that form are
    about it; the gallery's first one that says yes has them, and the last one takes all that are left.

    `issuer` is that of an authority. `signs_in_at`: people sign in at that host, so an `oidc` of others with it is read as one of
    this provider. `terminal`: this tool can sign in there without a browser of the viewer. `own_origin`: its endpoints are at the
    authority's own origin, and `before`: something of the site may be before it, such as a login. `subject` is what
    `tenant-exists` is about.

    `code_flow` says what the code flow needs there, and `confirmed` what a redirect URI is that the provider takes. `judging`
    gives how its answers are judged; an exhibit loads that late, because it knows the network. `key` is the name in `[sign_in]`
    of the answer that says who it is, `asks` the names that are asked (all are those of `answers.tables.SignIn`), and `made_up`
    has values of the right form by name, which it `takes`, for answers that nobody gave yet. `parse_client_id` and
    `parse_authority` make an answer of what somebody typed and the tenant, and raise ValueError with the end of a sentence.
    `authority` is where people sign in when nobody says it; empty where that has no default. `registered_at` is where redirect
    URIs are registered.

    `offline_access`: the code flow gets a refresh token only where this scope asks for one; elsewhere the token would outlive the
    session. `notes` say why keys of `oidc` have their values there, and `platform` as what the redirect URIs are registered, with
    `implicit` for that flow. `section` is the template of its section of `NEXT-STEPS.md`, and `reading` is how a sign-in is read
    that somebody wrote.
    """

    name: str
    order: int
    label: str
    choice: str
    takes: Callable[[SignIn], bool]
    signs_in_at: Callable[[str], bool]
    issuer: Callable[[str], str] = as_it_is
    subject: Callable[[SignIn], str] = lambda sign_in: sign_in.authority
    terminal: bool = False
    own_origin: bool = False
    before: bool = True
    code_flow: str
    confirmed: str = "registered"
    judging: Callable[[], Judging]
    key: str
    asks: tuple[str, ...]
    made_up: Mapping[str, str]
    parse_client_id: Callable[[str, str], str]
    parse_authority: Callable[[str, str], str]
    authority: Callable[[Site], str] = no_authority
    registered_at: str = "the public client of the OIDC provider"
    reading: SignInReading
    offline_access: bool = False
    notes: Mapping[str, str] = field(default_factory=dict)
    platform: str = ""
    implicit: str = ""
    section: str = "sign-in"
