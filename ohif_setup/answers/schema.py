"""The JSON Schema of the answers file, for editors. It refuses nothing that the tool accepts."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.ohif_table import REFUSED

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILE_NAME = "ohif-setup.schema.json"


def answers_schema() -> dict[str, Any]:
    """The schema as JSON values (draft 2020-12), every definition in its place, because editors differ in following
    references."""
    schema = Answers.model_json_schema()
    definitions = schema.pop("$defs")
    found: dict[str, Any] = {"$schema": DIALECT} | _inlined(schema, definitions)
    found["title"] = "Answers for ohif-setup"
    found["required"] = ["version", *found["required"]]
    found["properties"]["version"] |= {"const": 1}
    found["properties"]["ohif"]["propertyNames"] = {"not": {"enum": list(REFUSED)}}
    return found


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inlined(below, definitions) for below in node]
    if not isinstance(node, dict):
        return node
    node = {key: below for key, below in node.items() if key != "default" or below not in (None, "")}
    if "anyOf" in node:
        # fhir: TOML has no null, so the other branch is the only one.
        (choice,) = (below for below in node.pop("anyOf") if below != {"type": "null"})
        node = choice | node
    if "$ref" in node:
        node = definitions[node.pop("$ref").removeprefix("#/$defs/")] | node
    return {key: _inlined(below, definitions) for key, below in node.items()}
