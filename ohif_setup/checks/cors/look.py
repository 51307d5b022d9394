"""Everything that is asked of one service about CORS: every kind of request from every viewer origin, and from strangers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import zip_longest

from ohif_setup.answers.tables.tables import Server
from ohif_setup.browser.foreign import parts_of
from ohif_setup.browser.hops import Hop, first_hop, next_hop
from ohif_setup.browser.values import ScriptRequest, Verdict
from ohif_setup.kinds import KINDS, cors_service, cors_services
from ohif_setup.kinds.service import CorsService, CorsSettings, settings_for
from ohif_setup.network.look.cors import ask_as_strangers, ask_before, get, get_with_token
from ohif_setup.network.look.recognise import recognise
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http, Token
from ohif_setup.network.wire.origin import is_ambiguous
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.ohif.requests import JSON, MADE_UP, Uids, ViewerRequest


@dataclass(frozen=True)
class CorsLook:
    """One kind of request from one viewer origin: what was asked, what came, and what a browser makes of it.

    `answers` has the GET without a token, then one for each redirect that it led to; a store, which is never sent, has none.
    `preflights` has what a browser asks before each of them, None where it would not. `with_token` is the first GET with the
    token, never followed; None without one.

    `judged` is None until the request is judged, and `decided` is the exchange that decided it, None where nothing was sent.
    """

    origin: str
    request: ViewerRequest
    script: ScriptRequest
    preflights: tuple[Exchange | None, ...]
    answers: tuple[Exchange, ...]
    with_token: Exchange | None = None
    judged: Verdict | None = None
    decided: Exchange | None = None

    @property
    def preflight(self) -> Exchange | None:
        """The first preflight."""
        return self.preflights[0]

    @property
    def actual(self) -> Exchange | None:
        """The first GET without a token."""
        return next(iter(self.answers), None)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """What was sent without a token, in that order."""
        hops = zip_longest(self.preflights, self.answers)
        return tuple(exchange for hop in hops for exchange in hop if exchange)

    @property
    def verdict(self) -> Verdict:
        """Of a request that was judged."""
        assert self.judged is not None
        return self.judged


@dataclass(frozen=True)
class CorsCase:
    """One service: what to ask of it, what came, and, once it is judged, what a browser makes of each request.

    `url` is its root, `signs_in` says that the viewer sends a token there, `token` is one to try (never sent to a FHIR service,
    whose audience is another). `uids` and `bulk_url` are those of an instance that exists, if one is known. `recognised`: its
    answers are those of a service of its kind. `server` is the one of a site's answers, for which a web server's file was
    generated.

    `strangers` has the search by the `Origin` that was sent, empty for none. `missing` has an answer about an image that does not
    exist by viewer origin, where all else asked for one that does. Addresses are empty where a name does not resolve.

    The check of a site adds a search without a token as the tool itself makes it, the login in front of the service, and the
    certificates where TLS failed.
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
    looks: tuple[CorsLook, ...] = ()
    strangers: Mapping[str, Exchange] = field(default_factory=dict)
    missing: Mapping[str, Exchange] = field(default_factory=dict)
    service_addresses: tuple[str, ...] = ()
    origin_addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    anonymous: Exchange | None = None
    login: str = ""
    certificates: tuple[Certificate, ...] = ()

    @property
    def service(self) -> CorsService:
        """What is asked of it, and how CORS is set there."""
        service = cors_service(self.kind)
        if self.recognised:
            return service
        return service.otherwise or service

    @property
    def settings(self) -> CorsSettings:
        """What the service should allow."""
        return settings_for(self.origins, writes=self.uploads or self.service.writes)

    @property
    def requests(self) -> tuple[ViewerRequest, ...]:
        """The kinds of request that OHIF sends there."""
        requests = list(self.service.requests(self.url, self.version, self.uploads, self.uids))
        for place, request in enumerate(requests):
            if request.kind == "bulk" and self.bulk_url:
                requests[place] = replace(request, url=self.bulk_url)
        return tuple(requests)


def look_at_service(http: Http, case: CorsCase) -> CorsCase:
    """The case with what came: all requests side by side, at most eight to one host at a time."""
    requests = case.requests
    asks = [partial(look_at_request, http, case, origin, request) for origin in case.origins for request in requests]
    strangers: dict[str, Exchange] = {}
    missing: list[Exchange] = []
    looks: list[CorsLook] = []
    addresses: list[tuple[str, ...]] = []
    hosts = [_host(case.url), *map(_host, case.origins)]
    side_by_side(
        [
            lambda: looks.extend(side_by_side(asks)),
            lambda: strangers.update(ask_as_strangers(http, requests[0])),
            lambda: missing.extend(_about_nothing(http, case)),
            lambda: addresses.extend(side_by_side([partial(http.addresses, host) for host in hosts])),
        ]
    )
    return replace(
        case,
        recognised=_recognised(case, looks),
        looks=tuple(looks),
        strangers=strangers,
        missing=dict(zip(case.origins, missing, strict=False)),
        service_addresses=addresses[0],
        origin_addresses=dict(zip(case.origins, addresses[1:], strict=True)),
    )


def with_token(http: Http, case: CorsCase, token: Token) -> CorsCase:
    """The same case, each GET that was answered once more with the token. Never for a FHIR service: it is another audience."""
    return replace(
        case, token=token, looks=tuple(side_by_side([partial(_once_more, http, look, token) for look in case.looks]))
    )


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


def look_at_request(http: Http, case: CorsCase, origin: str, request: ViewerRequest) -> CorsLook:
    """The preflight and the GET of a request, and those of each redirect that it leads to."""
    headers = request.headers
    if case.signs_in and request.authorized:
        # A preflight names the header but never carries its value, so no real token is needed.
        headers = (*headers, ("authorization", "Bearer token"))
    script = ScriptRequest(request.method, request.url, headers)
    hop = first_hop(script, origin)
    asks: list[Callable[[], Exchange | None]] = [
        partial(ask_before, http, hop),
        partial(get, http, hop, request),
        partial(get_with_token, http, origin, request, case.token),
    ]
    preflight, actual, with_token = side_by_side(asks)
    preflights, answers = [preflight], []
    while actual is not None:
        answers.append(actual)
        following = _redirected(hop, actual)
        if following is None:
            break
        hop = following
        preflights.append(ask_before(http, hop))
        actual = get(http, hop, request)
    return CorsLook(origin, request, script, tuple(preflights), tuple(answers), with_token)


def _redirected(hop: Hop, actual: Exchange) -> Hop | None:
    """Where a browser goes on; None at the end."""
    if actual.received is None:
        return None
    following = next_hop(hop, actual.received)
    # A browser would go on where the backslashes lead; this tool does not.
    if not isinstance(following, Hop) or is_ambiguous(actual.received.values("location")[0].strip()):
        return None
    return following


def _once_more(http: Http, look: CorsLook, token: Token) -> CorsLook:
    if look.actual is None or look.actual.received is None:
        return look
    return replace(look, with_token=get_with_token(http, look.origin, look.request, token))


def _about_nothing(http: Http, case: CorsCase) -> list[Exchange]:
    """The metadata of made-up UIDs from each origin, where the other requests ask for what exists."""
    if case.uids == MADE_UP:
        return []
    requests = replace(case, uids=MADE_UP, bulk_url="").requests
    metadata = next(request for request in requests if request.kind == "metadata")
    return side_by_side(
        [partial(http.send, "GET", metadata.url, (*metadata.headers, ("Origin", origin))) for origin in case.origins]
    )


def _recognised(case: CorsCase, looks: Sequence[CorsLook]) -> bool:
    answers = [look.actual.received for look in looks if look.actual and look.actual.received]
    return cors_service(case.kind).recognises(case.url, answers)


def _host(url: str) -> str:
    return parts_of(url).host
