"""Any OpenID Connect provider. Others are made of this one by `recognised`, and differ in little."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.paste.dicomweb import parse_oidc_authority, parse_oidc_client
from ohif_setup.paste.urls import parse_address
from ohif_setup.providers.judging import Judging
from ohif_setup.providers.oidc.reading import remarks
from ohif_setup.providers.provider import Console, Provider, SignInReading

if TYPE_CHECKING:
    from ohif_setup.config_js.lint.remark import ConfigTable, Remark
    from ohif_setup.kinds.kind import ServerToken

HOSTS = (
    ".cloudflareaccess.com", ".b2clogin.com", ".ciamlogin.com", ".onelogin.com", ".pingone.com", ".duosecurity.com",
)  # fmt: skip
"""Domains at which large services sign users in, as the ends of host names."""


def at_domains(*domains: str) -> Callable[[str], bool]:
    """Whether a host is one of those domains, or below one. Each is the end of a host name, with a full stop in front."""
    # The leading full stop makes the bare domain match too, but not a name that merely ends in the same letters.
    return lambda host: f".{host}".endswith(domains)


def judging() -> Judging:
    """Imports late, because it needs the network."""
    from ohif_setup.providers.oidc.judging import JUDGING

    return JUDGING


def takes(sign_in: SignIn) -> bool:
    """Every sign-in: this provider is the general one and comes last."""
    return True


def client_ids(form: str) -> Callable[[str, str], str]:
    """Reads a client ID: any text without blanks. One that matches the regular expression `form` is never taken for a secret."""

    def parse(text: str, tenant_id: str) -> str:
        return parse_oidc_client(text, form)

    return parse


def parse_authority(text: str, tenant_id: str) -> str:
    """The address of the issuer; the tenant plays no role."""
    return parse_oidc_authority(text)


def answers_of(authority: str, server_url: str) -> dict[str, str]:
    """The authority alone."""
    return {"authority": parse_oidc_authority(authority)}


_GENERAL = Provider(
    name="oidc",
    order=90,
    label="the OIDC provider",
    choice="at another OIDC provider, such as Keycloak, Auth0 or Okta",
    takes=takes,
    key="authority",
    asks=("authority", "client_id", "flow"),
    made_up={"authority": "https://not-answered-yet.invalid", "client_id": "not-answered-yet"},
    # The forms of Auth0 and authentik, which may have a domain of their own.
    parse_client_id=client_ids("[A-Za-z0-9]{32}|[A-Za-z0-9]{40}"),
    parse_authority=parse_authority,
    signs_in_at=at_domains(*HOSTS),
    code_flow="and the authorization code flow with PKCE for the client at the provider",
    judging=judging,
    reading=SignInReading(answers_of=answers_of),
    console=Console(
        client="a public client {client}: authorization code flow with PKCE, no client secret",
        redirect_uris="the redirect URIs of the client {client}",
        sign_out_uris="the post-logout redirect URIs of the client {client}",
        origins="the allowed origins (CORS) of the client {client}",
        public="make the client {client} a public one (no client authentication, token_endpoint_auth_method none), with PKCE",
        https="serve the provider over https, and set sign_in.authority to that address",
    ),
)


def _read(provider: Provider) -> Provider:
    """The same provider, with the remarks on a sign-in there that follow from its fields, after those of its own."""
    own = provider.reading.remarks

    def all_remarks(first: ConfigTable, token: ServerToken | None) -> Iterator[Remark]:
        yield from own(first, token)
        yield from remarks(provider, first)

    return replace(provider, reading=replace(provider.reading, remarks=all_remarks))


PROVIDER = _read(_GENERAL)


def recognised(*, host: Callable[[str], bool] = bool, path: str = ".*", **differs: Any) -> Provider:
    """A provider that is recognised by its authority: by the host, and by a regular expression for the whole path, which does not
    end in a slash. `differs` are the fields in which it differs from the general provider."""

    def takes(sign_in: SignIn) -> bool:
        # The answer may not be validated yet.
        try:
            address = parse_address(parse_oidc_authority(sign_in.authority))
        except ValueError:
            return False
        return host(address.host) and bool(re.fullmatch(path, address.path))

    # The hosts of the general provider are not its own.
    own = {"takes": takes, "choice": "", "signs_in_at": at_domains(), **differs}
    return _read(replace(_GENERAL, **own))
