"""Whether a page may read an answer, with or without redirects before it (rules C20 to C29).

Source: https://fetch.spec.whatwg.org/#http-redirect-fetch.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ohif_setup.browser.cors_check import cors_check
from ohif_setup.browser.origin import has_origin, has_userinfo, is_same_origin, resolve
from ohif_setup.browser.preflight import REDIRECT_STATUSES, judge_preflight, needs_preflight, normalise_method
from ohif_setup.browser.values import OPAQUE_ORIGIN, Answer, CorsWarning, Exchange, ScriptRequest, Step, Verdict, quoted

REDIRECT_LIMIT = 20

_BODY_HEADERS = {"content-encoding", "content-language", "content-location", "content-type"}


@dataclass(frozen=True)
class Hop:
    """What a browser asks at one point of a chain.

    `origin` is what it sends as `Origin`, which a chain over several origins turns into `null`. `cross_origin` says
    whether CORS applies; once it does, it does to the end of the chain. `count` is the number of redirects so far.
    """

    request: ScriptRequest
    origin: str
    cross_origin: bool
    count: int = 0

    @property
    def asks_first(self) -> bool:
        """Whether the browser sends a preflight before this hop."""
        return self.cross_origin and needs_preflight(self.request)


def judge_answer(origin: str, answer: Answer, credentials: bool = False) -> Verdict:
    """Whether a page of `origin` may read `answer` (rules C20 to C26); the status plays no part in that.

    `origin` is a serialised origin or `OPAQUE_ORIGIN`. When `answer.url` is of the same origin, no CORS is needed.
    """
    if answer.url and is_same_origin(answer.url, origin):
        return _same_origin(origin, answer.url)
    return cors_check(origin, answer, credentials=credentials)


def judge_redirects(request: ScriptRequest, origin: str, answers: Sequence[Answer | Exchange]) -> Verdict:
    """Whether a page may read the end of a chain. `answers` are those of the real request, from the first hop on.

    An `Exchange` brings the answer to the preflight of its hop along, which is then judged too; a bare `Answer`
    leaves it out. A chain that leads on behind the last answer is not allowed (`redirect-incomplete`): what was not
    seen is no pass.
    """
    hop = first_hop(request, origin)
    warnings: tuple[CorsWarning, ...] = ()
    verdict = Verdict(False, "redirect-incomplete", "C27", "no answer was seen", url=request.url)
    for step in answers:
        exchange = Exchange(step) if isinstance(step, Answer) else step
        verdict = _judge_hop(hop, exchange)
        warnings += verdict.warnings
        if not verdict.allowed:
            return _told(verdict, hop, origin)
        following = next_hop(hop, origin, exchange.answer)
        if following is None:
            return replace(verdict, warnings=warnings + _redirect_warning(hop))
        if isinstance(following, Verdict):
            return following
        hop = following
        reason = f"the redirect leads on to {quoted(hop.request.url)}, whose answer was not seen"
        verdict = Verdict(False, "redirect-incomplete", "C27", reason, url=hop.request.url)
    return verdict


def first_hop(request: ScriptRequest, origin: str) -> Hop:
    """Where every chain begins. `origin` is the page's."""
    return Hop(request, origin, not is_same_origin(request.url, origin))


def next_hop(hop: Hop, page_origin: str, answer: Answer) -> Hop | Verdict | None:
    """What the browser asks after this answer: another hop, None after the last one, or a verdict that it gives up."""
    # Engines take an empty Location for none at all; the standard would resolve it to the same URL again.
    locations = tuple(value for value in answer.values("location") if value)
    if answer.status not in REDIRECT_STATUSES or not locations:
        return None
    current = hop.request.url
    target = resolve(current, locations[0])
    fault = _refusal(hop, page_origin, locations, target)
    if fault is not None:
        step, reason = fault
        return Verdict(False, step, "C27", reason, ("Location", ", ".join(locations)), url=current)
    request = replace(_rewritten(hop.request, answer.status), url=target)
    origin = hop.origin
    if not is_same_origin(current, target):
        request = replace(
            request, headers=tuple(header for header in request.headers if header[0].lower() != "authorization")
        )
        if not is_same_origin(current, page_origin):
            origin = OPAQUE_ORIGIN
    return Hop(request, origin, hop.cross_origin or not is_same_origin(target, page_origin), hop.count + 1)


def _judge_hop(hop: Hop, exchange: Exchange) -> Verdict:
    if not hop.cross_origin:
        return _same_origin(hop.origin, hop.request.url)
    warnings: tuple[CorsWarning, ...] = ()
    if hop.asks_first and exchange.preflight is not None:
        asked = judge_preflight(hop.request, hop.origin, exchange.preflight)
        if not asked.allowed:
            return replace(asked, url=hop.request.url)
        warnings = asked.warnings
    verdict = cors_check(hop.origin, exchange.answer, credentials=hop.request.credentials)
    return replace(verdict, url=hop.request.url, warnings=warnings + verdict.warnings)


def _same_origin(origin: str, url: str) -> Verdict:
    return Verdict(
        True, "same-origin", "C2", f"{origin} serves both the page and the answer, so no CORS is needed", url=url
    )


def _told(verdict: Verdict, hop: Hop, page_origin: str) -> Verdict:
    """The same verdict, which says that redirects came before it."""
    if not hop.count:
        return verdict
    sent = f" and the browser sends Origin {hop.origin}" if hop.origin != page_origin else ""
    return replace(verdict, reason=f"{verdict.reason} (after a redirect to {quoted(hop.request.url)}{sent})")


def _redirect_warning(hop: Hop) -> tuple[CorsWarning, ...]:
    if not hop.count:
        return ()
    text = f"the request is redirected to {quoted(hop.request.url)}; no preflight follows that, so use the new address"
    return (CorsWarning("C29", text),)


def _refusal(hop: Hop, page_origin: str, locations: tuple[str, ...], target: str) -> tuple[Step, str] | None:
    shown = " and ".join(quoted(location) for location in locations)
    if len(set(locations)) > 1:
        return "redirect-location", f"the redirect has {len(locations)} Location headers, {shown}"
    if not re.match("https?:", target, re.IGNORECASE):
        return "redirect-scheme", f"the redirect leads to {shown}, which is neither http nor https"
    if not has_origin(target):
        return "redirect-location", f"the redirect has Location {shown}, which is not a URL"
    if hop.count >= REDIRECT_LIMIT:
        return "redirect-limit", f"more than {REDIRECT_LIMIT} redirects follow each other, the last to {shown}"
    if has_userinfo(target) and (hop.cross_origin or not is_same_origin(target, page_origin)):
        return "redirect-credentials", f"the redirect leads to {shown}, which has a user name or password in it"
    return None


def _rewritten(request: ScriptRequest, status: int) -> ScriptRequest:
    """The request after a redirect that turns it into a GET without a body, or as it was."""
    method = normalise_method(request.method)
    if (status in {301, 302} and method == "POST") or (status == 303 and method not in {"GET", "HEAD"}):
        kept = tuple(header for header in request.headers if header[0].lower() not in _BODY_HEADERS)
        return replace(request, method="GET", headers=kept)
    return request
