"""What an expression of the language amounts to, as far as that can be said without running it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ohif_setup.config_js.read.source import Node, too_large

MOST_VALUES = 300_000
LONGEST_TEXT = 1_000_000
CHARACTERS = 100
"""So many characters of a text count as one value: a file may repeat a long text without end."""
_LARGEST = 2**53


class OfPage(str):
    """A text that depends on the address of the page: `{origin}/dicom-web`, with `{origin}`, `{host}`, `{hostname}`, `{port}`,
    `{protocol}` or `{href}` for what only the browser knows."""

    __slots__ = ()


class Undefined:
    """The value `undefined`, which is what a key has that is not there."""


UNDEFINED = Undefined()


@dataclass(frozen=True)
class Unknown:
    """What cannot be said without running code. `node` is that code."""

    node: Node
    kind: str = "expression"


@dataclass(frozen=True)
class Function(Unknown):
    """A function with the names that it sees."""

    scope: Any = None
    kind: str = "function"


@dataclass(frozen=True)
class Cell:
    """A value and where it stands in the text: `node` is the property, the element or the assignment, `at` its value."""

    value: Any
    node: Node
    at: Node


@dataclass
class JsObject:
    """An object. It is changed in place, because several names may stand for it. `complete` is False when something was spread
    into it that is not known; `open` when other code may have given it keys (`window`)."""

    cells: dict[str, Cell] = field(default_factory=dict)
    node: Node = None
    complete: bool = True
    open: bool = False


@dataclass
class JsArray:
    """An array, changed in place too."""

    cells: list[Cell] = field(default_factory=list)
    node: Node = None


class Scope:
    """The names of a block or a function."""

    def __init__(self, above: Scope | None = None) -> None:
        self.above = above
        self.names: dict[str, Any] = {}

    def home_of(self, name: str) -> Scope | None:
        """The scope in which a name was declared."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.above
        return scope


class Budget:
    """How much may still be made: a few lines can stand for billions of values."""

    def __init__(self, most: int = MOST_VALUES, what: str = "it stands for more than {most:,} values") -> None:
        self.left = most
        self.what = what.format(most=most)

    def spend(self, values: int = 1) -> None:
        """Raises `UnreadableError` when it is used up."""
        self.left -= values
        if self.left < 0:
            raise too_large(self.what)

    def spend_on(self, text: str) -> None:
        """As `spend`, for a text: a short one takes no more than any value."""
        self.spend(len(text) // CHARACTERS)


def is_text(value: Any) -> bool:
    """Whether it is a text, of the page's address or not."""
    return isinstance(value, str)


def truth(value: Any) -> bool | None:
    """Whether it counts as true; None when that cannot be said."""
    if isinstance(value, Undefined):
        return False
    if isinstance(value, OfPage):
        if "{origin}" in value or "{host" in value:
            return True
        return None
    if isinstance(value, Function | JsObject | JsArray):
        return True
    if isinstance(value, Unknown):
        return None
    return bool(value) and not (isinstance(value, float) and math.isnan(value))


def added(left: Any, right: Any) -> Any:
    """`left + right`, or None when that cannot be said."""
    if is_text(left) or is_text(right):
        parts = text_of(left), text_of(right)
        if parts[0] is None or parts[1] is None or len(parts[0]) + len(parts[1]) > LONGEST_TEXT:
            return None
        joined = parts[0] + parts[1]
        if isinstance(left, OfPage) or isinstance(right, OfPage):
            return OfPage(joined.replace("{protocol}//{host}", "{origin}"))
        return joined
    if _is_number(left) and _is_number(right):
        return number(left + right)
    return None


def calculated(operator: str, left: Any, right: Any) -> Any:
    """`-`, `*`, `/` and the comparisons of constants, or None when that cannot be said."""
    if operator in ("===", "!==", "==", "!="):
        same = _same(left, right, loosely=len(operator) == 2)
        if same is None:
            return None
        return same == (operator[0] == "=")
    if not (_is_number(left) and _is_number(right)):
        return None
    if operator in ("<", ">", "<=", ">="):
        return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[operator]
    if operator == "-":
        return number(left - right)
    if operator == "*":
        return number(float(left) * float(right))
    if operator == "/" and right:
        return number(left / right)
    return None


def text_of(value: Any) -> str | None:
    """What `String(value)` gives, for what is simple; None for the rest."""
    if is_text(value):
        return str(value)
    if isinstance(value, bool):
        if value:
            return "true"
        return "false"
    if isinstance(value, int) and abs(value) < _LARGEST:
        return str(value)
    if value is None:
        return "null"
    return None


def type_of(value: Any) -> str | None:
    """What `typeof` gives; None when that cannot be said."""
    if isinstance(value, Function):
        return "function"
    if isinstance(value, Unknown):
        return None
    kinds: Mapping[type, str] = {bool: "boolean", int: "number", float: "number", Undefined: "undefined"}
    if is_text(value):
        return "string"
    return kinds.get(type(value), "object")


def number(value: float) -> Any:
    """A number as JSON has it: a whole one without a fraction; None for what JSON cannot hold."""
    try:
        exact = float(value)
    except OverflowError:
        return None
    if not math.isfinite(exact):
        return None
    negative_zero = exact == 0 and math.copysign(1, exact) < 0
    if exact.is_integer() and abs(exact) <= _LARGEST and not negative_zero:
        return int(exact)
    return exact


def whole_text(text: str) -> str:
    """`text` with each pair of surrogates (`\\ud83d\\ude00`) as the one character that it means."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def can_be_written(text: str) -> bool:
    """False for half of a pair of surrogates, which no file in UTF-8 can hold."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(left: Any, right: Any, *, loosely: bool) -> bool | None:
    if any(isinstance(side, Unknown | OfPage | JsObject | JsArray) for side in (left, right)):
        return None
    absent = (isinstance(left, Undefined) or left is None), (isinstance(right, Undefined) or right is None)
    if any(absent):
        if loosely:
            return all(absent)
        return type(left) is type(right)
    if type_of(left) != type_of(right):
        if loosely:
            return None
        return False
    return bool(left == right)
