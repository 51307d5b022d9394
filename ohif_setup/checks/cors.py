"""Does the service let the viewer in? Asked for each viewer origin and each kind of request, as a browser would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ohif_setup.answers.model import Answers
from ohif_setup.browser.console import console_message
from ohif_setup.browser.cors import judge_answer
from ohif_setup.browser.headers import parse_list
from ohif_setup.browser.preflight import ALLOW_HEADERS, ALLOW_METHODS, judge_preflight
from ohif_setup.browser.values import Answer, Verdict
from ohif_setup.checks.check import Check
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.look import Look
from ohif_setup.checks.trouble_words import from_trouble
from ohif_setup.network.cors import CorsLook
from ohif_setup.network.exchange import Exchange, evidence
from ohif_setup.servers import azure_cors

ID = "cors"


@dataclass(frozen=True)
class Seen:
    """What each kind of request from each origin met."""

    looks: tuple[CorsLook, ...]


def look(site: Look) -> Seen:
    """A preflight and a GET without a token for each origin and kind; nothing is ever stored."""
    return Seen(site.cors())


def judge(answers: Answers, seen: Seen) -> Sequence[Finding]:
    """One finding for each origin and kind of request."""
    return [_one(answers, one) for one in seen.looks]


def verdict_of(seen: CorsLook) -> tuple[Verdict, Exchange] | None:
    """The browser's verdict and the exchange that decided it; None when no answer came at all."""
    decisive: tuple[Verdict, Exchange] | None = None
    if seen.preflight and seen.preflight.received:
        decisive = judge_preflight(seen.script, seen.origin, _answer(seen.preflight)), seen.preflight
    if (decisive is None or decisive[0].allowed) and seen.actual and seen.actual.received:
        decisive = judge_answer(seen.origin, _answer(seen.actual)), seen.actual
    return decisive


def _answer(exchange: Exchange) -> Answer:
    assert exchange.received is not None
    return Answer(exchange.received.status, exchange.received.headers, exchange.sent.url)


def _one(answers: Answers, seen: CorsLook) -> Finding:
    aspect = seen.request.kind if seen.service == answers.server.url else f"fhir {seen.request.kind}"
    subject = f"{aspect} {seen.origin}"
    exchanges = [exchange for exchange in (seen.preflight, seen.actual) if exchange]
    silent = [exchange for exchange in exchanges if exchange.trouble]
    if len(silent) == len(exchanges):
        see = "dicomweb-reachable or tls" if seen.service == answers.server.url else "tls, or its address"
        kind = silent[0].trouble.kind if silent[0].trouble else ""
        if seen.service != answers.server.url and not kind.startswith(("tls", "ca-")):
            return from_trouble(ID, subject, silent[0], seen.request.what_breaks).aspect_of(aspect)
        return Finding(
            ID, subject, "skipped", f"skipped: the service did not answer ({kind}), see {see}", aspect=aspect
        )
    if silent:
        return from_trouble(ID, subject, silent[0], seen.request.what_breaks).aspect_of(aspect)
    decided = verdict_of(seen)
    assert decided is not None
    verdict, exchange = decided
    shown = {"rule": verdict.rule, "step": verdict.step, "reason": verdict.reason, **evidence(exchange)}
    if not verdict.allowed:
        return _refused(answers, seen, verdict, shown, aspect)
    warnings = [warning for one in _verdicts(seen) for warning in one.warnings if warning.rule == "C18"]
    if warnings:
        return Finding(
            ID,
            subject,
            "warn",
            f"allowed by a wildcard only: {seen.origin}",
            symptom="none today",
            cause=warnings[0].text,
            fix=_fix(answers, seen, "Headers: name authorization and accept instead of *"),
            evidence=shown,
            aspect=aspect,
        )
    return Finding(ID, subject, "pass", seen.origin, evidence=shown, aspect=aspect)


def _verdicts(seen: CorsLook) -> list[Verdict]:
    verdicts = []
    if seen.preflight and seen.preflight.received:
        verdicts.append(judge_preflight(seen.script, seen.origin, _answer(seen.preflight)))
    return verdicts


def _refused(answers: Answers, seen: CorsLook, verdict: Verdict, shown: dict[str, object], aspect: str) -> Finding:
    console = console_message(verdict, seen.script, seen.origin)
    shown["console"] = console
    # The address in front would only fill the screen; the evidence has the whole sentence.
    short = console.rpartition("blocked by CORS policy: ")[2]
    symptom = seen.request.what_breaks + (f'; the browser says "{short}"' if short else "")
    title, cause, portal = _words(seen, verdict)
    return Finding(
        ID,
        f"{aspect} {seen.origin}",
        "fail",
        title,
        symptom=symptom,
        cause=cause,
        fix=_fix(answers, seen, portal),
        evidence=shown,
        aspect=aspect,
    )


def _words(seen: CorsLook, verdict: Verdict) -> tuple[str, str, str]:
    """Title, cause, and what to enter in the portal."""
    origin = seen.origin
    step = verdict.step.removeprefix("preflight-")
    if step == "header":
        names = " and ".join(f'"{name}"' for name in verdict.missing)
        allowed = verdict.header[1] if verdict.header else "none"
        why = (
            "OHIF asks for frames with an Accept header that has quotes in it, so the browser asks first (preflight) whether "
            '"accept" may be sent.'
            if "accept" in verdict.missing
            else f"The viewer sends {names}, so the browser asks first (preflight) whether it may."
        )
        return (
            f"header {names} is not allowed for {origin}",
            f"{why} The service allows: {allowed}",
            f"Headers: add  {', '.join(verdict.missing)}",
        )
    if step == "cors-missing":
        return (
            f"the origin {origin} is not allowed",
            "The service answers without Access-Control-Allow-Origin: on Azure that means that the origin is not in its list, or "
            "that CORS was never set. (The status, 204, says nothing.)",
            f"Origins: add  {origin}",
        )
    if step == "cors-origin":
        return (f"another origin than {origin} is allowed", verdict.reason, f"Origins: exactly  {origin}")
    if step == "method":
        return (f"method {seen.request.method} is not allowed", verdict.reason, f"Methods: add  {seen.request.method}")
    return (f"{origin} is refused: {step}", verdict.reason, f"Origins: exactly  {origin}")


def _fix(answers: Answers, seen: CorsLook, portal: str) -> tuple[Fix, ...]:
    service: Literal["dicom", "fhir"] = "dicom" if seen.service == answers.server.url else "fhir"
    settings = azure_cors.wanted(service, answers.viewer.origins, uploads=answers.server.uploads)
    if seen.preflight and seen.preflight.received:
        answer = _answer(seen.preflight)
        headers, methods = (parse_list(answer.values(name)) or () for name in (ALLOW_HEADERS, ALLOW_METHODS))
        settings = azure_cors.with_those_there(settings, headers, methods)
    return azure_cors.remedies(service, settings, portal)


CHECK = Check(ID, 80, "Does the service let the viewer in?", look, judge, needs=("dicomweb-reachable", "tls"))
