"""Everything that is asked of one service about CORS: every kind of request from every viewer origin, and from strangers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from ohif_setup.answers.tables.tables import Server
from ohif_setup.browser.foreign import parts_of
from ohif_setup.kinds import KINDS, cors_service, cors_services
from ohif_setup.kinds.service import CorsService
from ohif_setup.network.look.cors import CorsLook, Strangers, asked_with_token, look_at_cors, look_at_strangers
from ohif_setup.network.look.recognise import recognise
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http, Token
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.ohif.requests import JSON, MADE_UP, Uids, ViewerRequest


@dataclass(frozen=True)
class CorsTarget:
    """What to ask of a service: `url` is its root, `signs_in` says that the viewer sends a token there, `token` is one to try
    (never sent to a FHIR service, whose audience is another). `uids` and `bulk_url` are those of an instance that exists, if one is
    known. `recognised`: its answers are those of a service of its kind. `server` is the one of a site's answers, for which a web
    server's file was generated.
    """

    url: str
    kind: str
    origins: tuple[str, ...]
    version: str
    uploads: bool
    signs_in: bool
    token: Token | None = None
    uids: Uids = MADE_UP
    bulk_url: str = ""
    recognised: bool = True
    server: Server | None = None

    @property
    def service(self) -> CorsService:
        """What is asked of it, and how CORS is set there."""
        service = cors_service(self.kind)
        if self.recognised:
            return service
        return service.otherwise or service

    @property
    def requests(self) -> tuple[ViewerRequest, ...]:
        """The kinds of request that OHIF sends there."""
        requests = list(self.service.requests(self.url, self.version, self.uploads, self.uids))
        for place, request in enumerate(requests):
            if request.kind == "bulk" and self.bulk_url:
                requests[place] = replace(request, url=self.bulk_url)
        return tuple(requests)


@dataclass(frozen=True)
class ServiceLook:
    """What came. `addresses` are those of the service and of each viewer origin, empty where a name does not resolve.

    `missing` has an answer about an image that does not exist for each origin, where all else asked for one that does.
    """

    target: CorsTarget
    looks: tuple[CorsLook, ...]
    strangers: Strangers
    service_addresses: tuple[str, ...]
    origin_addresses: tuple[tuple[str, tuple[str, ...]], ...]
    missing: tuple[tuple[str, Exchange], ...] = ()


def look_at_service(http: Http, target: CorsTarget) -> ServiceLook:
    """All requests side by side, at most eight to one host at a time."""
    requests = target.requests
    asks = [
        partial(look_at_cors, http, target.url, origin, request, signs_in=target.signs_in, token=target.token)
        for origin in target.origins
        for request in requests
    ]
    strangers: list[Strangers] = []
    missing: list[Exchange] = []
    looks: list[CorsLook] = []
    addresses: list[tuple[str, ...]] = []
    hosts = [_host(target.url), *map(_host, target.origins)]
    side_by_side(
        [
            lambda: looks.extend(side_by_side(asks)),
            lambda: strangers.append(look_at_strangers(http, target.url, requests[0])),
            lambda: missing.extend(_about_nothing(http, target)),
            lambda: addresses.extend(side_by_side([partial(http.addresses, host) for host in hosts])),
        ]
    )
    return ServiceLook(
        replace(target, recognised=_recognised(target, looks)),
        tuple(looks),
        strangers[0],
        addresses[0],
        tuple(zip(target.origins, addresses[1:], strict=True)),
        tuple(zip(target.origins, missing, strict=False)),
    )


def with_token(http: Http, seen: ServiceLook, token: Token) -> ServiceLook:
    """The same look, each GET that was answered once more with the token. Never for a FHIR service: it is another audience."""
    target = replace(seen.target, token=token)
    asks = [
        partial(asked_with_token, http, look, token)
        for look in seen.looks
        if look.actual is not None and look.actual.received is not None
    ]
    answered = {(look.origin, look.request.kind): look for look in side_by_side(asks)}
    looks = tuple(answered.get((look.origin, look.request.kind), look) for look in seen.looks)
    return replace(seen, target=target, looks=looks)


def recognised_kind(http: Http, url: str) -> str:
    """What a service is, by its address or its answers without a token; a server of the general kind when they do not say."""
    host = _host(url)
    named = next((name for name, service in cors_services().items() if service.is_host(host)), "")
    if named:
        return named
    asked = f"{url}/studies?limit=1"
    search, info = side_by_side(
        [
            partial(http.send, "GET", asked, (("Accept", JSON),), peek=True),
            partial(http.send, "GET", f"{url}/info", (("Accept", "application/json"),), peek=True),
        ]
    )
    kind = KINDS.last
    if search.received:
        kind = recognise(search.received, asked).kind
    if kind != KINDS.last or info.received is None:
        return kind
    said = info.received
    return next((name for name, candidate in KINDS.items() if candidate.own().info(said)), kind)


def _about_nothing(http: Http, target: CorsTarget) -> list[Exchange]:
    """The metadata of made-up UIDs from each origin, where the other requests ask for what exists."""
    if target.uids == MADE_UP:
        return []
    requests = replace(target, uids=MADE_UP, bulk_url="").requests
    metadata = next(request for request in requests if request.kind == "metadata")
    return side_by_side(
        [partial(http.send, "GET", metadata.url, (*metadata.headers, ("Origin", origin))) for origin in target.origins]
    )


def _recognised(target: CorsTarget, looks: Sequence[CorsLook]) -> bool:
    answers = [look.actual.received for look in looks if look.actual and look.actual.received]
    return cors_service(target.kind).recognises(target.url, answers)


def _host(url: str) -> str:
    return parts_of(url).host
