"""What is wrong with the answers, in words for people: pydantic's errors in, one `Problem` for each key out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ohif_setup.answers.identifiers import looks_secret
from ohif_setup.answers.keys import FREE_TABLE, GROUPS, KEYS, AnswerKey, nearest
from ohif_setup.answers.toml import toml_value
from ohif_setup.errors import SetupError

HIDDEN = "(not shown)"
_LONGEST = 80
_MOST = 50
_SECRET_NAMES = ("secret", "password", "passwd", "token", "credential", "privatekey", "apikey", "assertion")
_WANTED = {
    "text": "text in quotes is wanted",
    "flag": "true or false is wanted, without quotes",
    "number": "a whole number is wanted",
    "list": "a list in brackets is wanted",
    "table": "a table is wanted",
}


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one key. `value` is how the value is shown, empty when there is none to show; `wrong` goes
    on from it; `example` is a right line of the file; `where` is what set the value (a file, a variable, `--set`),
    empty for nothing."""

    key: str
    value: str
    wrong: str
    example: str
    where: str

    def __str__(self) -> str:
        place = f"  [{self.where}]" if self.where else ""
        lines = [f"{self.key}{place}", f"    {' '.join(part for part in (self.value, self.wrong) if part)}"]
        if self.example:
            lines.append(f"    right: {self.example}")
        return "\n".join(lines)


class AnswersError(SetupError):
    """The answers cannot be used. `problems` holds everything that is wrong or missing, at once."""

    def __init__(self, problems: Iterable[Problem], *, where: str = "") -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = "One answer is wrong or missing:" if count == 1 else f"{count} answers are wrong or missing:"
        super().__init__(
            "answers-invalid",
            "\n".join([head, *(f"  {line}" for problem in self.problems for line in str(problem).splitlines())]),
            where=where or "the answers",
            hint=_hint(self.problems, where),
        )


def problem(key: str, value: object, wrong: str, *, example: str = "", where: str = "") -> Problem:
    """A `Problem` whose text is safe to print: no secret, no control character, no endless value."""
    secret = is_secret_name(key) or (isinstance(value, str) and looks_secret(value))
    text = HIDDEN if secret and value is not None else shown(value)
    return Problem(_printable(key)[:_LONGEST], text, _printable(wrong), _printable(example), _printable(where))


def problems_of(error: ValidationError, origins: Mapping[str, str], *, file: str = "") -> tuple[Problem, ...]:
    """One problem for each fault that pydantic found. `origins` says by dotted key what set a value, `file` where
    missing keys go."""
    found: list[Problem] = []
    faults = error.errors(include_url=False)
    for fault in faults[:_MOST]:
        found += _problems_of_fault(fault, origins, file)
    if len(faults) > _MOST:
        found.append(problem("the answers", None, f"have {len(faults) - _MOST} more faults", where=file))
    newer = [each for each in found if each.key == "version" and "newer" in each.wrong]
    return tuple(newer or found)


def shown(value: object) -> str:
    """A value as an error shows it: quoted, shortened, without passwords, query strings and tokens. Empty for tables
    and lists."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        try:
            return _shortened(str(value))
        except ValueError:
            return ""
    if not isinstance(value, str):
        return ""
    text = re.sub(r"//[^/\s]*@", "//…@", value[: 20 * _LONGEST])
    text = re.sub(r"(://[^\s?#]*[?#])\S+", r"\1…", text)
    for separator in (r"([\s=:;,\"']+)", r"([\s/:]+)"):
        text = "".join(HIDDEN if looks_secret(word) else word for word in re.split(separator, text))
    return f'"{_shortened(_printable(text))}"'


def is_secret_name(name: str) -> bool:
    """True when a key's name says that its value is nobody's business."""
    name = name.casefold().replace("_", "").replace("-", "")
    return any(word in name for word in _SECRET_NAMES)


def example_line(key: AnswerKey) -> str:
    """A right line of the answers file for `key`, as in `url = "https://viewer.example.org"   (in [viewer])`."""
    if key.key == FREE_TABLE:
        return "[ohif] on a line of its own, and keys of window.config below it"
    line = f"{key.name} = {toml_value(key.example)}"
    return f"{line}   (in [{key.group}])" if key.group else line


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
        )
    guess = nearest(name)
    if guess in GROUPS:
        return problem(name, None, f"is not a table that ohif-setup knows. Did you mean [{guess}]?", where=where)
    if guess:
        wrong = f"is not a key that ohif-setup knows. Did you mean {guess}?"
        return problem(name, None, wrong, example=example_line(KEYS[guess]), where=where)
    group = name.split(".", maxsplit=1)[0]
    known = [key.name for key in KEYS.values() if key.group == group] if group in GROUPS else [*GROUPS, FREE_TABLE]
    return problem(name, None, f"is not a key that ohif-setup knows. Known here: {', '.join(known)}", where=where)


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
    if fault["type"] == "value_error":
        wrong = str(fault["ctx"]["error"])
    elif fault["type"] == "literal_error" and isinstance(value, str):
        wrong = "is not one of the choices: " + " or ".join(f'"{choice}"' for choice in known.choices)
    else:
        wrong = _wrong_type(known, value, in_list=key != name)
    return [problem(key, value, wrong, example=example_line(known), where=where)]


def _missing(key: AnswerKey, file: str) -> Problem:
    return problem(key.key, None, f"is missing. {key.title}: {key.description}", example=example_line(key), where=file)


def _of_group(name: str, origins: Mapping[str, str]) -> str:
    return next((origin for key, origin in origins.items() if key.startswith(f"{name}.")), "")


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


def _hint(problems: Sequence[Problem], where: str) -> str:
    key = next((each.key for each in problems if each.key in KEYS and KEYS[each.key].group), "sign_in.client_id")
    example = KEYS[key].example
    value = (
        ",".join(example)
        if isinstance(example, list)
        else str(example).lower()
        if isinstance(example, bool)
        else example
    )
    place = f"Correct {where}" if where else "Run ohif-setup init at a terminal"
    return f"{place}, or give a value for one run: --set {key}={value}"


def _printable(text: str) -> str:
    return "".join(
        character if character.isprintable() else f"\\u{ord(character):04x}" if ord(character) < 65536 else "\ufffd"
        for character in text
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
