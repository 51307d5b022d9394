"""The keys of the answers file, derived from the model: name, type, description and example of each."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import InitErrorDetails, PydanticCustomError

from ohif_setup.answers.file.toml import listed
from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.capabilities import Capabilities
from ohif_setup.answers.tables.choice import OneOf
from ohif_setup.answers.tables.proxy_table import Proxy
from ohif_setup.answers.tables.tables import Fhir, Output, Server, SignIn, Viewer
from ohif_setup.gallery import Gallery

Shape = Literal["text", "flag", "number", "list", "table"]
GROUPS: Mapping[str, type[BaseModel]] = {
    "viewer": Viewer,
    "server": Server,
    "server.capabilities": Capabilities,
    "proxy": Proxy,
    "sign_in": SignIn,
    "fhir": Fhir,
    "output": Output,
}
"""The tables of the file and their models, in the order of the file. `ohif` is a free table and none of them."""
OPTIONAL = ("server.capabilities", "proxy", "fhir")
"""The groups that may be omitted as a whole, regardless of the other answers."""
FREE_TABLE = "ohif"

# `servers.2` at the beginning of a dotted key; at most four digits, so that int() stays small.
_NUMBERED = re.compile(r"^servers\.[1-9][0-9]{0,3}(?=\.|$)")


@dataclass(frozen=True)
class AnswerKey:
    """One key of the answers file.

    `key` is dotted (`viewer.url`). `required` means required within its group; a group with `group_optional` may be omitted."""

    key: str
    group: str
    name: str
    title: str
    own_description: str
    example: Any
    fixed_default: Any
    required: bool
    group_optional: bool
    shape: Shape
    fixed_choices: tuple[str, ...]
    annotation: Any
    gallery: Gallery[Any] | None = None
    """The gallery whose exhibits are the choices, if there is one. It is asked on each use; nothing of it is copied."""

    @property
    def description(self) -> str:
        """What the key means, and what each of its choices means, if they need an explanation."""
        if self.gallery is None:
            return self.own_description
        meanings = (f"{name}: {exhibit.choice}".removesuffix(": ") for name, exhibit in self.gallery.items())
        return f"{self.own_description} {'; '.join(meanings)}."

    @property
    def choices(self) -> tuple[str, ...]:
        """The allowed values; empty if any value of the type is allowed."""
        if self.gallery is None:
            return self.fixed_choices
        return tuple(self.gallery)

    @property
    def default(self) -> Any:
        """The value if none is given; None if there is no default or if it depends on other answers."""
        if self.gallery is None:
            return self.fixed_default
        return self.gallery.first

    def validated(self, value: object, beside: Mapping[str, Any] | None = None) -> Any:
        """`value`, checked and normalised by the rules of this key and by those that compare it with others of its group.

        `beside` has those other answers by name. Raises ValidationError (pydantic), about this key only."""
        checked = TypeAdapter(self.annotation).validate_python(value, strict=True)
        model = GROUPS.get(_general(self.group))
        if model is None:
            return checked
        # The group is validated with examples for its missing required keys; faults of other keys are ignored below.
        given = _plain(beside or {}) | {self.name: value}
        needed = {
            name: field.examples[0]
            for name, field in model.model_fields.items()
            if field.is_required() and field.examples
        }
        try:
            return getattr(model.model_validate(needed | given), self.name)
        except ValidationError as error:
            # Type errors were raised by the TypeAdapter above; what is left are the rules of the group.
            own = [fault for fault in error.errors(include_url=False) if fault["loc"][:1] == (self.name,)]
            if own and own[0]["type"] == "value_error":
                kind = PydanticCustomError("value_error", "{error}", {"error": str(own[0]["ctx"]["error"])})
                details: InitErrorDetails = {"type": kind, "loc": own[0]["loc"][1:], "input": value}
                raise ValidationError.from_exception_data(self.key, [details]) from None
            return checked


def _answer_key(group: str, name: str, field: FieldInfo) -> AnswerKey:
    annotation: Any = _without_none(field.annotation)
    shape: Shape = "text"
    if annotation is bool:
        shape = "flag"
    elif annotation is int or get_args(annotation)[:1] == (int,):
        shape = "number"
    elif get_origin(annotation) is tuple:
        shape = "list"
    elif get_origin(annotation) is dict:
        shape = "table"
    default = field.default
    # A default that is computed, or that means "not set", is no default to show.
    if field.is_required() or field.default_factory or default == "":
        default = None
    choices: tuple[str, ...] = ()
    if get_origin(annotation) is Literal:
        choices = get_args(annotation)
    return AnswerKey(
        key=f"{group}.{name}".removeprefix("."),
        group=group,
        name=name,
        title=field.title or name,
        own_description=field.description or "",
        example=(field.examples or [""])[0],
        fixed_default=default,
        required=field.is_required(),
        group_optional=group in OPTIONAL,
        shape=shape,
        fixed_choices=choices,
        annotation=_with_rules(annotation, field),
        gallery=next((rule.gallery for rule in field.metadata if isinstance(rule, OneOf)), None),
    )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """With lists instead of tuples, as in the file."""
    return {name: listed(value) for name, value in values.items()}


def _without_none(annotation: Any) -> Any:
    """The annotation of an optional value (`bool | None`) without the None, because TOML has no null."""
    choices = [choice for choice in get_args(annotation) if choice is not type(None)]
    if len(choices) == 1 and type(None) in get_args(annotation):
        return choices[0]
    return annotation


def _with_rules(annotation: Any, field: FieldInfo) -> Any:
    """The annotation with the validators that pydantic moved from it into the field."""
    for rule in field.metadata:
        annotation = Annotated[annotation, rule]
    return annotation


def _all_keys() -> dict[str, AnswerKey]:
    found = [_answer_key("", "version", Answers.model_fields["version"])]
    # A nested table such as server.capabilities is a group of its own, not a key of `server`.
    for group, model in GROUPS.items():
        found += [
            _answer_key(group, name, field)
            for name, field in model.model_fields.items()
            if f"{group}.{name}" not in GROUPS
        ]
    found.append(_answer_key("", FREE_TABLE, Answers.model_fields[FREE_TABLE]))
    return {key.key: key for key in found}


KEYS: Mapping[str, AnswerKey] = _all_keys()
"""By dotted key, in the order of the file; `ohif` last, as one key."""


def key_at(path: str) -> AnswerKey | None:
    """The key at a dotted path, None if there is none. `servers.2.url` gives the key `server.url` with that path as its `key`, and
    `sign_in.extra_parameters.audience` an entry of that table as a key of its own."""
    known = KEYS.get(_general(path)) or _entry(path)
    if known is None or known.key == path:
        return known
    return replace(known, key=path, group=path.rpartition(".")[0])


def _entry(path: str) -> AnswerKey | None:
    """The key of an entry of a table of texts; None if the path leads into none."""
    above, _, name = path.rpartition(".")
    table = KEYS.get(above)
    if table is None or table.shape != "table" or table.key == FREE_TABLE or not name:
        return None
    example = next(iter(table.example.values()))
    return replace(
        table, key=path, group=above, name=name, example=example, required=False, shape="text", annotation=str
    )


def keys_in(group: str) -> list[AnswerKey]:
    """The keys of a group, which may be that of one server among several (`servers.2`). Empty for an unknown group."""
    found = (key_at(f"{group}.{key.name}") for key in KEYS.values() if key.group and key.group == _general(group))
    return [key for key in found if key]


def header(group: str) -> str:
    """The header of a group in the file: `[viewer]`, `[[servers]]`, `[servers.capabilities]`."""
    numbered = one_of(group)
    if not numbered:
        return f"[{group}]"
    below = group.removeprefix(numbered)
    if below:
        return f"[servers{below}]"
    return "[[servers]]"


def one_of(group: str) -> str:
    """`servers.2` for a group in the table of the second server, such as `servers.2.capabilities`; empty for other groups."""
    found = _NUMBERED.match(group)
    if found is None:
        return ""
    return found[0]


def _general(path: str) -> str:
    """`server.url` for `servers.2.url`; other paths unchanged."""
    return _NUMBERED.sub("server", path)


def nearest(name: str) -> str | None:
    """The known dotted key or group that is most similar to `name`, which may be dotted or not; None if none is similar."""
    asked = name.casefold().replace("-", "_")
    # Suggest a key of the same server: `servers.2.ulr` is `servers.2.url`.
    if numbered := one_of(asked):
        guess = nearest(_general(asked))
        if guess and guess.startswith("server."):
            guess = guess.replace("server", numbered, 1)
        return guess
    group, _, leaf = asked.rpartition(".")
    every = (*KEYS, *GROUPS)
    candidates = {key.casefold(): key for key in every if not group or "." in key}
    # Only the case or a hyphen was wrong.
    if asked in candidates:
        return candidates[asked]
    in_group = {KEYS[key].name: key for key in KEYS if group and KEYS[key].group == group}
    anywhere = {KEYS[key].name: key for key in KEYS if KEYS[key].group}
    # From the most to the least likely. The cutoffs (0 to 1, see difflib) are lower where there are fewer candidates
    # to confuse.
    attempts: list[tuple[str, Mapping[str, str], float]] = [(leaf, in_group, 0.6)]
    if group in GROUPS:
        # The group is spelt right, so the key may be in the wrong group.
        attempts.append((leaf, anywhere, 0.75))
    attempts += [
        (asked, candidates, 0.75),
        (leaf, anywhere, 0.75),
        (leaf.replace("_", ""), {known.replace("_", ""): key for known, key in anywhere.items()}, 0.8),
    ]
    for text, known, cutoff in attempts:
        found = difflib.get_close_matches(text, known, n=1, cutoff=cutoff)
        if found:
            return known[found[0]]
    return None


def normal_entry(key: AnswerKey, text: str, beside: Mapping[str, Any]) -> str:
    """One entry of a list, normalised by the model; unchanged if it is invalid, or if the model would drop it."""
    try:
        found = key.validated([text], beside)
    except ValidationError:
        return text
    if not found:
        return text
    return str(found[0])
