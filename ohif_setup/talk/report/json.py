"""Findings as the JSON object that `check --json` prints."""

from __future__ import annotations

import json

from ohif_setup.checks.outcome import Outcome

SCHEMA = "ohif-setup.check/1"


def as_json(outcome: Outcome) -> str:
    """One indented object with the name of the schema, the status of the run, what was not seen, what to do, and all findings."""
    report = {
        "schema": SCHEMA,
        "status": outcome.status,
        "unseen": [{"what": what, "reason": reason} for reason, whats in outcome.unseen.items() for what in whats],
        "to_do": [
            {"check": entry.finding.check, "where": entry.fix.where, "text": entry.fix.text} for entry in outcome.to_do
        ],
        "findings": [
            {
                "check": finding.check,
                "subject": finding.subject,
                "status": finding.status,
                "title": finding.title,
                "symptom": finding.symptom,
                "cause": finding.cause,
                "fix": [{"where": fix.where, "text": fix.text} for fix in finding.fix],
                "evidence": dict(finding.evidence),
            }
            for finding in outcome.findings
        ],
    }
    return json.dumps(report, indent=2)
