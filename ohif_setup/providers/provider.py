"""The contract of a provider that signs people in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ohif_setup.answers.tables.site import Site
    from ohif_setup.answers.tables.tables import SignIn
    from ohif_setup.config_js.lint.remark import ConfigTable, Remark
    from ohif_setup.kinds.kind import ServerToken
    from ohif_setup.providers.judging import Judging


# Defaults of the contract are functions, so that a caller never has to test for None.
def issuer_is_authority(authority: str) -> str:
    """The issuer of a provider whose authority is the issuer, as in the standard."""
    return authority


def no_remarks(first: ConfigTable, token: ServerToken | None) -> Iterator[Remark]:
    """No mistakes are known for this provider."""
    yield from ()


@dataclass(frozen=True)
class SignInReading:
    """How `import` and the linter read a sign-in (`oidc`) in an existing `app-config.js`.

    - `answers_of`: the answers from an authority and the URL of the server that needs the token (may be empty). Empty if the
      authority leaves open which tenant or provider is meant. Raises ValueError, with the end of a sentence, if it is not an
      authority.
    - `decided`: the keys of `oidc` that the tool always writes itself, each with the reason.
    - `remarks`: mistakes in the first entry of `oidc`, for a server that needs that token. OHIF uses only the first entry.
    """

    answers_of: Callable[[str, str], dict[str, str]]
    decided: Mapping[str, str] = field(default_factory=dict)
    remarks: Callable[[ConfigTable, ServerToken | None], Iterator[Remark]] = no_remarks


@dataclass(frozen=True, kw_only=True)
class Console:
    """Where the provider's own console has the settings of the viewer's client. `{client}` in a text stands for the client ID.

    - `name`: whose console it is; the place of a fix.
    - `client`: the client to make, with its settings.
    - `redirect_uris`, `sign_out_uris`, `origins`: the settings, each to be followed by `: add ADDRESS`, for a redirect URI, for an
      address to return to after signing out, and for an origin whose pages may ask for tokens (CORS). Empty if there is no such
      setting.
    - `any_page`: what follows the address of a viewer to mean each of its pages, where `sign_out_uris` takes such a pattern.
    - `public`: what makes the client one without a secret.
    - `https`: what to do where the provider refuses http. Empty if it answers over https only. `forwarded`: what to do where the
      browser's request was https, and a web server in front sends it on by http.
    """

    name: str = "Provider"
    client: str
    redirect_uris: str
    sign_out_uris: str
    origins: str
    public: str
    https: str = ""
    any_page: str = ""
    forwarded: str = "let the provider trust the header X-Forwarded-Proto of the web server in front of it"

    def of(self, client_id: str) -> Console:
        """The same texts for that client."""
        texts = {text.name: getattr(self, text.name).replace("{client}", client_id) for text in fields(self)}
        return replace(self, **texts)


def no_authority(answers: Site) -> str:
    """The authority has no default."""
    return ""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One identity provider.

    Names and answers:

    - `label`: its name. `choice`: its description in a list of choices; empty if its authority alone chooses it.
    - `takes`: whether a `[sign_in]` belongs to it. The gallery asks in order; the last provider takes the rest.
    - `key`: the key in `[sign_in]` that identifies the provider's tenant or issuer. `asks`: the keys that are asked. Both are names
      in `answers.tables.SignIn`.
    - `made_up`: valid placeholder values by key, which it `takes`, for answers that are not given yet.
    - `parse_client_id`, `parse_authority`: an answer from typed text and the tenant; raise ValueError with the end of a sentence.
    - `authority`: the default authority; empty if there is none.

    Checks:

    - `issuer`: the issuer for an authority. `subject`: what `tenant-exists` reports about.
    - `signs_in_at`: whether users sign in at that host. By it `import` recognises the provider in an `oidc` of another author.
    - `terminal`: this tool can sign in there itself. `own_origin`: its endpoints are at the authority's origin. `before`: something
      of the site may be in front of it, such as a login. `refusal_tells`: the token endpoint's refusal of a made-up code shows
      whether it lets in the client and the viewer's origin.
    - `confirmed`: the words for a redirect URI that it accepts. `console`: where its settings are.
    - `judging`: how its answers are judged. A function that imports late, because that part needs the network.

    Files:

    - `offline_access`: whether the code flow gets a refresh token only if this scope is requested. False: it gets one without, or
      never, and the scope would be refused or would let the token outlive the session. None: not known.
    - `wants`: parameters of the authorize request (`sign_in.extra_parameters`) without which its access token is of no use to a
      server that checks it, by name, each with the reason.
    - `sign_out`: how its sign-out differs from the standard, as whole sentences, and `sign_out_remedy` what to do about it, as the
      beginning of one; empty if it does not differ.
    - `notes`: why keys of `oidc` have their values. `code_flow`: what the code flow needs at the provider. `platform`: the platform
      for the redirect URIs, `implicit` what to add for the implicit flow.
    - `section`: the template of its section in `NEXT-STEPS.md`. `reading`: how a sign-in in an existing `app-config.js` is read.
    """

    name: str
    order: int
    label: str
    choice: str
    takes: Callable[[SignIn], bool]
    signs_in_at: Callable[[str], bool]
    issuer: Callable[[str], str] = issuer_is_authority
    subject: Callable[[SignIn], str] = lambda sign_in: sign_in.authority
    terminal: bool = False
    own_origin: bool = False
    before: bool = True
    refusal_tells: bool = True
    code_flow: str
    confirmed: str = "registered"
    judging: Callable[[], Judging]
    key: str
    asks: tuple[str, ...]
    made_up: Mapping[str, str]
    parse_client_id: Callable[[str, str], str]
    parse_authority: Callable[[str, str], str]
    authority: Callable[[Site], str] = no_authority
    console: Console
    reading: SignInReading
    offline_access: bool | None = None
    wants: Mapping[str, str] = field(default_factory=dict)
    sign_out: str = ""
    sign_out_remedy: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    platform: str = ""
    implicit: str = ""
    section: str = "sign-in"
