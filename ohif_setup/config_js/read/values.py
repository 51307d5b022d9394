"""The values of JavaScript expressions and their operators, as far as they are known without running the code."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ohif_setup.config_js.read.source import Node, too_large

MOST_VALUES = 300_000
LONGEST_TEXT = 1_000_000
CHARACTERS = 100
"""How many characters of a string count as one value of the budget: a file may repeat a long string very often."""
# Up to here JavaScript's numbers are exact integers.
_LARGEST = 2**53


class PageText(str):
    """A string that depends on the address of the page, such as `{origin}/dicom-web`. `{origin}`, `{host}`, `{hostname}`, `{port}`,
    `{protocol}` and `{href}` stand for what only the browser knows."""

    __slots__ = ()


class Undefined:
    """The value `undefined`, which is also that of a missing key."""


UNDEFINED = Undefined()


@dataclass(frozen=True)
class Unknown:
    """A value that cannot be known without running code. `node` is that code, `kind` the reason: `expression`, `function`,
    `accessor`, or `statement` if statements that are not evaluated may have changed it."""

    node: Node
    kind: str = "expression"


@dataclass(frozen=True)
class Function(Unknown):
    """A function with the scope in which it was written."""

    scope: Any = None
    kind: str = "function"


@dataclass(frozen=True)
class Cell:
    """A value and its position in the text: `node` is the property, the element or the assignment, `at` the value in it."""

    value: Any
    node: Node
    at: Node


@dataclass
class JsObject:
    """An object. It is modified in place, because several names may refer to it. `complete` is False if unknown keys were added;
    `open` is True if other scripts may have added keys (`window`)."""

    cells: dict[str, Cell] = field(default_factory=dict)
    node: Node = None
    complete: bool = True
    open: bool = False


@dataclass
class JsArray:
    """An array, also modified in place."""

    cells: list[Cell] = field(default_factory=list)
    node: Node = None


class Scope:
    """The names of a block or a function."""

    def __init__(self, above: Scope | None = None) -> None:
        self.above = above
        self.names: dict[str, Any] = {}

    def home_of(self, name: str) -> Scope | None:
        """The innermost scope that declares a name; None if there is none."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.above
        return scope


class Budget:
    """Limits the work: a few lines can expand to billions of values."""

    def __init__(self, most: int = MOST_VALUES, what: str = "it expands to more than {most:,} values") -> None:
        self.left = most
        self.what = what.format(most=most)

    def spend(self, values: int = 1) -> None:
        """Raises `UnreadableError` if the budget is used up."""
        self.left -= values
        if self.left < 0:
            raise too_large(self.what)

    def spend_on(self, text: str) -> None:
        """As `spend`, for a string: one value for every `CHARACTERS` characters, none for a short string."""
        self.spend(len(text) // CHARACTERS)


def is_text(value: Any) -> bool:
    """Whether a value is a string, whether or not it depends on the page's address."""
    return isinstance(value, str)


def truth(value: Any) -> bool | None:
    """Whether a value is truthy; None if that is not known."""
    if isinstance(value, Undefined):
        return False
    if isinstance(value, PageText):
        # These are never empty; `{port}` may be.
        if "{origin}" in value or "{host" in value:
            return True
        return None
    if isinstance(value, Function | JsObject | JsArray):
        return True
    if isinstance(value, Unknown):
        return None
    return bool(value) and not (isinstance(value, float) and math.isnan(value))


def added(left: Any, right: Any) -> Any:
    """`left + right`, or None if that is not known."""
    if is_text(left) or is_text(right):
        parts = text_of(left), text_of(right)
        if parts[0] is None or parts[1] is None or len(parts[0]) + len(parts[1]) > LONGEST_TEXT:
            return None
        joined = parts[0] + parts[1]
        # The usual way to write the origin by hand.
        if isinstance(left, PageText) or isinstance(right, PageText):
            return PageText(joined.replace("{protocol}//{host}", "{origin}"))
        return joined
    if _is_number(left) and _is_number(right):
        return number(left + right)
    return None


def calculated(operator: str, left: Any, right: Any) -> Any:
    """The result of `-`, `*`, `/` or a comparison of constants, or None if that is not known."""
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
        # As floats: Python's integers would grow without limit.
        return number(float(left) * float(right))
    if operator == "/" and right:
        return number(left / right)
    return None


def text_of(value: Any) -> str | None:
    """`String(value)` for strings, booleans, integers and null; None for everything else."""
    # Not for fractions, which JavaScript and Python write differently.
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
    """The result of `typeof`; None if that is not known."""
    if isinstance(value, Function):
        return "function"
    if isinstance(value, Unknown):
        return None
    kinds: Mapping[type, str] = {bool: "boolean", int: "number", float: "number", Undefined: "undefined"}
    if is_text(value):
        return "string"
    return kinds.get(type(value), "object")


def number(value: float) -> Any:
    """A number as in JSON, an integer if it has no fraction; None for what JSON cannot represent."""
    try:
        exact = float(value)
    except OverflowError:
        return None
    if not math.isfinite(exact):
        return None
    # -0 is different from 0 in JavaScript (1 / -0), so it remains a float.
    negative_zero = exact == 0 and math.copysign(1, exact) < 0
    if exact.is_integer() and abs(exact) <= _LARGEST and not negative_zero:
        return int(exact)
    return exact


def join_surrogates(text: str) -> str:
    """`text` with each pair of surrogates (`\\ud83d\\ude00`) replaced by the one character that it encodes."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def is_encodable(text: str) -> bool:
    """Whether a text can be encoded in UTF-8: not if it contains half of a pair of surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(left: Any, right: Any, *, loosely: bool) -> bool | None:
    if any(isinstance(side, Unknown | PageText | JsObject | JsArray) for side in (left, right)):
        return None
    # null and undefined are loosely equal to each other and to nothing else.
    absent = (isinstance(left, Undefined) or left is None), (isinstance(right, Undefined) or right is None)
    if any(absent):
        if loosely:
            return all(absent)
        return type(left) is type(right)
    if type_of(left) != type_of(right):
        # `==` converts types by rules that are not implemented here.
        if loosely:
            return None
        return False
    return bool(left == right)
