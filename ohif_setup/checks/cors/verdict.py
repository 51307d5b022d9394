"""The verdict on one request of the viewer, from what was seen of it. Pure; the rules themselves are in `browser/`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from ohif_setup.browser.safety import FOREIGN_ORIGIN, openness
from ohif_setup.browser.values import OPAQUE_ORIGIN, Answer, CorsWarning, Verdict
from ohif_setup.checks.cors.look import ServiceLook
from ohif_setup.network.look.cors import CorsLook, Strangers
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.network.wire.exchange import Exchange


@dataclass(frozen=True)
class RequestVerdict:
    """Whether a browser lets the viewer make this request and read its answer.

    `step` is a step of `browser.values.STEPS`, or `mixed-content` (the browser sends nothing) or `no-answer` (nothing came).
    `exchange` decided it, None where nothing was sent.
    """

    look: CorsLook
    allowed: bool
    step: str
    rule: str
    reason: str
    exchange: Exchange | None
    verdict: Verdict | None = None
    warnings: tuple[CorsWarning, ...] = ()


def judge_looks(looks: tuple[CorsLook, ...]) -> tuple[RequestVerdict, ...]:
    """One verdict for each look. A store, which is never sent, takes over what the other answers show of its origin."""
    judged = [judge_look(look) for look in looks]
    shown = {
        (verdict.look.service, verdict.look.origin): verdict
        for verdict in judged
        if verdict.look.request.kind in ("search", "capabilities")
    }
    return tuple(_as_shown(verdict, shown.get((verdict.look.service, verdict.look.origin))) for verdict in judged)


def judge_look(look: CorsLook) -> RequestVerdict:
    """The first thing that stops the browser, or that nothing does."""
    if is_mixed_content(look.origin, look.request.url):
        reason = f"{look.origin} is https and {look.service} is not: browsers block that before anything is sent"
        return RequestVerdict(look, False, "mixed-content", "C34", reason, None)
    first = look.steps[0]
    for exchange in (first.preflight, first.actual):
        if exchange is not None and exchange.trouble is not None:
            return RequestVerdict(look, False, "no-answer", "", _silence(exchange), exchange)
    if first.actual is None:
        return _of_preflight(look, first.preflight)
    anonymous = _with_page_warning(_of_chain(look))
    if look.with_token is None or anonymous.step.startswith("preflight-"):
        return anonymous
    return _with_token(look, anonymous, look.with_token)


def judge_service(seen: ServiceLook) -> tuple[RequestVerdict, ...]:
    """One verdict for each origin and kind; what concerns the service as a whole is a warning of its first kind."""
    judged = judge_looks(seen.looks)
    target = seen.target
    common = list(judge_strangers(seen.strangers, protected=_protected(seen), any_origin=target.service.any_origin))
    vary = vary_warning(seen.looks, seen.strangers)
    if vary and target.service.sets_vary:
        common.append(vary)
    first = target.requests[0].kind
    addresses = dict(seen.origin_addresses)
    missing = dict(seen.missing)

    def about(verdict: RequestVerdict) -> tuple[CorsWarning, ...]:
        origin = verdict.look.origin
        if verdict.look.request.kind == "metadata" and origin in missing:
            return _hidden_error(verdict, missing[origin])
        if verdict.look.request.kind != first or verdict.step == "same-origin":
            return ()
        return (*common, *_local(verdict, addresses[origin], seen.service_addresses))

    return tuple(
        replace(verdict, warnings=tuple(dict.fromkeys((*verdict.warnings, *about(verdict))))) for verdict in judged
    )


def with_certificate(judged: Sequence[RequestVerdict], certificate: Certificate) -> tuple[RequestVerdict, ...]:
    """The same verdicts; the first of each origin warns when browsers may not trust the certificate (rule C33)."""
    here = is_potentially_trustworthy(f"http://{certificate.host}")
    if certificate.public or certificate.proxy or certificate.trouble or here:
        return tuple(judged)
    issuer = certificate.issuer or "a private CA"
    text = (
        f"the certificate was issued by {issuer}, which browsers do not ship: without that CA they refuse every request"
    )
    warning = CorsWarning("C33", text)
    warned: set[str] = set()
    verdicts: list[RequestVerdict] = []
    for verdict in judged:
        if verdict.look.origin in warned:
            verdicts.append(verdict)
        else:
            verdicts.append(replace(verdict, warnings=(*verdict.warnings, warning)))
        warned.add(verdict.look.origin)
    return tuple(verdicts)


def _protected(seen: ServiceLook) -> bool:
    """Whether every caller needs a token as well. An open search shows that none is needed, whatever the viewer sends."""
    searches = [look.actual for look in seen.looks if look.request.kind == "search" and look.actual]
    return seen.target.signs_in and not any(exchange.status in (200, 204) for exchange in searches)


def _hidden_error(judged: RequestVerdict, missing: Exchange) -> tuple[CorsWarning, ...]:
    """Where the answer about an image lets the page in, and the one about none does not."""
    if missing.received is None or not judged.allowed or (missing.status or 0) < 400:
        return ()
    if judge_answer(judged.look.origin, missing.received).allowed:
        return ()
    return (_errors_hide(missing),)


def _errors_hide(exchange: Exchange) -> CorsWarning:
    text = f"error answers ({exchange.status}) lack {ALLOW_ORIGIN}: the browser then reports CORS, not the fault"
    return CorsWarning("C26", text)


def _local(judged: RequestVerdict, page: Sequence[str], service: Sequence[str]) -> tuple[CorsWarning, ...]:
    """Chrome asks the person before a public page may reach a private address (Local Network Access)."""
    if not page or any(map(is_local_address, page)) or not any(map(is_local_address, service)):
        return ()
    where = next(address for address in service if is_local_address(address))
    text = (
        f"{judged.look.origin} is a public address and the service a private one ({where}): Chrome from 142 on asks the person for "
        "permission first (Local Network Access), and blocks where policy says so"
    )
    return (CorsWarning("C35", text),)


def status_of(judged: RequestVerdict) -> Literal["pass", "warn", "fail"]:
    """How the report shows it. Credentials for every origin, and a page instead of data, fail though CORS lets the viewer in."""
    if not judged.allowed or any(warning.rule in ("C37-credentials", "page") for warning in judged.warnings):
        return "fail"
    if judged.warnings:
        return "warn"
    return "pass"


def judge_strangers(seen: Strangers, *, protected: bool, any_origin: str = "") -> tuple[CorsWarning, ...]:
    """Warnings about a service that lets in too many. `protected`: every caller needs a token as well, and `any_origin` then says
    what is wrong with letting in all of them; empty where the token is protection enough."""
    asked = [(FOREIGN_ORIGIN, seen.foreign), (OPAQUE_ORIGIN, seen.opaque)]
    found = {origin: openness(origin, exchange.received) for origin, exchange in asked if exchange.received}
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


def vary_warning(looks: tuple[CorsLook, ...], seen: Strangers) -> CorsWarning | None:
    """A cache may hand one origin's answer to another where `Vary: Origin` is missing."""
    answers = [
        look.actual.received for look in looks if look.request.kind == "search" and look.actual and look.actual.received
    ]
    answers += [exchange.received for exchange in (seen.foreign, seen.without) if exchange.received]
    if len({answer.values(ALLOW_ORIGIN) for answer in answers}) < 2 or all(
        varies_by_origin(answer) for answer in answers
    ):
        return None
    return CorsWarning(
        "C31", f"{ALLOW_ORIGIN} depends on the asking origin, but Vary: Origin is missing: caches mix answers up"
    )


def _of_preflight(look: CorsLook, preflight: Exchange | None) -> RequestVerdict:
    if preflight is None or preflight.received is None:
        if is_same_origin(look.request.url, look.origin):
            reason = f"{look.origin} serves both the page and the answer, so no CORS is needed"
            return RequestVerdict(look, True, "same-origin", "C2", reason, None)
        return RequestVerdict(look, True, "allowed", "", "no preflight is needed", None)
    return _from(look, judge_preflight(look.script, look.origin, preflight.received), preflight)


def _of_chain(look: CorsLook) -> RequestVerdict:
    """The verdict on the request without a token, through its redirects."""
    answers: list[Answer] = []
    preflights: list[Answer | None] = []
    for step in look.steps:
        if step.actual is None or step.actual.received is None or (step.preflight and step.preflight.received is None):
            break
        answers.append(step.actual.received)
        preflights.append(step.preflight.received if step.preflight else None)
    verdict = judge_redirects(look.script, look.origin, answers, preflights)
    # The address that gave the failing answer; where none did, the end of the chain.
    last = next(
        (step for step in look.steps[: len(answers)] if step.actual and step.actual.sent.url == verdict.url),
        look.steps[max(0, len(answers) - 1)],
    )
    if verdict.step.startswith("preflight-"):
        return _from(look, verdict, last.preflight)
    return _from(look, verdict, last.actual)


def _with_token(look: CorsLook, anonymous: RequestVerdict, exchange: Exchange) -> RequestVerdict:
    """What the viewer really meets; that the answers without a token are hidden from it is then a warning."""
    if exchange.received is None:
        return anonymous
    preflight = look.preflight.received if look.preflight else None
    verdict = judge_redirects(look.script, look.origin, [exchange.received], [preflight])
    if verdict.allowed and not anonymous.allowed and anonymous.exchange and (anonymous.exchange.status or 0) >= 400:
        return _from(look, replace(verdict, warnings=(*verdict.warnings, _errors_hide(anonymous.exchange))), exchange)
    if verdict.step == "redirect-incomplete":
        return anonymous
    return _from(look, verdict, exchange)


def _with_page_warning(judged: RequestVerdict) -> RequestVerdict:
    if not came_as_page(judged.look.steps[-1].actual):
        return judged
    text = "a web page came where DICOM JSON or an image should be: the address leads to a web site or to the viewer itself"
    return replace(judged, warnings=(*judged.warnings, CorsWarning("page", text)))


def came_as_page(exchange: Exchange | None) -> bool:
    """Whether a web page came with status 200, as from a web site or the viewer's own fallback."""
    return bool(exchange and exchange.received and exchange.status == 200 and exchange.received.is_html())


def _as_shown(store: RequestVerdict, shown: RequestVerdict | None) -> RequestVerdict:
    """A store with what `shown` proves about its origin; a GET, which was sent itself, as it is."""
    if store.look.request.method == "GET":
        return store
    # The store has its own preflight; what it lacks is the answer that follows.
    if shown is None or shown.allowed or not store.allowed or shown.step.startswith("preflight-"):
        return store
    return replace(
        store,
        allowed=False,
        step=shown.step,
        rule=shown.rule,
        reason=shown.reason,
        verdict=shown.verdict,
        exchange=shown.exchange,
    )


def _from(look: CorsLook, verdict: Verdict, exchange: Exchange | None) -> RequestVerdict:
    return RequestVerdict(
        look, verdict.allowed, verdict.step, verdict.rule, verdict.reason, exchange, verdict, verdict.warnings
    )


def _silence(exchange: Exchange) -> str:
    assert exchange.trouble is not None
    return f"no answer ({exchange.trouble.kind}): {exchange.trouble.detail}"
