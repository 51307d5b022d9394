"""The keys of the answers file, drawn from the model: what each is called, holds, means and looks like."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from ohif_setup.answers.model import Answers, Fhir, Output, Server, SignIn, Viewer

Shape = Literal["text", "flag", "number", "list", "table"]
GROUPS: Mapping[str, type[BaseModel]] = {
    "viewer": Viewer,
    "server": Server,
    "sign_in": SignIn,
    "fhir": Fhir,
    "output": Output,
}
"""The tables of the file and their models, in the order of the file. `ohif` is a free table and none of them."""
FREE_TABLE = "ohif"


@dataclass(frozen=True)
class AnswerKey:
    """One key. `key` is dotted (`viewer.url`); `default` is None where there is none or where it depends on other
    answers. `required` is meant within its group, which may be left away as a whole when `group_optional`."""

    key: str
    group: str
    name: str
    title: str
    description: str
    example: Any
    default: Any
    required: bool
    group_optional: bool
    shape: Shape
    choices: tuple[str, ...]
    annotation: Any

    def validated(self, value: object) -> Any:
        """`value` checked and normalised by this key's own rules. Raises pydantic's ValidationError."""
        return TypeAdapter(self.annotation).validate_python(value, strict=True)


def _answer_key(group: str, name: str, field: FieldInfo) -> AnswerKey:
    annotation: Any = field.annotation
    shape: Shape = "text"
    if annotation is bool:
        shape = "flag"
    elif annotation is int:
        shape = "number"
    elif get_origin(annotation) is tuple:
        shape = "list"
    elif get_origin(annotation) is dict:
        shape = "table"
    default = None if field.is_required() or field.default_factory else field.default
    return AnswerKey(
        key=f"{group}.{name}" if group else name,
        group=group,
        name=name,
        title=field.title or name,
        description=field.description or "",
        example=(field.examples or [""])[0],
        default=None if default == "" else default,
        required=field.is_required(),
        group_optional=bool(group) and not Answers.model_fields[group].is_required(),
        shape=shape,
        choices=tuple(get_args(annotation)) if get_origin(annotation) is Literal else (),
        annotation=_with_rules(annotation, field),
    )


def _with_rules(annotation: Any, field: FieldInfo) -> Any:
    """The annotation with the validators that pydantic moved from it into the field."""
    for rule in field.metadata:
        annotation = Annotated[annotation, rule]
    return annotation


def _all_keys() -> dict[str, AnswerKey]:
    found = [_answer_key("", "version", Answers.model_fields["version"])]
    for group, model in GROUPS.items():
        found += [_answer_key(group, name, field) for name, field in model.model_fields.items()]
    found.append(_answer_key("", FREE_TABLE, Answers.model_fields[FREE_TABLE]))
    return {key.key: key for key in found}


KEYS: Mapping[str, AnswerKey] = _all_keys()
"""By dotted key, in the order of the file; `ohif` last, as one key."""


def nearest(name: str) -> str | None:
    """The known dotted key (or group) that is most like `name`, which may be dotted or not; None when none is."""
    asked = name.casefold().replace("-", "_")
    group, _, leaf = asked.rpartition(".")
    candidates = {key.casefold(): key for key in ((*KEYS,) if group else (*KEYS, *GROUPS))}
    if asked in candidates:
        return candidates[asked]
    in_group = {KEYS[key].name: key for key in KEYS if group and KEYS[key].group == group}
    anywhere = {KEYS[key].name: key for key in KEYS if KEYS[key].group}
    places: tuple[tuple[str, Mapping[str, str], float], ...] = (
        (leaf, in_group, 0.6),
        (asked, candidates, 0.75),
        (leaf, anywhere, 0.75),
        (leaf.replace("_", ""), {known.replace("_", ""): key for known, key in anywhere.items()}, 0.8),
    )
    for text, known, alike in places:
        found = difflib.get_close_matches(text, known, n=1, cutoff=alike)
        if found:
            return known[found[0]]
    return None
