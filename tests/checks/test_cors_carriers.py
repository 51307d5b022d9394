"""The records that carry a fault of CORS from the wire to the printed line, as `docs/architecture.md` names them."""

from __future__ import annotations

import importlib
import re
from dataclasses import is_dataclass
from pathlib import Path

import ohif_setup

CARRIERS = {
    "Exchange": "one request and its answer or its trouble",
    "CorsLook": "one kind of request from one origin, with its verdict once it is judged",
    "CorsCase": "one service, with all its looks",
    "Verdict": "what a browser makes of an answer",
    "Fault": "what is wrong, and what to do",
    "Finding": "a line of the report",
}
PARTS = {
    "Sent": "Exchange",
    "Received": "Exchange",
    "Trouble": "Exchange",
    "Answer": "Exchange",
    "CorsWarning": "Verdict",
    "Fix": "Fault",
}
"""What is never handed on alone, and of which carrier it is a part."""
BESIDE = {"ScriptRequest", "Preflight", "CorsService", "CorsSettings"}
"""What is asked, and what ought to be set: they know of no fault."""
MODULES = (
    "browser.values",
    "network.wire.exchange",
    "network.look.cors",
    "kinds.service",
    "checks.cors.cors",
    "checks.cors.look",
    "checks.cors.verdict",
    "checks.cors.faults",
    "checks.cors.findings",
    "checks.cors.remedy",
    "checks.fault",
    "checks.finding",
    "talk.report.cors",
    "talk.report.json",
    "talk.report.text",
)
"""The whole way."""


def test_every_record_on_the_way_is_known() -> None:
    found = set()
    for name in MODULES:
        module = importlib.import_module(f"ohif_setup.{name}")
        found |= {
            word
            for word, value in vars(module).items()
            if is_dataclass(value) and getattr(value, "__module__", "") == module.__name__
        }
    assert found == {*CARRIERS, *PARTS, *BESIDE}
    assert set(PARTS.values()) <= set(CARRIERS)


def test_no_module_on_the_way_is_left_out() -> None:
    folder = Path(ohif_setup.__file__).parent / "checks"
    # The provider's CORS is a check of its own.
    modules = {f"checks.{file.stem}" for file in folder.glob("cors*.py")} - {"checks.cors_sign_in"}
    assert modules <= set(MODULES)


def test_the_architecture_names_the_carriers() -> None:
    text = (Path(ohif_setup.__file__).parents[1] / "docs/architecture.md").read_text("utf-8")
    said = re.search(r"^Six records carry it: (.*)\.$", text, re.MULTILINE)
    assert said is not None
    assert re.findall(r"`(\w+)`", said[1]) == list(CARRIERS)
    assert len(CARRIERS) == 6
