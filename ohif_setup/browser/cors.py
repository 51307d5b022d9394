"""Whether a page may read an answer, with or without redirects before it (rules C2, C20 to C29)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ohif_setup.browser.cors_check import check_same_origin, cors_check
from ohif_setup.browser.hops import Hop, first_hop, next_hop
from ohif_setup.browser.origin import is_same_origin
from ohif_setup.browser.preflight import judge_preflight, needs_preflight
from ohif_setup.browser.values import Answer, CorsWarning, Engine, ScriptRequest, Verdict, quoted


def judge_answer(origin: str, answer: Answer, credentials: bool = False) -> Verdict:
    """Whether a page of `origin` may read `answer` (rules C20 to C26); the status plays no part in that.

    `origin` is a serialised origin or `OPAQUE_ORIGIN`. When `answer.url` is of the same origin, no CORS is needed.
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
    """Whether a page may read the end of a chain. `answers` are those of the real request, from the first hop on.

    `preflights` are the answers to the preflight before each of them, judged too; None where it is left out. A chain that leads
    on behind the last answer is not allowed (`redirect-incomplete`): what was not seen is no pass.
    Behind a redirect the engines ask differently, see `Hop`: Chromium does it as the standard says.
    """
    hop = first_hop(request, origin, engine)
    warnings: tuple[CorsWarning, ...] = ()
    verdict = Verdict(False, "redirect-incomplete", "C27", "no answer was seen", url=request.url)
    for answer, preflight in zip(answers, preflights or [None] * len(answers), strict=True):
        verdict = _judge_hop(hop, answer, preflight)
        warnings += verdict.warnings
        if not verdict.allowed:
            return _told(verdict, hop)
        following = next_hop(hop, answer)
        if following is None:
            return replace(verdict, warnings=warnings + _redirect_warnings(hop))
        if isinstance(following, Verdict):
            return following
        hop = following
        reason = f"the redirect leads on to {quoted(hop.request.url)}, whose answer was not seen"
        verdict = Verdict(False, "redirect-incomplete", "C27", reason, url=hop.request.url)
    return verdict


def _judge_hop(hop: Hop, answer: Answer, preflight: Answer | None) -> Verdict:
    if not hop.cross_origin:
        return replace(check_same_origin(hop.page_origin, answer), url=hop.request.url)
    warnings: tuple[CorsWarning, ...] = ()
    asked = hop.preflight_request
    if asked is not None and preflight is not None:
        verdict = judge_preflight(asked, hop.preflight_origin, preflight)
        if not verdict.allowed:
            return replace(verdict, url=hop.request.url)
        warnings = verdict.warnings
    verdict = cors_check(hop.origin, answer, credentials=hop.request.credentials)
    return replace(verdict, url=hop.request.url, warnings=warnings + verdict.warnings)


def _told(verdict: Verdict, hop: Hop) -> Verdict:
    """The same verdict, which says that redirects came before it."""
    if not hop.count:
        return verdict
    sent = ""
    if hop.origin != hop.page_origin:
        sent = f" and the browser sends Origin {hop.origin}"
    return replace(verdict, reason=f"{verdict.reason} (after a redirect to {quoted(hop.request.url)}{sent})")


def _redirect_warnings(hop: Hop) -> tuple[CorsWarning, ...]:
    if not hop.count:
        return ()
    text = f"the request is redirected to {quoted(hop.request.url)}; no preflight follows that, so use the new address"
    warnings = (CorsWarning("C29", text),)
    if hop.origin == hop.page_origin or not needs_preflight(hop.asked):
        return warnings
    text = (
        "browsers ask differently behind a redirect to another origin: Firefox sends the page's origin in the preflight, "
        "Chromium and WebKit null; Firefox and WebKit ask even if nothing is left to ask for"
    )
    return (*warnings, CorsWarning("C28", text))
