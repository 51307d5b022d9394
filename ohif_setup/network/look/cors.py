"""The viewer's requests as a browser would send them from an origin: preflight, request, redirects. Nothing is ever stored."""

from __future__ import annotations

from functools import partial

from ohif_setup.browser.hops import Hop
from ohif_setup.browser.preflight import preflight_for
from ohif_setup.browser.safety import FOREIGN_ORIGIN
from ohif_setup.browser.values import OPAQUE_ORIGIN
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http, Token
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.ohif.requests import ViewerRequest


def ask_before(http: Http, hop: Hop) -> Exchange | None:
    """The preflight of a hop; None where a browser would not ask."""
    asked = hop.preflight_request
    if asked is None:
        return None
    preflight = preflight_for(asked, hop.preflight_origin)
    return http.send(preflight.method, preflight.url, preflight.headers)


def get(http: Http, hop: Hop, request: ViewerRequest) -> Exchange | None:
    """The GET of a hop; None for a store, which is never sent."""
    if request.method != "GET":
        return None
    return http.send("GET", hop.request.url, (*request.headers, ("Origin", hop.origin)), peek=_may_be_long(request))


def get_with_token(http: Http, origin: str, request: ViewerRequest, token: Token | None) -> Exchange | None:
    """The GET that a signed-in viewer makes; None where it makes none."""
    if token is None or not request.authorized or request.method != "GET":
        return None
    return http.send(
        "GET", request.url, (*request.headers, ("Origin", origin)), token=token, peek=_may_be_long(request)
    )


def ask_as_strangers(http: Http, search: ViewerRequest) -> dict[str, Exchange]:
    """The search as a page asks for it that nobody listed, as a page without an origin does, and without any `Origin`, by the
    `Origin` that was sent."""
    more = {origin: (("Origin", origin),) for origin in (FOREIGN_ORIGIN, OPAQUE_ORIGIN)} | {"": ()}
    asks = [partial(http.send, "GET", search.url, (*search.headers, *headers)) for headers in more.values()]
    return dict(zip(more, side_by_side(asks), strict=True))


def _may_be_long(request: ViewerRequest) -> bool:
    """Whether the head of the answer is enough: lists and images may be long, and CORS is decided by the header fields."""
    return request.kind not in ("capabilities", "read")
