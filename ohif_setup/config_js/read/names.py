"""The names of a script: where each is declared and used, and what it means at another place in the script."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ohif_setup.config_js.read.values import Scope

Span = tuple[int, int]
"""Offsets of the first character and of the first one after the end."""
Kind = Literal["var", "let", "const", "class", "function", "parameter", "own"]
"""`own` is what a function defines implicitly: `this`, `arguments`, and for an async function `await`."""
Change = Literal["", "set", "updated", "changed"]
"""What a use does to a name: nothing; it assigns a value (`a = 1`, `set`); it assigns one that depends on the old one (`a += 1`,
`updated`); or it modifies the object that the name refers to (`a.b = 1`, `a.push(1)`, `changed`)."""


@dataclass(frozen=True, eq=False)
class Declaration:
    """The declaration of a name. `at` is the offset of the name (for `own` names, of the function), `statement` the span of the
    whole declaration, `scope` the span in which the name is visible, `function` the span of the enclosing function (None: none),
    `ready` the offset after which the name has its value, and `body` the span of the function that it refers to, if it is one."""

    name: str
    kind: Kind
    at: int
    statement: Span
    scope: Span
    function: Span | None = None
    ready: int = 0
    body: Span | None = None


@dataclass(frozen=True)
class Use:
    """One use of a name. `declared` is None if the file does not declare it. `function` is the span of the enclosing function,
    which must be called first (None: none); `sure`: the use is then reached in any case, and fails if the name does not exist.
    `called`: the name is called as a function."""

    name: str
    at: int
    change: Change
    function: Span | None
    sure: bool
    called: bool
    declared: Declaration | None = None

    @property
    def is_early(self) -> bool:
        """Whether the name has no value yet at this place."""
        # Only within one function: code in another one runs later, or never.
        declared = self.declared
        return declared is not None and declared.function == self.function and self.at < declared.ready


class Block(Scope):
    """The names of a block or a function, with its span."""

    def __init__(self, span: Span, above: Block | None = None) -> None:
        super().__init__(above)
        self.span = span

    def declared(self, name: str) -> Declaration | None:
        """The declaration to which a name refers in this block; None if there is none."""
        home = self.home_of(name)
        declaration = None
        if home:
            declaration = home.names[name]
        if isinstance(declaration, Declaration):
            return declaration
        return None


class Names:
    """Every use of a name in a script, in order."""

    def __init__(self, uses: Iterable[Use], blocks: Iterable[Block], statements: Iterable[Span]) -> None:
        self.uses = tuple(sorted(uses, key=lambda use: use.at))
        self.changes: dict[str, list[Use]] = {}
        """The uses that change something, by name."""
        for use in self.uses:
            if use.change:
                self.changes.setdefault(use.name, []).append(use)
        # For binary search: `within` is called for every copied span.
        self._starts = [use.at for use in self.uses]
        self._blocks = tuple(blocks)
        self._statements = frozenset(statements)

    def within(self, span: Span) -> tuple[Use, ...]:
        """The uses inside a span."""
        return self.uses[bisect_left(self._starts, span[0]) : bisect_left(self._starts, span[1])]

    def is_at_top(self, declared: Declaration) -> bool:
        """Whether a top-level statement of the script declares it, outside any block or function."""
        return declared.statement in self._statements and declared.function is None

    def block_around(self, span: Span) -> Block:
        """The innermost block or function that contains the span."""
        around = (block for block in self._blocks if holds(block.span, span))
        return min(around, key=lambda block: block.span[1] - block.span[0])


def holds(outer: Span, inner: Span) -> bool:
    """Whether the span `inner` lies inside the span `outer`."""
    return outer[0] <= inner[0] and inner[1] <= outer[1]
