"""The CORS verdicts of one service: a matrix of origins by kinds of request, then each distinct fault once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from ohif_setup.checks.cors_findings import findings_of
from ohif_setup.checks.cors_look import Wanted
from ohif_setup.checks.cors_verdict import RequestVerdict, status_of
from ohif_setup.checks.finding import Finding
from ohif_setup.network.exchange import evidence
from ohif_setup.report.curl import as_curl
from ohif_setup.report.text import SIGNS, body, console, printable

SCHEMA = "ohif-setup.cors/1"
_NAMES = {
    "azure-dicom": "Azure DICOM service",
    "orthanc": "Orthanc",
    "dicomweb": "DICOMweb server",
    "fhir": "FHIR service",
}


def as_rows(wanted: Wanted, judged: Sequence[RequestVerdict]) -> list[dict[str, object]]:
    """One JSON object for each viewer origin."""
    return [
        {
            "url": wanted.url,
            "viewer_origin": origin,
            "requests": [_as_json(one) for one in judged if one.look.origin == origin],
        }
        for origin in wanted.origins
    ]


def as_json(rows: list[dict[str, object]], statuses: Iterable[str]) -> str:
    """The whole report."""
    seen = set(statuses)
    status = "fail" if "fail" in seen else "warn" if "warn" in seen else "pass"
    return json.dumps({"schema": SCHEMA, "status": status, "services": rows}, indent=2, ensure_ascii=False)


def print_service(wanted: Wanted, judged: Sequence[RequestVerdict]) -> None:
    """Matrix and faults as text."""
    out = console()
    out.print(
        f"Service  {printable(wanted.url)}  ({_NAMES[wanted.kind]}{'' if wanted.signs_in else ', without sign-in'})\n"
    )
    _print_matrix(wanted, judged, out)
    faults: dict[tuple[str, tuple[object, ...]], list[Finding]] = {}
    for finding in findings_of(judged, wanted):
        if finding.cause:
            faults.setdefault((finding.cause, finding.fix), []).append(finding)
    for same in faults.values():
        first = same[0]
        sign, style = SIGNS[first.status]
        line = Text("\n  ")
        line.append(sign, style=style)
        line.append(f" {printable(first.title)}")
        out.print(line)
        out.print(f"      Where    {', '.join(dict.fromkeys(one.aspect for one in same))}")
        for text in body(first, out.width):
            out.print(text)
    out.print("")


def print_curl(wanted: Wanted, judged: Sequence[RequestVerdict]) -> None:
    """The commands behind the requests, each once."""
    print(f"# {printable(wanted.url)}")
    for one in judged:
        sent = [exchange.sent for step in one.look.steps for exchange in (step.preflight, step.actual) if exchange]
        for request in sent:
            sign = "allowed" if one.allowed else "refused"
            print(f"# {one.look.request.kind} from {one.look.origin}: {sign}")
            print(as_curl(request))


def _print_matrix(wanted: Wanted, judged: Sequence[RequestVerdict], out: Console) -> None:
    kinds = list(dict.fromkeys(one.look.request.kind for one in judged))
    column = max(len(origin) for origin in wanted.origins) + 2
    out.print("  " + " " * column + "  ".join(kinds))
    for origin in wanted.origins:
        line = Text(f"  {origin:<{column}}")
        for one in judged:
            if one.look.origin == origin:
                sign, style = SIGNS[status_of(one)]
                line.append(f"{sign:<{len(one.look.request.kind) + 2}}", style=style)
        out.print(line)


def _as_json(one: RequestVerdict) -> dict[str, object]:
    shown = evidence(one.exchange) if one.exchange else {}
    return {
        "request": one.look.request.kind,
        "method": one.look.request.method,
        "url": one.look.request.url,
        "preflight": one.look.preflight is not None,
        "allowed": one.allowed,
        "step": one.step,
        "reason": one.reason,
        "warnings": [warning.text for warning in one.warnings],
        "evidence": {"request": shown.get("request", {}), "response": shown.get("response", {})},
    }
