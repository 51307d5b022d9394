"""A request of the viewer as a browser would send it from an origin: the preflight, and the request itself without a token."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from ohif_setup.browser.origin import is_same_origin
from ohif_setup.browser.preflight import needs_preflight, preflight_for
from ohif_setup.browser.values import ScriptRequest
from ohif_setup.network.exchange import Exchange
from ohif_setup.network.http import Http
from ohif_setup.network.parallel import side_by_side
from ohif_setup.viewer.requests import ViewerRequest


@dataclass(frozen=True)
class CorsLook:
    """One kind of request from one viewer origin to one service (its root URL).

    `preflight` is None when the browser would not send one, `actual` None where nothing may be sent (a store).
    """

    service: str
    origin: str
    request: ViewerRequest
    script: ScriptRequest
    preflight: Exchange | None
    actual: Exchange | None


def look_at_cors(http: Http, service: str, origin: str, request: ViewerRequest, *, signs_in: bool) -> CorsLook:
    """Asks once each. `signs_in`: the viewer will send a token, so the preflight asks for `authorization`; none is sent here."""
    headers = request.headers
    if signs_in and request.authorized:
        headers = (*headers, ("authorization", "Bearer token"))
    script = ScriptRequest(request.method, request.url, headers)
    asks_first = needs_preflight(script) and not is_same_origin(request.url, origin)
    exchanges = []
    if asks_first:
        preflight = preflight_for(script, origin)
        exchanges.append(partial(http.send, preflight.method, preflight.url, preflight.headers))
    safe = request.method == "GET"
    if safe:
        exchanges.append(partial(http.send, "GET", request.url, (*request.headers, ("Origin", origin))))
    answers = side_by_side(exchanges)
    return CorsLook(
        service,
        origin,
        request,
        script,
        preflight=answers[0] if asks_first else None,
        actual=answers[-1] if safe else None,
    )
