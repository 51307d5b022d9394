"""`set`: changes answers in their file, comments and order kept, and regenerates."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ohif_setup.steps import change

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NAME = "set"
HELP = "change answers in their file and regenerate; shows what changes and asks"
ORDER = 22


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "changes",
        nargs="+",
        metavar="KEY=VALUE",
        help="an answer, such as server.uploads=true; lists grow and shrink with += and -=, "
        "as in viewer.extra_urls+=https://second.example.org",
    )
    change.add_arguments(parser)


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
    from ohif_setup.answers.keys import key_at, normal_entry
    from ohif_setup.answers.problems import SET_COMMAND
    from ohif_setup.answers.sources import load
    from ohif_setup.answers.toml import toml_value
    from ohif_setup.errors import SetupError

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
