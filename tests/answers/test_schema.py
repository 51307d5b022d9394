"""The JSON Schema: valid, told in full, and never stricter than the tool."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import jsonschema
import pytest

from ohif_setup.answers.keys import KEYS
from ohif_setup.answers.model import Answers
from ohif_setup.answers.ohif_table import REFUSED
from ohif_setup.answers.schema import DIALECT, answers_schema
from ohif_setup.answers.writing import render_answers

RAW: dict[str, Any] = {
    "version": 1,
    "viewer": {"url": " Viewer.Example.org/ ", "extra_urls": ["http://localhost:3000"], "ohif_version": "v3.13.2"},
    "server": {
        "kind": "azure-dicom",
        "url": "Service URL : https://a-b.dicom.azurehealthcareapis.com",
        "uploads": True,
    },
    "sign_in": {
        "tenant_id": "{11111111-2222-4333-8444-555555555555}",
        "client_id": "66666666777748889999aaaaaaaaaaaa",
        "flow": "implicit",
        "authority": "https://127.0.0.1:8443",
    },
    "fhir": {"url": "a-b.fhir.azurehealthcareapis.com"},
    "output": {"directory": "x"},
    "ohif": {"a": {"b": [1, 1.5, "x", True, {}]}},
}


def faults(value: object) -> list[str]:
    return [error.json_path for error in jsonschema.Draft202012Validator(answers_schema()).iter_errors(value)]


def test_schema_is_valid_and_plain_json() -> None:
    schema = answers_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert json.loads(json.dumps(schema)) == schema
    assert schema["$schema"] == DIALECT
    assert "$id" not in schema
    assert "$ref" not in json.dumps(schema)


def test_every_key_has_a_description_and_an_example() -> None:
    schema = answers_schema()
    for key in KEYS.values():
        node = schema
        for part in key.key.split("."):
            node = node["properties"][part]
        assert node["description"] == key.description
        assert node["examples"][0] == key.example


def test_what_the_tool_understands_the_schema_accepts() -> None:
    Answers.model_validate(RAW)
    assert faults(RAW) == []


def test_what_the_tool_writes_the_schema_accepts() -> None:
    answers = Answers.model_validate(RAW)
    assert faults(tomllib.loads(render_answers(answers))) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        pytest.param({"version": 2}, "$.version", id="version"),
        pytest.param({"novel": {}}, "$", id="unknown-table"),
        pytest.param({"server": {"url": "x", "uploads": "yes"}}, "$.server.uploads", id="wrong-type"),
        pytest.param({"sign_in": {"tenant_id": "x"}}, "$.sign_in", id="missing"),
        pytest.param({"viewer": {"url": "x", "urll": "x"}}, "$.viewer", id="unknown-key"),
        *(pytest.param({"ohif": {name: []}}, "$.ohif", id=name) for name in REFUSED),
    ],
)
def test_editors_mark_what_is_wrong(change: dict[str, Any], path: str) -> None:
    assert faults(RAW | change) == [path]
