"""The names of a script: which code uses which of them, and what they would stand for elsewhere in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ohif_setup.config_js.read.values import Scope

Span = tuple[int, int]
"""The first character, and the first one behind."""
Kind = Literal["var", "let", "const", "class", "function", "parameter", "own"]
"""`own` is what a function has without a word: `this`, `arguments`, and that it may `await`."""
Change = Literal["", "set", "updated", "changed"]
"""What a use does to a name: nothing, it gets a value (`a = 1`) or one made of its own (`a += 1`), or what it stands for is changed
(`a.b = 1`, `a.push(1)`)."""


@dataclass(frozen=True, eq=False)
class Declaration:
    """Where a name comes from. `at` is its first character (of the function, for its `own` names), `statement` the span of the
    declaration, `scope` that in which the name is known, `function` that of the function in which it is declared (None: of none),
    `ready` the offset behind which it has its value, and `body` the span of the function that it stands for, if it is one."""

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
    """One place where a name is used. `declared` is None when the file does not declare it. `function` is the span of the function
    that has to be called first (None: none); `sure` says that the place is then reached in any case, and fails without the name.
    `called` says that it is called there."""

    name: str
    at: int
    change: Change
    function: Span | None
    sure: bool
    called: bool
    declared: Declaration | None = None

    @property
    def is_early(self) -> bool:
        """Whether the name has no value yet at that place."""
        declared = self.declared
        return declared is not None and declared.function == self.function and self.at < declared.ready


class Block(Scope):
    """The names of a block or a function, with its span."""

    def __init__(self, span: Span, above: Block | None = None) -> None:
        super().__init__(above)
        self.span = span

    def declared(self, name: str) -> Declaration | None:
        """What a name stands for in it."""
        home = self.home_of(name)
        found = None
        if home:
            found = home.names[name]
        if isinstance(found, Declaration):
            return found
        return None


class Names:
    """Every use of a name in a script, in order."""

    def __init__(self, uses: Iterable[Use], blocks: Iterable[Block], statements: Iterable[Span]) -> None:
        self.uses = tuple(sorted(uses, key=lambda use: use.at))
        self.changes: dict[str, list[Use]] = {}
        """Those that change something, by name."""
        for use in self.uses:
            if use.change:
                self.changes.setdefault(use.name, []).append(use)
        self._starts = [use.at for use in self.uses]
        self._blocks = tuple(blocks)
        self._statements = frozenset(statements)

    def within(self, span: Span) -> tuple[Use, ...]:
        """The uses in a span."""
        return self.uses[bisect_left(self._starts, span[0]) : bisect_left(self._starts, span[1])]

    def is_at_top(self, declared: Declaration) -> bool:
        """Whether a statement of the script itself declares it, outside of every block and function."""
        return declared.statement in self._statements and declared.function is None

    def block_around(self, span: Span) -> Block:
        """The innermost block or function with that span."""
        around = (block for block in self._blocks if holds(block.span, span))
        return min(around, key=lambda block: block.span[1] - block.span[0])


def holds(outer: Span, inner: Span) -> bool:
    """Whether one span is in another one."""
    return outer[0] <= inner[0] and inner[1] <= outer[1]
