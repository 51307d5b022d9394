"""The verdict on each request of the viewer, from what was seen of it. Pure; the rules themselves are in `browser/`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Literal

from ohif_setup.browser.cors import judge_answer, judge_redirects
from ohif_setup.browser.cors_check import ALLOW_ORIGIN
from ohif_setup.browser.headers import varies_by_origin
from ohif_setup.browser.origin import (
    is_local_address,
    is_mixed_content,
    is_potentially_trustworthy,
    is_same_origin,
)
from ohif_setup.browser.preflight import judge_preflight
from ohif_setup.browser.safety import openness
from ohif_setup.browser.values import OPAQUE_ORIGIN, CorsWarning, Verdict
from ohif_setup.checks.cors.look import CorsCase, CorsLook
from ohif_setup.checks.speakers import fault_spoken_by
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.network.wire.exchange import Exchange

FAILING = ("C37-credentials", "page")
"""Rules whose warning is a failure, though CORS lets the viewer in."""


def judge_service(case: CorsCase) -> CorsCase:
    """The case with a verdict on each request; what concerns the service as a whole is a warning of the first kind of each origin.

    A store, which is never sent, takes over what the other answers show of its origin.
    """
    looks = [_judged(look, case.url) for look in case.looks]
    shown = {look.origin: look for look in looks if look.request.kind in ("search", "capabilities")}
    common = list(judge_strangers(case.strangers, protected=_protected(case), any_origin=case.service.any_origin))
    vary = vary_warning(case.looks, case.strangers)
    if vary and case.service.sets_vary:
        common.append(vary)
    first = case.requests[0].kind

    def about(look: CorsLook) -> tuple[CorsWarning, ...]:
        if look.request.kind == "metadata" and look.origin in case.missing:
            return _hidden_error(look, case.missing[look.origin])
        if look.request.kind != first or look.verdict.step == "same-origin":
            return ()
        return (*common, *_local(look, case.origin_addresses[look.origin], case.service_addresses))

    whole = [_as_shown(look, shown.get(look.origin)) for look in looks]
    return replace(case, looks=tuple(_warned(look, *about(look)) for look in whole))


def with_certificate(case: CorsCase, certificate: Certificate) -> CorsCase:
    """The same case; the first verdict of each origin warns when browsers may not trust the certificate (rule C33)."""
    here = is_potentially_trustworthy(f"http://{certificate.host}")
    if certificate.public or certificate.proxy or certificate.trouble or here:
        return case
    issuer = certificate.issuer or "a private CA"
    text = (
        f"the certificate was issued by {issuer}, which browsers do not ship: without that CA they refuse every request"
    )
    first = {look.origin: look for look in reversed(case.looks)}
    looks = [_warned(look, CorsWarning("C33", text)) if look is first[look.origin] else look for look in case.looks]
    return replace(case, looks=tuple(looks))


def _judged(look: CorsLook, service: str) -> CorsLook:
    """The first thing that stops the browser, or that nothing does."""
    if is_mixed_content(look.origin, look.request.url):
        reason = f"{look.origin} is https and {service} is not: browsers block that before anything is sent"
        return replace(look, judged=Verdict(False, "mixed-content", "C34", reason))
    for exchange in (look.preflight, look.actual):
        if exchange is not None and exchange.trouble is not None:
            verdict = Verdict(False, "no-answer", "", f"no answer ({exchange.trouble.kind}): {exchange.trouble.detail}")
            return replace(look, judged=verdict, decided=exchange)
    if look.actual is None:
        return _of_preflight(look, look.preflight)
    anonymous = _of_chain(look)
    # The page of a firewall is the fault itself where it keeps the browser out, and the address is right.
    if came_as_page(look.answers[-1]) and (anonymous.verdict.allowed or not fault_spoken_by(look.answers[-1])):
        text = "a web page came where DICOM JSON or an image should be: the address leads to a web site or to the viewer itself"
        anonymous = _warned(anonymous, CorsWarning("page", text))
    if look.with_token is None or anonymous.verdict.step.startswith("preflight-"):
        return anonymous
    return _with_token(anonymous, look.with_token)


def _warned(look: CorsLook, *warnings: CorsWarning) -> CorsLook:
    """With these warnings too, each once."""
    every = tuple(dict.fromkeys((*look.verdict.warnings, *warnings)))
    return replace(look, judged=replace(look.verdict, warnings=every))


def _protected(case: CorsCase) -> bool:
    """Whether every caller needs a token as well. An open search shows that none is needed, whatever the viewer sends."""
    searches = [look.actual for look in case.looks if look.request.kind == "search" and look.actual]
    return case.signs_in and not any(exchange.status in (200, 204) for exchange in searches)


def _hidden_error(look: CorsLook, missing: Exchange) -> tuple[CorsWarning, ...]:
    """Where the answer about an image lets the page in, and the one about none does not."""
    if missing.received is None or not look.verdict.allowed or missing.received.status < 400:
        return ()
    if judge_answer(look.origin, missing.received).allowed:
        return ()
    return (_errors_hide(missing),)


def _errors_hide(exchange: Exchange) -> CorsWarning:
    text = f"error answers ({exchange.status}) lack {ALLOW_ORIGIN}: the browser then reports CORS, not the fault"
    return CorsWarning("C26", text)


def _local(look: CorsLook, page: Sequence[str], service: Sequence[str]) -> tuple[CorsWarning, ...]:
    """Chrome asks the person before a public page may reach a private address (Local Network Access)."""
    if not page or any(map(is_local_address, page)) or not any(map(is_local_address, service)):
        return ()
    where = next(address for address in service if is_local_address(address))
    text = (
        f"{look.origin} is a public address and the service a private one ({where}): Chrome from 142 on asks the person for "
        "permission first (Local Network Access), and blocks where policy says so"
    )
    return (CorsWarning("C35", text),)


def status_of(look: CorsLook) -> Literal["pass", "warn", "fail"]:
    """How the report shows it."""
    verdict = look.verdict
    if not verdict.allowed or any(warning.rule in FAILING for warning in verdict.warnings):
        return "fail"
    if verdict.warnings:
        return "warn"
    return "pass"


def judge_strangers(
    strangers: Mapping[str, Exchange], *, protected: bool, any_origin: str = ""
) -> tuple[CorsWarning, ...]:
    """Warnings about a service that lets in too many. `protected`: every caller needs a token as well, and `any_origin` then says
    what is wrong with letting in all of them; empty where the token is protection enough."""
    found = {
        origin: openness(origin, exchange.received)
        for origin, exchange in strangers.items()
        if origin and exchange.received
    }
    let_in = " and ".join(origin for origin, how in found.items() if how.startswith("reflects"))
    if "reflects-with-credentials" in found.values():
        text = f"it lets in {let_in} too, with credentials: every web page acts as the person who opened it"
        return (CorsWarning("C37-credentials", text),)
    if let_in:
        return (CorsWarning("C37", f"it lets in {let_in} too, which nobody listed: name the viewer's origins instead"),)
    if "any" not in found.values():
        return ()
    if not protected:
        return (
            CorsWarning(
                "C38",
                "it lets in any origin (*) and asks for no sign-in: any web page that somebody here opens can read the archive",
            ),
        )
    if any_origin:
        return (CorsWarning("C38-protected", f"it lets in any origin (*); {any_origin}"),)
    return ()


def vary_warning(looks: Sequence[CorsLook], strangers: Mapping[str, Exchange]) -> CorsWarning | None:
    """A cache may hand one origin's answer to another where `Vary: Origin` is missing."""
    searches = [look.actual for look in looks if look.request.kind == "search" and look.actual]
    searches += [exchange for origin, exchange in strangers.items() if origin != OPAQUE_ORIGIN]
    answers = [exchange.received for exchange in searches if exchange.received]
    if len({answer.values(ALLOW_ORIGIN) for answer in answers}) < 2 or all(
        varies_by_origin(answer) for answer in answers
    ):
        return None
    return CorsWarning(
        "C31", f"{ALLOW_ORIGIN} depends on the asking origin, but Vary: Origin is missing: caches mix answers up"
    )


def _of_preflight(look: CorsLook, preflight: Exchange | None) -> CorsLook:
    if preflight is not None and preflight.received is not None:
        verdict = judge_preflight(look.script, look.origin, preflight.received)
        return replace(look, judged=verdict, decided=preflight)
    if is_same_origin(look.request.url, look.origin):
        reason = f"{look.origin} serves both the page and the answer, so no CORS is needed"
        return replace(look, judged=Verdict(True, "same-origin", "C2", reason))
    return replace(look, judged=Verdict(True, "allowed", "", "no preflight is needed"))


def _of_chain(look: CorsLook) -> CorsLook:
    """The verdict on the request without a token, through its redirects."""
    hops = list(takewhile(_is_whole, zip(look.preflights, look.answers, strict=True)))
    answers = [answer.received for _, answer in hops if answer.received]
    preflights = [preflight.received if preflight else None for preflight, _ in hops]
    verdict = judge_redirects(look.script, look.origin, answers, preflights)
    # The address that gave the failing answer; where none did, the end of the chain.
    preflight, answer = next((hop for hop in hops if hop[1].sent.url == verdict.url), hops[-1])
    if verdict.step.startswith("preflight-"):
        return replace(look, judged=verdict, decided=preflight)
    return replace(look, judged=verdict, decided=answer)


def _is_whole(hop: tuple[Exchange | None, Exchange]) -> bool:
    """Whether all that was asked at a hop was answered."""
    return all(exchange is None or exchange.received is not None for exchange in hop)


def _with_token(anonymous: CorsLook, exchange: Exchange) -> CorsLook:
    """What the viewer really meets; that the answers without a token are hidden from it is then a warning."""
    if exchange.received is None:
        return anonymous
    preflight = anonymous.preflight.received if anonymous.preflight else None
    verdict = judge_redirects(anonymous.script, anonymous.origin, [exchange.received], [preflight])
    hidden = anonymous.decided
    if verdict.allowed and not anonymous.verdict.allowed and hidden and (hidden.status or 0) >= 400:
        verdict = replace(verdict, warnings=(*verdict.warnings, _errors_hide(hidden)))
    elif verdict.step == "redirect-incomplete":
        return anonymous
    return replace(anonymous, judged=verdict, decided=exchange)


def came_as_page(exchange: Exchange | None) -> bool:
    """Whether a web page came with status 200, as from a web site or the viewer's own fallback."""
    return bool(exchange and exchange.received and exchange.status == 200 and exchange.received.is_html())


def _as_shown(store: CorsLook, shown: CorsLook | None) -> CorsLook:
    """A store with what `shown` proves about its origin; a GET, which was sent itself, as it is."""
    if store.request.method == "GET":
        return store
    # The store has its own preflight; what it lacks is the answer that follows.
    if (
        shown is None
        or not store.verdict.allowed
        or shown.verdict.allowed
        or shown.verdict.step.startswith("preflight-")
    ):
        return store
    return replace(store, judged=replace(shown.verdict, warnings=store.verdict.warnings), decided=shown.decided)
