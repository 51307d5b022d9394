"""Verdicts on requests as findings, with what a verdict warns of, and as JSON values (schema `ohif-setup.cors/1`)."""

from __future__ import annotations

from ohif_setup.browser.values import CorsWarning
from ohif_setup.checks.cors.faults import fault_of, shown, ways_out
from ohif_setup.checks.cors.look import CorsCase, CorsLook
from ohif_setup.checks.cors.verdict import FAILING, status_of
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.kinds.service import MAX_AGE
from ohif_setup.network.wire.exchange import evidence
from ohif_setup.ohif.requests import MADE_UP

ID = "cors"
SCHEMA = "ohif-setup.cors/1"

_WARNINGS = {
    "C18": ("headers-wildcard", "allowed by a wildcard only"),
    "C19": ("preflight-not-kept", "each request is asked about twice"),
    "C25": ("credentials-unneeded", "credentials are allowed for nothing"),
    "C26": ("errors-without-cors", "error answers hide behind CORS"),
    "C28": ("redirect-differs", "browsers differ after the redirect"),
    "C29": ("redirect-passes", "allowed, but the address redirects"),
    "C31": ("vary-missing", "caches may mix answers up"),
    "C33": ("certificate-private", "only machines with your CA trust the certificate"),
    "C35": ("local-network", "a public page asks a private address"),
    "C37": ("any-origin-reflected", "any origin is let in"),
    "C37-credentials": ("any-origin-with-credentials", "any origin is let in, with credentials"),
    "C38": ("archive-open", "anybody's web page may read the archive"),
    "C38-protected": ("any-origin", "any origin is let in"),
    "page": ("web-page", "a web page answers, not a service"),
}
"""The stable ID of each warning and its title, by rule."""


def findings_of(case: CorsCase, prefix: str = "") -> list[Finding]:
    """One finding for each verdict. `prefix` goes before the kind of request, for a second service of a site."""
    return [_finding(look, case, f"{prefix}{look.request.kind}") for look in case.looks]


def faults_of(case: CorsCase) -> list[tuple[str, Finding]]:
    """The viewer origin and a finding for each fault and each warning of each verdict; equal ones are repeated.

    The finding's `subject` is the stable ID.
    """
    found: list[tuple[str, Finding]] = []
    for look in case.looks:
        faults = [_of_warnings(look, case, (warning,)) for warning in look.verdict.warnings]
        if not look.verdict.allowed:
            faults.insert(0, fault_of(look, case))
        found += ((look.origin, finding_of(ID, fault.id, fault, aspect=look.request.kind)) for fault in faults)
    return found


def rows_of(case: CorsCase, bug: Finding | None = None) -> list[dict[str, object]]:
    """One JSON object for each viewer origin. `bug` says why there is no verdict at all."""
    broken: dict[str, object] = {}
    if bug:
        broken["could_not_judge"] = dict(bug.evidence)
    return [
        {
            "url": case.url,
            "viewer_origin": origin,
            "server": case.kind,
            "unseen": list(unseen(case)),
            "requests": [_as_json(look, case) for look in case.looks if look.origin == origin],
        }
        | broken
        for origin in case.origins
    ]


def unseen(case: CorsCase) -> tuple[str, ...]:
    """What no verdict here speaks of, in a few words each."""
    left = []
    if case.signs_in and case.token is None:
        left.append("whether a token is accepted (none was sent)")
    if case.uids == MADE_UP and case.service.by_uids:
        left.append("answers about images that exist (the UIDs were made up)")
    if any(look.request.method != "GET" for look in case.looks):
        left.append("how storing ends (nothing is ever stored)")
    return tuple(left)


def _as_json(look: CorsLook, case: CorsCase) -> dict[str, object]:
    verdict, exchange = look.verdict, evidence(look.decided) if look.decided else {}
    seen: dict[str, object] = {key: exchange[key] for key in ("trouble", "proxy") if key in exchange}
    return {
        "request": look.request.kind,
        "method": look.request.method,
        "url": look.request.url,
        "preflight": look.preflight is not None,
        "allowed": verdict.allowed,
        "status": status_of(look),
        "step": verdict.step,
        "rule": verdict.rule,
        "reason": verdict.reason,
        "fault": None if verdict.allowed else fault_of(look, case).id,
        "warnings": [warning.text for warning in verdict.warnings],
        "warning_ids": [_id_of(warning) for warning in verdict.warnings],
        "evidence": {"request": exchange.get("request", {}), "response": exchange.get("response", {})} | seen,
    }


def _finding(look: CorsLook, case: CorsCase, aspect: str) -> Finding:
    verdict, subject = look.verdict, f"{aspect} {look.origin}"
    if not verdict.allowed:
        return finding_of(ID, subject, fault_of(look, case), aspect=aspect)
    if verdict.warnings:
        return finding_of(ID, subject, _of_warnings(look, case, verdict.warnings), aspect=aspect)
    title = look.origin
    if verdict.step == "same-origin":
        title += "  (same origin, no CORS needed)"
    return Finding(ID, subject, "pass", title, evidence=shown(look), aspect=aspect)


def _of_warnings(look: CorsLook, case: CorsCase, warnings: tuple[CorsWarning, ...]) -> Fault:
    """What works, but should not be so. The gravest warning names it."""
    grave = next((warning for warning in warnings if warning.rule in FAILING), warnings[0])
    symptom = "none in the viewer"
    if grave.rule == "page":
        symptom = look.request.what_breaks
    fixes = dict.fromkeys(fix for warning in warnings for fix in _advice(look, case, warning))
    seen = shown(look) | {
        "warnings": [warning.text for warning in warnings],
        "warning_ids": [_id_of(warning) for warning in warnings],
    }
    return Fault(
        _id_of(grave),
        f"{look.origin}: {_WARNINGS[grave.rule][1]}",
        symptom,
        ". ".join(dict.fromkeys(warning.text for warning in warnings)),
        tuple(fixes),
        "warn" if look.verdict.allowed and grave.rule not in FAILING else "fail",
        seen,
    )


def _id_of(warning: CorsWarning) -> str:
    """Stable, for programs."""
    if warning.rule == "C25" and '"*"' in warning.text:
        return "wildcard-with-credentials"
    return _WARNINGS[warning.rule][0]


def _advice(look: CorsLook, case: CorsCase, warning: CorsWarning) -> tuple[Fix, ...]:
    origins = ", ".join(case.origins)
    match _id_of(warning):
        case "headers-wildcard":
            text = "name the headers instead of *"
            return ways_out(look, case, "Headers: authorization, accept instead of *", text, ("headers",))
        case "any-origin" | "archive-open" | "any-origin-reflected" | "any-origin-with-credentials":
            text = f"allow {origins} only, not every origin"
            return ways_out(look, case, f"Origins: {origins} instead of *", text, ("origins",))
        case "preflight-not-kept":
            text = f"set a maximal age of {MAX_AGE} seconds for preflights"
            return ways_out(look, case, f"Max age: {MAX_AGE}", text, ("maxAge",))
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
            text = "send the same CORS headers on every answer, errors too: add_header ... always"
            return ways_out(look, case, proxy=text)
        case _:
            text = "leave Access-Control-Allow-Credentials out"
            return ways_out(look, case, "Allow credentials: off", text, ("allowCredentials",))
