"""`set`: changes answers in their file, keeping comments and order, and regenerates."""

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
    """Returns the status of `change.run`."""
    return change.run(arguments, NAME, lambda file: _plain(file, arguments.changes))


def _plain(file: Path, changes: Sequence[str]) -> list[str]:
    """The changes as KEY=VALUE, in order; `+=` and `-=` become the whole list that results. Raises SetupError."""
    plain: list[str] = []
    for given in changes:
        key, equals, _ = given.partition("=")
        if equals and key[-1:] in ("+", "-"):
            # `plain` goes along: `set urls+=A urls+=B` adds both.
            plain.append(_with_list(file, plain, given))
        else:
            plain.append(given)
    return plain


def _with_list(file: Path, before: Sequence[str], given: str) -> str:
    """`KEY+=ENTRY` or `KEY-=ENTRY` as KEY=VALUE with the whole list; `before` are the changes to its left."""
    key, _, value = given.partition("=")
    name, sign = key[:-1].strip(), key[-1]
    known = key_at(name)
    if known is None or known.shape != "list":
        raise SetupError(
            "not-a-list",
            "is not a list, so nothing can be added to it or removed from it",
            where=f"{name} in {given!r}",
            hint=f"ohif-setup set {name}=VALUE",
        )
    table, _, leaf = name.rpartition(".")
    group = getattr(load(file, before, {}, by=SET_COMMAND), table)
    old = list(getattr(group, leaf))
    # In the spelling of the model, so that `-=https://h.example/` removes https://h.example. An invalid entry is reported later.
    own = normal_entry(known, value.strip(), group.model_dump(mode="python"))
    if sign == "-" and own not in old:
        raise SetupError(
            "not-in-list",
            f"does not contain {own}",
            where=name,
            hint=f"it contains: {', '.join(old) or 'nothing'}",
        )
    new = list(old)
    if sign == "-":
        new = [item for item in old if item != own]
    # Adding an entry twice changes nothing, so a script may repeat the command.
    elif own not in old:
        new.append(own)
    # KEY= removes the key: an empty list means the same as no key.
    return f"{name}={toml_value(new) if new else ''}"
