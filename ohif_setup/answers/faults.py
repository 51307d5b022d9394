"""Translates the errors of pydantic into messages for people: one `Problem` for each fault."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from ohif_setup.answers.keys import FREE_TABLE, GROUPS, AnswerKey, header, key_at, keys_in, nearest
from ohif_setup.answers.problems import Problem, example_line, is_newer, problem
from ohif_setup.kinds import KINDS
from ohif_setup.paste.showing import is_secret_name

# A damaged file can have thousands of faults, and nobody reads more than a screen.
_MOST = 50
# By `AnswerKey.shape`; each text completes a sentence.
_WANTED = {
    "text": "text in quotes is wanted",
    "flag": "true or false is wanted, without quotes",
    "number": "a whole number is wanted",
    "list": "a list in brackets is wanted",
    "table": "a table is wanted",
}


def problems_of(error: ValidationError, origins: Mapping[str, str], *, file: str = "") -> tuple[Problem, ...]:
    """One problem for each fault that pydantic found.

    `origins` has the source of each value by dotted key; `file` is the file to which missing keys should be added."""
    found: list[Problem] = []
    faults = error.errors(include_url=False)
    for fault in faults[:_MOST]:
        found += _problems_of_fault(fault, origins, file)
    if len(faults) > _MOST:
        found.append(problem("the answers", None, f"have {len(faults) - _MOST} more faults", where=file))
    # In a file of a newer version every other fault may be a feature of that version.
    return tuple([each for each in found if is_newer(each)] or found)


def unknown_key(name: str, where: str) -> Problem:
    """The problem of an unknown key, with a suggestion if a known key is similar."""
    # sign_in.client_secret needs another advice than a typing error. A name ending in `file` holds a path, not a
    # secret.
    if is_secret_name(name) and not name.casefold().endswith("file"):
        return problem(
            name,
            None,
            "is a secret. The answers must not contain one, and the viewer needs none. If it was shared or committed, "
            "replace it in the app registration. For a pipeline, set the variable OHIF_SETUP_CLIENT_SECRET instead",
            where=where,
            kind="unknown",
        )
    guess = nearest(name)
    known = key_at(guess or "")
    if guess and known is None:
        wrong = f"is not a table that ohif-setup knows. Did you mean {header(guess)}?"
        return problem(name, None, wrong, where=where, kind="unknown", meant=guess)
    if known:
        wrong = f"is not a key that ohif-setup knows. Did you mean {guess}?"
        example = example_line(known, where)
        return problem(name, None, wrong, example=example, where=where, kind="unknown", meant=known.key)
    group = name.rpartition(".")[0]
    names = [key.name for key in keys_in(group)] or [*GROUPS, "servers", FREE_TABLE]
    wrong = f"is not a key that ohif-setup knows. Known here: {', '.join(names)}"
    return problem(name, None, wrong, where=where, kind="unknown")


def _problems_of_fault(fault: Any, origins: Mapping[str, str], file: str) -> list[Problem]:
    name, key = _named(fault["loc"])
    known = key_at(name)
    # A missing table is reported as its required keys, because these are what the user has to write.
    if fault["type"] == "missing":
        missing = [each for each in keys_in(name) if each.required]
        if known:
            missing = [known]
        return [_missing(each, file, fault["input"]) for each in missing]
    # The source of the value itself, else of the list it is in, else of any key in its table.
    where = origins.get(key) or origins.get(name) or _of_group(name, origins) or file
    value = fault["input"]
    if fault["type"] == "extra_forbidden":
        return [unknown_key(name, where)]
    wrong = ""
    if fault["type"] == "value_error":
        wrong = str(fault["ctx"]["error"])
    if known is None:
        return [problem(key or "the answers", None, wrong or _wrong_group(name, fault), where=where)]
    example = example_line(known, where)
    # The fault is about one key within [ohif], and no example fits them all.
    if wrong and name == FREE_TABLE:
        where, example = _of_named(wrong, origins) or where, ""
    # These messages contain the right value already.
    elif wrong and (name == "sign_in.authority" or (name == "version" and "newer" in wrong)):
        example = ""
    elif fault["type"] == "literal_error" and isinstance(value, str):
        wrong = "is not one of the choices: " + " or ".join(f'"{choice}"' for choice in known.choices)
    elif fault["type"] in ("greater_than_equal", "less_than_equal"):
        wrong = "is out of range: ports go from 1 to 65535"
    elif not wrong:
        wrong = _wrong_type(known, value, in_list=key != name)
    return [problem(key, value, wrong, example=example, where=where)]


def _named(location: Sequence[str | int]) -> tuple[str, str]:
    """The dotted key for a location of pydantic, and the same key with its index in a list: `viewer.extra_urls[0]`.

    Servers count from 1, as the user does; all other lists count from 0."""
    parts = list(location)
    if len(parts) > 1 and parts[0] == "servers" and isinstance(parts[1], int):
        parts[1] = str(parts[1] + 1)
    # The free table is a single key for the model, whatever is in it.
    if parts[:1] == [FREE_TABLE]:
        name = FREE_TABLE
    else:
        name = ".".join(part for part in parts if isinstance(part, str))
    return name, name + "".join(f"[{part}]" for part in parts if isinstance(part, int))


def _missing(key: AnswerKey, file: str, table: object) -> Problem:
    # An example address of the kind of server that the user chose.
    if key.name == "url" and isinstance(table, Mapping):
        kind = KINDS.get(str(table.get("kind")))
        if kind:
            key = replace(key, example=kind.example_url)
    wrong = f"is missing. {key.title}: {key.description}"
    if key.key == "sign_in.authority":
        wrong = "is missing, and so is sign_in.tenant_id: give the address of the OIDC provider here, or for Entra ID the tenant"
    return problem(key.key, None, wrong, example=example_line(key), where=file, kind="missing")


def _of_group(name: str, origins: Mapping[str, str]) -> str:
    return next((origin for key, origin in origins.items() if key.startswith(f"{name}.")), "")


def _of_named(wrong: str, origins: Mapping[str, str]) -> str:
    """The source of the key of `[ohif]` that is named in a message."""
    below = {
        key.removeprefix(f"{FREE_TABLE}."): origin
        for key, origin in origins.items()
        if key.startswith(f"{FREE_TABLE}.")
    }
    return next((origin for key, origin in below.items() if re.search(rf"\b{re.escape(key)}\b", wrong)), "")


def _wrong_group(name: str, fault: Any) -> str:
    value = fault["input"]
    if name == "servers":
        if fault["type"] == "too_long":
            return f"are more than {fault['ctx']['max_length']}, which is the limit"
        return f"is {kind_of(value)}, but must be a list of servers: write [[servers]], in double brackets, above each of them"
    # [[viewer]] in TOML is an array of tables.
    if isinstance(value, list):
        wrong = f"is a list of tables: write {header(name)} with single brackets, once"
        if name == "server":
            wrong += "; several servers are written as [[servers]]"
        return wrong
    return f"is {kind_of(value)}, but must be a group of keys: write {header(name)} on a line of its own and its keys below it"


def _wrong_type(key: AnswerKey, value: object, *, in_list: bool) -> str:
    wrong = f"is {kind_of(value)}; {_WANTED['text' if in_list else key.shape]}"
    # TOML reads 3.10 as the float 3.1, which would be a different version.
    if key.name == "ohif_version" and isinstance(value, float):
        wrong += ", because TOML takes 3.10 without quotes for the number 3.1"
    return wrong


def kind_of(value: object) -> str:
    """The type of a TOML value, in everyday words."""
    # bool before int, because bool is a subclass of int.
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"),
        (int, "a whole number"),
        (float, "a decimal number"),
        (str, "text"),
        ((list, tuple), "a list"),
        (dict, "a table"),
    )
    return next((words for kind, words in kinds if isinstance(value, kind)), "a date or time")
