"""What a browser asks at each hop of a chain of redirects (rules C27, C28).

Source: https://fetch.spec.whatwg.org/#http-redirect-fetch, which Chromium follows. Where Firefox and WebKit leave it, this follows
them; `tests/oracle/` compares with Chromium 156, Firefox ESR 153 and WebKitGTK 2.50.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ohif_setup.browser.foreign import resolve
from ohif_setup.browser.origin import has_origin, has_userinfo, is_same_origin
from ohif_setup.browser.preflight import REDIRECT_STATUSES, needs_preflight, normalise_method
from ohif_setup.browser.values import OPAQUE_ORIGIN, Answer, Engine, ScriptRequest, Step, Verdict, quoted

REDIRECT_LIMIT = 20

_BODY_HEADERS = {"content-encoding", "content-language", "content-location", "content-type"}


@dataclass(frozen=True)
class Hop:
    """What a browser asks at one point of a chain.

    `asked` is what the page asked for in the first place, `request` what is left of it here. `origin` is sent as `Origin`; a
    chain over several origins turns it into `null`. `cross_origin` says whether CORS applies; once it does, it does to the
    end of the chain. `count` is the number of redirects so far.
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
        """The request that the preflight before this hop asks for; None if the browser does not ask first.

        Firefox and WebKit ask first whenever what the page asked for needed it, even if nothing of that is left. WebKit asks
        for the headers of then, such as an authorization that it will not send.
        """
        if not self.cross_origin or not needs_preflight(self.request if self.engine == "chromium" else self.asked):
            return None
        if self.engine == "webkit":
            return replace(self.request, headers=self.asked.headers)
        return self.request

    @property
    def preflight_origin(self) -> str:
        """What the preflight sends as `Origin`: in Firefox always the page's."""
        if self.engine == "firefox":
            return self.page_origin
        return self.origin


def first_hop(request: ScriptRequest, origin: str, engine: Engine = "chromium") -> Hop:
    """Where every chain begins. `origin` is the page's."""
    return Hop(engine, origin, request, request, origin, not is_same_origin(request.url, origin))


def next_hop(hop: Hop, answer: Answer) -> Hop | Verdict | None:
    """What the browser asks after this answer: another hop, None after the last one, or a verdict that it gives up."""
    locations = answer.values("location")
    if answer.status not in REDIRECT_STATUSES or not locations:
        return None
    # By the standard an empty Location leads to the same URL again; Firefox does that until the limit, Chromium takes it for
    # no redirect at all, and WebKit gives up.
    if hop.engine == "chromium" and not any(locations):
        return None
    current = hop.request.url
    target = resolve(current, locations[0])
    if "#" in current and "#" not in target:
        target += current[current.index("#") :]
    fault = _refusal(hop, locations, target)
    if fault is not None:
        step, reason = fault
        return Verdict(False, step, "C27", reason, ("Location", ", ".join(locations)), url=current)
    request = replace(_rewritten(hop.request, answer.status), url=target)
    origin = hop.origin
    if not is_same_origin(current, target):
        kept = tuple(header for header in request.headers if header[0].lower() != "authorization")
        request = replace(request, headers=kept)
        if not is_same_origin(current, hop.page_origin):
            origin = OPAQUE_ORIGIN
    cross_origin = hop.cross_origin or not is_same_origin(target, hop.page_origin)
    return replace(hop, request=request, origin=origin, cross_origin=cross_origin, count=hop.count + 1)


def _refusal(hop: Hop, locations: tuple[str, ...], target: str) -> tuple[Step, str] | None:
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
        return "redirect-limit", f"more than {REDIRECT_LIMIT} redirects follow each other, the last to {shown}"
    if has_userinfo(target) and (hop.cross_origin or not is_same_origin(target, hop.page_origin)):
        return "redirect-credentials", f"the redirect leads to {shown}, which has a user name or password in it"
    return None


def _rewritten(request: ScriptRequest, status: int) -> ScriptRequest:
    """The request after a redirect that turns it into a GET without a body, or as it was."""
    method = normalise_method(request.method)
    if (status in {301, 302} and method == "POST") or (status == 303 and method not in {"GET", "HEAD"}):
        kept = tuple(header for header in request.headers if header[0].lower() not in _BODY_HEADERS)
        return replace(request, method="GET", headers=kept)
    return request
