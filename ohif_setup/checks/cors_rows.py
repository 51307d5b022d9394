"""Verdicts on requests as JSON values (schema `ohif-setup.cors/1`), and what they leave open."""

from __future__ import annotations

from collections.abc import Sequence

from ohif_setup.checks.cors_faults import fault_of
from ohif_setup.checks.cors_look import Wanted
from ohif_setup.checks.cors_verdict import RequestVerdict, status_of
from ohif_setup.checks.cors_warnings import id_of
from ohif_setup.checks.finding import Finding
from ohif_setup.network.exchange import evidence
from ohif_setup.viewer.requests import MADE_UP

SCHEMA = "ohif-setup.cors/1"


def as_rows(wanted: Wanted, judged: Sequence[RequestVerdict], bug: Finding | None = None) -> list[dict[str, object]]:
    """One object for each viewer origin. `bug` says why there is no verdict at all."""
    broken: dict[str, object] = {"could_not_judge": dict(bug.evidence)} if bug else {}
    return [
        {
            "url": wanted.url,
            "viewer_origin": origin,
            "server": wanted.kind,
            "unseen": list(unseen(wanted, judged)),
            "requests": [_as_json(one, judged, wanted) for one in judged if one.look.origin == origin],
        }
        | broken
        for origin in wanted.origins
    ]


def unseen(wanted: Wanted, judged: Sequence[RequestVerdict]) -> tuple[str, ...]:
    """What no verdict here speaks of, in a few words each."""
    left = []
    if wanted.signs_in and wanted.token is None:
        left.append("whether a token is accepted (none was sent)")
    if wanted.uids == MADE_UP and wanted.service.by_uids:
        left.append("answers about images that exist (the UIDs were made up)")
    if any(one.look.request.method != "GET" for one in judged):
        left.append("how storing ends (nothing is ever stored)")
    return tuple(left)


def _as_json(one: RequestVerdict, every: Sequence[RequestVerdict], wanted: Wanted) -> dict[str, object]:
    shown = evidence(one.exchange) if one.exchange else {}
    seen: dict[str, object] = {key: shown[key] for key in ("trouble", "proxy") if key in shown}
    return {
        "request": one.look.request.kind,
        "method": one.look.request.method,
        "url": one.look.request.url,
        "preflight": one.look.preflight is not None,
        "allowed": one.allowed,
        "status": status_of(one),
        "step": one.step,
        "rule": one.rule,
        "reason": one.reason,
        "fault": None if one.allowed else fault_of(one, every, wanted).id,
        "warnings": [warning.text for warning in one.warnings],
        "warning_ids": [id_of(warning) for warning in one.warnings],
        "evidence": {"request": shown.get("request", {}), "response": shown.get("response", {})} | seen,
    }
