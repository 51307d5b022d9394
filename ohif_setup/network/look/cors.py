"""The viewer's requests as a browser would send them from an origin: preflight, request, redirects. Nothing is ever stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from ohif_setup.browser.hops import Hop, first_hop, next_hop
from ohif_setup.browser.preflight import preflight_for
from ohif_setup.browser.safety import FOREIGN_ORIGIN
from ohif_setup.browser.values import OPAQUE_ORIGIN, ScriptRequest
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http, Token
from ohif_setup.network.wire.origin import is_ambiguous
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.ohif.requests import ViewerRequest


@dataclass(frozen=True)
class RequestStep:
    """One hop of a request: the preflight before it (None when the browser would not ask) and the GET (None for a store)."""

    preflight: Exchange | None
    actual: Exchange | None


@dataclass(frozen=True)
class CorsLook:
    """One kind of request from one viewer origin to one service (its root URL).

    `steps` has the request without a token, then a step for each redirect that it led to. `with_token` is the same GET with the
    token, never followed; None without one.
    """

    service: str
    origin: str
    request: ViewerRequest
    script: ScriptRequest
    steps: tuple[RequestStep, ...]
    with_token: Exchange | None = None

    @property
    def preflight(self) -> Exchange | None:
        """The first preflight."""
        return self.steps[0].preflight

    @property
    def actual(self) -> Exchange | None:
        """The first GET without a token."""
        return self.steps[0].actual


@dataclass(frozen=True)
class Strangers:
    """The search as a page asks for it that nobody listed, as a page without an origin does, and without any `Origin`."""

    service: str
    foreign: Exchange
    opaque: Exchange
    without: Exchange


def look_at_cors(
    http: Http, service: str, origin: str, request: ViewerRequest, *, signs_in: bool, token: Token | None = None
) -> CorsLook:
    """Asks once each. `signs_in`: the viewer will send a token, so its preflight asks for `authorization`."""
    headers = request.headers
    if signs_in and request.authorized:
        # A preflight names the header but never carries its value, so no real token is needed.
        headers = (*headers, ("authorization", "Bearer token"))
    script = ScriptRequest(request.method, request.url, headers)
    hop = first_hop(script, origin)
    asks: list[Callable[[], Exchange | None]] = [
        partial(_preflight, http, hop),
        partial(_get, http, hop, request),
        partial(_get_with_token, http, origin, request, token if request.authorized else None),
    ]
    preflight, actual, with_token = side_by_side(asks)
    steps = (RequestStep(preflight, actual), *_onward(http, hop, actual, request))
    return CorsLook(service, origin, request, script, steps, with_token)


def asked_with_token(http: Http, look: CorsLook, token: Token) -> CorsLook:
    """The same look, with the GET that a signed-in viewer makes where it makes one."""
    return replace(
        look, with_token=_get_with_token(http, look.origin, look.request, token if look.request.authorized else None)
    )


def look_at_strangers(http: Http, service: str, search: ViewerRequest) -> Strangers:
    """Three GETs without a token."""
    asks = [
        partial(http.send, "GET", search.url, (*search.headers, ("Origin", FOREIGN_ORIGIN))),
        partial(http.send, "GET", search.url, (*search.headers, ("Origin", OPAQUE_ORIGIN))),
        partial(http.send, "GET", search.url, search.headers),
    ]
    foreign, opaque, without = side_by_side(asks)
    return Strangers(service, foreign, opaque, without)


def _preflight(http: Http, hop: Hop) -> Exchange | None:
    asked = hop.preflight_request
    if asked is None:
        return None
    preflight = preflight_for(asked, hop.preflight_origin)
    return http.send(preflight.method, preflight.url, preflight.headers)


def _get(http: Http, hop: Hop, request: ViewerRequest) -> Exchange | None:
    if request.method != "GET":
        return None
    return http.send("GET", hop.request.url, (*request.headers, ("Origin", hop.origin)), peek=_may_be_long(request))


def _may_be_long(request: ViewerRequest) -> bool:
    """Whether the head of the answer is enough: lists and images may be long, and CORS is decided by the header fields."""
    return request.kind not in ("capabilities", "read")


def _get_with_token(http: Http, origin: str, request: ViewerRequest, token: Token | None) -> Exchange | None:
    if token is None or request.method != "GET":
        return None
    return http.send(
        "GET", request.url, (*request.headers, ("Origin", origin)), token=token, peek=_may_be_long(request)
    )


def _onward(http: Http, hop: Hop, actual: Exchange | None, request: ViewerRequest) -> tuple[RequestStep, ...]:
    steps: list[RequestStep] = []
    while actual is not None and actual.received is not None:
        answer = actual.received
        following = next_hop(hop, answer)
        # A browser would go on where the backslashes lead; this tool does not.
        if not isinstance(following, Hop) or is_ambiguous(answer.values("location")[0].strip()):
            break
        hop = following
        preflight = _preflight(http, hop)
        actual = _get(http, hop, request)
        steps.append(RequestStep(preflight, actual))
    return tuple(steps)
