"""Which fault a refused request shows. One entry for each, by a stable ID; `docs/how-to/cors-verdict.md` lists the IDs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ohif_setup.browser.console import console_message
from ohif_setup.browser.cors_check import ALLOW_ORIGIN
from ohif_setup.browser.foreign import parts_of
from ohif_setup.browser.origin import is_same_origin
from ohif_setup.browser.preflight import ALLOW_HEADERS, ALLOW_METHODS, REDIRECT_STATUSES
from ohif_setup.browser.values import STEPS
from ohif_setup.checks import web_server
from ohif_setup.checks.cors.look import CorsCase, CorsLook
from ohif_setup.checks.cors.remedy import SAME_ORIGIN, every_setting
from ohif_setup.checks.cors.verdict import came_as_page
from ohif_setup.checks.could_not_judge import could_not_judge
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.redirects import CHANGES, target_of, turn_of
from ohif_setup.checks.sign_in_page import sign_in_at
from ohif_setup.checks.speakers import marked_by, preflights, spoken_by
from ohif_setup.checks.trouble_words import explain_speaker, explain_trouble, short
from ohif_setup.kinds.service import Setting
from ohif_setup.network.wire.exchange import Exchange, Received, evidence

# What is missing most gravely names the fault: without authorization nothing works at all.
_GRAVITY = ("authorization", "accept", "content-type")


def fault_of(look: CorsLook, case: CorsCase) -> Fault:
    """The fault behind a request that is not allowed; the others of the same service help to tell it."""
    try:
        return _recognised(look, case)
    except Exception as error:
        # The verdict stands, and so do those on the other requests: only its fault has no name.
        bug = could_not_judge("cors", "", error)
        return _fault(look, "could-not-judge", f"{look.origin} is refused, {bug.title}", bug.cause, bug.fix)


def ways_out(
    look: CorsLook, case: CorsCase, own: str = "", proxy: str = "", exactly: tuple[Setting, ...] = ()
) -> tuple[Fix, ...]:
    """The generated file where the site has one, else what the kind has to say. The arguments are those of `Remedies`."""
    if case.server:
        return (SAME_ORIGIN, *web_server.fixes(case.server, lambda _: proxy))
    # A gateway or a network in front has settings of its own; nobody can give it the lines of a web server.
    marked = marked_by(look.decided) if look.decided else None
    if marked and marked.preflights:
        return (preflights(marked, look.origin), *_own_settings(case, own))
    return case.service.remedies(case, look.origin, own=own, proxy=proxy, exactly=exactly)


def _own_settings(case: CorsCase, own: str) -> tuple[Fix, ...]:
    """What to enter in the settings of the service behind; nothing if those cannot mend it."""
    return (Fix("Server", f"or in the settings of {case.service.noun} behind it: {own}"),) if own else ()


def shown(look: CorsLook) -> dict[str, object]:
    """The evidence of a verdict."""
    verdict = look.verdict
    seen: dict[str, object] = {"rule": verdict.rule, "step": verdict.step, "reason": verdict.reason}
    if look.decided:
        seen |= evidence(look.decided)
    return seen


def _fault(look: CorsLook, name: str, title: str, cause: str, fixes: tuple[Fix, ...]) -> Fault:
    console, symptom = console_message(look.verdict, look.script, look.origin), look.request.what_breaks
    # The address in front would only fill the screen; the evidence has the whole sentence.
    said = console.rpartition("blocked by CORS policy: ")[2]
    if said:
        symptom += f'; the browser says "{said}"'
    return Fault(name, title, symptom, cause, fixes, evidence=shown(look) | {"console": console})


def _recognised(look: CorsLook, case: CorsCase) -> Fault:
    for recognise in (
        _nothing_sent,
        _another_spoke,
        _elsewhere,
        _no_service,
        _preflight_status,
        _lists,
        _missing,
        _origin,
    ):
        found = recognise(look, case)
        if found:
            return found
    step = look.verdict.step
    return _fault(look, step, f"{look.origin} is refused", look.verdict.reason, (Fix("Server", "see the evidence"),))


def _nothing_sent(look: CorsLook, case: CorsCase) -> Fault | None:
    if look.verdict.step == "mixed-content":
        return _fault(
            look,
            "mixed-content",
            "an https page may not ask an http server",
            f"{look.verdict.reason}. No CORS setting changes that.",
            (
                Fix("Server", f"give it TLS, and use the https address of {case.url}"),
                Fix("Best", "put it behind the viewer's own https address (reverse proxy), which needs no CORS at all"),
            ),
        )
    if look.verdict.step == "no-answer" and look.decided and look.decided.trouble:
        title, cause, fixes = explain_trouble(look.decided)
        name = "no-answer"
        if look.decided.trouble.kind.startswith("tls"):
            name = "certificate"
        return _fault(look, name, title, cause, fixes)
    return None


def _another_spoke(look: CorsLook, case: CorsCase) -> Fault | None:
    """Something on the way answered in place of the service: a gateway, a sign-in, a firewall."""
    decided = look.decided
    spoken = spoken_by(decided) if decided else None
    if decided is None or spoken is None:
        return _to_a_sign_in(look)
    title, cause, fixes = explain_speaker(decided, spoken)
    # What the request itself meets is not CORS; but it would be the next thing to fail.
    after = spoken_by(look.actual) if look.actual else None
    if look.actual and after and after.saying.title != spoken.saying.title and decided is not look.actual:
        then, why, more = explain_speaker(look.actual, after)
        cause += f" The request itself fails too: {then}. {why}"
        fixes = (*fixes, *more)
    if spoken.speaker.preflights:
        fixes = (*fixes, preflights(spoken.speaker, look.origin))
    name = "another-answers"
    if spoken.speaker.role == "login":
        name = "options-needs-sign-in"
    if decided.sent.method == "OPTIONS":
        title = f"the preflight: {title}"
    return _fault(look, name, title, cause, fixes)


def _to_a_sign_in(look: CorsLook) -> Fault | None:
    """A sign-in that nobody knows by name sends the request to its page."""
    decided = look.decided
    if decided is None or decided.received is None or decided.status not in REDIRECT_STATUSES:
        return None
    place = sign_in_at(decided.sent.url, decided.received.header("Location"))
    if not place:
        return None
    return _fault(
        look,
        "options-needs-sign-in",
        f"the request is sent to the sign-in at {place} ({decided.status})",
        "A sign-in stands in front of the service. A preflight carries neither cookie nor token, and no browser follows its "
        "redirect. The address of the sign-in is none of the service.",
        (
            SAME_ORIGIN,
            Fix("Sign-in", "let OPTIONS pass without a sign-in, and take the viewer's token in place of its cookie"),
        ),
    )


def _elsewhere(look: CorsLook, case: CorsCase) -> Fault | None:
    decided, status = look.decided, _status(look)
    asked = location = ""
    if decided:
        asked = decided.sent.url
    if decided and decided.received:
        location = decided.received.header("Location")
    if look.verdict.step == "preflight-redirect" or (decided is look.actual and status in REDIRECT_STATUSES):
        target = _new_root(look, case, location)
        if decided and turn_of(decided) in ("loop", "slash"):
            return _turned(look, decided)
        return _fault(
            look,
            "redirect",
            f"the address redirects to {target or 'nowhere'}",
            f"The answer is a redirect ({status}). A preflight is never redirected, so the address itself must answer.",
            (
                Fix("Address", f"use the address that it redirects to: {target}"),
                Fix("Proxy", "or stop redirecting that path (http to https, missing slash)"),
            ),
        )
    if len(look.preflights) > 1 or not is_same_origin(look.request.url, case.url):
        where = parts_of(asked).netloc or short(asked, 80)
        return _fault(
            look,
            "elsewhere-without-cors",
            f"the data lies at {where}, which does not let the viewer in",
            f"The service sends the browser there, and {STEPS[look.verdict.step]}. Storage buckets behind signed addresses have "
            "CORS rules of their own.",
            (
                Fix("Storage", f"let {look.origin} in at {where} too (a bucket: its CORS rules)"),
                Fix("Server", "or let the service send the data itself"),
            ),
        )
    return None


def _turned(look: CorsLook, decided: Exchange) -> Fault:
    """The fault of a redirect that leads to no other root: to the same address, or to one with another end."""
    turn, target = turn_of(decided), target_of(decided)
    fix = Fix("Proxy", "let the path answer as it is asked for, without a redirect that adds a slash or takes it away")
    if turn == "loop":
        fix = Fix("Proxy", "redirect to https only where X-Forwarded-Proto is http, or let what is in front do it")
    return _fault(
        look,
        "redirect",
        f"the address redirects to {short(target, 120)}",
        f"{CHANGES[turn]} A preflight is never redirected, so the address itself must answer.",
        (fix,),
    )


def _new_root(look: CorsLook, case: CorsCase, target: str) -> str:
    """Where the service as a whole has gone, if the redirect of this request shows that; else where this request went."""
    rest = look.request.url.removeprefix(case.url)
    if target.endswith(rest):
        return target.removesuffix(rest)
    return target.partition("?")[0]


def _no_service(look: CorsLook, case: CorsCase) -> Fault | None:
    """What says nothing about CORS: a page in the wrong place, a server in trouble."""
    if came_as_page(look.actual):
        return _fault(
            look,
            "web-page",
            "a web page answers, not a service",
            "A web page came where DICOM JSON or an image should be: the address leads to a web site or to the viewer itself.",
            (Fix("Address", "use the address of the service, often with /dicom-web or /v2 at its end"),),
        )
    status = (look.actual and look.actual.status) or 0
    if (status == 429 or status >= 500) and not _speaks(look, case):
        return _fault(
            look,
            "server-in-trouble",
            f"the server is in trouble ({status})",
            f"A gateway's own {status} carries no CORS headers, so nothing can be said about them.",
            (Fix("Server", "look at its log and its health page, then ask again"),),
        )
    return None


def _preflight_status(look: CorsLook, case: CorsCase) -> Fault | None:
    status = _status(look)
    if look.decided is None or look.decided.sent.method != "OPTIONS" or 200 <= status <= 299:
        return None
    if status in (401, 403, 407):
        return _fault(
            look,
            "options-needs-sign-in",
            f"the preflight itself is asked to sign in ({status})",
            "A preflight carries no token and no password, ever. Whatever guards the server guards OPTIONS too, so curl with a "
            "password works and no browser does.",
            ways_out(look, case, proxy="exempt OPTIONS from authentication, or answer it with 204 in the proxy"),
        )
    if not _allowing(_answers(look.origin, case)):
        return None
    if status in (400, 404, 405, 500, 501):
        return _fault(
            look,
            "options-unanswered",
            f"nobody answers the preflight ({status})",
            "The answers to GET let the viewer in, but OPTIONS is passed on to a server that does not know it.",
            ways_out(look, case, proxy="answer OPTIONS in the proxy with 204 and the headers of CORS"),
        )
    return _fault(
        look,
        "options-status",
        f"the preflight is answered with {status}",
        look.verdict.reason,
        ways_out(look, case, proxy="answer OPTIONS with 204"),
    )


def _lists(look: CorsLook, case: CorsCase) -> Fault | None:
    """What the preflight does not list."""
    step, reason = _step(look), look.verdict.reason
    if step == "header":
        return _header(look, case)
    if step == "method":
        method = look.script.method
        ways = ways_out(look, case, f"Methods: add  {method}", f"add {method} to {ALLOW_METHODS}")
        return _fault(look, "method", f"method {method} is not allowed", reason, ways)
    if step in ("method-list-malformed", "header-list-malformed"):
        return _fault(
            look,
            "list-malformed",
            "a list of the preflight cannot be read",
            reason,
            ways_out(
                look,
                case,
                "enter each name alone, one a line",
                "separate the names by commas, without quotes and blanks in them",
            ),
        )
    return None


def _header(look: CorsLook, case: CorsCase) -> Fault:
    """One fault for all requests that meet the same list, so that one change mends them."""
    own = look.verdict.missing
    worst = next((name for name in (*_GRAVITY, *own) if name in own), "")
    lacking = set(own)
    # Only authorization stops every request, so only then does one fault stand for what all of them lack.
    if worst == "authorization":
        lacking |= {
            name
            for other in _siblings(look.origin, case)
            if other.verdict.step == "preflight-header" and _value(other) == _value(look)
            for name in other.verdict.missing
        }
    names = sorted(lacking)
    listed = " and ".join(f'"{name}"' for name in names)
    why = f"The viewer sends {listed}, so the browser asks first (preflight) whether it may."
    if names == ["accept"]:
        why = (
            "OHIF asks for this with an Accept header that has quotes in it, so the browser asks first (preflight) whether "
            '"accept" may be sent.'
        )
    title = f"header {listed} is not allowed for {look.origin}"
    if len(names) > 1:
        title = f"headers {listed} are not allowed for {look.origin}"
    added = ", ".join(names)
    return _fault(
        look,
        f"header-{worst}",
        title,
        f"{why} The service allows: {_value(look) or 'none'}",
        ways_out(look, case, f"Headers: add  {added}", f"add {added} to {ALLOW_HEADERS}, by name"),
    )


def _missing(look: CorsLook, case: CorsCase) -> Fault | None:
    if _step(look) != "cors-missing":
        return None
    origin, status, in_preflight = look.origin, _status(look), look.verdict.step.startswith("preflight-")
    known = _speaks(look, case)
    good_are_mute = any(answer.status < 300 and not answer.values(ALLOW_ORIGIN) for answer in _answers(origin, case))
    if not in_preflight and known and status >= 400 and not good_are_mute:
        return _fault(
            look,
            "errors-without-cors",
            f"the answer {status} hides behind a CORS error",
            f"Other answers let {origin} in, but this one ({status}) has no {ALLOW_ORIGIN}. The browser then reports CORS "
            "instead of the real fault. nginx's add_header does that without the word always, and so does a gateway that answers "
            "by itself.",
            ways_out(look, case, proxy=f"set {ALLOW_ORIGIN} on error answers too: add_header ... always"),
        )
    not_listed = case.service.not_listed
    if not_listed:
        return _fault(
            look,
            "origin-not-listed",
            f"the origin {origin} is not allowed",
            f"The service answers without {ALLOW_ORIGIN}: {not_listed}",
            ways_out(look, case, f"Origins: add  {origin}"),
        )
    if known:
        part = "preflight" if in_preflight else "answer itself"
        return _fault(
            look,
            f"{part.partition(' ')[0]}-without-cors",
            f"the {part} lacks {ALLOW_ORIGIN}",
            f"Other answers have {ALLOW_ORIGIN}, the {part} has none. In nginx a location or an if with add_header lines of its "
            "own inherits none from outside.",
            ways_out(look, case, proxy=f"send {ALLOW_ORIGIN} on OPTIONS and on GET, in each location"),
        )
    why = case.service.mute or "The server was not told of this origin, or does no CORS at all."
    return _fault(
        look,
        "no-cors",
        f"the server has no CORS for {origin}",
        f"No answer has {ALLOW_ORIGIN}. {why}",
        ways_out(
            look,
            case,
            every_setting(case),
            f"add CORS in the web server before it: {ALLOW_ORIGIN} {origin}, and an answer to OPTIONS",
        ),
    )


def _origin(look: CorsLook, case: CorsCase) -> Fault | None:
    """An origin, but not the viewer's."""
    origin, seen, step = look.origin, _value(look), _step(look)
    if step == "cors-repeated" or (step == "cors-origin" and "," in seen):
        keep_one = (
            "keep one: proxy_hide_header Access-Control-Allow-Origin in nginx; Header set, not Header add, in Apache"
        )
        return _fault(
            look,
            "origin-repeated",
            f"{ALLOW_ORIGIN} holds more than one value",
            f"{look.verdict.reason}. The server and the proxy before it both add it, or a proxy adds it twice; browsers refuse "
            "that even when the values are equal.",
            ways_out(look, case, proxy=keep_one),
        )
    if step != "cors-origin":
        return None
    if _same_machine(seen, origin) or (seen != origin and seen in case.origins):
        return _fault(
            look,
            "origin-other-name",
            f"{seen} is allowed, {origin} is not",
            "An origin is compared letter by letter: localhost, 127.0.0.1, a machine's name and its public name are different "
            "origins, though they are one machine.",
            ways_out(look, case, f"Origins: add  {origin}", f"allow {origin} as well, or open the viewer at {seen}"),
        )
    return _fault(
        look,
        "origin-different",
        f"{seen or 'an empty origin'} is allowed, not {origin}",
        look.verdict.reason,
        ways_out(look, case, f"Origins: exactly  {origin}", f"write it exactly so: {origin}"),
    )


def _step(look: CorsLook) -> str:
    """The step of the verdict, whether in the preflight or behind it."""
    return look.verdict.step.removeprefix("preflight-")


def _status(look: CorsLook) -> int:
    """Of the answer that decided; 0 without one."""
    return (look.decided and look.decided.status) or 0


def _value(look: CorsLook) -> str:
    """Of the header that decided; empty without one."""
    if look.verdict.header is None:
        return ""
    return look.verdict.header[1]


def _siblings(origin: str, case: CorsCase) -> Iterator[CorsLook]:
    """All requests from that origin."""
    return (look for look in case.looks if look.origin == origin)


def _answers(origin: str, case: CorsCase) -> list[Received]:
    """The answers to GETs from that origin."""
    return [answer.received for look in _siblings(origin, case) for answer in look.answers if answer.received]


def _speaks(look: CorsLook, case: CorsCase) -> bool:
    """Whether anything that this origin asks is answered with any word of CORS."""
    every = [exchange.received for sibling in _siblings(look.origin, case) for exchange in sibling.exchanges]
    return _allowing(answer for answer in every if answer)


def _allowing(answers: Iterable[Received]) -> bool:
    return any(answer.values(ALLOW_ORIGIN) for answer in answers)


def _same_machine(first: str, second: str) -> bool:
    """Whether two origins differ by the name of this machine alone."""
    here = {"localhost", "127.0.0.1", "[::1]", "::1"}
    a, b = parts_of(first), parts_of(second)
    return {a.host, b.host} <= here and a.host != b.host and a.port == b.port
