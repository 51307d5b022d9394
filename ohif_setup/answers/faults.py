"""What pydantic found wrong with the answers, in words for people: one `Problem` for each fault."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from ohif_setup.answers.keys import FREE_TABLE, GROUPS, KEYS, AnswerKey, nearest
from ohif_setup.answers.problems import Problem, example_line, is_newer, problem
from ohif_setup.answers.showing import is_secret_name

_MOST = 50
_WANTED = {
    "text": "text in quotes is wanted",
    "flag": "true or false is wanted, without quotes",
    "number": "a whole number is wanted",
    "list": "a list in brackets is wanted",
    "table": "a table is wanted",
}


def problems_of(error: ValidationError, origins: Mapping[str, str], *, file: str = "") -> tuple[Problem, ...]:
    """One problem for each fault that pydantic found. `origins` says by dotted key what set a value, `file` where
    missing keys go."""
    found: list[Problem] = []
    faults = error.errors(include_url=False)
    for fault in faults[:_MOST]:
        found += _problems_of_fault(fault, origins, file)
    if len(faults) > _MOST:
        found.append(problem("the answers", None, f"have {len(faults) - _MOST} more faults", where=file))
    return tuple([each for each in found if is_newer(each)] or found)


def unknown_key(name: str, where: str) -> Problem:
    """The problem of a key that nobody knows, with the nearest one that exists."""
    if is_secret_name(name):
        return problem(
            name,
            None,
            "does not belong into the answers: no secret does, and the viewer needs none. If it was shared or "
            "committed, replace it in "
            "the app registration. A pipeline gives its own in the variable OHIF_SETUP_CLIENT_SECRET",
            where=where,
            kind="unknown",
        )
    guess = nearest(name)
    if guess and guess in GROUPS:
        wrong = f"is not a table that ohif-setup knows. Did you mean [{guess}]?"
        return problem(name, None, wrong, where=where, kind="unknown", meant=guess)
    if guess:
        wrong = f"is not a key that ohif-setup knows. Did you mean {guess}?"
        example = example_line(KEYS[guess], where)
        return problem(name, None, wrong, example=example, where=where, kind="unknown", meant=guess)
    group = name.split(".", maxsplit=1)[0]
    known = [key.name for key in KEYS.values() if key.group == group] if group in GROUPS else [*GROUPS, FREE_TABLE]
    wrong = f"is not a key that ohif-setup knows. Known here: {', '.join(known)}"
    return problem(name, None, wrong, where=where, kind="unknown")


def _problems_of_fault(fault: Any, origins: Mapping[str, str], file: str) -> list[Problem]:
    location: Sequence[str | int] = fault["loc"]
    name = ".".join(str(part) for part in location[:2] if isinstance(part, str))
    key = name + "".join(f"[{part}]" for part in location if isinstance(part, int))
    if fault["type"] == "missing":
        missing = [KEYS[name]] if name in KEYS else [k for k in KEYS.values() if k.group == name and k.required]
        return [_missing(each, file) for each in missing]
    where = origins.get(key) or origins.get(name) or _of_group(name, origins) or file
    value = fault["input"]
    if fault["type"] == "extra_forbidden":
        return [unknown_key(name, where)]
    known = KEYS.get(name)
    if known is None:
        return [problem(key or "the answers", None, _wrong_group(name, value), where=where)]
    example = example_line(known, where)
    if fault["type"] == "value_error":
        wrong = str(fault["ctx"]["error"])
        if name == FREE_TABLE:
            where, example = _of_named(wrong, origins) or where, ""
        elif name == "version" and "newer" in wrong:
            example = ""
    elif fault["type"] == "literal_error" and isinstance(value, str):
        wrong = "is not one of the choices: " + " or ".join(f'"{choice}"' for choice in known.choices)
    else:
        wrong = _wrong_type(known, value, in_list=key != name)
    return [problem(key, value, wrong, example=example, where=where)]


def _missing(key: AnswerKey, file: str) -> Problem:
    wrong = f"is missing. {key.title}: {key.description}"
    return problem(key.key, None, wrong, example=example_line(key), where=file, kind="missing")


def _of_group(name: str, origins: Mapping[str, str]) -> str:
    return next((origin for key, origin in origins.items() if key.startswith(f"{name}.")), "")


def _of_named(wrong: str, origins: Mapping[str, str]) -> str:
    """What set the key of `[ohif]` that a sentence names."""
    below = {
        key.removeprefix(f"{FREE_TABLE}."): origin
        for key, origin in origins.items()
        if key.startswith(f"{FREE_TABLE}.")
    }
    return next((origin for key, origin in below.items() if re.search(rf"\b{re.escape(key)}\b", wrong)), "")


def _wrong_group(name: str, value: object) -> str:
    if isinstance(value, list):
        return f"is a list of tables: write [{name}] with single brackets, once"
    return f"is {kind_of(value)}, but a group of keys: write [{name}] on a line of its own and its keys below it"


def _wrong_type(key: AnswerKey, value: object, *, in_list: bool) -> str:
    wrong = f"is {kind_of(value)}; {_WANTED['text' if in_list else key.shape]}"
    if key.name == "ohif_version" and isinstance(value, float):
        wrong += ", because TOML takes 3.10 without quotes for the number 3.1"
    return wrong


def kind_of(value: object) -> str:
    """What a TOML value is, in everyday words."""
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"),
        (int, "a whole number"),
        (float, "a decimal number"),
        (str, "text"),
        ((list, tuple), "a list"),
        (dict, "a table"),
    )
    return next((words for kind, words in kinds if isinstance(value, kind)), "a date or time")
