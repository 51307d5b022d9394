"""Verdicts on requests as JSON values (schema `ohif-setup.cors/1`), and what they leave open."""

from __future__ import annotations

from collections.abc import Sequence

from ohif_setup.checks.cors.faults import fault_of
from ohif_setup.checks.cors.look import CorsTarget
from ohif_setup.checks.cors.verdict import RequestVerdict, status_of
from ohif_setup.checks.cors.warnings import id_of
from ohif_setup.checks.finding import Finding
from ohif_setup.network.wire.exchange import evidence
from ohif_setup.ohif.requests import MADE_UP

SCHEMA = "ohif-setup.cors/1"


def as_rows(
    target: CorsTarget, judged: Sequence[RequestVerdict], bug: Finding | None = None
) -> list[dict[str, object]]:
    """One object for each viewer origin. `bug` says why there is no verdict at all."""
    broken: dict[str, object] = {}
    if bug:
        broken["could_not_judge"] = dict(bug.evidence)
    return [
        {
            "url": target.url,
            "viewer_origin": origin,
            "server": target.kind,
            "unseen": list(unseen(target, judged)),
            "requests": [_as_json(verdict, judged, target) for verdict in judged if verdict.look.origin == origin],
        }
        | broken
        for origin in target.origins
    ]


def unseen(target: CorsTarget, judged: Sequence[RequestVerdict]) -> tuple[str, ...]:
    """What no verdict here speaks of, in a few words each."""
    left = []
    if target.signs_in and target.token is None:
        left.append("whether a token is accepted (none was sent)")
    if target.uids == MADE_UP and target.service.by_uids:
        left.append("answers about images that exist (the UIDs were made up)")
    if any(verdict.look.request.method != "GET" for verdict in judged):
        left.append("how storing ends (nothing is ever stored)")
    return tuple(left)


def _as_json(verdict: RequestVerdict, every: Sequence[RequestVerdict], target: CorsTarget) -> dict[str, object]:
    shown = evidence(verdict.exchange) if verdict.exchange else {}
    seen: dict[str, object] = {key: shown[key] for key in ("trouble", "proxy") if key in shown}
    return {
        "request": verdict.look.request.kind,
        "method": verdict.look.request.method,
        "url": verdict.look.request.url,
        "preflight": verdict.look.preflight is not None,
        "allowed": verdict.allowed,
        "status": status_of(verdict),
        "step": verdict.step,
        "rule": verdict.rule,
        "reason": verdict.reason,
        "fault": None if verdict.allowed else fault_of(verdict, every, target).id,
        "warnings": [warning.text for warning in verdict.warnings],
        "warning_ids": [id_of(warning) for warning in verdict.warnings],
        "evidence": {"request": shown.get("request", {}), "response": shown.get("response", {})} | seen,
    }
