"""Collects answers from all sources. Precedence: `--set KEY=VALUE`, then the environment, the file, the defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ohif_setup.answers.faults import unknown_key
from ohif_setup.answers.file.reading import read_answers_file, read_answers_text
from ohif_setup.answers.keys import FREE_TABLE, GROUPS, KEYS, key_at, keys_in, nearest, one_of
from ohif_setup.answers.model import Answers
from ohif_setup.answers.partial import PartialAnswers
from ohif_setup.answers.problems import ENVIRONMENT, SET, Problem, example_line, problem
from ohif_setup.answers.texts import dotted, place, remove, settled, toml_of_text, value_of_text
from ohif_setup.paste.showing import is_secret_name

PREFIX = "OHIF_SETUP_"
NOT_ANSWERS = (
    "OHIF_SETUP_CLIENT_SECRET",
    "OHIF_SETUP_CLIENT_ID",
    "OHIF_SETUP_CLIENT_CERTIFICATE",
    "OHIF_SETUP_TRUSTED_HOSTS",
)
"""Variables of the tool that are not answers: the credential of a pipeline, and the hosts that may receive it."""


@dataclass(frozen=True)
class _TextAnswer:
    """One answer given as text, with its source."""

    path: tuple[str, ...]
    text: str
    origin: str


def load(path: Path | None, sets: Sequence[str], environ: Mapping[str, str], *, by: str = SET) -> Answers:
    """The validated answers from all sources; `by` names the source of `sets`.

    Raises AnswersError with everything that is wrong, and SetupError if the file cannot be read."""
    return collect(path, sets, environ, by=by).validated(file=str(path) if path else "")


def collect(path: Path | None, sets: Sequence[str], environ: Mapping[str, str], *, by: str = SET) -> PartialAnswers:
    """The merged answers of file, environment and `--set`. Raises SetupError if the file cannot be read."""
    if path is None:
        return collect_from({}, sets, environ, "", by=by)
    return collect_from(read_answers_file(path), sets, environ, str(path), by=by, text=read_answers_text(path))


def collect_from(
    raw: dict[str, Any], sets: Sequence[str], environ: Mapping[str, str], file: str, *, by: str = SET, text: str = ""
) -> PartialAnswers:
    """Like `collect`, from the tables of a file that was read already. `file` is its name, or empty; `text` is its text. Modifies
    `raw`."""
    origins = {}
    if file:
        origins = dict.fromkeys(dotted(raw), file)
    problems: list[Problem] = []
    # In this order, so that `--set` overwrites the environment.
    for given in (*_from_environment(environ, problems), *_from_sets(sets, by, problems)):
        _override(raw, origins, given, problems)
    return PartialAnswers(raw, origins, tuple(problems), text)


def variable(key: str) -> str:
    """The environment variable for an answer: `OHIF_SETUP_SIGN_IN__TENANT_ID` for `sign_in.tenant_id`."""
    return PREFIX + key.upper().replace(".", "__")


def _from_environment(environ: Mapping[str, str], problems: list[Problem]) -> Iterator[_TextAnswer]:
    # The likely mistake of one underscore between group and key, to recognise it below.
    single = {PREFIX + key.key.upper().replace(".", "_"): key.key for key in KEYS.values() if key.group}
    free = f"{PREFIX}{FREE_TABLE.upper()}__"
    for name, text in sorted(environ.items(), key=lambda pair: _in_order(pair[0])):
        # An empty variable counts as not set: many pipelines cannot unset one.
        if not name.startswith(PREFIX) or name in NOT_ANSWERS or not text:
            continue
        where = f"{ENVIRONMENT} {name}"
        path = name.removeprefix(PREFIX).lower().replace("__", ".")
        known = key_at(path)
        if known and known.group and name == variable(path):
            yield _TextAnswer(tuple(path.split(".")), text, where)
        elif name.startswith(free) and len(name) > len(free):
            parts = tuple(name.removeprefix(free).split("__"))
            # OHIF keys are case-sensitive, and on Windows Python shows the names of variables in upper case only.
            if not all(parts) or name.isupper():
                wrong = (
                    "cannot name a key of OHIF, whose names are case-sensitive: use --set, as in "
                    "--set ohif.showPatientInfo=visible"
                )
                problems.append(problem(name, None, wrong, where=ENVIRONMENT, kind="unknown"))
            else:
                yield _TextAnswer((FREE_TABLE, *parts), text, where)
        elif name in single:
            wrong = f"has one underscore too few: write two after the group, {variable(single[name])}"
            problems.append(problem(name, None, wrong, where=ENVIRONMENT, kind="unknown", meant=single[name]))
        # Other OHIF_SETUP_ variables without a double underscore may belong to something else.
        elif "__" in name:
            problems.append(_unknown_variable(name))


def _in_order(name: str) -> list[tuple[int, str]]:
    """A sort key for variables: by name, with numbers by value, so that server 10 comes after server 2."""
    return [(len(part) if re.fullmatch(r"[0-9]+", part) else 0, part) for part in name.split("__")]


def _unknown_variable(name: str) -> Problem:
    # A secret needs the advice to replace it, not a suggestion for its spelling.
    if is_secret_name(name) and not name.endswith("FILE"):
        return unknown_key(name, ENVIRONMENT)
    known = key_at(nearest(name.removeprefix(PREFIX).lower().replace("__", ".")) or "")
    meant = known.key if known and known.group else ""
    if meant:
        wrong = f"is not a variable that ohif-setup knows. Did you mean {variable(meant)}?"
    else:
        wrong = f"is not a variable that ohif-setup knows. They look like {variable('sign_in.tenant_id')}"
    return problem(name, None, wrong, where=ENVIRONMENT, kind="unknown", meant=meant)


def _from_sets(sets: Sequence[str], by: str, problems: list[Problem]) -> Iterator[_TextAnswer]:
    for pair in sets:
        name, equals, text = pair.partition("=")
        name = name.strip()
        if not equals or not name:
            wrong = "has no equals sign"
            if equals:
                wrong = "has no key before its equals sign"
            problems.append(
                problem(
                    "KEY=VALUE", pair, wrong, example=example_line(key_at(pair) or KEYS["server.uploads"], by), where=by
                )
            )
            continue
        path = tuple(name.split("."))
        # A known key, or any key within [ohif].
        if (key_at(name) and name != FREE_TABLE) or (path[0] == FREE_TABLE and len(path) > 1 and all(path)):
            yield _TextAnswer(path, text, by)
        # [[servers]] is a list, so a key needs the number of a server.
        elif path[0] == "servers" and not one_of(name):
            wrong = "needs the number of the server: the first one is servers.1, as in servers.1.url"
            problems.append(problem(name, None, wrong, where=by))
        elif name in GROUPS or keys_in(name) or path[0] == FREE_TABLE:
            below = ", ".join(key.key for key in keys_in(name)) or "ohif.showPatientInfo"
            problems.append(
                problem(name, None, f"is a group, not a single answer: set one of its keys ({below})", where=by)
            )
        else:
            problems.append(unknown_key(name, by))


def _override(raw: dict[str, Any], origins: dict[str, str], given: _TextAnswer, problems: list[Problem]) -> None:
    name = ".".join(given.path)
    try:
        path = settled(raw, given.path)
    except ValueError as error:
        problems.append(problem(name, None, str(error), where=given.origin))
        return
    # An empty text removes the answer of the file, so that its default applies.
    if not given.text:
        remove(raw, path)
        return
    key = key_at(name)
    try:
        value = value_of_text(key, given.text) if key else toml_of_text(given.text)
    except ValueError as error:
        example = example_line(key, given.origin) if key else ""
        problems.append(problem(name, given.text, str(error), example=example, where=given.origin))
        return
    # `place` is about to turn [server] into the first of [[servers]], so the origins have to move too.
    if path[0] == "servers" and "server" in raw:
        for old in [old for old in origins if old == "server" or old.startswith("server.")]:
            origins[old.replace("server", "servers.1", 1)] = origins.pop(old)
    place(raw, path, value)
    origins[".".join(path)] = given.origin
