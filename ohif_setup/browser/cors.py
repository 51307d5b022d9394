"""Whether a page may read an answer, directly or after redirects (rules C2, C20 to C29)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ohif_setup.browser.cors_check import check_same_origin, cors_check
from ohif_setup.browser.hops import Hop, first_hop, next_hop
from ohif_setup.browser.origin import is_same_origin
from ohif_setup.browser.preflight import judge_preflight, needs_preflight
from ohif_setup.browser.values import Answer, CorsWarning, Engine, ScriptRequest, Verdict, quoted


def judge_answer(origin: str, answer: Answer, credentials: bool = False) -> Verdict:
    """Whether a page of `origin` may read `answer` (rules C20 to C26), whatever its status.

    `origin` is a serialised origin or `OPAQUE_ORIGIN`. When `answer.url` has the same origin, no CORS is needed.
    """
    if answer.url and is_same_origin(answer.url, origin):
        return check_same_origin(origin, answer)
    return cors_check(origin, answer, credentials=credentials)


def judge_redirects(
    request: ScriptRequest,
    origin: str,
    answers: Sequence[Answer],
    preflights: Sequence[Answer | None] = (),
    engine: Engine = "chromium",
) -> Verdict:
    """Whether a page may read the last answer of a redirect chain. `answers` are those to the real request, from the first hop on.

    `preflights` are the answers to the preflight before each of them, which are judged, too; None where there is none. A chain that
    continues after the last answer is not allowed (`redirect-incomplete`): an unseen answer never passes.
    After a redirect the engines send different requests, see `Hop`; Chromium follows the standard.
    """
    hop = first_hop(request, origin, engine)
    warnings: tuple[CorsWarning, ...] = ()
    verdict = Verdict(False, "redirect-incomplete", "C27", "no answer was recorded", url=request.url)
    for answer, preflight in zip(answers, preflights or [None] * len(answers), strict=True):
        # The CORS check applies to every answer of the chain, the redirects included (C27).
        verdict = _judge_hop(hop, answer, preflight)
        warnings += verdict.warnings
        if not verdict.allowed:
            return _with_redirect(verdict, hop)
        following = next_hop(hop, answer)
        if following is None:
            return replace(verdict, warnings=warnings + _redirect_warnings(hop))
        if isinstance(following, Verdict):
            return following
        hop = following
        # Stands only if `answers` ends here, in the middle of the chain.
        reason = f"the redirect continues to {quoted(hop.request.url)}, whose answer was not recorded"
        verdict = Verdict(False, "redirect-incomplete", "C27", reason, url=hop.request.url)
    return verdict


def _judge_hop(hop: Hop, answer: Answer, preflight: Answer | None) -> Verdict:
    if not hop.cross_origin:
        return replace(check_same_origin(hop.page_origin, answer), url=hop.request.url)
    warnings: tuple[CorsWarning, ...] = ()
    preflighted = hop.preflight_request
    if preflighted is not None and preflight is not None:
        verdict = judge_preflight(preflighted, hop.preflight_origin, preflight)
        if not verdict.allowed:
            return replace(verdict, url=hop.request.url)
        warnings = verdict.warnings
    verdict = cors_check(hop.origin, answer, credentials=hop.request.credentials)
    return replace(verdict, url=hop.request.url, warnings=warnings + verdict.warnings)


def _with_redirect(verdict: Verdict, hop: Hop) -> Verdict:
    """The same verdict, with the redirect that led to it named in its reason."""
    if not hop.count:
        return verdict
    sent = ""
    if hop.origin != hop.page_origin:
        sent = f" and the browser sends Origin {hop.origin}"
    return replace(verdict, reason=f"{verdict.reason} (after a redirect to {quoted(hop.request.url)}{sent})")


def _redirect_warnings(hop: Hop) -> tuple[CorsWarning, ...]:
    if not hop.count:
        return ()
    text = (
        f"the request is redirected to {quoted(hop.request.url)}; a preflight cannot follow it, so use the new address"
    )
    warnings = (CorsWarning("C29", text),)
    # The engines differ only where the chain changed the origin and the original request needed a preflight.
    if hop.origin == hop.page_origin or not needs_preflight(hop.asked):
        return warnings
    text = (
        "browsers differ after a redirect to another origin: in the preflight Firefox sends the page's origin, Chromium and "
        "WebKit send null; Firefox and WebKit send a preflight even if the request no longer needs one"
    )
    return (*warnings, CorsWarning("C28", text))
