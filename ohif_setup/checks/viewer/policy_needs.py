"""What the pages and scripts of a site must be allowed to do: what OHIF needs, and the addresses that this site adds. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ohif_setup.answers.model import Answers
from ohif_setup.browser.csp import UNSAFE_EVAL, UNSAFE_INLINE, Policy
from ohif_setup.browser.origin import has_origin, serialize_origin
from ohif_setup.network.look.discovery import Discovery, discovery_url
from ohif_setup.ohif.policy import NEEDS, NO_SIGN_IN, RENEWAL, PolicyNeed
from ohif_setup.providers import provider_of
from ohif_setup.routes import reach

if TYPE_CHECKING:
    from collections.abc import Sequence

Response = Literal["page", "script"]
_FILE = "0.bundle.js"
"""A file of the build: all lie in one folder, and their names have digests."""


@dataclass(frozen=True)
class Need:
    """One thing that a policy must allow. `source` is what to add to `directive` where `allowed` says no."""

    response: Response
    directive: str
    source: str
    breaks: str
    optional: bool
    allowed: Callable[[Policy], bool]


def needs(answers: Answers, discovery: Discovery | None, bulk: Sequence[str]) -> tuple[Need, ...]:
    """All needs of a site. `bulk` are addresses of bulk data in the archive's answers, absolute."""
    return (*_of_the_viewer(answers), *_of_the_site(answers, discovery, bulk))


def _of_the_viewer(answers: Answers) -> Iterator[Need]:
    page = f"{answers.viewer.url}/"
    for need in NEEDS:
        yield Need(need.response, need.directive, need.source, need.breaks, need.optional, _rule(need, page))


def _rule(need: PolicyNeed, page: str) -> Callable[[Policy], bool]:
    if need.source == UNSAFE_EVAL:
        return Policy.allows_eval
    if need.source == UNSAFE_INLINE:
        return Policy.allows_inline_style
    # `blob:` and `data:` stand for themselves.
    url = page + _FILE if need.source == "'self'" else need.source
    return _loads(need.directive, url, page)


def _loads(directive: str, url: str, page: str) -> Callable[[Policy], bool]:
    return lambda policy: policy.allows_url(directive, url, page)


def _of_the_site(answers: Answers, discovery: Discovery | None, bulk: Sequence[str]) -> Iterator[Need]:
    page = f"{answers.viewer.url}/"

    def need(directive: str, url: str, breaks: str, *, optional: bool = False) -> Need:
        source = serialize_origin(url)
        if source == serialize_origin(page):
            source = "'self'"
        return Need("page", directive, source, breaks, optional, _loads(directive, url, page))

    for server in answers.servers:
        empty = f"the list of {server.name} stays empty" if len(answers.servers) > 1 else "the study list stays empty"
        yield need("connect-src", f"{reach.public_root(answers, server)}/studies", empty)
    for url in filter(has_origin, bulk):
        yield need("connect-src", url, "PDF documents, palette colour and reports stay blank", optional=True)
    if answers.fhir:
        yield need("connect-src", f"{answers.fhir.url}/metadata", "no FHIR data is found", optional=True)
    if answers.sign_in is None or discovery is None:
        return
    issuer = provider_of(answers.sign_in).issuer(answers.sign_in.authority)
    yield need("connect-src", discovery_url(issuer), NO_SIGN_IN)
    implicit = answers.sign_in.flow == "implicit"
    # The code flow fetches the token; the implicit one fetches the keys, and renews the token in a frame.
    name, breaks = "token_endpoint", "after signing in, the viewer shows an error or starts over"
    if implicit:
        name = "jwks_uri"
    if has_origin(discovery.endpoint(name)):
        yield need("connect-src", discovery.endpoint(name), breaks)
    authorize = discovery.endpoint("authorization_endpoint")
    if implicit and has_origin(authorize):
        yield need("frame-src", authorize, RENEWAL, optional=True)
        yield need("frame-src", page, RENEWAL, optional=True)
