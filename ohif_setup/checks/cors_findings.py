"""Verdicts on requests as findings: title, what breaks, why, and the lines to paste."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ohif_setup.browser.console import console_message
from ohif_setup.browser.values import CorsWarning
from ohif_setup.checks.cors_faults import CorsFault, fault_of
from ohif_setup.checks.cors_look import Wanted
from ohif_setup.checks.cors_verdict import RequestVerdict, status_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.network.exchange import evidence
from ohif_setup.servers import azure_cors, proxy_cors

ID = "cors"

_WARNING_TITLES = {
    "C18": "allowed by a wildcard only",
    "C19": "each request is asked about twice",
    "C25": "credentials are allowed for nothing",
    "C26": "error answers hide behind CORS",
    "C28": "browsers differ after the redirect",
    "C29": "allowed, but the address redirects",
    "C31": "caches may mix answers up",
    "C35": "a public page asks a private address",
    "C37": "any origin is let in",
    "C37-credentials": "any origin is let in, with credentials",
    "C38": "anybody's web page may read the archive",
    "C38-protected": "any origin is let in",
    "page": "a web page answers, not a DICOM service",
}


def findings_of(judged: Sequence[RequestVerdict], wanted: Wanted, prefix: str = "") -> list[Finding]:
    """One finding for each verdict. `prefix` goes before the kind of request, for a second service of a site."""
    return [_one(one, wanted, f"{prefix}{one.look.request.kind}") for one in judged]


def fault_in(judged: RequestVerdict, wanted: Wanted) -> CorsFault:
    """The fault of a verdict that is not allowed."""
    return fault_of(judged, wanted.origins, azure=_is_azure(wanted))


def _one(judged: RequestVerdict, wanted: Wanted, aspect: str) -> Finding:
    status = status_of(judged)
    origin = judged.look.origin
    shown: dict[str, object] = {"rule": judged.rule, "step": judged.step, "reason": judged.reason}
    shown |= evidence(judged.exchange) if judged.exchange else {}
    subject = f"{aspect} {origin}"
    if not judged.allowed:
        fault = fault_in(judged, wanted)
        console = console_message(judged.verdict, judged.look.script, origin) if judged.verdict else ""
        shown |= {"fault": fault.id, "console": console}
        # The address in front would only fill the screen; the evidence has the whole sentence.
        short = console.rpartition("blocked by CORS policy: ")[2]
        symptom = judged.look.request.what_breaks + (f'; the browser says "{short}"' if short else "")
        fix = _fix(judged, wanted, fault.portal, fault.proxy)
        return Finding(ID, subject, status, fault.title, symptom, fault.cause, fix, shown, aspect)
    if judged.warnings:
        first = judged.warnings[0]
        shown["warnings"] = [warning.text for warning in judged.warnings]
        title = f"{origin}: {_WARNING_TITLES.get(first.rule, 'allowed, with a warning')}"
        cause = ". ".join(dict.fromkeys(warning.text for warning in judged.warnings))
        return Finding(
            ID, subject, status, title, "none in the viewer", cause, _advice(judged, wanted, first), shown, aspect
        )
    note = "  (same origin, no CORS needed)" if judged.step == "same-origin" else ""
    return Finding(ID, subject, status, f"{origin}{note}", evidence=shown, aspect=aspect)


def _advice(judged: RequestVerdict, wanted: Wanted, warning: CorsWarning) -> tuple[Fix, ...]:
    origins = ", ".join(wanted.origins)
    if warning.rule == "C18":
        return _fix(
            judged, wanted, "Headers: name authorization and accept instead of *", "name the headers instead of *"
        )
    if warning.rule.startswith(("C37", "C38")):
        return _fix(judged, wanted, f"Origins: {origins} instead of *", f"allow {origins} only, not every origin")
    if warning.rule == "C19":
        return (Fix("Server", f"set a maximal age of {azure_cors.MAX_AGE} seconds for preflights"),)
    if warning.rule == "C31":
        return (Fix("Proxy", "send Vary: Origin on every answer"),)
    if warning.rule == "C35":
        return (
            Fix("Network", "open the viewer from an address in the same network, or tell people to allow the prompt"),
        )
    if warning.rule in ("C28", "C29", "page"):
        return (Fix("Address", "use the final address of the service"),)
    return _fix(judged, wanted, "Allow credentials: off", "send the same CORS headers on every answer, errors too")


def _fix(judged: RequestVerdict, wanted: Wanted, portal: str, proxy: str) -> tuple[Fix, ...]:
    if judged.step in ("mixed-content", "no-answer"):
        return (Fix("Server", proxy),)
    service: Literal["dicom", "fhir"] = "fhir" if wanted.kind == "fhir" else "dicom"
    settings = azure_cors.wanted(service, wanted.origins, uploads=wanted.uploads)
    if _is_azure(wanted):
        return azure_cors.remedies(service, settings, portal)
    return proxy_cors.remedies(settings, proxy, same_origin=wanted.kind == "orthanc")


def _is_azure(wanted: Wanted) -> bool:
    return wanted.kind in ("azure-dicom", "fhir")
