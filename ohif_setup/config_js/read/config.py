"""Reads an `app-config.js` without running it: its values as in JSON, code as text, and the position of each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from ohif_setup.config_js.read.names import Block, Names, Span
from ohif_setup.config_js.read.scopes import names_of
from ohif_setup.config_js.read.source import (
    Node,
    ParsedSource,
    UnreadableError,
    line_starts,
    names_bound,
    parse,
    too_deep,
    walk,
)
from ohif_setup.config_js.read.statements import Program
from ohif_setup.config_js.read.throws import Throw, throws
from ohif_setup.config_js.read.values import (
    UNDEFINED,
    Budget,
    Cell,
    Function,
    JsArray,
    JsObject,
    PageText,
    Undefined,
    Unknown,
    is_encodable,
)

Path = tuple[str | int, ...]
"""Keys and indexes, starting at the configuration: `("dataSources", 0, "sourceName")`."""

Form = Literal["object", "function", "module"]
"""`window.config` is an object, or a function that returns one; or it is only in `module.exports`, which browsers do not read."""

# Nesting of the values. The parser itself gives up at about 50 levels of brackets, but assignments can go deeper.
_DEEPEST = 100
_WINDOW_CONFIG = ("window.config", "globalThis.config", "self.config", "config")
_MOST_NEEDS = 300_000
_NEEDS = "its functions need each other in more than {most:,} places"
_HINT = "Only a literal window.config can be read: write its object out, or start over with ohif-setup init"


@dataclass(frozen=True)
class Code:
    """A part of the configuration that is not a constant.

    `source` is its text; `whole`: the text includes the key (a method, a getter). `meaning` is its value in the browser if that
    depends only on the page's address: `{origin}/dicom-web`. `followed` is False if statements that are not evaluated may change
    the value, so that its text alone does not determine it.
    """

    source: str
    path: str
    line: int
    kind: str
    whole: bool = False
    meaning: str = ""
    followed: bool = True


@dataclass(frozen=True)
class PropertySpan:
    """The position of a property or an element. Offsets count the characters of the text: `start` to `end` is the whole property,
    `value_start` to `value_end` its value. Lines and columns count from 1."""

    line: int
    column: int
    start: int
    end: int
    value_start: int
    value_end: int


@dataclass(frozen=True)
class Note:
    """Something that users should know about the reading, with its line."""

    line: int
    text: str


@dataclass(frozen=True)
class Around:
    """The surroundings of the configuration: the names of the script, and the spans of the object and of the function that returns
    it, if there are any."""

    names: Names
    function: Span | None
    object: Span | None
    budget: Budget = field(default_factory=lambda: Budget(_MOST_NEEDS, _NEEDS), repr=False, compare=False)
    """Limits the work of following copied code to what it needs: functions that all use each other would multiply it."""

    @cached_property
    def block(self) -> Block | None:
        """The innermost block around the object."""
        if self.object:
            return self.names.block_around(self.object)
        return None


@dataclass(frozen=True)
class ReadConfig:
    """A configuration as it was read: `config` has plain values, and `Code` where the value is not constant. `complete` is False if
    code that is not evaluated may add keys. `throws` are the names at which browsers stop before they have the configuration."""

    form: Form
    config: dict[str, Any]
    places: Mapping[Path, PropertySpan]
    notes: tuple[Note, ...]
    around: Around
    comments: tuple[tuple[int, int], ...]
    complete: bool
    throws: tuple[Throw, ...]
    text: str = field(repr=False)

    def get(self, path: Path) -> Any:
        """The value at that path. Raises KeyError if there is none."""
        value: Any = self.config
        for part in path:
            is_inside = isinstance(value, dict) or (isinstance(value, list) and part in range(len(value)))
            if not is_inside:
                raise KeyError(part)
            value = value[part]
        return value

    @property
    def is_v2(self) -> bool:
        """Whether it is a configuration of OHIF 2, which has `servers` instead of `dataSources`."""
        return "dataSources" not in self.config and isinstance(self.config.get("servers"), dict)

    def listed(self, key: str) -> list[Any]:
        """The list at a key of the configuration; empty if the key is missing or its value is not a literal list."""
        found = self.config.get(key)
        if not isinstance(found, list):
            return []
        return found

    @cached_property
    def source_indexes(self) -> dict[str, int]:
        """The index of each data source by its name; of equal names the first."""
        found: dict[str, int] = {}
        for index, source in enumerate(self.listed("dataSources")):
            name = None
            if isinstance(source, dict):
                name = source.get("sourceName")
            if isinstance(name, str):
                found.setdefault(name, index)
        return found

    def line_of(self, offset: int) -> int:
        """The line of a character, counted from 1."""
        return bisect_right(self._line_starts, offset)

    @cached_property
    def _line_starts(self) -> list[int]:
        return line_starts(self.text)

    def line(self, *path: str | int) -> int:
        """The line of that path, or of the nearest part above it whose position is known."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.places:
                return self.places[path[:length]].line
        return 1


def read_config(text: str) -> ReadConfig:
    """What `text` assigns to `window.config`. Raises `UnreadableError`, with line, column and a message, if that cannot be read."""
    source = parse(text)
    try:
        return _Reading(source).done()
    except RecursionError:
        raise too_deep() from None


def shown_path(path: Path) -> str:
    """A path in JavaScript notation: `dataSources[0].configuration.qidoRoot`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


class _Reading:
    def __init__(self, source: ParsedSource) -> None:
        self.source = source
        self.notes: dict[Note, None] = {}
        self.places: dict[Path, PropertySpan] = {}
        self.budget = Budget()

    def done(self) -> ReadConfig:
        # 1. Evaluate the script as far as possible, and call the function if window.config is one.
        program = Program(self.source, self._remark)
        program.follow()
        self._note_second()
        form, cell = self._assigned(program)
        function = None
        value = cell.value
        if isinstance(value, Function):
            function = value.node
            if form == "object":
                form = "function"
            value = program.call(value, [])
        if not isinstance(value, JsObject):
            raise self._not_written_out(cell, value)
        if not value.complete:
            self._remark(cell.node, "Part of the configuration is assembled by code that is not evaluated.")
        # 2. Turn the result into plain values, and record where each of them is.
        config = self._plain_table(value, ())
        at = value.node or cell.node
        self.places[()] = self._place(at, at)
        # 3. Collect what `import` needs to copy code, and the names at which a browser would stop.
        names = names_of(self.source)
        returned_by = None
        if function:
            returned_by = tuple(function.range)
        literal = None
        if value.node:
            literal = tuple(value.node.range)
        around = Around(names, returned_by, literal)
        stopped = tuple(throws(names, returned_by, cell.node.range[1]))
        notes, comments = tuple(self.notes), self.source.comments
        return ReadConfig(form, config, self.places, notes, around, comments, value.complete, stopped, self.source.text)

    def _assigned(self, program: Program) -> tuple[Form, Cell]:
        cell = program.window.cells.get("config")
        if cell is not None and cell.value is not UNDEFINED:
            return "object", cell
        cell = program.module.cells.get("exports")
        if cell is not None:
            return "module", cell
        for statement in self.source.tree.body:
            constant = statement.type == "VariableDeclaration" and statement.kind != "var"
            if constant and any("config" in names_bound(declarator.id) for declarator in statement.declarations):
                message = f"{statement.kind} config sets no window.config. Write window.config = in its place."
                raise self._error("config-not-found", message, statement)
        raise self._error("config-not-found", "The file assigns nothing to window.config.", None)

    def _note_second(self) -> None:
        """Notes that the file assigns window.config twice: browsers keep the second value."""
        assigned = [
            statement
            for statement in self.source.tree.body
            if statement.type == "ExpressionStatement"
            and statement.expression.type == "AssignmentExpression"
            and statement.expression.operator == "="
            and self.source.text_of(statement.expression.left) in _WINDOW_CONFIG
        ]
        # A second value that takes over the first one, as in `{ ...window.config, modes: [] }`, does not discard it.
        if len(assigned) > 1 and not any(
            node.type == "Identifier" and node.name == "config" for node in walk(assigned[-1].expression.right)
        ):
            first = self.source.line_of(assigned[0].range[0])
            text = f"window.config is assigned more than once: this value counts, and that of line {first} does not."
            self._remark(assigned[-1], text)

    def _not_written_out(self, cell: Cell, value: Any) -> UnreadableError:
        if isinstance(value, Unknown):
            message = "window.config is assembled by code, and its value cannot be known without running it."
            return self._error("config-not-plain", message, cell.at)
        return self._error("config-not-found", "window.config is not an object.", cell.at)

    def _plain(self, cell: Cell, path: Path) -> Any:
        self.budget.spend()
        if len(path) > _DEEPEST:
            raise too_deep()
        if cell.node is not None:
            self.places[path] = self._place(cell.node, cell.at)
        value = cell.value
        if isinstance(value, str):
            self.budget.spend_on(value)
        # An object with unknown keys is kept as code: its known keys alone would be a different object.
        if isinstance(value, JsObject):
            if value.complete:
                return self._plain_table(value, path)
            return self._code(cell, path)
        if isinstance(value, JsArray):
            return [self._plain(cell, (*path, index)) for index, cell in enumerate(value.cells)]
        if isinstance(value, PageText | Unknown | Undefined) or (isinstance(value, str) and not is_encodable(value)):
            return self._code(cell, path)
        return value

    def _plain_table(self, table: JsObject, path: Path) -> dict[str, Any]:
        # To OHIF a key with the value undefined is the same as a missing key.
        return {
            key: self._plain(cell, (*path, key))
            for key, cell in table.cells.items()
            if not isinstance(cell.value, Undefined)
        }

    def _code(self, cell: Cell, path: Path) -> Code:
        at = cell.at or cell.node
        value = cell.value
        kind = "expression"
        if isinstance(value, Unknown):
            kind = value.kind
        source = self.source.text_of(at)
        self.budget.spend_on(source)
        return Code(
            source=source,
            path=shown_path(path),
            line=self.source.line_of(at.range[0]),
            kind=kind,
            whole=at is cell.node and at.type == "Property",
            meaning=str(value) if isinstance(value, PageText) else "",
            followed=kind != "statement",
        )

    def _place(self, node: Node, at: Node) -> PropertySpan:
        start, value = node.range[0], (at or node).range
        return PropertySpan(
            self.source.line_of(start), self.source.column_of(start), start, node.range[1], value[0], value[1]
        )

    def _remark(self, node: Node, text: str) -> None:
        self.notes[Note(self.source.line_of(node.range[0]), text)] = None

    def _error(self, id: str, message: str, node: Node) -> UnreadableError:
        line = column = 0
        if node:
            line = self.source.line_of(node.range[0])
            column = self.source.column_of(node.range[0])
        return UnreadableError(id, message, line=line, column=column, hint=_HINT)
