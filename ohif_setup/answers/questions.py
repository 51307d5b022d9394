"""The questions: one model for the prompt, the flag, the variable and the docs. The check is the model's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ohif_setup.answers.faults import problems_of
from ohif_setup.answers.keys import GROUPS, KEYS
from ohif_setup.answers.showing import printable
from ohif_setup.answers.sources import value_of_text
from ohif_setup.viewer import versions

ASKED = (
    "server.url",
    "sign_in.tenant_id",
    "sign_in.client_id",
    "viewer.url",
    "viewer.ohif_version",
    "server.uploads",
    "sign_in.flow",
    "fhir.url",
    "output.directory",
)
"""What `init` asks, in this order."""


@dataclass(frozen=True)
class Question:
    """One question. `default` is the answer as text, or None; `choices` is empty for free text, and where it is not,
    other answers may be right too when `open_choices`; an `optional` question takes an empty answer for no."""

    key: str
    prompt: str
    hint: str
    default: str | None
    choices: tuple[str, ...]
    optional: bool
    open_choices: bool = False


def _question(name: str) -> Question:
    key = KEYS[name]
    default = ("yes" if key.default else "no") if key.shape == "flag" else key.default
    choices = ("yes", "no") if key.shape == "flag" else key.choices
    if name == "viewer.ohif_version":
        choices = tuple(reversed(versions.KNOWN))
    return Question(
        key=name,
        prompt=key.title,
        hint=key.description,
        default=default,
        choices=choices,
        optional=not key.required or key.group_optional,
        open_choices=name == "viewer.ohif_version",
    )


QUESTIONS: tuple[Question, ...] = tuple(_question(name) for name in ASKED)


def check_answer(key: str, text: str, others: Mapping[str, object] | None = None) -> Any:
    """The value of an answer given as text, checked and normalised; None for an empty answer to an optional question.

    `others` are answers already given, by dotted key, for rules that look at two. ValueError with a sentence
    otherwise.
    """
    question = KEYS[key]
    if not text.strip():
        if not question.required or question.group_optional:
            return question.default
        raise ValueError(f"An answer is needed. {question.description} For example: {question.example}")
    try:
        given = value_of_text(question, text)
    except ValueError as error:
        raise ValueError(f"This {error}.") from None
    try:
        value = question.validated(given)
    except ValidationError as error:
        raise ValueError(_sentence(error, key)) from None
    _check_beside(key, value, others or {})
    return value


def understood(key: str, text: str, value: object) -> str:
    """What `check_answer` made of `text`, to be shown below it; empty when that is what was typed, or nothing to show."""
    given = value_of_text(KEYS[key], text)
    if isinstance(value, tuple) and list(value) != given:
        return printable(", ".join(map(str, value)))
    if isinstance(value, str) and text.strip() and value not in (text, text.strip()):
        return printable(value)
    return ""


def _check_beside(key: str, value: object, others: Mapping[str, object]) -> None:
    """The rules of a group that look at two of its answers."""
    group = KEYS[key].group
    if group not in GROUPS:
        return
    given = {name.removeprefix(f"{group}."): other for name, other in others.items() if name.startswith(f"{group}.")}
    name = KEYS[key].name
    try:
        GROUPS[group].model_validate(given | {name: list(value) if isinstance(value, tuple) else value})
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            if fault["loc"][:1] == (name,) and fault["type"] == "value_error":
                raise ValueError(f"This {fault['ctx']['error']}.") from None


def _sentence(error: ValidationError, key: str) -> str:
    """pydantic's first error about a single value, as a sentence."""
    located = ValidationError.from_exception_data(
        error.title,
        [
            {
                "type": fault["type"],
                "loc": (*key.split("."), *fault["loc"]),
                "input": fault["input"],
                "ctx": fault.get("ctx", {}),
            }
            for fault in error.errors(include_url=False)[:1]
        ],
    )
    found = problems_of(located, {})[0]
    return f"This {found.wrong}."
