"""`set`: changes answers in their file, comments and order kept, and regenerates."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from ohif_setup.answers.file.toml import toml_value
from ohif_setup.answers.keys import key_at, normal_entry
from ohif_setup.answers.problems import SET_COMMAND
from ohif_setup.answers.sources import load
from ohif_setup.commands.shared import change
from ohif_setup.errors import SetupError

NAME = "set"


def run(arguments: Namespace) -> int:
    """0 when all is written, or was so already; 1 when a conflict is left."""
    return change.run(arguments, NAME, lambda file: _plain(file, arguments.changes))


def _plain(file: Path, changes: Sequence[str]) -> list[str]:
    """The changes as KEY=VALUE, in order, with the whole list where entries are added or taken away. Raises SetupError."""
    plain: list[str] = []
    for given in changes:
        key, equals, _ = given.partition("=")
        if equals and key[-1:] in ("+", "-"):
            plain.append(_with_list(file, plain, given))
        else:
            plain.append(given)
    return plain


def _with_list(file: Path, before: Sequence[str], given: str) -> str:
    """KEY=VALUE for one entry more or less; `before` are the changes that come first."""
    key, _, value = given.partition("=")
    name, sign = key[:-1].strip(), key[-1]
    known = key_at(name)
    if known is None or known.shape != "list":
        raise SetupError(
            "not-a-list",
            "is no list of answers, so nothing can be added to it or taken from it",
            where=f"{name} in {given!r}",
            hint=f"ohif-setup set {name}=VALUE",
        )
    table, _, leaf = name.rpartition(".")
    group = getattr(load(file, before, {}, by=SET_COMMAND), table)
    old = list(getattr(group, leaf))
    # As the model writes it, so that https://h.example/ takes https://h.example away; what is wrong with it is said later.
    own = normal_entry(known, value.strip(), group.model_dump(mode="python"))
    if sign == "-" and own not in old:
        raise SetupError(
            "not-in-list",
            f"does not have {own}",
            where=name,
            hint=f"it has: {', '.join(old) or 'nothing'}",
        )
    new = list(old)
    if sign == "-":
        new = [item for item in old if item != own]
    elif own not in old:
        new.append(own)
    # A key without a value goes out of the file: an empty list is the same as none.
    return f"{name}={toml_value(new) if new else ''}"
