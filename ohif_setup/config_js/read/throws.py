"""Finds the names at which a browser stops a script with an error, as far as that is known without running it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ohif_setup.browser.globals import is_global
from ohif_setup.config_js.read.names import Names, Span, Use
from ohif_setup.paste.pasted import placeholder_in

# What Node.js gives to every script, and a bundler replaces while it builds.
_NODE = ("process", "require", "module", "exports", "global", "Buffer", "__dirname", "__filename")


@dataclass(frozen=True)
class Throw:
    """A name at which the script stops, its offset, what is wrong with it, and what to write."""

    name: str
    at: int
    wrong: str
    do: str


def throws(names: Names, function: Span | None, until: int) -> Iterator[Throw]:
    """The names that stop a script before the offset `until`, or `function` when it is called; each name once.

    Errors after `until`, where window.config has been assigned, do not matter to OHIF.
    """
    # Outside strict mode an assignment to an undeclared name creates a global.
    created = {
        name for name, uses in names.changes.items() if any(use.change == "set" and not use.declared for use in uses)
    }
    run = _run(names, function, until)
    reported: set[str] = set()
    for use in names.uses:
        reached = use.sure and use.function in run and (use.function is not None or use.at < until)
        throw = None
        if reached and use.name not in reported | created:
            throw = _throw(use)
        if throw:
            reported.add(use.name)
            yield throw


def _run(names: Names, function: Span | None, until: int) -> set[Span | None]:
    """The functions that are certainly called, and None for the code outside functions."""
    # First which function certainly calls which, then everything that is reachable from the script and from `function`.
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
        if is_global(name) and name not in _NODE and not placeholder_in(name):
            return None
        return Throw(name, use.at, *_undeclared(name))
    # `var` and functions are hoisted: used early they are undefined, which is no error.
    if declared.kind in ("let", "const", "class") and use.is_early:
        return Throw(
            name, use.at, f"{name} is used before it is declared", f"Move the declaration of {name} above that line"
        )
    if declared.kind == "const" and use.change in ("set", "updated"):
        return Throw(name, use.at, f"{name} is a const and cannot be reassigned", f"Declare {name} with let")
    return None


def _undeclared(name: str) -> tuple[str, str]:
    """What is wrong with a name that nobody declares, and what to write."""
    if placeholder_in(name):
        return f"{name} was never filled in", "Write the value in its place, in quotes if it is text"
    if name in _NODE:
        wrong = f"{name} is not defined in a browser (only in Node.js, and while a program is built)"
        return wrong, f"Write the value in the place of {name}"
    wrong = f"neither this file nor the browser declares {name}"
    return wrong, f"Declare {name} above that line; if another script on the page sets it, write window.{name}"
