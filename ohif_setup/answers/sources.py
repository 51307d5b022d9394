"""Where answers come from, and who wins: `--set KEY=VALUE` over the environment over the file over the defaults."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ohif_setup.answers.faults import problems_of, unknown_key
from ohif_setup.answers.file import read_answers_file
from ohif_setup.answers.keys import FREE_TABLE, GROUPS, KEYS, AnswerKey, nearest
from ohif_setup.answers.model import Answers
from ohif_setup.answers.problems import ENVIRONMENT, SET, AnswersError, Problem, example_line, is_newer, problem
from ohif_setup.answers.showing import is_secret_name

PREFIX = "OHIF_SETUP_"
NOT_ANSWERS = ("OHIF_SETUP_CLIENT_SECRET", "OHIF_SETUP_CLIENT_ID", "OHIF_SETUP_CLIENT_CERTIFICATE")
"""The credential of a pipeline's own sign-in: variables of the tool that are no answers."""

_TRUE = {"true", "yes", "y", "on", "1"}
_FALSE = {"false", "no", "n", "off", "0"}
_FORM = "--set server.uploads=true"


@dataclass(frozen=True)
class Collected:
    """Answers as given, not yet validated: `raw` as tables, `origins` by dotted key (what set it), and what was wrong
    already."""

    raw: dict[str, Any]
    origins: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class _Given:
    """One answer that came as text."""

    path: tuple[str, ...]
    text: str
    origin: str


def load(path: Path | None, sets: Sequence[str], environ: Mapping[str, str]) -> Answers:
    """The answers from all sources. Raises AnswersError with all that is wrong at once, and SetupError for a bad
    file."""
    return validate(collect(path, sets, environ), file=str(path) if path else "")


def validate(collected: Collected, *, file: str = "", exists: bool = True) -> Answers:
    """The validated answers. Raises AnswersError; `file` is where missing keys would go, and `exists` says whether it is
    there: without it, and without a terminal, the error tells how to begin."""
    problems = list(collected.problems)
    try:
        answers = Answers.model_validate(collected.raw)
    except ValidationError as error:
        found = problems_of(error, collected.origins, file=file)
        if any(map(is_newer, found)):
            problems = []
        problems += found
    else:
        if not problems:
            return answers
    begun = SET in collected.origins.values()
    raise AnswersError(problems, where=file, exists=exists, begun=begun)


def collect(path: Path | None, sets: Sequence[str], environ: Mapping[str, str]) -> Collected:
    """What file, environment and `--set` give together. Raises SetupError when the file cannot be read."""
    raw: dict[str, Any] = {}
    origins: dict[str, str] = {}
    problems: list[Problem] = []
    if path is not None:
        raw = read_answers_file(path)
        origins = dict.fromkeys(_dotted(raw), str(path))
    for given in (*_from_environment(environ, problems), *_from_sets(sets, problems)):
        _lay_over(raw, origins, given, problems)
    if path is not None and "version" not in raw:
        wrong = "is missing. It says which layout the file has: add the line below at its top"
        problems.insert(0, problem("version", None, wrong, example=example_line(KEYS["version"]), where=str(path)))
    return Collected(raw, origins, tuple(problems))


def variable(key: str) -> str:
    """The environment variable of an answer: `OHIF_SETUP_SIGN_IN__TENANT_ID` of `sign_in.tenant_id`."""
    return PREFIX + key.upper().replace(".", "__")


def value_of_text(key: AnswerKey, text: str) -> Any:
    """An answer given as text, in the type of its key. ValueError when the text has no such meaning."""
    if key.shape == "flag":
        word = text.strip().casefold()
        if word not in _TRUE | _FALSE:
            raise ValueError("is neither yes nor no: give true or false")
        return word in _TRUE
    if key.shape == "list":
        return _list_of_text(text)
    if key.shape == "number":
        digits = text.strip()
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else text
    return text


def _list_of_text(text: str) -> list[Any]:
    if not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    value = _toml_of_text(text)
    if not isinstance(value, list):
        raise ValueError('begins as a list and does not end as one: write ["first", "second"], or first,second')
    return value


def _toml_of_text(text: str) -> Any:
    """The TOML value that `text` is; `text` itself when it is none, or a date, which JSON does not know."""
    try:
        tables = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    value = tables["value"]
    return text if len(tables) != 1 or hasattr(value, "isoformat") else value


def _from_environment(environ: Mapping[str, str], problems: list[Problem]) -> Iterator[_Given]:
    names = {variable(key): key for key in KEYS if KEYS[key].group}
    single = {PREFIX + key.key.upper().replace(".", "_"): key.key for key in KEYS.values() if key.group}
    free = f"{PREFIX}{FREE_TABLE.upper()}__"
    for name, text in sorted(environ.items()):
        if not name.startswith(PREFIX) or name in NOT_ANSWERS or not text:
            continue
        where = f"{ENVIRONMENT} {name}"
        if name in names:
            yield _Given(tuple(names[name].split(".")), text, where)
        elif name.startswith(free) and len(name) > len(free):
            path = tuple(name.removeprefix(free).split("__"))
            if not all(path) or name.isupper():
                wrong = (
                    "cannot name a key of OHIF, as capitals matter there: use --set, as in --set "
                    "ohif.showPatientInfo=visible"
                )
                problems.append(problem(name, None, wrong, where=ENVIRONMENT, kind="unknown"))
            else:
                yield _Given((FREE_TABLE, *path), text, where)
        elif name in single:
            wrong = f"names an answer with one underscore too few: the group is parted by two, {variable(single[name])}"
            problems.append(problem(name, None, wrong, where=ENVIRONMENT, kind="unknown", meant=single[name]))
        elif "__" in name:
            problems.append(_unknown_variable(name))


def _unknown_variable(name: str) -> Problem:
    if is_secret_name(name):
        return unknown_key(name, ENVIRONMENT)
    guess = nearest(name.removeprefix(PREFIX).lower().replace("__", ".")) or ""
    meant = guess if guess in KEYS and KEYS[guess].group else ""
    if meant:
        wrong = f"is not a variable that ohif-setup knows. Did you mean {variable(meant)}?"
    else:
        wrong = f"is not a variable that ohif-setup knows. They look like {variable('sign_in.tenant_id')}"
    return problem(name, None, wrong, where=ENVIRONMENT, kind="unknown", meant=meant)


def _from_sets(sets: Sequence[str], problems: list[Problem]) -> Iterator[_Given]:
    for pair in sets:
        name, equals, text = pair.partition("=")
        name = name.strip()
        if not equals or not name:
            wrong = (
                "has no key before an equals sign: --set takes KEY=VALUE"
                if equals
                else "has no equals sign: --set takes KEY=VALUE"
            )
            problems.append(problem(SET, pair, wrong, example=_FORM, where=SET))
            continue
        path = tuple(name.split("."))
        if (name in KEYS and name != FREE_TABLE) or (path[0] == FREE_TABLE and len(path) > 1 and all(path)):
            yield _Given(path, text, SET)
        elif name in GROUPS or path[0] == FREE_TABLE:
            below = ", ".join(key.key for key in KEYS.values() if key.group == name) or "ohif.showPatientInfo"
            problems.append(
                problem(name, None, f"is a group, not a single answer: set one of its keys ({below})", where=SET)
            )
        else:
            problems.append(unknown_key(name, SET))


def _lay_over(raw: dict[str, Any], origins: dict[str, str], given: _Given, problems: list[Problem]) -> None:
    dotted = ".".join(given.path)
    if not given.text:
        _remove(raw, given.path)
        return
    key = KEYS.get(dotted)
    try:
        value = value_of_text(key, given.text) if key else _toml_of_text(given.text)
    except ValueError as error:
        example = example_line(key, given.origin) if key else ""
        problems.append(problem(dotted, given.text, str(error), example=example, where=given.origin))
        return
    table = raw
    for number, part in enumerate(given.path[:-1]):
        below = table.setdefault(part, {})
        if not isinstance(below, dict):
            if number == 0:
                return
            below = table[part] = {}
        table = below
    table[given.path[-1]] = value
    origins[dotted] = given.origin


def _remove(raw: dict[str, Any], path: tuple[str, ...]) -> None:
    """An empty text takes the answer away, so that its default holds again."""
    table: Any = raw
    for part in path[:-1]:
        table = table.get(part) if isinstance(table, dict) else None
    if isinstance(table, dict):
        table.pop(path[-1], None)
    if path[0] == "fhir" and raw.get("fhir") == {}:
        del raw["fhir"]


def _dotted(raw: Mapping[str, Any]) -> Iterator[str]:
    for name, value in raw.items():
        yield name
        if isinstance(value, dict):
            yield from (f"{name}.{below}" for below in value)
