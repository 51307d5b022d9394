"""The JSON Schema: valid, told in full, and never stricter than the tool."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohif_setup.answers.file.schema import DIALECT, answers_schema
from ohif_setup.answers.file.writing import render_answers
from ohif_setup.answers.keys import KEYS
from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.ohif_table import REFUSED
from tests.answers.sites import AZURE, BOTH, KEYCLOAK, ORTHANC, changed

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


SITES: list[dict[str, Any]] = [
    AZURE,
    ORTHANC,
    BOTH,
    changed(ORTHANC, sign_in=KEYCLOAK, proxy={"listen": 8080}, server__capabilities={"fuzzy": False}),
    changed(AZURE, servers=[]),
]


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
    for raw in (RAW, *SITES):
        Answers.model_validate(raw)
        assert faults(raw) == []


def test_what_the_tool_writes_the_schema_accepts() -> None:
    for raw in SITES:
        answers = Answers.model_validate(raw)
        assert faults(tomllib.loads(render_answers(answers))) == []
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
        pytest.param({"servers": BOTH["servers"]}, "$", id="one-and-several"),
        pytest.param({"sign_in": {"client_id": "x"}}, "$.sign_in", id="azure-without-tenant"),
        pytest.param({"proxy": {"listen": 0}}, "$.proxy.listen", id="port"),
        *(pytest.param({"ohif": {name: []}}, "$.ohif", id=name) for name in REFUSED),
    ],
)
def test_editors_mark_what_is_wrong(change: dict[str, Any], path: str) -> None:
    assert faults(RAW | change) == [path]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(changed(AZURE, sign_in=None), id="azure-without-sign-in"),
        pytest.param(changed(BOTH, sign_in=None), id="azure-among-several-without-sign-in"),
        pytest.param(changed(ORTHANC, server=None), id="no-server"),
        pytest.param(changed(ORTHANC, server=None, servers=[]), id="no-servers"),
        pytest.param(changed(ORTHANC, servers={"url": "x"}), id="single-brackets"),
    ],
)
def test_editors_mark_what_only_the_whole_shows(raw: dict[str, Any]) -> None:
    assert faults(raw)
    with pytest.raises(ValueError, match=r"."):
        Answers.model_validate(raw)


@given(st.sampled_from([RAW, *SITES]), st.data())
def test_schema_refuses_nothing_that_the_tool_accepts(raw: dict[str, Any], data: st.DataObject) -> None:
    """Any one value of a right file is taken away or becomes another."""
    raw = copy.deepcopy(raw)
    places = [*_places(raw)]
    table, name = data.draw(st.sampled_from(places))
    other: object = data.draw(
        st.sampled_from([None, "", [], {}, 0, 8080, True, "orthanc", "cors", "x", [{}], {"fuzzy": True}])
    )
    if other is None:
        del table[name]
    else:
        table[name] = other
    raw.setdefault("version", 1)  # which files must have
    try:
        Answers.model_validate(raw)
    except ValueError:
        return
    assert faults(raw) == []


def _places(raw: Any) -> Iterator[tuple[Any, Any]]:
    for name, value in list(raw.items() if isinstance(raw, dict) else enumerate(raw)):
        yield raw, name
        if isinstance(value, dict | list) and name != "ohif":
            yield from _places(value)
