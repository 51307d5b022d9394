"""Refuses to copy code whose names would not exist in the new file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ohif_setup.config_js.convert.parted import codes
from ohif_setup.config_js.convert.surroundings import NOWHERE, needs_of
from ohif_setup.config_js.read.config import Path, ReadConfig, shown_path
from ohif_setup.config_js.read.source import UnreadableError

# How many keys are listed for each name.
_MOST_KEYS = 3
# What a function defines implicitly, so that declaring it elsewhere is no remedy.
_OWN = ("this", "arguments", "await")


def refuse_missing_names(read: ReadConfig, sources: Iterable[Path]) -> None:
    """Raises `UnreadableError` (`config-needs-names`) if the code at one of those paths needs a name that cannot be copied."""
    copied = [source for source in sources if any(codes(read.get(source)))]
    # All paths together first: a name that one of them brings along is then available to the others, too.
    left = {value.name for value in needs_of(read, copied).left_behind}
    if not left:
        return
    found: dict[tuple[str, str], list[Path]] = {}
    for source in copied:
        for value in needs_of(read, [source]).left_behind:
            if value.name in left:
                found.setdefault((value.name, value.origin), []).append(source)
    # Where the file has no such name, it does not work where it is either.
    stopping = [throw.wrong for throw in read.throws if (throw.name, NOWHERE) in found]
    message = "It uses names that cannot be copied into a new file, which would not work without them:"
    if stopping:
        message = f"OHIF shows a blank page with this file, because {' and '.join(stopping)}.\n{message}"
    rows = [f"  {name}, {origin}: {_keys(read, paths)}" for (name, origin), paths in found.items()]
    first = read.places[next(iter(found.values()))[0]]
    raise UnreadableError(
        "config-needs-names",
        "\n".join([message, *rows]),
        line=first.line,
        column=first.column,
        hint=_hint(list(found)),
    )


def _keys(read: ReadConfig, paths: list[Path]) -> str:
    shown = ", ".join(f"{shown_path(path)} (line {read.line(*path)})" for path in paths[:_MOST_KEYS])
    more = len(paths) - _MOST_KEYS
    if more > 0:
        shown += f" and {more} more"
    return f"used by {shown}"


def _hint(found: Sequence[tuple[str, str]]) -> str:
    nowhere = [name for name, origin in found if origin == NOWHERE]
    own = [name for name, _ in found if name in _OWN]
    others = [name for name, origin in found if origin != NOWHERE and name not in _OWN]
    steps = []
    if others:
        values = "with its final value"
        if len(others) > 1:
            values = "each with its final value"
        steps.append(f"declare {_listed(others)} at the top of the file, outside any function or block, {values}")
    if nowhere:
        known = _listed([f"window.{name}" for name in nowhere])
        steps.append(f"write values instead of {_listed(nowhere)} ({known} if another script on the page sets it)")
    if own:
        steps.append(f"rewrite that code without {_listed(own)}")
    return "; ".join([*steps, "then import it again"])


def _listed(names: list[str]) -> str:
    *first, last = names
    if not first:
        return last
    return f"{', '.join(first)} and {last}"
