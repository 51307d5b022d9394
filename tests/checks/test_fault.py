"""One type for what is wrong, and one function that makes a finding of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import ohif_setup
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Fix

PACKAGE = Path(ohif_setup.__file__).parent
GOOD = ("pass", "skipped")


def test_id_is_evidence_by_its_sort() -> None:
    wrong = Fault("FM25", "title", "symptom", "cause", (Fix("Server", "mend it"),), "warn", {"seen": 1})
    found = finding_of("tls", "subject", wrong, {"status": 200}, "aspect")
    assert (found.status, found.aspect, found.evidence) == (
        "warn",
        "aspect",
        {"seen": 1, "status": 200, "failure_mode": "FM25"},
    )
    assert finding_of("cors", "", Fault("no-cors", "", "", "", ())).evidence == {"fault": "no-cors"}
    assert finding_of("cors", "", Fault("", "", "", "", ())).evidence == {}


def failing() -> Iterator[str]:
    """Where a finding that neither passes nor is skipped is made by hand."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                status = node.args[2] if len(node.args) > 2 else None
                if not isinstance(status, ast.Constant) or status.value not in GOOD:
                    yield f"{file.relative_to(PACKAGE)}:{node.lineno}"


def test_only_a_fault_becomes_a_finding_that_fails() -> None:
    assert {place.partition(":")[0] for place in failing()} == {"checks/fault.py"}
