"""The answers file as text: a new one for people to read, or an old one with only the changes. Does not write to disk."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from ohif_setup.answers.file.document import example_of, optional_table
from ohif_setup.answers.file.editing import edited
from ohif_setup.answers.file.reading import parse_answers
from ohif_setup.answers.file.schema import FILE_NAME as SCHEMA_FILE
from ohif_setup.answers.file.toml import comment, same, toml_key, toml_value, with_lf
from ohif_setup.answers.file.written import FIRST, answers_as_written, applies, groups_of, words_of
from ohif_setup.answers.keys import FREE_TABLE, KEYS, header, keys_in, one_of
from ohif_setup.answers.model import Answers

__all__ = ["DEFAULT_SCHEMA", "answers_as_written", "render_answers", "updated_answers"]

DEFAULT_SCHEMA = f"./{SCHEMA_FILE}"
_HEAD = (
    "Answers for ohif-setup. Edit them, then run: ohif-setup generate, and ohif-setup check. No secret belongs here."
)


def render_answers(answers: Answers, schema_path: str | None = DEFAULT_SCHEMA) -> str:
    """A new file: grouped, every key with a comment. `schema_path` is where editors find the JSON Schema (relative to
    the file, or a URL); None leaves the pointer out."""
    lines = []
    if schema_path is not None:
        # A line break would end the comment, and the rest would be parsed as TOML.
        if not schema_path.isprintable():
            raise ValueError("the path of the schema holds a control character")
        lines.append(f"#:schema {schema_path}")
    lines += [*comment(_HEAD), f"version = {answers.version}"]
    values = answers_as_written(answers)
    for group in groups_of(answers):
        lines += _group_lines(group, values.get(group), answers)
    if answers.ohif:
        lines += ["", *comment(KEYS[FREE_TABLE].description), *_table_lines((FREE_TABLE,), answers.ohif)]
    return "\n".join(lines) + "\n"


def updated_answers(old_text: str, answers: Answers) -> str:
    """`old_text` with the values that differ from `answers` changed, and everything else (comments, order, line ends)
    as it was.

    A value that means the same is left as it is written; a missing key whose default is right stays missing. Where
    the text cannot be edited so that it reads back as `answers`, the result is a new file. Raises SetupError
    (`answers-not-toml`).
    """
    mark = "\ufeff" if old_text.startswith("\ufeff") else ""
    text = old_text.removeprefix(mark)
    parse_answers(text, where="the old answers file")
    return mark + with_lf(text, lambda plain: _updated(plain, answers))


def _updated(text: str, answers: Answers) -> str:
    new = edited(text, answers)
    # Check the edit by reading it back: a wrong answers file is worse than a reformatted one.
    if new is None or not _reads_as(new, answers):
        return render_answers(answers)
    return new


def _group_lines(group: str, values: Mapping[str, Any] | None, answers: Answers) -> Iterator[str]:
    # An optional table is shown as a comment, so that the user learns about it.
    if values is None:
        if group == "fhir":
            yield from ["", *optional_table(group)]
        return
    yield ""
    # The keys are described once, above the first server.
    described = one_of(group) in ("", FIRST)
    if described:
        yield from comment(words_of(group))
    yield header(group)
    for key in keys_in(group):
        if key.name in values:
            if described:
                yield from comment(key.description)
            yield f"{toml_key(key.name)} = {toml_value(values[key.name])}"
        elif described and applies(key, answers):
            yield from comment(key.description)
            yield example_of(key)


def _table_lines(path: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a table: its own values, then the tables in it, each with its own header.

    In TOML, a value that follows the header of a nested table would belong to that one."""
    own = {key: value for key, value in table.items() if not (isinstance(value, Mapping) and value)}
    below = {key: value for key, value in table.items() if key not in own}
    if own or len(path) == 1:
        yield f"[{'.'.join(map(toml_key, path))}]"
        yield from (f"{toml_key(key)} = {toml_value(value)}" for key, value in own.items())
    for key, value in below.items():
        if own or len(path) == 1:
            yield ""
        yield from _table_lines((*path, key), value)


def _reads_as(text: str, answers: Answers) -> bool:
    try:
        found = Answers.model_validate(tomllib.loads(text))
    except (ValueError, RecursionError):
        return False
    # == takes 1 and true for equal, and in [ohif] the difference matters to OHIF.
    return found == answers and same(found.ohif, answers.ohif)
