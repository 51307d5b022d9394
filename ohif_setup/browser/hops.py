"""What a browser requests at each hop of a redirect chain (rules C27, C28).

Source: https://fetch.spec.whatwg.org/#http-redirect-fetch, which Chromium follows. Firefox and WebKit deviate, and so does this
module for them; `tests/oracle/` compares it with Chromium 156, Firefox ESR 153 and WebKitGTK 2.50.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ohif_setup.browser.foreign import resolve
from ohif_setup.browser.origin import has_origin, has_userinfo, is_same_origin
from ohif_setup.browser.preflight import REDIRECT_STATUSES, needs_preflight, normalise_method
from ohif_setup.browser.values import OPAQUE_ORIGIN, Answer, Engine, ScriptRequest, Step, Verdict, quoted

REDIRECT_LIMIT = 20

# Removed together with the body when a redirect turns the request into a GET
# (https://fetch.spec.whatwg.org/#request-body-header-name).
_BODY_HEADERS = {"content-encoding", "content-language", "content-location", "content-type"}


@dataclass(frozen=True)
class Hop:
    """The request that a browser sends at one point of a chain.

    `asked` is the page's original request, `request` what redirects left of it. `origin` is sent as `Origin`; a chain over
    several origins turns it into `null`. `cross_origin` says whether CORS applies; from the first cross-origin hop on it applies
    to the rest of the chain. `count` is the number of redirects so far.
    """

    engine: Engine
    page_origin: str
    asked: ScriptRequest
    request: ScriptRequest
    origin: str
    cross_origin: bool
    count: int = 0

    @property
    def preflight_request(self) -> ScriptRequest | None:
        """The request that the preflight before this hop announces; None if the browser sends no preflight.

        Firefox and WebKit send one whenever the page's original request needed it, even if a redirect removed the header that
        caused it. WebKit announces the original headers, such as an authorization that it will not send.
        """
        deciding = self.asked
        if self.engine == "chromium":
            deciding = self.request
        if not self.cross_origin or not needs_preflight(deciding):
            return None
        if self.engine == "webkit":
            return replace(self.request, headers=self.asked.headers)
        return self.request

    @property
    def preflight_origin(self) -> str:
        """The `Origin` of the preflight: in Firefox always the page's, in the others that of the request."""
        if self.engine == "firefox":
            return self.page_origin
        return self.origin


def first_hop(request: ScriptRequest, origin: str, engine: Engine = "chromium") -> Hop:
    """The first hop of a chain. `origin` is the page's."""
    return Hop(engine, origin, request, request, origin, not is_same_origin(request.url, origin))


def next_hop(hop: Hop, answer: Answer) -> Hop | Verdict | None:
    """What the browser does after this answer: another hop, None if it is not a redirect, or the verdict of a failed redirect."""
    locations = answer.values("location")
    if answer.status not in REDIRECT_STATUSES or not locations:
        return None
    # In the standard an empty Location redirects to the same URL. Firefox does that until the limit, Chromium does not treat it as
    # a redirect, and WebKit fails (see `_refusal`).
    if hop.engine == "chromium" and not any(locations):
        return None
    current = hop.request.url
    target = resolve(current, locations[0])
    # A redirect without a fragment inherits the current one (https://fetch.spec.whatwg.org/#concept-response-location-url).
    if "#" in current and "#" not in target:
        target += current[current.index("#") :]
    fault = _refusal(hop, locations, target)
    if fault is not None:
        step, reason = fault
        return Verdict(False, step, "C27", reason, ("Location", ", ".join(locations)), url=current)
    request = replace(_rewritten(hop.request, answer.status), url=target)
    origin = hop.origin
    # C28: a change of origin removes Authorization, and a second one makes the request's origin opaque.
    if not is_same_origin(current, target):
        kept = tuple(header for header in request.headers if header[0].lower() != "authorization")
        request = replace(request, headers=kept)
        if not is_same_origin(current, hop.page_origin):
            origin = OPAQUE_ORIGIN
    cross_origin = hop.cross_origin or not is_same_origin(target, hop.page_origin)
    return replace(hop, request=request, origin=origin, cross_origin=cross_origin, count=hop.count + 1)


def _refusal(hop: Hop, locations: tuple[str, ...], target: str) -> tuple[Step, str] | None:
    # An answer may have several of these faults; the first one found is the reason given.
    shown = " and ".join(quoted(location) for location in locations)
    if len(set(locations)) > 1:
        return "redirect-location", f"the redirect has {len(locations)} Location headers, {shown}"
    if not locations[0] and hop.engine == "webkit":
        return "redirect-location", "the redirect has an empty Location"
    if not re.match("https?:", target, re.IGNORECASE):
        return "redirect-scheme", f"the redirect leads to {shown}, which is neither http nor https"
    if not has_origin(target):
        return "redirect-location", f"the redirect has Location {shown}, which is not a URL"
    if hop.count >= REDIRECT_LIMIT:
        return "redirect-limit", f"there are more than {REDIRECT_LIMIT} redirects in a row, the last one to {shown}"
    # A login in the URL is allowed as long as the chain stays at the page's own origin.
    if has_userinfo(target) and (hop.cross_origin or not is_same_origin(target, hop.page_origin)):
        return "redirect-credentials", f"the redirect leads to {shown}, which contains a user name or password"
    return None


def _rewritten(request: ScriptRequest, status: int) -> ScriptRequest:
    """The request after a redirect: these combinations of status and method turn it into a GET without a body, others keep it."""
    method = normalise_method(request.method)
    if (status in {301, 302} and method == "POST") or (status == 303 and method not in {"GET", "HEAD"}):
        kept = tuple(header for header in request.headers if header[0].lower() not in _BODY_HEADERS)
        return replace(request, method="GET", headers=kept)
    return request
