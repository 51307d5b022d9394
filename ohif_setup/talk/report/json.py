"""Findings as the JSON object that `check --json` prints."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ohif_setup.checks.finding import Finding, worst

SCHEMA = "ohif-setup.check/1"


def as_json(findings: Sequence[Finding]) -> str:
    """One indented object with the name of the schema, the status of the run and all findings."""
    report = {
        "schema": SCHEMA,
        "status": worst(findings),
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
            for finding in findings
        ],
    }
    return json.dumps(report, indent=2)
