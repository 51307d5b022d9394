"""Verdicts on requests as findings: title, what breaks, why, and the lines to paste."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ohif_setup.browser.console import console_message
from ohif_setup.browser.foreign import parts_of
from ohif_setup.browser.values import CorsWarning
from ohif_setup.checks import web_server
from ohif_setup.checks.cors.faults import fault_of
from ohif_setup.checks.cors.look import CorsTarget
from ohif_setup.checks.cors.remedy import SAME_ORIGIN
from ohif_setup.checks.cors.verdict import RequestVerdict, status_of
from ohif_setup.checks.cors.warnings import FAILING, id_of, title_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.kinds.service import MAX_AGE, CorsChange, Setting
from ohif_setup.network.wire.exchange import evidence

ID = "cors"


def findings_of(judged: Sequence[RequestVerdict], target: CorsTarget, prefix: str = "") -> list[Finding]:
    """One finding for each verdict. `prefix` goes before the kind of request, for a second service of a site."""
    return [_finding(verdict, judged, target, f"{prefix}{verdict.look.request.kind}") for verdict in judged]


def faults_of(judged: Sequence[RequestVerdict], target: CorsTarget) -> list[tuple[str, Finding]]:
    """The viewer origin and a finding for each fault and each warning of each verdict, so that the same ones repeat themselves.

    The finding's `subject` is the stable ID.
    """
    found: list[tuple[str, Finding]] = []
    for verdict in judged:
        origin, kind = verdict.look.origin, verdict.look.request.kind
        if not verdict.allowed:
            whole = _finding(verdict, judged, target, kind)
            found.append((origin, replace(whole, subject=str(whole.evidence["fault"]))))
        for warning in verdict.warnings:
            alone = _warned(replace(verdict, warnings=(warning,)), target, kind)
            found.append((origin, replace(alone, subject=id_of(warning))))
    return found


def _finding(judged: RequestVerdict, every: Sequence[RequestVerdict], target: CorsTarget, aspect: str) -> Finding:
    if not judged.allowed:
        return _refused(judged, every, target, aspect)
    if judged.warnings:
        return _warned(judged, target, aspect)
    origin = judged.look.origin
    title = origin
    if judged.step == "same-origin":
        title += "  (same origin, no CORS needed)"
    return Finding(ID, f"{aspect} {origin}", "pass", title, evidence=_shown(judged), aspect=aspect)


def _refused(judged: RequestVerdict, every: Sequence[RequestVerdict], target: CorsTarget, aspect: str) -> Finding:
    origin = judged.look.origin
    fault = fault_of(judged, every, target)
    console, symptom = "", judged.look.request.what_breaks
    if judged.verdict:
        console = console_message(judged.verdict, judged.look.script, origin)
    # The address in front would only fill the screen; the evidence has the whole sentence.
    short = console.rpartition("blocked by CORS policy: ")[2]
    if short:
        symptom += f'; the browser says "{short}"'
    fix = fault.fixes or _fix(judged, target, fault.portal, fault.proxy)
    shown = {**_shown(judged), "fault": fault.id, "console": console}
    return Finding(ID, f"{aspect} {origin}", "fail", fault.title, symptom, fault.cause, fix, shown, aspect)


def _warned(judged: RequestVerdict, target: CorsTarget, aspect: str) -> Finding:
    origin = judged.look.origin
    grave = next((warning for warning in judged.warnings if warning.rule in FAILING), judged.warnings[0])
    symptom = judged.look.request.what_breaks if grave.rule == "page" else "none in the viewer"
    cause = ". ".join(dict.fromkeys(warning.text for warning in judged.warnings))
    fixes = dict.fromkeys(fix for warning in judged.warnings for fix in _advice(judged, target, warning))
    shown = {
        **_shown(judged),
        "fault": id_of(grave),
        "warnings": [warning.text for warning in judged.warnings],
        "warning_ids": [id_of(warning) for warning in judged.warnings],
    }
    title = f"{origin}: {title_of(grave)}"
    return Finding(ID, f"{aspect} {origin}", status_of(judged), title, symptom, cause, tuple(fixes), shown, aspect)


def _shown(judged: RequestVerdict) -> dict[str, object]:
    shown: dict[str, object] = {"rule": judged.rule, "step": judged.step, "reason": judged.reason}
    if judged.exchange:
        shown |= evidence(judged.exchange)
    return shown


def _advice(judged: RequestVerdict, target: CorsTarget, warning: CorsWarning) -> tuple[Fix, ...]:
    origins = ", ".join(target.origins)
    match id_of(warning):
        case "headers-wildcard":
            text = "name the headers instead of *"
            return _fix(judged, target, "Headers: authorization, accept instead of *", text, ("headers",))
        case "any-origin" | "archive-open" | "any-origin-reflected" | "any-origin-with-credentials":
            text = f"allow {origins} only, not every origin"
            return _fix(judged, target, f"Origins: {origins} instead of *", text, ("origins",))
        case "preflight-not-kept":
            text = f"set a maximal age of {MAX_AGE} seconds for preflights"
            return _fix(judged, target, f"Max age: {MAX_AGE}", text, ("maxAge",))
        case "vary-missing":
            return (Fix("Proxy", "send Vary: Origin on every answer, also where no origin is allowed"),)
        case "local-network":
            return (
                Fix(
                    "Network", "open the viewer from an address in the same network, or tell people to allow the prompt"
                ),
            )
        case "certificate-private":
            return (Fix("Browsers", "install the CA where people open the viewer, or use a public certificate"),)
        case "redirect-passes" | "redirect-differs":
            return (Fix("Address", "use the final address of the service"),)
        case "web-page":
            return (Fix("Address", "use the address of the service, often with /dicom-web or /v2 at its end"),)
        case "errors-without-cors":
            return _fix(
                judged, target, "", "send the same CORS headers on every answer, errors too: add_header ... always"
            )
        case _:
            text = "leave Access-Control-Allow-Credentials out"
            return _fix(judged, target, "Allow credentials: off", text, ("allowCredentials",))


def _fix(
    judged: RequestVerdict, target: CorsTarget, portal: str, proxy: str, exactly: tuple[Setting, ...] = ()
) -> tuple[Fix, ...]:
    if target.server:
        return (SAME_ORIGIN, *web_server.fixes(target.server, lambda _: proxy))
    change = CorsChange(
        origin=judged.look.origin,
        origins=target.origins,
        uploads=target.uploads,
        path=parts_of(target.url).path,
        own=portal,
        proxy=proxy,
        exactly=exactly,
    )
    return target.service.remedies(change)
