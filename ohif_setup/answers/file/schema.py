"""The JSON Schema of the answers file, for editors. It refuses nothing that the tool accepts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ohif_setup.answers.keys import keys_in
from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.ohif_table import REFUSED
from ohif_setup.kinds import KINDS
from ohif_setup.providers import PROVIDERS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILE_NAME = "ohif-setup.schema.json"

# An empty `servers` beside [server] is what the model accepts too, so the schema must not refuse it.
_ONE_OR_SEVERAL = (
    {"required": ["server"], "properties": {"servers": {"maxItems": 0}}},
    {"required": ["servers"], "properties": {"servers": {"minItems": 1}, "server": False}},
)


def answers_schema() -> dict[str, Any]:
    """The schema as JSON values (draft 2020-12), every definition in its place, because editors differ in following
    references."""
    schema = Answers.model_json_schema()
    definitions = schema.pop("$defs")
    found: dict[str, Any] = {"$schema": DIALECT} | _inlined(schema, definitions)
    found["title"] = "Answers for ohif-setup"
    found["description"] = found["description"].partition("\n")[0]
    del found["properties"]["servers"]["default"]
    found["required"] = ["version", *found["required"]]
    found["properties"]["version"] |= {"const": 1}
    for table in (found["properties"]["server"], found["properties"]["servers"]["items"]):
        table["properties"] |= {
            key.name: table["properties"][key.name] | {"description": key.description}
            for key in keys_in("server")
            if key.gallery is not None
        }
    found["properties"]["ohif"]["propertyNames"] = {"not": {"enum": list(REFUSED)}}
    # The first condition stays at the top level, further ones need allOf: an object can have only one `if`.
    first, *others = _sign_ins()
    found |= {"oneOf": list(_ONE_OR_SEVERAL)} | first
    if others:
        found |= {"allOf": others}
    return found


def schema_text() -> str:
    """The schema as the file that stands beside the answers file."""
    return json.dumps(answers_schema(), indent=2, ensure_ascii=False) + "\n"


def _sign_ins() -> Iterator[dict[str, Any]]:
    """For each kind of server that wants a token, that there is a sign-in at the provider of that token."""
    for kind in KINDS.values():
        if kind.token is None:
            continue
        server: dict[str, Any] = {"properties": {"kind": {"const": kind.name}}}
        # `kind` may be omitted for the first kind only, which is the default.
        if kind.name != KINDS.first:
            server["required"] = ["kind"]
        single = {"required": ["server"], "properties": {"server": server}}
        several = {"required": ["servers"], "properties": {"servers": {"contains": server}}}
        key = PROVIDERS[kind.token.provider].key
        yield {
            "if": {"anyOf": [single, several]},
            "then": {"required": ["sign_in"], "properties": {"sign_in": {"required": [key]}}},
        }


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inlined(below, definitions) for below in node]
    if not isinstance(node, dict):
        return node
    # A default of null or "" means "not set" and would make editors insert it.
    node = {key: below for key, below in node.items() if key != "default" or below not in (None, "")}
    if "anyOf" in node:
        # TOML has no null, so the other branch is the only one.
        (choice,) = (below for below in node.pop("anyOf") if below != {"type": "null"})
        node = choice | node
    if "$ref" in node:
        node = definitions[node.pop("$ref").removeprefix("#/$defs/")] | node
    return {key: _inlined(below, definitions) for key, below in node.items()}
