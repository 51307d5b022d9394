"""The contract of a provider that signs people in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ohif_setup.answers.site import Site
    from ohif_setup.answers.tables import SignIn
    from ohif_setup.providers.judging import Judging


def no_authority(answers: Site) -> str:
    """It has no default."""
    return ""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """What the tool knows of one provider.

    `label` is its name in words, and `choice` says what it is where it can be chosen. `takes`: whether answers of that form are
    about it; the gallery's last one takes all that are left.

    `issuer` is that of an authority. `signs_in_at`: people sign in at that host. `terminal`: this tool can sign in there without a
    browser of the viewer. `own_origin`: its endpoints are at the authority's own origin, and `before`: something of the site may be
    before it, such as a login. `subject` is what `tenant-exists` is about.

    `code_flow` says what the code flow needs there, and `confirmed` what a redirect URI is that the provider takes. `judging` gives
    how its answers are judged; an exhibit loads that late, because it knows the network.
    `key` is the name in `[sign_in]` of the answer that says who it is, `asks` the names that are asked, and `made_up` has values of
    the right form by name, for answers that nobody gave yet. `parse_client_id` and `parse_authority` make an answer of what
    somebody typed and the tenant, and raise ValueError with the end of a sentence. `authority` is where people sign in when nobody
    says it; empty where that has no default. `registered_at` is where redirect URIs are registered.
    """

    name: str
    order: int
    label: str
    choice: str
    takes: Callable[[SignIn], bool]
    signs_in_at: Callable[[str], bool]
    issuer: Callable[[str], str] = lambda authority: authority
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
