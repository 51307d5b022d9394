"""What copied code needs from its surroundings: top-level declarations, and the function that returns the configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ohif_setup.browser.globals import is_global
from ohif_setup.config_js.read.config import Code, Path, ReadConfig, read_config
from ohif_setup.config_js.read.names import Declaration, Span, Use, holds

NOWHERE = "declared neither in the file nor by browsers"


@dataclass(frozen=True)
class LeftBehind:
    """A name that cannot be copied, and its origin in words."""

    name: str
    origin: str


@dataclass(frozen=True)
class Needs:
    """The spans of the declarations to copy, in order; whether to copy the function that returns the configuration; and the names
    that cannot be copied."""

    declarations: tuple[Span, ...] = ()
    function: bool = False
    left_behind: tuple[LeftBehind, ...] = ()


def needs_of(read: ReadConfig, sources: Iterable[Path]) -> Needs:
    """What the code at those paths needs, directly and indirectly."""
    gathered = _Gathered(read, [_copied(read, source) for source in sources])
    return Needs(tuple(sorted(gathered.declarations)), gathered.function, tuple(gathered.left_behind()))


def contains_configuration(read: ReadConfig, needs: Needs) -> bool:
    """Whether one of those declarations contains the configuration itself, so that it cannot be copied."""
    inner = read.around.object
    if inner is None:
        return bool(needs.declarations or needs.function)
    return any(holds(span, inner) for span in needs.declarations)


def copied_text(read: ReadConfig, needs: Needs) -> str:
    """The text that is copied."""
    spans = list(needs.declarations)
    if needs.function:
        spans += _around_object(read)
    text = "\n".join(read.text[start:end] for start, end in spans)
    read.around.budget.spend_on(text)
    return text


def add_needs(text: str, read: ReadConfig, needs: Needs) -> str:
    """The generated text with those declarations in front of it, and inside the original's function if that is needed."""
    # The function first: the position of `window.config` is determined after that.
    if needs.function:
        place = read_config(text).places[()]
        head, tail = (read.text[start:end].replace("\r\n", "\n") for start, end in _around_object(read))
        start, end = place.value_start, place.value_end
        text = text[:start] + head + text[start:end] + tail + text[end:]
    if not needs.declarations:
        return text
    at = text.rfind("window.config", 0, read_config(text).places[()].value_start)
    spans = (read.text[start:end].rstrip().replace("\r\n", "\n") + "\n\n" for start, end in needs.declarations)
    return text[:at] + "".join(spans) + text[at:]


class _Gathered:
    """Follows the names of the copied code to their declarations, and the names of those in turn."""

    def __init__(self, read: ReadConfig, copied: Sequence[Span]) -> None:
        self.read = read
        self.names = read.around.names
        self.declarations: set[Span] = set()
        self.function = False
        self.uses: dict[tuple[str, Declaration | None], Use] = {}
        """One use of each name that the copied code does not declare itself."""
        self.strange: list[Use] = []
        """Uses of names that would mean something else, or nothing, in the new file."""
        self.along = list(copied)
        self.known = set(copied)
        # The block in which the copied code will be.
        self.there = read.around.block
        # A work list: `_follow` appends to it while it is iterated.
        for index, span in enumerate(self.along):
            for use in self.names.within(span):
                self._follow(use, span, copied=index < len(copied))

    def _follow(self, use: Use, span: Span, *, copied: bool) -> None:
        self.read.around.budget.spend()
        declared = use.declared
        # Declared inside the copied code itself.
        if declared and (holds(span, declared.scope) or declared.statement == span):
            return
        self.uses.setdefault((use.name, declared), use)
        # A global of the browser, or a name that does not exist; `left_behind` tells them apart.
        if declared is None:
            return
        # The copied code moves to another block; a declaration stays at the top level.
        same = not copied or self._is_seen(declared)
        if same and self.names.is_at_top(declared):
            self._bring(declared)
            self.declarations.add(declared.statement)
        elif same and self._is_in_function(declared):
            if not self.function:
                self.along += _around_object(self.read)
            self.function = True
        else:
            self.strange.append(use)
            if declared.kind not in ("own", "parameter"):
                self._bring(declared)

    def _is_seen(self, declared: Declaration) -> bool:
        """Whether the name means the same where the copied code will be."""
        found = None
        if self.there:
            found = self.there.declared(declared.name)
        return found is declared or (self.names.is_at_top(declared) and not (found and self._is_in_function(found)))

    def _bring(self, declared: Declaration) -> None:
        if declared.statement not in self.known:
            self.known.add(declared.statement)
            self.along.append(declared.statement)

    def _is_in_function(self, declared: Declaration) -> bool:
        function, inner = self.read.around.function, self.read.around.object
        return bool(function and inner and holds(function, inner) and holds(function, declared.scope))

    def left_behind(self) -> Iterator[LeftBehind]:
        """Each name once: those that would mean something else or nothing, and those set by a statement that is not copied."""
        # The first reason for a name wins.
        origins: dict[str, str] = {}
        for use in self.strange:
            if use.declared:
                origins.setdefault(use.name, self._origin(use.declared))
        missing = {throw.name for throw in self.read.throws}
        for use in self.uses.values():
            if use.declared is None and use.name in missing:
                origins.setdefault(use.name, NOWHERE)
            if use.declared and use.is_early:
                origins.setdefault(use.name, f"declared in line {self.read.line_of(use.declared.at)}, after its use")
            change = next(
                (assignment for assignment in self.names.changes.get(use.name, ()) if self._changes(assignment, use)),
                None,
            )
            if change:
                origins.setdefault(use.name, f"changed in line {self.read.line_of(change.at)}")
        return (LeftBehind(name, origin) for name, origin in origins.items())

    def _origin(self, declared: Declaration) -> str:
        line = self.read.line_of(declared.at)
        if declared.kind == "own":
            return f"of the function in line {line}"
        if declared.kind == "parameter":
            return f"a parameter of the function in line {line}"
        if self.names.is_at_top(declared):
            return f"declared in line {line}, and hidden by another declaration of that name"
        return f"declared in line {line}, inside a function or a block"

    def _changes(self, change: Use, use: Use) -> bool:
        """Whether `change` alters the value of the used name in a statement that is not copied."""
        # `config` is the property of window that the file is about.
        if change.declared is not use.declared or change.name == "config":
            return False
        # Browsers' own globals, and properties of names that other scripts declare, exist in the new page as well.
        if change.declared is None and (change.change == "changed" or is_global(change.name)):
            return False
        self.read.around.budget.spend(1 + len(self.along) // 10)
        return not any(start <= change.at < end for start, end in self.along)


def _copied(read: ReadConfig, source: Path) -> Span:
    """The span of a member that is copied: with its key only if it is a method or a getter."""
    place, value = read.places[source], read.get(source)
    if isinstance(value, Code) and value.whole:
        return place.start, place.end
    return place.value_start, place.value_end


def _around_object(read: ReadConfig) -> tuple[Span, ...]:
    """The parts of the function before and after the object that it returns."""
    function, inner = read.around.function, read.around.object
    if function and inner:
        return ((function[0], inner[0]), (inner[1], function[1]))
    return ()
