"""Names at which a browser stops a script with an error, as far as that can be told without running it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ohif_setup.browser.globals import is_global
from ohif_setup.config_js.read.names import Names, Span, Use


@dataclass(frozen=True)
class Throw:
    """The place at which it stops, as an offset, what is wrong with the name there, and what to write."""

    name: str
    at: int
    wrong: str
    do: str


def throws(names: Names, function: Span | None, until: int) -> Iterator[Throw]:
    """The names that stop a script before the offset `until`, or `function` when it is called; each name once."""
    given = {
        name for name, uses in names.changes.items() if any(use.change == "set" and not use.declared for use in uses)
    }
    run = _run(names, function, until)
    seen: set[str] = set()
    for use in names.uses:
        reached = use.sure and use.function in run and (use.function is not None or use.at < until)
        found = None
        if reached and use.name not in seen | given:
            found = _throw(use)
        if found:
            seen.add(use.name)
            yield found


def _run(names: Names, function: Span | None, until: int) -> set[Span | None]:
    """The functions that are surely called, and None for the code that is in none."""
    called: dict[Span | None, list[Span]] = {}
    for use in names.uses:
        reached = use.called and use.sure and (use.function is not None or use.at < until)
        if reached and use.declared and use.declared.body:
            called.setdefault(use.function, []).append(use.declared.body)
    run: set[Span | None] = set()
    waiting: list[Span | None] = [None, function]
    while waiting:
        found = waiting.pop()
        if found not in run:
            run.add(found)
            waiting += called.get(found, ())
    return run


def _throw(use: Use) -> Throw | None:
    name, declared = use.name, use.declared
    if declared is None:
        if is_global(name):
            return None
        return Throw(
            name,
            use.at,
            f"neither this file nor the browser declares {name}",
            f"Declare {name} above that line; where another script of the page sets it, write window.{name}",
        )
    if declared.kind in ("let", "const", "class") and use.is_early:
        return Throw(
            name, use.at, f"{name} is used before it is declared", f"Move the declaration of {name} above that line"
        )
    if declared.kind == "const" and use.change in ("set", "updated"):
        return Throw(name, use.at, f"{name} is a const, and cannot get another value", f"Declare {name} with let")
    return None
