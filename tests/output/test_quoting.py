"""Hostile values in every template: nothing breaks out, and a JavaScript engine reads back what was meant."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ohif_setup.answers.model import Answers
from ohif_setup.output.artefacts import app_config
from ohif_setup.output.plan import plan
from ohif_setup.output.quoting import js, js_comment, js_key, markdown_code

HOSTILE = [
    "'",
    '"',
    "\\",
    "`${alert(1)}`",
    "</script><script>alert(1)</script>",
    "<!--",
    "a\nb",
    "a\r\nb",
    "\u2028\u2029",
    "*/ alert(1) /*",
    "// x",
    "\x00\x1b[2J",
    "\ud7ff\ue000\U0001f980",
    "{{ 7 * 7 }}{% raw %}",
    "constructor",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | st.text(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(), below, max_size=4),
    max_leaves=12,
)

needs_node = pytest.mark.skipif(not shutil.which("node"), reason="needs a JavaScript engine: install nodejs")


def evaluated(script: str) -> Any:
    """What Node makes of an expression, as JSON."""
    program = "let s='';process.stdin.on('data',d=>s+=d).on('end',()=>{globalThis.window={};"
    program += "process.stdout.write(JSON.stringify((0,eval)(s)))})"
    done = subprocess.run(["node", "-e", program], input=script, capture_output=True, encoding="utf-8", check=True)
    return json.loads(done.stdout)


def site(ohif: dict[str, Any], **changes: Any) -> Answers:
    return Answers.model_validate(
        {
            "viewer": {"url": "https://viewer.example.org/ohif", **changes.get("viewer", {})},
            "server": {"kind": "azure-dicom", "url": "https://ws-dicom.dicom.azurehealthcareapis.com"},
            "sign_in": {
                "tenant_id": "11111111-2222-4333-8444-555555555555",
                "client_id": "66666666-7777-4888-9999-aaaaaaaaaaaa",
            },
            "ohif": ohif,
        }
    )


@needs_node
@settings(max_examples=25, deadline=None)
@given(st.lists(JSON, max_size=20))
def test_javascript_reads_back_what_was_written(values: list[Any]) -> None:
    assert evaluated(f"({js(values)})") == values


@needs_node
def test_hostile_answers_stay_values_in_app_config() -> None:
    extra = {"whiteLabeling": {text: [text] for text in HOSTILE}, "showPatientInfo": "".join(HOSTILE), "a b": 1}
    answers = site(extra)
    text = plan(answers)[0].text
    assert "</script" not in text
    assert "\u2028" not in text
    config = evaluated(text + "\nwindow.config")
    wanted = app_config.context(answers)["config"]
    assert config == json.loads(json.dumps(wanted))


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_strings_cannot_leave_their_line(value: str) -> None:
    assert len(js(value).splitlines()) == 1
    assert len(js_key(value).splitlines()) == 1
    assert len(js_comment(value).splitlines()) <= 1
    assert len(markdown_code(value).splitlines()) == 1


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_lacks_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        js(value)


@given(st.text(max_size=30))
def test_code_span_is_longer_than_any_run_of_backticks_in_it(value: str) -> None:
    span = markdown_code(value)
    fence = len(span) - len(span.lstrip("`"))
    assert "`" * fence not in span[fence:-fence].strip("\n")
