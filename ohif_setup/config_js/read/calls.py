"""Evaluates calls with a known result: functions of the file itself, `join`, `push`, `Object.assign`, `Object.freeze`."""

from __future__ import annotations

from typing import Any

from ohif_setup.config_js.read.expressions import Expressions
from ohif_setup.config_js.read.source import Node
from ohif_setup.config_js.read.values import Cell, Function, JsArray, JsObject, Scope, Undefined, Unknown, added

# Calls within calls; a function that calls itself would never end.
_DEEPEST = 30


class Calls(Expressions):
    """Expressions with calls."""

    depth = 0
    """How many calls are being evaluated within each other."""

    def call(self, function: Function, arguments: list[Any]) -> Any:
        """What a function of the file returns. Implemented by the subclass that evaluates statements."""
        raise NotImplementedError

    def called(self, node: Node, scope: Scope) -> Any:
        """The result of a call, `Unknown` if it cannot be evaluated."""
        callee = node.callee
        if any(argument.type == "SpreadElement" for argument in node.arguments):
            return Unknown(node)
        if callee.type == "MemberExpression" and not callee.computed:
            return self._method(node, callee, scope)
        function = self.value(callee, scope)
        if not isinstance(function, Function) or self.depth > _DEEPEST:
            return Unknown(node)
        return self.call(function, [self.value(argument, scope) for argument in node.arguments])

    def _method(self, node: Node, callee: Node, scope: Scope) -> Any:
        name = getattr(callee.property, "name", "")
        # `Object`, unless the file declares a name of its own.
        if callee.object.type == "Identifier" and callee.object.name == "Object" and not scope.home_of("Object"):
            return self._of_object(name, node, scope)
        holder = self.value(callee.object, scope)
        found = self.member(holder, name)
        if isinstance(found, Function) and self.depth <= _DEEPEST:
            return self.call(found, [self.value(argument, scope) for argument in node.arguments])
        arguments = [Cell(self.value(argument, scope), argument, argument) for argument in node.arguments]
        if isinstance(holder, JsArray) and name == "push":
            holder.cells += arguments
            return len(holder.cells)
        if isinstance(holder, JsArray) and name == "join" and len(arguments) < 2:
            if not arguments:
                return self._joined(node, holder, ",")
            return self._joined(node, holder, arguments[0].value)
        return Unknown(node)

    def _of_object(self, name: str, node: Node, scope: Scope) -> Any:
        values = [self.value(argument, scope) for argument in node.arguments]
        if name == "freeze" and len(values) == 1:
            return values[0]
        if name != "assign" or not values or not isinstance(values[0], JsObject):
            return Unknown(node)
        for argument, value in zip(node.arguments[1:], values[1:], strict=True):
            if isinstance(value, JsObject):
                self.budget.spend(len(value.cells))
                values[0].cells |= value.cells
            # null and undefined add nothing; anything else may add any key.
            elif value is not None and not isinstance(value, Undefined):
                values[0].complete = False
                self.remark(argument, f"What {self.shown(argument)} adds is not known.")
        return values[0]

    @staticmethod
    def _joined(node: Node, row: JsArray, between: Any) -> Any:
        # JavaScript writes null and undefined as empty strings here, unlike `+`; such arrays are left unknown.
        whole: Any = ""
        for index, cell in enumerate(row.cells):
            parts = [between, cell.value]
            if index == 0:
                del parts[0]
            for part in parts:
                whole = added(whole, part)
                if whole is None or part is None:
                    return Unknown(node)
        return whole
