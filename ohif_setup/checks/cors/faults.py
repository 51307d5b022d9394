"""Which fault a refused request shows. One entry for each, by a stable ID; `docs/how-to/cors-verdict.md` lists the IDs."""

from __future__ import annotations

from collections.abc import Sequence

from ohif_setup.browser.cors_check import ALLOW_ORIGIN
from ohif_setup.browser.foreign import parts_of
from ohif_setup.browser.origin import is_same_origin
from ohif_setup.browser.preflight import REDIRECT_STATUSES
from ohif_setup.browser.values import STEPS
from ohif_setup.checks.cors.fault import Case, CorsFault
from ohif_setup.checks.cors.fault_values import of_lists, of_origin
from ohif_setup.checks.cors.look import CorsTarget
from ohif_setup.checks.cors.verdict import RequestVerdict, came_as_page
from ohif_setup.checks.could_not_judge import could_not_judge
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.trouble_words import explain_trouble, short


def fault_of(judged: RequestVerdict, every: Sequence[RequestVerdict], target: CorsTarget) -> CorsFault:
    """The fault behind a verdict that is not allowed; `every` verdict on the same service helps to tell it."""
    case = Case(judged, tuple(every), target)
    try:
        return _recognised(case)
    except Exception as error:
        # The verdict stands, and so do those on the other requests: only its fault has no name.
        bug = could_not_judge("cors", "", error)
        return CorsFault("could-not-judge", f"{case.origin} is refused, {bug.title}", bug.cause, fixes=bug.fix)


def _recognised(case: Case) -> CorsFault:
    for recognise in (_nothing_sent, _elsewhere, _no_service, _preflight_status, of_lists, _missing, of_origin):
        found = recognise(case)
        if found:
            return found
    return CorsFault(
        case.judged.step, f"{case.origin} is refused", case.judged.reason, fixes=(Fix("Server", "see the evidence"),)
    )


def _nothing_sent(case: Case) -> CorsFault | None:
    judged, service = case.judged, case.judged.look.service
    if judged.step == "mixed-content":
        return CorsFault(
            "mixed-content",
            "an https page may not ask an http server",
            f"{judged.reason}. No CORS setting changes that.",
            fixes=(
                Fix("Server", f"give it TLS, and use the https address of {service}"),
                Fix("Best", "put it behind the viewer's own https address (reverse proxy), which needs no CORS at all"),
            ),
        )
    if judged.step == "no-answer" and judged.exchange and judged.exchange.trouble:
        title, cause, fixes = explain_trouble(judged.exchange)
        name = "no-answer"
        if judged.exchange.trouble.kind.startswith("tls"):
            name = "certificate"
        return CorsFault(name, title, cause, fixes=fixes)
    return None


def _elsewhere(case: Case) -> CorsFault | None:
    judged = case.judged
    first = judged.look.steps[0].actual
    decided = judged.exchange
    asked = location = ""
    if decided:
        asked = decided.sent.url
    if decided and decided.received:
        location = decided.received.header("Location")
    if judged.step == "preflight-redirect" or (decided is first and case.status in REDIRECT_STATUSES):
        target = _new_root(case, location)
        return CorsFault(
            "redirect",
            f"the address redirects to {target or 'nowhere'}",
            f"The answer is a redirect ({case.status}). A preflight is never redirected, so the address itself must answer.",
            fixes=(
                Fix("Address", f"use the address that it redirects to: {target}"),
                Fix("Proxy", "or stop redirecting that path (http to https, missing slash)"),
            ),
        )
    if len(judged.look.steps) > 1 or not is_same_origin(judged.look.request.url, judged.look.service):
        where = parts_of(asked).netloc or short(asked, 80)
        return CorsFault(
            "elsewhere-without-cors",
            f"the data lies at {where}, which does not let the viewer in",
            f"The service sends the browser there, and {_meaning(judged)}. Storage buckets behind signed addresses have CORS "
            "rules of their own.",
            fixes=(
                Fix("Storage", f"let {case.origin} in at {where} too (a bucket: its CORS rules)"),
                Fix("Server", "or let the service send the data itself"),
            ),
        )
    return None


def _new_root(case: Case, target: str) -> str:
    """Where the service as a whole has gone, if the redirect of this request shows that; else where this request went."""
    look = case.judged.look
    rest = look.request.url.removeprefix(look.service)
    if target.endswith(rest):
        return target.removesuffix(rest)
    return target.partition("?")[0]


def _meaning(judged: RequestVerdict) -> str:
    if judged.verdict is None:
        return judged.reason
    return STEPS[judged.verdict.step]


def _no_service(case: Case) -> CorsFault | None:
    """What says nothing about CORS: a page in the wrong place, a server in trouble."""
    actual = case.judged.look.actual
    if came_as_page(actual):
        return CorsFault(
            "web-page",
            "a web page answers, not a service",
            "A web page came where DICOM JSON or an image should be: the address leads to a web site or to the viewer itself.",
            fixes=(Fix("Address", "use the address of the service, often with /dicom-web or /v2 at its end"),),
        )
    status = (actual and actual.status) or 0
    if (status == 429 or status >= 500) and not case.speaks(preflights=False) and not case.speaks(preflights=True):
        return CorsFault(
            "server-in-trouble",
            f"the server is in trouble ({status})",
            f"A gateway's own {status} carries no CORS headers, so nothing can be said about them.",
            fixes=(Fix("Server", "look at its log and its health page, then ask again"),),
        )
    return None


def _preflight_status(case: Case) -> CorsFault | None:
    exchange = case.judged.exchange
    if exchange is None or exchange.sent.method != "OPTIONS" or 200 <= case.status <= 299:
        return None
    status = case.status
    if status in (401, 403, 407):
        return CorsFault(
            "options-needs-sign-in",
            f"the preflight itself is asked to sign in ({status})",
            "A preflight carries no token and no password, ever. Whatever guards the server guards OPTIONS too, so curl with a "
            "password works and no browser does.",
            proxy="exempt OPTIONS from authentication, or answer it with 204 in the proxy",
        )
    if not case.speaks(preflights=False):
        return None
    if status in (400, 404, 405, 500, 501):
        return CorsFault(
            "options-unanswered",
            f"nobody answers the preflight ({status})",
            "The answers to GET let the viewer in, but OPTIONS is passed on to a server that does not know it, as Orthanc.",
            proxy="answer OPTIONS in the proxy with 204 and the headers of CORS",
        )
    return CorsFault(
        "options-status",
        f"the preflight is answered with {status}",
        case.judged.reason,
        proxy="answer OPTIONS with 204",
    )


def _missing(case: Case) -> CorsFault | None:
    if case.step != "cors-missing":
        return None
    origin = case.origin
    known = case.speaks(preflights=False) or case.speaks(preflights=True)
    if case.judged.step == "cors-missing" and known and case.status >= 400 and not case.good_answers_are_mute:
        return CorsFault(
            "errors-without-cors",
            f"the answer {case.status} hides behind a CORS error",
            f"Other answers let {origin} in, but this one ({case.status}) has no {ALLOW_ORIGIN}. The browser then reports CORS "
            "instead of the real fault. nginx's add_header does that without the word always, and so does a gateway that answers "
            "by itself.",
            proxy=f"set {ALLOW_ORIGIN} on error answers too: add_header ... always",
        )
    not_listed = case.target.service.not_listed
    if not_listed:
        return CorsFault(
            "origin-not-listed",
            f"the origin {origin} is not allowed",
            f"The service answers without {ALLOW_ORIGIN}: {not_listed}",
            portal=f"Origins: add  {origin}",
        )
    if known:
        part = "preflight" if case.judged.step.startswith("preflight-") else "answer itself"
        return CorsFault(
            f"{part.partition(' ')[0]}-without-cors",
            f"the {part} lacks {ALLOW_ORIGIN}",
            f"Other answers have {ALLOW_ORIGIN}, the {part} has none. In nginx a location or an if with add_header lines of its "
            "own inherits none from outside.",
            proxy=f"send {ALLOW_ORIGIN} on OPTIONS and on GET, in each location",
        )
    return CorsFault(
        "no-cors",
        f"the server has no CORS for {origin}",
        f"No answer has {ALLOW_ORIGIN}. Orthanc leaves CORS out on purpose; other servers want the origin listed.",
        proxy=f"add CORS in the web server before it: {ALLOW_ORIGIN} {origin}, and an answer to OPTIONS",
    )
