"""The verdict on one request of the viewer, from what was seen of it. Pure; the rules themselves are in `browser/`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ohif_setup.browser import values
from ohif_setup.browser.cors import judge_redirects
from ohif_setup.browser.cors_check import ALLOW_ORIGIN
from ohif_setup.browser.headers import varies_by_origin
from ohif_setup.browser.origin import is_local_address, is_mixed_content, is_same_origin
from ohif_setup.browser.preflight import judge_preflight
from ohif_setup.browser.safety import FOREIGN_ORIGIN, openness
from ohif_setup.browser.values import OPAQUE_ORIGIN, CorsWarning, Verdict
from ohif_setup.checks.cors_look import ServiceLook
from ohif_setup.network.cors import CorsLook, Strangers, answer_of
from ohif_setup.network.exchange import Exchange


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
        (one.look.service, one.look.origin): one
        for one in judged
        if one.look.request.kind in ("search", "capabilities")
    }
    return tuple(
        _as_shown(one, shown.get((one.look.service, one.look.origin))) if one.look.request.method != "GET" else one
        for one in judged
    )


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
    if look.with_token is None or look.with_token.received is None or anonymous.step.startswith("preflight-"):
        return anonymous
    return _with_token(look, anonymous, look.with_token)


def judge_service(seen: ServiceLook) -> tuple[RequestVerdict, ...]:
    """One verdict for each origin and kind; what concerns the service as a whole is a warning of its first kind."""
    judged = judge_looks(seen.looks)
    wanted = seen.wanted
    common = list(judge_strangers(seen.strangers, protected=wanted.signs_in))
    vary = vary_warning(seen.looks, seen.strangers)
    # ASP.NET Core sends none where one origin is configured, and nobody can change that on Azure.
    if vary and wanted.kind not in ("azure-dicom", "fhir"):
        common.append(vary)
    first = wanted.requests[0].kind
    addresses = dict(seen.origin_addresses)
    return tuple(
        replace(
            one, warnings=(*one.warnings, *common, *_local(one, addresses[one.look.origin], seen.service_addresses))
        )
        if one.look.request.kind == first
        else one
        for one in judged
    )


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
    """How the report shows it. Credentials for every origin are a failure though the viewer is let in."""
    if not judged.allowed or any(warning.rule == "C37-credentials" for warning in judged.warnings):
        return "fail"
    return "warn" if judged.warnings else "pass"


def judge_strangers(seen: Strangers, *, protected: bool) -> tuple[CorsWarning, ...]:
    """Warnings about a service that lets in too many. `protected`: whoever asks needs a token as well."""
    warnings: list[CorsWarning] = []
    for origin, exchange in ((FOREIGN_ORIGIN, seen.foreign), (OPAQUE_ORIGIN, seen.opaque)):
        if exchange.received is None:
            continue
        openly = openness(origin, answer_of(exchange))
        if openly == "reflects-with-credentials":
            text = f"it lets in any origin ({origin} too), with credentials: every web page acts as the person who opened it"
            warnings.append(CorsWarning("C37-credentials", text))
        elif openly == "reflects":
            warnings.append(
                CorsWarning("C37", f"it lets in any origin, {origin} too: name the viewer's origins instead")
            )
        elif openly == "any" and origin == FOREIGN_ORIGIN:
            warnings.append(_any_origin(protected))
    return tuple(warnings)


def vary_warning(looks: tuple[CorsLook, ...], seen: Strangers) -> CorsWarning | None:
    """A cache may hand one origin's answer to another where `Vary: Origin` is missing."""
    answers = [
        answer_of(one.actual) for one in looks if one.request.kind == "search" and one.actual and one.actual.received
    ]
    answers += [answer_of(one) for one in (seen.foreign, seen.without) if one.received]
    if len({answer.values(ALLOW_ORIGIN) for answer in answers}) < 2 or all(
        varies_by_origin(answer) for answer in answers
    ):
        return None
    return CorsWarning(
        "C31", f"{ALLOW_ORIGIN} depends on the asking origin, but Vary: Origin is missing: caches mix answers up"
    )


def _any_origin(protected: bool) -> CorsWarning:
    if protected:
        return CorsWarning(
            "C38-protected", "it lets in any origin (*); Microsoft advises against it: name the viewer's origins"
        )
    return CorsWarning(
        "C38",
        "it lets in any origin (*) and asks for no sign-in: any web page that somebody here opens can read the archive",
    )


def _of_preflight(look: CorsLook, preflight: Exchange | None) -> RequestVerdict:
    if preflight is None:
        same = is_same_origin(look.request.url, look.origin)
        reason = (
            f"{look.origin} serves both the page and the answer, so no CORS is needed"
            if same
            else "no preflight is needed"
        )
        return RequestVerdict(look, True, "same-origin" if same else "allowed", "C2" if same else "", reason, None)
    return _from(look, judge_preflight(look.script, look.origin, answer_of(preflight)), preflight)


def _of_chain(look: CorsLook) -> RequestVerdict:
    """The verdict on the request without a token, through its redirects."""
    seen: list[values.Exchange] = []
    for step in look.steps:
        if step.actual is None or step.actual.received is None or (step.preflight and step.preflight.received is None):
            break
        preflight = answer_of(step.preflight) if step.preflight else None
        seen.append(values.Exchange(answer_of(step.actual), preflight))
    verdict = judge_redirects(look.script, look.origin, seen)
    last = look.steps[max(0, len(seen) - 1)]
    exchange = last.preflight if verdict.step.startswith("preflight-") else last.actual
    return _from(look, verdict, exchange)


def _with_token(look: CorsLook, anonymous: RequestVerdict, exchange: Exchange) -> RequestVerdict:
    """What the viewer really meets; that the answers without a token are hidden from it is then a warning."""
    preflight = answer_of(look.preflight) if look.preflight else None
    verdict = judge_redirects(look.script, look.origin, [values.Exchange(answer_of(exchange), preflight)])
    if verdict.allowed and not anonymous.allowed and anonymous.exchange and (anonymous.exchange.status or 0) >= 400:
        text = f"error answers ({anonymous.exchange.status}) lack {ALLOW_ORIGIN}: the browser then reports CORS, not the fault"
        return _from(look, replace(verdict, warnings=(*verdict.warnings, CorsWarning("C26", text))), exchange)
    if verdict.step == "redirect-incomplete":
        return anonymous
    return _from(look, verdict, exchange)


def _with_page_warning(judged: RequestVerdict) -> RequestVerdict:
    received = judged.exchange.received if judged.exchange else None
    if received is None or received.status != 200 or not received.is_html():
        return judged
    text = "a web page came where DICOM JSON or an image should be: the address leads to a web site or to the viewer itself"
    return replace(judged, warnings=(*judged.warnings, CorsWarning("page", text)))


def _as_shown(store: RequestVerdict, shown: RequestVerdict | None) -> RequestVerdict:
    if shown is None or shown.allowed or not store.allowed:
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
