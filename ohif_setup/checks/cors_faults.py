"""Which fault a refused request shows, in words: what it is, why, and what to change. One entry for each, by a stable ID."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ohif_setup.browser.cors_check import ALLOW_ORIGIN
from ohif_setup.browser.preflight import ALLOW_HEADERS, ALLOW_METHODS
from ohif_setup.checks.cors_verdict import RequestVerdict
from ohif_setup.network.cors import answer_of


@dataclass(frozen=True)
class CorsFault:
    """`id` is stable; `portal` is what to enter in Azure's CORS settings, `proxy` what to change in a web server."""

    id: str
    title: str
    cause: str
    portal: str
    proxy: str


def fault_of(judged: RequestVerdict, origins: Sequence[str], *, azure: bool) -> CorsFault:
    """The fault behind a verdict that is not allowed. `origins` are all of the viewer's."""
    for recognise in (_before_cors, _preflight_status, _lists, _missing, _origin):
        found = recognise(judged, origins, azure)
        if found:
            return found
    return CorsFault(
        judged.step,
        f"{judged.look.origin} is refused: {judged.reason}",
        judged.reason,
        _exactly(judged),
        "see the evidence",
    )


def _before_cors(judged: RequestVerdict, origins: Sequence[str], azure: bool) -> CorsFault | None:
    service = judged.look.service
    if judged.step == "mixed-content":
        return CorsFault(
            "mixed-content",
            "an https page may not ask an http server",
            f"{judged.reason}. No CORS setting changes that.",
            f"use the https address of {service}",
            "give the server TLS, or put it behind the viewer's own https address (reverse proxy)",
        )
    if judged.step == "no-answer":
        return CorsFault(
            "no-answer", "the service did not answer", judged.reason, "start it", "start it, or correct the address"
        )
    if judged.step == "preflight-redirect" or (judged.step.startswith("redirect-") and len(judged.look.steps) == 1):
        target = judged.verdict.header[1] if judged.verdict and judged.verdict.header else ""
        return CorsFault(
            "redirect",
            f"the address redirects to {target}",
            f"{judged.reason}. A preflight is never redirected, so the address itself must answer.",
            f"use the address that it redirects to: {target}",
            f"configure the viewer with {target}, or stop redirecting that path (http to https, missing slash)",
        )
    if len(judged.look.steps) > 1:
        last = judged.look.steps[-1].actual
        where = urlsplit(last.sent.url).netloc if last else ""
        return CorsFault(
            "redirect-elsewhere",
            f"the request is redirected to {where}, which lets the viewer in no further",
            f"{judged.reason}. Storage buckets behind signed addresses have CORS settings of their own.",
            f"let {judged.look.origin} in at {where}",
            f"set CORS at {where} too (a bucket: its CORS rules), or let the server send the data itself",
        )
    return None


def _preflight_status(judged: RequestVerdict, origins: Sequence[str], azure: bool) -> CorsFault | None:
    exchange = judged.exchange
    if exchange is None or exchange.sent.method != "OPTIONS" or not judged.step.startswith("preflight-"):
        return None
    status = exchange.status or 0
    if status in (401, 403, 407):
        return CorsFault(
            "options-needs-sign-in",
            f"the preflight itself is asked to sign in ({status})",
            "A preflight carries no token and no password, ever. Whatever guards the server guards OPTIONS too, so curl with a "
            "password works and no browser does.",
            "look at what stands before the service: Azure itself answers OPTIONS without a token",
            "exempt OPTIONS from authentication, or answer it with 204 in the proxy",
        )
    get = judged.look.actual
    speaks = bool(get and get.received and answer_of(get).values(ALLOW_ORIGIN))
    if status in (400, 404, 405, 500, 501) and speaks:
        return CorsFault(
            "options-unanswered",
            f"nobody answers the preflight ({status})",
            "The answers to GET let the viewer in, but OPTIONS is passed on to a server that does not know it.",
            "look at what stands before the service",
            "answer OPTIONS in the proxy with 204 and the headers below",
        )
    if status >= 300 and speaks:
        return CorsFault(
            "options-status",
            f"the preflight is answered with {status}",
            judged.reason,
            "look at what stands before the service",
            "answer OPTIONS with 204",
        )
    return None


def _lists(judged: RequestVerdict, origins: Sequence[str], azure: bool) -> CorsFault | None:
    verdict = judged.verdict
    if verdict is None:
        return None
    seen = verdict.header[1] if verdict.header else "none"
    step = judged.step.removeprefix("preflight-")
    if step == "header":
        names = " and ".join(f'"{name}"' for name in verdict.missing)
        why = f"The viewer sends {names}, so the browser asks first (preflight) whether it may."
        if verdict.missing == ("accept",):
            why = (
                "OHIF asks for this with an Accept header that has quotes in it, so the browser asks first (preflight) whether "
                '"accept" may be sent.'
            )
        listed = ", ".join(verdict.missing)
        return CorsFault(
            f"header-{verdict.missing[0] if len(verdict.missing) == 1 else 's'}",
            f"header {names} is not allowed for {judged.look.origin}",
            f"{why} The service allows: {seen}",
            f"Headers: add  {listed}",
            f"add {listed} to {ALLOW_HEADERS}, by name",
        )
    if step == "method":
        method = judged.look.script.method
        return CorsFault(
            "method",
            f"method {method} is not allowed",
            judged.reason,
            f"Methods: add  {method}",
            f"add {method} to {ALLOW_METHODS}",
        )
    if step in ("method-list-malformed", "header-list-malformed"):
        return CorsFault(
            "list-malformed",
            "a list of the preflight cannot be read",
            judged.reason,
            "enter each name alone",
            "separate the names by commas, without quotes and blanks in them",
        )
    return None


def _missing(judged: RequestVerdict, origins: Sequence[str], azure: bool) -> CorsFault | None:
    if judged.step not in ("preflight-cors-missing", "cors-missing"):
        return None
    origin = judged.look.origin
    status = (judged.exchange.status if judged.exchange else 0) or 0
    preflighted = judged.look.preflight is not None
    if judged.step == "cors-missing" and preflighted and status >= 400:
        return CorsFault(
            "errors-without-cors",
            f"the answer {status} hides behind a CORS error",
            f"The preflight lets {origin} in, but the error answer ({status}) has no {ALLOW_ORIGIN}. The browser then reports CORS "
            "instead of the real fault. nginx's add_header does that without the word always.",
            _exactly(judged),
            f"set {ALLOW_ORIGIN} on error answers too: add_header ... always",
        )
    if azure:
        return CorsFault(
            "origin-not-listed",
            f"the origin {origin} is not allowed",
            f"The service answers without {ALLOW_ORIGIN}: on Azure that means that the origin is not in its list, or that CORS was "
            "never set. (The status, 204, says nothing.)",
            f"Origins: add  {origin}",
            f"send {ALLOW_ORIGIN}: {origin}",
        )
    return CorsFault(
        "no-cors",
        f"the server has no CORS for {origin}",
        f"No answer has {ALLOW_ORIGIN}. Orthanc leaves CORS out on purpose; other servers want the origin listed.",
        f"Origins: add  {origin}",
        f"add CORS in the web server before it: {ALLOW_ORIGIN} {origin}, and an answer to OPTIONS",
    )


def _origin(judged: RequestVerdict, origins: Sequence[str], azure: bool) -> CorsFault | None:
    step = judged.step.removeprefix("preflight-")
    origin = judged.look.origin
    seen = judged.verdict.header[1] if judged.verdict and judged.verdict.header else ""
    if step == "cors-repeated":
        return CorsFault(
            "origin-repeated",
            f"{ALLOW_ORIGIN} comes more than once",
            f"{judged.reason}. The server and the proxy before it both add it, or a proxy adds it twice; browsers refuse that even "
            "when the values are equal.",
            "remove it in what stands before the service",
            "keep one: proxy_hide_header Access-Control-Allow-Origin in nginx; Header set, not Header add, in Apache",
        )
    if step != "cors-origin":
        return None
    if _same_machine(seen, origin) or (seen != origin and seen in origins):
        return CorsFault(
            "origin-other-name",
            f"{seen} is allowed, {origin} is not",
            "An origin is compared letter by letter: localhost, 127.0.0.1, a machine's name and its public name are different "
            "origins, though they are one machine.",
            f"Origins: add  {origin}",
            f"allow {origin} as well, or open the viewer at {seen}",
        )
    return CorsFault(
        "origin-different",
        f"another origin than {origin} is allowed",
        judged.reason,
        _exactly(judged),
        f"write it exactly so: {origin}",
    )


def _same_machine(first: str, second: str) -> bool:
    """Whether two origins differ by the name of this machine alone."""
    here = {"localhost", "127.0.0.1", "[::1]", "::1"}
    a, b = urlsplit(first), urlsplit(second)
    return a.hostname in here and b.hostname in here and a.netloc != b.netloc


def _exactly(judged: RequestVerdict) -> str:
    return f"Origins: exactly  {judged.look.origin}"
