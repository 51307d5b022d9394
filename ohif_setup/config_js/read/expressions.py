"""Evaluates expressions: constants, names, objects, arrays, and operators with a known result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ohif_setup.config_js.read.source import Node, ParsedSource
from ohif_setup.config_js.read.values import (
    UNDEFINED,
    Budget,
    Cell,
    Function,
    JsArray,
    JsObject,
    PageText,
    Scope,
    Undefined,
    Unknown,
    added,
    calculated,
    join_surrogates,
    number,
    text_of,
    truth,
    type_of,
)

WINDOW = ("window", "self", "globalThis")
# The parts of window.location that configurations use to build addresses.
_PLACE = ("origin", "protocol", "host", "hostname", "port", "href")
NOT_KNOWN = object()
"""Returned by `Expressions.member` if the value cannot be known without running the code."""


class Expressions:
    """Evaluates expressions. `remark(node, text)` is called with what users should know."""

    def __init__(self, source: ParsedSource, remark: Callable[[Node, str], None]) -> None:
        self.source = source
        self.remark = remark
        self.budget = Budget()
        # Open: other scripts of the page may have added properties.
        self.window = JsObject(open=True)
        self.module = JsObject(open=True)
        place = JsObject({name: Cell(PageText(f"{{{name}}}"), None, None) for name in _PLACE}, open=True)
        self.window.cells = {name: Cell(self.window, None, None) for name in WINDOW} | {
            "location": Cell(place, None, None)
        }

    def value(self, node: Node, scope: Scope) -> Any:
        """The value of an expression; `Unknown` if it cannot be known without running it."""
        self.budget.spend()
        work = _WORK.get(node.type)
        found = work(self, node, scope) if work else Unknown(node)
        if isinstance(found, str):
            self.budget.spend_on(found)
        # The outermost unknown expression is the code that is reported and copied, not the part that made it unknown.
        if type(found) is Unknown and found.kind == "expression":
            return Unknown(node)
        return found

    def called(self, node: Node, scope: Scope) -> Any:
        """The result of a call. Implemented by a subclass."""
        raise NotImplementedError

    def assign(self, node: Node, scope: Scope) -> Any:
        """The value of an assignment, after it has been made. Implemented by a subclass."""
        raise NotImplementedError

    def member(self, holder: Any, key: Any) -> Any:
        """`holder[key]`, or `NOT_KNOWN`."""
        name = text_of(key)
        if isinstance(holder, JsObject) and name is not None:
            if name in holder.cells:
                return holder.cells[name].value
            # No other script sets window.config before this one does.
            if (holder is self.window and name == "config") or (holder.complete and not holder.open):
                return UNDEFINED
        elif isinstance(holder, JsArray) and name == "length":
            return len(holder.cells)
        elif isinstance(holder, JsArray) and name is not None and name.isdecimal() and len(name) < 7:
            if int(name) < len(holder.cells):
                return holder.cells[int(name)].value
            return UNDEFINED
        return NOT_KNOWN

    @staticmethod
    def _literal(node: Node) -> Any:
        value = node.value
        # BigInt literals (`1n`) and regular expressions have no equivalent in JSON.
        big = isinstance(value, int | float) and str(getattr(node, "raw", "")).endswith("n")
        if big or getattr(node, "regex", None):
            return Unknown(node)
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int | float):
            found = number(value)
            if found is None:
                return Unknown(node)
            return found
        if isinstance(value, str):
            return join_surrogates(value)
        return Unknown(node)

    def _template_literal(self, node: Node, scope: Scope) -> Any:
        whole: Any = ""
        for index, part in enumerate(node.quasis):
            cooked = part.value.cooked
            # Without escapes the raw text is the value, except that the language reads every line end as \n.
            if "\\" not in part.value.raw:
                cooked = part.value.raw.replace("\r\n", "\n").replace("\r", "\n")
            whole = added(whole, join_surrogates(cooked))
            if index < len(node.expressions) and whole is not None:
                whole = added(whole, self.value(node.expressions[index], scope))
            if whole is None:
                return Unknown(node)
        return whole

    def _identifier(self, node: Node, scope: Scope) -> Any:
        if node.name == "undefined":
            return UNDEFINED
        home = scope.home_of(node.name)
        if home is not None:
            return home.names[node.name]
        # `module.exports = ...` occurs in files that are also read by Node.
        if node.name in ("module", "exports"):
            if node.name == "module":
                return self.module
            return Unknown(node)
        found = self.member(self.window, node.name)
        if found is NOT_KNOWN:
            return Unknown(node)
        return found

    def _object_expression(self, node: Node, scope: Scope) -> JsObject:
        table = JsObject(node=node)
        written: dict[str, Node] = {}
        for entry in node.properties:
            if entry.type == "SpreadElement":
                self._spread_into(table, entry, scope)
                continue
            name = self._key(entry, scope)
            # `__proto__: x` sets the prototype; `["__proto__"]: x`, methods and shorthands define a property of that name.
            if name is None or (
                name == "__proto__" and not entry.computed and not entry.method and not entry.shorthand
            ):
                table.complete = False
                what = "has a name that cannot be known without running the code"
                if name:
                    what = "sets the prototype"
                self.remark(entry, f"A key {what}; it was left out.")
                continue
            # A getter and a setter of the same name belong together.
            pair = {getattr(written.get(name), "kind", ""), entry.kind} == {"get", "set"}
            if name in written and not pair:
                self.remark(
                    entry,
                    f"{name} occurs twice in one object, first in line {self._line(written[name])}; the last one counts.",
                )
            written[name] = entry
            table.cells[name] = self._cell(entry, scope)
        return table

    def _cell(self, entry: Node, scope: Scope) -> Cell:
        if entry.kind in ("get", "set"):
            return Cell(Unknown(entry, "accessor"), entry, entry)
        return Cell(self.value(entry.value, scope), entry, entry if entry.method else entry.value)

    def _key(self, entry: Node, scope: Scope) -> str | None:
        if entry.computed:
            return text_of(self.value(entry.key, scope))
        if entry.key.type == "Identifier":
            return str(entry.key.name)
        return text_of(self._literal(entry.key))

    def _spread_into(self, table: JsObject, entry: Node, scope: Scope) -> None:
        found = self.value(entry.argument, scope)
        if isinstance(found, JsObject):
            self.budget.spend(len(found.cells))
            table.cells |= found.cells
            table.complete = table.complete and found.complete
        # Spreading null, undefined, a number or a boolean adds nothing.
        elif not (found is None or isinstance(found, Undefined | bool | int | float)):
            table.complete = False
            self.remark(entry, f"What {self.shown(entry)} adds is not known.")

    def _array_expression(self, node: Node, scope: Scope) -> JsArray:
        row = JsArray(node=node)
        for element in node.elements:
            # A hole (`[1, , 2]`) has no equivalent in JSON.
            if element is None:
                row.cells.append(Cell(Unknown(node), node, node))
            elif element.type != "SpreadElement":
                row.cells.append(Cell(self.value(element, scope), element, element))
            else:
                found = self.value(element.argument, scope)
                if isinstance(found, JsArray):
                    self.budget.spend(len(found.cells))
                    row.cells += found.cells
                else:
                    row.cells.append(Cell(Unknown(element), element, element))
        return row

    def _member_expression(self, node: Node, scope: Scope) -> Any:
        holder = self.value(node.object, scope)
        key = self.key_of(node, scope)
        if getattr(node, "optional", False) and (holder is None or isinstance(holder, Undefined)):
            return UNDEFINED
        found = self.member(holder, key)
        if found is NOT_KNOWN:
            return Unknown(node)
        return found

    def key_of(self, node: Node, scope: Scope) -> Any:
        """The key of a member expression: the name after the dot, or the value in the brackets."""
        if node.computed:
            return self.value(node.property, scope)
        return getattr(node.property, "name", None)

    def _chain_expression(self, node: Node, scope: Scope) -> Any:
        return self.value(node.expression, scope)

    def _binary_expression(self, node: Node, scope: Scope) -> Any:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        if node.operator == "+":
            found = added(left, right)
        else:
            found = calculated(node.operator, left, right)
        if found is None:
            return Unknown(node)
        return found

    def _logical_expression(self, node: Node, scope: Scope) -> Any:
        left = self.value(node.left, scope)
        if node.operator == "??":
            if isinstance(left, Unknown):
                return Unknown(node)
            if left is None or isinstance(left, Undefined):
                return self.value(node.right, scope)
            return left
        known = truth(left)
        if known is None:
            return Unknown(node)
        # `||` ends at a truthy left side, `&&` at a falsy one.
        if known == (node.operator == "||"):
            return left
        return self.value(node.right, scope)

    def _conditional_expression(self, node: Node, scope: Scope) -> Any:
        known = truth(self.value(node.test, scope))
        if known is None:
            return Unknown(node)
        if known:
            return self.value(node.consequent, scope)
        return self.value(node.alternate, scope)

    def _unary_expression(self, node: Node, scope: Scope) -> Any:
        value = self.value(node.argument, scope)
        if node.operator == "void":
            return UNDEFINED
        if node.operator == "!":
            known = truth(value)
            if known is None:
                return Unknown(node)
            return not known
        if node.operator == "typeof":
            kind = type_of(value)
            if kind is None:
                return Unknown(node)
            return kind
        if isinstance(value, int | float) and not isinstance(value, bool) and node.operator in ("-", "+"):
            # As float, because -0 exists in JavaScript and not among Python's integers.
            if node.operator == "-":
                return number(-float(value))
            return number(value)
        return Unknown(node)

    def _assignment_expression(self, node: Node, scope: Scope) -> Any:
        return self.assign(node, scope)

    def _sequence_expression(self, node: Node, scope: Scope) -> Any:
        return [self.value(expression, scope) for expression in node.expressions][-1]

    def _await_expression(self, node: Node, scope: Scope) -> Any:
        # Awaiting a plain value gives that value; promises are unknown anyway.
        return self.value(node.argument, scope)

    def _function_expression(self, node: Node, scope: Scope) -> Function:
        return Function(node, scope=scope)

    def _arrow_function_expression(self, node: Node, scope: Scope) -> Function:
        return Function(node, scope=scope)

    def shown(self, node: Node) -> str:
        """The name at that place, or "an expression" if it is not a plain name."""
        # A spread element has the expression in `argument`.
        inner = getattr(node, "argument", None) or node
        if inner.type == "Identifier":
            return str(inner.name)
        return "an expression"

    def _line(self, node: Node) -> int:
        return self.source.line_of(node.range[0])


_WORK: Mapping[str, Callable[[Expressions, Node, Scope], Any]] = {
    "Literal": lambda self, node, _: self._literal(node),
    "TemplateLiteral": Expressions._template_literal,
    "Identifier": Expressions._identifier,
    "ObjectExpression": Expressions._object_expression,
    "ArrayExpression": Expressions._array_expression,
    "MemberExpression": Expressions._member_expression,
    "ChainExpression": Expressions._chain_expression,
    "BinaryExpression": Expressions._binary_expression,
    "LogicalExpression": Expressions._logical_expression,
    "ConditionalExpression": Expressions._conditional_expression,
    "UnaryExpression": Expressions._unary_expression,
    "AssignmentExpression": Expressions._assignment_expression,
    "SequenceExpression": Expressions._sequence_expression,
    "AwaitExpression": Expressions._await_expression,
    "FunctionExpression": Expressions._function_expression,
    "ArrowFunctionExpression": Expressions._arrow_function_expression,
    "CallExpression": lambda self, node, scope: self.called(node, scope),
}
