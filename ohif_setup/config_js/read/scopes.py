"""Resolves the names of a script by JavaScript's scoping rules: where each is declared and used, and whether that code runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ohif_setup.config_js.read.expressions import WINDOW
from ohif_setup.config_js.read.names import Block, Change, Declaration, Kind, Names, Span, Use
from ohif_setup.config_js.read.source import Node, ParsedSource, below, is_function, outside_functions, targets

# Functions of `Object` that modify their first argument.
_CHANGERS = ("assign", "defineProperty", "defineProperties", "setPrototypeOf")
# Statements after which the rest of a block may not run.
_LEAVING = ("ReturnStatement", "ThrowStatement", "BreakStatement", "ContinueStatement")


@dataclass(frozen=True)
class _Place:
    """The position of the walk. `hoists` is the scope that receives `var` declarations, `function` the span of the enclosing
    function; `sure`: the code is certain to run once that function is called."""

    scope: Block
    hoists: Block
    function: Span | None = None
    sure: bool = True

    @property
    def perhaps(self) -> _Place:
        """The same place, for code that may not run."""
        return replace(self, sure=False)


def names_of(source: ParsedSource) -> Names:
    """Every declaration and use of a name in the script."""
    walk = _Walk(source.tree, (0, len(source.text)))
    return Names(walk.resolved(), walk.blocks, (tuple(statement.range) for statement in source.tree.body))


class _Walk:
    """Walks the tree once and collects declarations and uses. Uses are resolved afterwards, because declarations are hoisted."""

    def __init__(self, tree: Node, whole: Span) -> None:
        top = Block(whole)
        self.blocks = [top]
        self.found: list[tuple[Use, Block]] = []
        # By the identity of a node: what happens to the name there, whether it is called, and whether it is a declaration. All
        # three are recorded at the parent, before the node itself is visited.
        self.changes: dict[int, Change] = {}
        self.called: set[int] = set()
        self.bound: set[int] = set()
        # A stack instead of recursion, which would limit the depth of the text.
        self.waiting: list[tuple[Node, _Place]] = []
        self._in_order(tree.body, _Place(top, top))
        while self.waiting:
            node, place = self.waiting.pop()
            _WORK.get(node.type, _Walk._other)(self, node, place)

    def resolved(self) -> Iterator[Use]:
        """Every use, with the declaration to which it refers."""
        for use, scope in self.found:
            declared = scope.declared(use.name)
            # `this` and `await` outside functions refer to nothing that could be missing.
            if declared or use.name not in ("this", "await"):
                yield replace(use, declared=declared)

    def _visit(self, place: _Place, *nodes: Node) -> None:
        self.waiting += [(node, place) for node in nodes if node is not None]

    def _in_order(self, statements: Iterable[Node], place: _Place) -> None:
        for statement in statements:
            self._visit(place, statement)
            # After a statement that may return, throw or jump, the rest is no longer certain to run.
            if place.sure and _may_leave(statement):
                place = place.perhaps

    def _other(self, node: Node, place: _Place) -> None:
        self._visit(place, *below(node))

    def _maybe(self, node: Node, place: _Place) -> None:
        self._visit(place.perhaps, *below(node))

    def _body_alone(self, node: Node, place: _Place) -> None:
        """For nodes with identifiers that are not names: labels, `new.target`."""
        self._visit(place.perhaps, node.body)

    def _branches(self, node: Node, place: _Place) -> None:
        self._visit(place, node.test)
        self._visit(place.perhaps, node.consequent, node.alternate)

    def _right_maybe(self, node: Node, place: _Place) -> None:
        self._visit(place, node.left)
        self._visit(place.perhaps, node.right)

    def _block(self, node: Node, place: _Place) -> None:
        self._in_order(node.body, replace(place, scope=self._opened(node, place.scope)))

    def _loop(self, node: Node, place: _Place) -> None:
        # `for (a of list)` assigns to an existing name. A plain `for`, `while` or `switch` has no `left`.
        if node.left and node.left.type != "VariableDeclaration":
            for target in targets(node.left):
                self._change(target, "set")
        self._visit(replace(place, scope=self._opened(node, place.scope), sure=False), *below(node))

    def _catch(self, node: Node, place: _Place) -> None:
        inner = replace(place, scope=self._opened(node, place.scope), sure=False)
        self._declare(node.param, "var", node, inner)
        self._visit(inner, node.param, node.body)

    def _identifier(self, node: Node, place: _Place) -> None:
        # The name in its own declaration is not a use.
        if id(node) not in self.bound:
            self._use(node, node.name, place, place.scope)

    def _await(self, node: Node, place: _Place) -> None:
        # `await` counts as a use of a name that the async function declares: code with it is valid only inside that function.
        self._use(node, "await", place, place.scope)
        self._visit(place, node.argument)

    def _use(self, node: Node, name: str, place: _Place, scope: Block) -> None:
        change = self.changes.get(id(node), "")
        use = Use(name, node.range[0], change, place.function, place.sure, id(node) in self.called)
        self.found.append((use, scope))

    def _member(self, node: Node, place: _Place) -> None:
        # `window.a` is the global `a`, but undefined and not an error if it does not exist.
        if _is_of_window(node):
            self._use(node, node.property.name, place.perhaps, self.blocks[0])
        self._visit(place, node.object)
        if node.computed:
            self._visit(place, node.property)

    def _chain(self, node: Node, place: _Place) -> None:
        # In `a?.b.c` only `a` is certain to be evaluated.
        first = node.expression
        while first.type in ("MemberExpression", "CallExpression"):
            if first.type == "MemberExpression":
                first = first.object
            else:
                first = first.callee
        if first.type == "Identifier":
            self._visit(place, first)
        self._visit(place.perhaps, node.expression)

    def _keyed(self, node: Node, place: _Place) -> None:
        # A key that is not computed is an identifier in the tree, but no name.
        if node.computed:
            self._visit(place, node.key)
        self._visit(place, node.value)

    def _unary(self, node: Node, place: _Place) -> None:
        if node.operator == "delete":
            self._change(node.argument, "changed")
        # Neither of them fails for an undeclared name.
        if node.operator in ("typeof", "delete"):
            place = place.perhaps
        self._visit(place, node.argument)

    def _update(self, node: Node, place: _Place) -> None:
        self._change(node.argument, "updated")
        self._visit(place, node.argument)

    def _assignment(self, node: Node, place: _Place) -> None:
        change: Change = "updated"
        if node.operator == "=":
            change = "set"
        for target in targets(node.left):
            self._change(target, change)
        self._visit(place, node.left)
        # The logical assignments evaluate the right side only if it is needed.
        if node.operator in ("||=", "&&=", "??="):
            place = place.perhaps
        self._visit(place, node.right)

    def _statement(self, node: Node, place: _Place) -> None:
        self._change_by_call(node.expression)
        self._visit(place, node.expression)

    def _call(self, node: Node, place: _Place) -> None:
        callee = node.callee
        # `f.call(x)` calls f.
        if callee.type == "MemberExpression" and callee.property.name in ("call", "apply"):
            callee = callee.object
        self.called.add(id(callee))
        self._visit(place, node.callee)
        self._visit(place, *node.arguments)

    def _change_by_call(self, node: Node) -> None:
        """Records `a.push(1)` and `Object.assign(a, b)` as changes of `a`. Only as statements: a call whose result is used is more
        likely to be a query, such as `a.map(f)`."""
        if node.type != "CallExpression" or node.callee.type != "MemberExpression":
            return
        holder, method = node.callee.object, node.callee.property.name
        if holder.name != "Object":
            self._change(holder, "changed")
        elif method in _CHANGERS and node.arguments:
            self._change(node.arguments[0], "changed")

    def _change(self, target: Node, change: Change) -> None:
        # In `a.b.c = 1` the object behind `a` is changed, not the name.
        while target.type in ("MemberExpression", "ChainExpression") and not _is_of_window(target):
            if target.type == "MemberExpression":
                target = target.object
            else:
                target = target.expression
            change = "changed"
        self.changes[id(target)] = change

    def _variables(self, node: Node, place: _Place) -> None:
        for declarator in node.declarations:
            home = place
            if node.kind == "var":
                home = replace(place, scope=place.hoists)
            self._declare(declarator.id, node.kind, node, home, declarator)
            # A pattern may contain default values, which are evaluated only if needed.
            self._visit(place.perhaps, declarator.id)
            self._visit(place, declarator.init)

    def _declare(self, pattern: Node, kind: Kind, node: Node, place: _Place, declarator: Node = None) -> None:
        """Declares the names of a pattern in the scope of `place`; `node` is the whole declaration."""
        if not pattern:
            return
        ready, stands_for, body = 0, None, None
        if declarator:
            ready, stands_for = declarator.range[1], declarator.init
        if kind == "function":
            stands_for = node
        if stands_for and is_function(stands_for):
            body = tuple(stands_for.range)
        for target in targets(pattern):
            self.bound.add(id(target))
            if kind in ("var", "function") and target.name in place.scope.names:
                # `var a = 1; var a = 2`: the second counts as an assignment.
                if stands_for:
                    self.changes[id(target)] = "set"
                    self._use(target, target.name, place.perhaps, place.scope)
                continue
            place.scope.names[target.name] = Declaration(
                target.name, kind, target.range[0], tuple(node.range), place.scope.span, place.function, ready, body
            )

    def _function(self, node: Node, place: _Place) -> None:
        span = tuple(node.range)
        inner = self._opened(node, place.scope)
        if node.type == "FunctionDeclaration":
            self._declare(node.id, "function", node, place)
            # Outside strict mode a function in a block is also visible around it, unless that scope has the name already.
            place.hoists.names.setdefault(node.id.name, place.scope.names[node.id.name])
        # A function expression that is called right away, `(() => { ... })()`, belongs to the code around it.
        at_once = id(node) in self.called and not node.generator
        start = replace(place, scope=inner, hoists=inner)
        if not at_once:
            start = replace(start, function=span, sure=True)
        # The name of a function expression is visible inside it only.
        if node.type == "FunctionExpression":
            self._declare(node.id, "function", node, start)
        own = []
        # Arrow functions use `this` and `arguments` of the function around them.
        if node.type != "ArrowFunctionExpression":
            own += ["this", "arguments"]
        if node.isAsync:
            own.append("await")
        for name in own:
            inner.names[name] = Declaration(name, "own", span[0], span, span, start.function)
        for parameter in node.params:
            self._declare(parameter, "parameter", node, start)
        self._visit(start.perhaps, *node.params)
        # The statements directly, not the block: parameters and body share one scope.
        if node.body.type == "BlockStatement":
            self._in_order(node.body.body, start)
        else:
            self._change_by_call(node.body)
            self._visit(start, node.body)

    def _class(self, node: Node, place: _Place) -> None:
        span = tuple(node.range)
        if node.type == "ClassDeclaration":
            self._declare(node.id, "class", node, place, node)
        inner = self._opened(node, place.scope)
        start = replace(place, scope=inner, hoists=inner, function=span, sure=False)
        if node.type == "ClassExpression":
            self._declare(node.id, "class", node, start)
        inner.names["this"] = Declaration("this", "own", span[0], span, span, span)
        self._visit(place, node.superClass)
        self._visit(start, node.body)

    def _opened(self, node: Node, above: Block) -> Block:
        found = Block(tuple(node.range), above)
        self.blocks.append(found)
        return found


def _may_leave(statement: Node) -> bool:
    """Whether the code after a statement may be skipped."""
    return any(node.type in _LEAVING for node in outside_functions(statement))


def _is_of_window(node: Node) -> bool:
    """Whether a node is `window.a`, which is the same as the global `a`."""
    return node.type == "MemberExpression" and not node.computed and node.object.name in WINDOW


_WORK: Mapping[str, Callable[[_Walk, Node, _Place], None]] = {
    "Identifier": _Walk._identifier,
    "ThisExpression": lambda walk, node, place: walk._use(node, "this", place, place.scope),
    "AwaitExpression": _Walk._await,
    "MemberExpression": _Walk._member,
    "ChainExpression": _Walk._chain,
    "Property": _Walk._keyed,
    "MethodDefinition": _Walk._keyed,
    "FieldDefinition": _Walk._keyed,
    "MetaProperty": _Walk._body_alone,
    "LabeledStatement": _Walk._body_alone,
    "BreakStatement": _Walk._body_alone,
    "ContinueStatement": _Walk._body_alone,
    "BlockStatement": _Walk._block,
    "StaticBlock": _Walk._block,
    "ForStatement": _Walk._loop,
    "ForInStatement": _Walk._loop,
    "ForOfStatement": _Walk._loop,
    "ForAwaitStatement": _Walk._loop,
    "SwitchStatement": _Walk._loop,
    "WhileStatement": _Walk._maybe,
    "DoWhileStatement": _Walk._maybe,
    "TryStatement": _Walk._maybe,
    "WithStatement": _Walk._maybe,
    "CatchClause": _Walk._catch,
    "IfStatement": _Walk._branches,
    "ConditionalExpression": _Walk._branches,
    "LogicalExpression": _Walk._right_maybe,
    "AssignmentPattern": _Walk._right_maybe,
    "UnaryExpression": _Walk._unary,
    "UpdateExpression": _Walk._update,
    "AssignmentExpression": _Walk._assignment,
    "ExpressionStatement": _Walk._statement,
    "CallExpression": _Walk._call,
    "VariableDeclaration": _Walk._variables,
    "FunctionDeclaration": _Walk._function,
    "FunctionExpression": _Walk._function,
    "ArrowFunctionExpression": _Walk._function,
    "ClassDeclaration": _Walk._class,
    "ClassExpression": _Walk._class,
}
