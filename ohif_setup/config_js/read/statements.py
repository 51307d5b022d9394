"""Evaluates the statements of a script in order: declarations, assignments, conditions with a known value, function calls."""

from __future__ import annotations

from typing import Any

from ohif_setup.config_js.read.calls import Calls
from ohif_setup.config_js.read.expressions import NOT_KNOWN
from ohif_setup.config_js.read.source import Node, is_function, names_bound, outside_functions, returns, targets, walk
from ohif_setup.config_js.read.values import (
    UNDEFINED,
    Cell,
    Function,
    JsArray,
    JsObject,
    Scope,
    Unknown,
    added,
    text_of,
    truth,
)

# Statements without an effect on the configuration.
_QUIET = ("EmptyStatement", "DebuggerStatement", "ClassDeclaration")


class Program(Calls):
    """Evaluates a whole script. A statement that cannot be evaluated is reported, and what it may have changed becomes unknown."""

    def follow(self) -> Scope:
        """Evaluates the script; returns the scope with the names that it declares with let and const."""
        scope = Scope()
        self._all(self.source.tree.body, scope, at_top=True)
        return scope

    def call(self, function: Function, arguments: list[Any]) -> Any:
        """What the function returns for these arguments; missing arguments are unknown."""
        node = function.node
        if not is_function(node) or node.generator:
            return Unknown(node)
        # The scope in which the function was written, not that of the caller.
        scope = Scope(function.scope)
        for index, parameter in enumerate(node.params):
            given = Unknown(parameter)
            if index < len(arguments):
                given = arguments[index]
            self._bind(parameter, given, scope)
        self.depth += 1
        try:
            if node.body.type != "BlockStatement":
                return self.value(node.body, scope)
            ended = self._all(node.body.body, scope)
            if ended is None:
                return UNDEFINED
            return ended.value
        finally:
            self.depth -= 1

    def assign(self, node: Node, scope: Scope) -> Any:
        """Makes an assignment and returns its value."""
        value = self.value(node.right, scope)
        if node.operator != "=":
            value = self._combined(node, value, scope)
        target = node.left
        if target.type == "Identifier":
            home = scope.home_of(target.name)
            if home is not None:
                home.names[target.name] = value
            # Outside strict mode an undeclared name becomes a property of window.
            else:
                self.window.cells[target.name] = Cell(value, node, node.right)
            return value
        # Destructuring assignments are not evaluated.
        if target.type != "MemberExpression":
            self._forget(target, node, scope)
            return value
        holder = self.value(target.object, scope)
        key = self.key_of(target, scope)
        if not self._put(holder, text_of(key), Cell(value, node, node.right)):
            self.remark(node, "An assignment here is not evaluated.")
        return value

    def _combined(self, node: Node, value: Any, scope: Scope) -> Any:
        old = self.value(node.left, scope)
        if node.operator == "+=":
            found = added(old, value)
            if found is None:
                return Unknown(node)
            return found
        # The logical assignments keep the old value unless their condition holds.
        known = truth(old)
        if node.operator in ("||=", "&&=") and known is not None:
            if known == (node.operator == "||="):
                return old
            return value
        if node.operator == "??=" and not isinstance(old, Unknown):
            if old is None or old is UNDEFINED:
                return value
            return old
        return Unknown(node)

    @staticmethod
    def _put(holder: Any, name: str | None, cell: Cell) -> bool:
        """Sets `holder[name]`; returns False if the holder or the key is not known."""
        if name is None:
            return False
        if isinstance(holder, JsObject):
            holder.cells[name] = cell
            return True
        # An index beyond the end would leave a hole.
        if isinstance(holder, JsArray) and name.isdecimal() and len(name) < 7 and int(name) <= len(holder.cells):
            holder.cells[int(name) : int(name) + 1] = [cell]
            return True
        return False

    def _all(self, statements: list[Node], scope: Scope, *, at_top: bool = False) -> Cell | None:
        """Evaluates statements; returns the cell of their return value, or None if they end without `return`."""
        # Functions are hoisted: they can be called before their declaration.
        for statement in statements:
            if statement.type == "FunctionDeclaration" and statement.id:
                scope.names[statement.id.name] = Function(statement, scope=scope)
        for statement in statements:
            ended = self._statement(statement, scope, at_top=at_top)
            if ended is not None:
                return ended
        return None

    def _statement(self, node: Node, scope: Scope, *, at_top: bool = False) -> Cell | None:
        self.budget.spend()
        kind = node.type
        if kind == "VariableDeclaration":
            for declarator in node.declarations:
                self._declare(declarator, node.kind, scope, at_top=at_top)
        elif kind == "ReturnStatement":
            if not node.argument:
                return Cell(UNDEFINED, node, node.argument)
            return Cell(self.value(node.argument, scope), node, node.argument)
        elif kind == "BlockStatement":
            return self._all(node.body, Scope(scope))
        elif kind == "ExpressionStatement":
            self._effect(node.expression, scope)
        elif kind == "IfStatement":
            known = truth(self.value(node.test, scope))
            if known is None:
                return self._skip(node, scope)
            branch = node.consequent if known else node.alternate
            if branch:
                return self._statement(branch, Scope(scope))
        elif kind == "TryStatement":
            # Assumes that nothing in the block throws.
            ended = self._statement(node.block, scope)
            if ended is None and node.finalizer:
                ended = self._statement(node.finalizer, scope)
            return ended
        elif kind != "FunctionDeclaration" and kind not in _QUIET:
            return self._skip(node, scope)
        return None

    def _declare(self, declarator: Node, kind: str, scope: Scope, *, at_top: bool) -> None:
        value = UNDEFINED
        if declarator.init:
            value = self.value(declarator.init, scope)
        # A top-level `var` is a property of window. Without a value it does not overwrite an existing one.
        if at_top and kind == "var" and declarator.id.type == "Identifier":
            if declarator.init or declarator.id.name not in self.window.cells:
                self.window.cells[declarator.id.name] = Cell(value, declarator, declarator.init or declarator)
        else:
            self._bind(declarator.id, value, scope)

    def _bind(self, pattern: Node, value: Any, scope: Scope) -> None:
        if pattern.type == "Identifier":
            scope.names[pattern.name] = value
            return
        # Of a pattern only plain properties of a known object are evaluated; all other names remain unknown.
        for name in names_bound(pattern):
            self.budget.spend()
            scope.names[name] = Unknown(pattern)
        if pattern.type == "ObjectPattern" and isinstance(value, JsObject):
            for entry in pattern.properties:
                simple = entry.type == "Property" and not entry.computed and entry.value.type == "Identifier"
                key = getattr(getattr(entry, "key", None), "name", None)
                found = NOT_KNOWN
                if simple:
                    found = self.member(value, key)
                if found is not NOT_KNOWN:
                    scope.names[entry.value.name] = found

    def _effect(self, node: Node, scope: Scope) -> None:
        """Evaluates an expression statement for its effect; its value is not used."""
        # 'use strict', and output that changes nothing.
        if node.type == "Literal" or _is_console(node):
            return
        # `!function () { ... }()` is a way to call a function expression.
        effective = node
        if node.type == "UnaryExpression":
            effective = node.argument
        found = self.value(effective, scope)
        if isinstance(found, Unknown) and node.type != "AssignmentExpression":
            self._skip(node, scope)

    def _skip(self, node: Node, scope: Scope) -> Cell | None:
        """Skips a statement: everything that it may assign becomes unknown, and so does the return value of its function."""
        self.remark(node, "The code that starts here is not evaluated.")
        # Assignments anywhere in it, also inside functions, which may be called later.
        for inner in walk(node):
            self.budget.spend()
            if inner.type == "AssignmentExpression":
                self._forget(inner.left, node, scope)
            elif inner.type == "UpdateExpression":
                self._forget(inner.argument, node, scope)
        # `var` is visible outside its block, `let` and `const` are not.
        for inner in outside_functions(node):
            if inner.type == "VariableDeclaration" and inner.kind == "var":
                for variable in inner.declarations:
                    if variable.init:
                        self._forget(variable.id, node, scope)
        if self.depth and returns(node):
            return Cell(Unknown(node, "statement"), node, node)
        return None

    def _forget(self, target: Node, statement: Node, scope: Scope) -> None:
        """Makes the targets of an assignment unknown; the kind "statement" says that the text of the value alone is not enough."""
        lost = Unknown(statement, "statement")
        for place in targets(target):
            if place.type == "MemberExpression":
                holder = self.value(place.object, scope)
                key = self.key_of(place, scope)
                self._put(holder, text_of(key), Cell(lost, statement, statement))
                continue
            home = scope.home_of(place.name)
            if home is not None:
                home.names[place.name] = lost
            # A global that has no value yet is unknown anyway, except config.
            elif place.name in self.window.cells or place.name == "config":
                self.window.cells[place.name] = Cell(lost, statement, statement)


def _is_console(node: Node) -> bool:
    callee = getattr(node, "callee", None)
    holder = getattr(callee, "object", None)
    return node.type == "CallExpression" and getattr(holder, "name", "") == "console"
