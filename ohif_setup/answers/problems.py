"""What is wrong with the answers: one `Problem` for each key, and the error that holds them all and says how to fix them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Literal

from ohif_setup.answers.file.reading import FILE_NAME, init_command
from ohif_setup.answers.file.toml import toml_value
from ohif_setup.answers.keys import FREE_TABLE, AnswerKey, header, key_at, one_of
from ohif_setup.errors import SetupError
from ohif_setup.paste.places import is_windows
from ohif_setup.paste.showing import HIDDEN, LONGEST, is_secret_name, looks_secret, printable, shown

Kind = Literal["wrong", "unknown", "missing"]
_TENANT = "sign_in.tenant_id"
SET = "--set"
SET_COMMAND = "set"
UNSET_COMMAND = "unset"
ENVIRONMENT = "environment"
"""The values or beginnings of `where` for answers that no file set."""

# An address or a GUID in an example, which the user has to replace with their own.
_THEIRS = re.compile(r"://|[0-9a-f]{8}-[0-9a-f]{4}-")
# A message that ends in the right value or in "remove it" needs no example.
_SAYS_ALL = re.compile(r"\b(?:give|make it) https?://\S+$|: remove (?:it|\[proxy\])")


@dataclass(frozen=True)
class Problem:
    """One fault of one key.

    - `value`: the value as shown to the user; empty if there is none to show.
    - `wrong`: what is wrong, as the end of a sentence that begins with the value.
    - `example`: a correct line of the file.
    - `where`: the source of the value (a file, `environment NAME`, `--set`, `set`, `unset`); empty if nothing set it.
    - `meant`: the known key or group that an unknown key probably stands for.
    - `line`: where it stands in the file, from 1; of a missing key the line of its table; 0 if unknown.
    """

    key: str
    value: str
    wrong: str
    example: str
    where: str
    kind: Kind = "wrong"
    meant: str = ""
    line: int = 0

    def __str__(self) -> str:
        first = self.key
        if self.where and self.line:
            first += f"  [{self.where}, line {self.line}]"
        elif self.where:
            first += f"  [{self.where}]"
        lines = [first, f"    {' '.join(part for part in (self.value, self.wrong) if part)}"]
        if self.example:
            # An address or ID of an example must not be mistaken for the right one.
            label = "for example" if _THEIRS.search(self.example) else "right"
            lines.append(f"    {label}: {self.example}")
        return "\n".join(lines)


class AnswersError(SetupError):
    """The answers cannot be used. `problems` holds everything that is wrong or missing.

    `where` is the answers file. `exists` is False if it does not exist yet, so that the user needs `init`; `begun` is True if
    some answers were given with `--set` nevertheless. `by` says how the command takes answers: `--set`, `set` or `unset`.
    """

    def __init__(
        self,
        problems: Iterable[Problem],
        *,
        where: str = "",
        exists: bool = True,
        begun: bool = False,
        by: str = SET,
    ) -> None:
        self.problems = causes_first(problems)
        missing = [each for each in self.problems if each.kind == "missing"]
        if missing and not exists:
            self.problems = _without_file(self.problems)
            message, hint = _message_without_file(self.problems, where), _hint_without_file(self.problems, where, begun)
            place = "the answers"
        else:
            message, hint = _message(self.problems), _hint(self.problems, where, by)
            places = {each.where for each in self.problems}
            place = where
            # Name the one source that has to be corrected, if there is only one.
            if len(places) == 1:
                place = places.pop() or where
            place = place or "the answers"
        super().__init__("answers-invalid", message, where=place, hint=hint)


def problem(
    key: str,
    value: object,
    wrong: str,
    *,
    example: str = "",
    where: str = "",
    kind: Kind = "wrong",
    meant: str = "",
) -> Problem:
    """A `Problem` that is safe to print: secrets hidden, control characters escaped, long values shortened."""
    # A key such as proxy.orthanc_credentials_file sounds like a secret, and holds a path.
    hidden_name = is_secret_name(key) and not (isinstance(value, str) and (value.startswith("/") or is_windows(value)))
    secret = hidden_name or (isinstance(value, str) and looks_secret(value))
    text = shown(value)
    if secret and value is not None:
        text = HIDDEN
    if _SAYS_ALL.search(wrong):
        example = ""
    return Problem(printable(key)[:LONGEST], text, printable(wrong), printable(example), printable(where), kind, meant)


def is_newer(found: Problem) -> bool:
    """True if a newer ohif-setup wrote the answers; then no other fault can be judged."""
    return found.key == "version" and "newer" in found.wrong


def causes_first(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Unknown keys first, and no missing key that an unknown one probably stands for: it is present, but misspelt."""
    problems = tuple(problems)
    meant = {each.meant for each in problems if each.meant}
    # A misspelt group hides all keys of that group, hence the comparison with the parent.
    kept = [each for each in problems if each.kind != "missing" or not meant & {each.key, each.key.rpartition(".")[0]}]
    return tuple(sorted(kept, key=lambda each: each.kind != "unknown"))


def example_line(key: AnswerKey, where: str = "") -> str:
    """A correct example for `key` in the notation of its source.

    That is a line of the file, such as `url = "https://viewer.example.org"   (in [viewer])`, a variable, `--set`, or a command."""
    if key.key == FREE_TABLE:
        return "[ohif] on a line of its own, and keys of window.config below it"
    if key.shape == "table" and where in (SET, SET_COMMAND):
        # There, each entry of a table is an answer of its own.
        entry = key_at(f"{key.key}.{next(iter(key.example))}")
        return example_line(entry, where) if entry else ""
    example = key.example
    if key.shape == "flag":
        # A flag is given to differ from its default, which is false.
        example = True
    text = str(example)
    if isinstance(example, list):
        text = ",".join(example)
    elif isinstance(example, bool):
        text = text.lower()
    if where == UNSET_COMMAND:
        return f"ohif-setup unset {key.key}"
    if where == SET_COMMAND:
        # `set KEY=VALUE` would replace the whole list.
        sign = "+=" if key.shape == "list" else "="
        return shlex.join(["ohif-setup", SET_COMMAND, f"{key.key}{sign}{text}"])
    if where == SET:
        return shlex.join([SET, f"{key.key}={text}"])
    if where.startswith(f"{ENVIRONMENT} "):
        return f"{where.removeprefix(f'{ENVIRONMENT} ')}={shlex.quote(text)}"
    line = f"{key.name} = {toml_value(example)}"
    if not key.group:
        return line
    # [[servers]] has no number in the file, so the place has to say which one.
    number = one_of(key.group).partition(".")[2]
    place = header(key.group)
    if number:
        place += f", number {number}"
    return f"{line}   (in {place})"


def _message(problems: Sequence[Problem]) -> str:
    missing = sum(each.kind == "missing" for each in problems)
    state = "wrong or missing"
    if not missing:
        state = "wrong"
    elif missing == len(problems):
        state = "missing"
    count = f"{len(problems)} answers are"
    if len(problems) == 1:
        count = "One answer is"
    return "\n".join([f"{count} {state}:", *_listed(problems)])


def _listed(problems: Iterable[Problem]) -> list[str]:
    return [f"  {line}" for each in problems for line in str(each).splitlines()]


def _hint(problems: Sequence[Problem], file: str, by: str) -> str:
    places = _places(problems)
    correct = f"Correct {' and '.join(places) or file or 'the answers'}"
    # Correcting the file would be wrong if a newer version wrote it on purpose.
    if any(map(is_newer, problems)):
        return f"{correct}; or, if a newer ohif-setup wrote it: pipx upgrade ohif-setup"
    # Missing answers can be given for one run without editing the file, which suits a pipeline.
    missing = [f"{each.key}=VALUE" for each in problems if each.kind == "missing"]
    if not missing:
        return correct
    add = "Add what is missing"
    if places:
        add = f"{correct}, and add what is missing"
    if file and file not in places:
        add += f" to {file}"
    if by == SET_COMMAND:
        return f"{add}; or add to the command: {' '.join(missing)}"
    if by == UNSET_COMMAND:
        return add
    return f"{add}; or give that for one run: {' '.join(f'{SET} {pair}' for pair in missing)}"


def _places(problems: Sequence[Problem]) -> list[str]:
    """The sources of the wrong values, without repeats, to follow the word "Correct"."""
    places = [_place(each) for each in problems if each.kind != "missing" and each.where]
    return list(dict.fromkeys(places))


def _place(each: Problem) -> str:
    if each.where == SET:
        return "the --set"
    if each.where in (SET_COMMAND, UNSET_COMMAND):
        return "the command"
    kind, _, variable = each.where.partition(" ")
    if kind == ENVIRONMENT:
        return f"the variable {variable or each.key}"
    return each.where


def _without_file(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The problems for a user without a file: missing answers appear as `init` asks for them, as values and not as lines."""
    by_service = _service_may_tell(problems)
    found = []
    for each in problems:
        known = key_at(each.key)
        if each.kind == "missing" and known:
            wrong, example = f"{known.title}: {known.description}", str(known.example)
            # `init` asks the DICOM service for its tenant, so the user has to give it only if that failed.
            if each.key == _TENANT:
                wrong = f"{wrong} The service was asked and did not name it."
                if by_service:
                    wrong, example = "is read from the service itself once server.url is right", ""
            found.append(replace(each, where="", wrong=wrong, example=example))
        else:
            found.append(each)
    # By name, server comes before sign_in before viewer, as init asks them.
    return tuple(sorted(found, key=lambda each: (each.kind != "unknown", each.key if each.kind == "missing" else "")))


def _service_may_tell(problems: Sequence[Problem]) -> bool:
    """True if the address of the service is missing or wrong, so that the service could not be asked for its tenant."""
    return any({each.key, each.meant} & {"server", "server.url"} for each in problems)


def _message_without_file(problems: Sequence[Problem], file: str) -> str:
    # A bare file name means the current folder.
    here = " here" if PurePath(file).name == file else ""
    lines = [f"There is no {file or FILE_NAME}{here} yet, and no terminal to ask at. Missing:"]
    lines += _listed(each for each in problems if each.kind == "missing")
    wrong = [each for each in problems if each.kind != "missing"]
    if wrong:
        lines += ["Wrong:", *_listed(wrong)]
    return "\n".join(lines)


def _hint_without_file(problems: Sequence[Problem], file: str, begun: bool) -> str:
    by_service = _service_may_tell(problems)
    missing = [each.key for each in problems if each.kind == "missing" and not (each.key == _TENANT and by_service)]
    sets = " ".join(f"{SET} {key}={'ID' if key.endswith('_id') else 'URL'}" for key in missing)
    places = " and ".join(_places(problems))
    if places and sets:
        return f"Correct {places}, and add to the command: {sets}"
    if places:
        return f"Correct {places}"
    if begun:
        return f"Add to the command: {sets}" if sets else ""
    return f"{init_command(Path(file or FILE_NAME))} {sets}"
