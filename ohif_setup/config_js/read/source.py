"""JavaScript as text, as a syntax tree, and what keeps it from being one. Home of the parser, which reads and runs nothing."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ohif_setup.errors import SetupError

LONGEST = 1024 * 1024
"""In characters. The longest configuration that OHIF ships has 20,000."""

MOST_SIGNS = 100_000
"""Commas, brackets and the like, which is what takes time; long texts and comments take none."""

Node = Any
"""A node of the tree in the ESTree form (https://github.com/estree/estree): `type`, and `range` in characters of the text."""

_SIGNS = ",;:()[]{}+-*/%=<>!?&|^~.`'\""
_LINE_END = re.compile(r"\r\n|\r|\n")
_MARKER = re.compile(r"^(<{7}|\|{7}|>{7})(?: |\r?$)", re.MULTILINE)
_FUNCTIONS = ("FunctionExpression", "ArrowFunctionExpression", "FunctionDeclaration")
_SEPARATORS = ("\u2028", "\u2029")


class UnreadableError(SetupError):
    """A text that is no configuration that can be read. `line` and `column` count from 1; 0 where no place is to blame."""

    def __init__(self, id: str, message: str, *, line: int, column: int, hint: str) -> None:
        where = "the whole text"
        if line:
            where = f"line {line}, column {column}"
        super().__init__(id, message, where=where, hint=hint)
        self.line = line
        self.column = column


@dataclass(frozen=True)
class ParsedSource:
    """A text and its tree. `comments` are the spans of the comments (start, end), in order."""

    text: str
    tree: Node
    comments: tuple[tuple[int, int], ...]

    def line_of(self, offset: int) -> int:
        """The line of a character, counted from 1 as editors do."""
        return bisect_right(self._line_starts, offset)

    def column_of(self, offset: int) -> int:
        """The column of a character, counted from 1."""
        return offset - self._line_starts[self.line_of(offset) - 1] + 1

    def text_of(self, node: Node) -> str:
        """The text of a node."""
        return self.text[node.range[0] : node.range[1]]

    @cached_property
    def _line_starts(self) -> list[int]:
        return line_starts(self.text)


def line_starts(text: str) -> list[int]:
    """Where each line begins."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def parse(text: str) -> ParsedSource:
    """The tree of a script, as browsers would read it. Raises `UnreadableError`."""
    _refuse_other_things(text)
    from esprima import Error
    from esprima.parser import Parser

    comments: list[tuple[int, int]] = []

    def gather(node: Node, place: Any) -> Node:
        if node.type in ("LineComment", "BlockComment"):
            comments.append((place.start.offset, place.end.offset))
        return node

    try:
        parser = Parser(text, options={"range": True, "comment": True, "classProperties": True}, delegate=gather)
        # The parser would try patterns in Python's own dialect, and refuse good ones.
        parser.scanner.testRegExp = _any_pattern
        tree = parser.parseScript()
        source = ParsedSource(text, tree, tuple(sorted(set(comments))))
        _refuse_double_names(source)
    except Error as error:
        raise _syntax_error(text, error) from None
    except RecursionError:
        raise too_deep() from None
    except (AssertionError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise _error("config-not-javascript", "This is not JavaScript that the tool can read.", text, 0) from error
    return source


def _any_pattern(pattern: str, flags: str) -> None:
    """A regular expression is not checked: only running it would tell."""


def walk(node: Node) -> Iterator[Node]:
    """A node and all nodes below it, each before those below it."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed(below(found)))


def below(node: Node) -> list[Node]:
    """The nodes directly below one, as they stand in the text."""
    found = []
    for name, value in vars(node).items():
        if name in ("regex", "range"):
            continue
        children = value
        if not isinstance(value, list):
            children = [value]
        for child in children:
            if isinstance(getattr(child, "type", None), str) and hasattr(child, "range"):
                found.append(child)
    return sorted(found, key=lambda child: child.range[0])


def is_function(node: Node) -> bool:
    """Whether a node is a function of any form."""
    return node.type in _FUNCTIONS


def returns(node: Node) -> bool:
    """Whether a statement may end the function that it stands in."""
    return any(inner.type == "ReturnStatement" for inner in outside_functions(node))


def outside_functions(node: Node) -> Iterator[Node]:
    """A node and all nodes below it, without what is in functions."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        if not is_function(found):
            waiting.extend(reversed(below(found)))


def targets(pattern: Node) -> Iterator[Node]:
    """What a pattern gives values to: `a` and `b` in `{ a, x: b = 1 }`, `a.b` in `[a.b]`."""
    waiting = [pattern]
    while waiting:
        node = waiting.pop()
        if node.type == "ObjectPattern":
            waiting += [entry if entry.type == "RestElement" else entry.value for entry in reversed(node.properties)]
        elif node.type == "ArrayPattern":
            waiting += [element for element in reversed(node.elements) if element is not None]
        elif node.type == "AssignmentPattern":
            waiting.append(node.left)
        elif node.type == "RestElement":
            waiting.append(node.argument)
        else:
            yield node


def names_bound(pattern: Node) -> Iterator[str]:
    """The names that a pattern binds: `a`, `{a, b: c = 1}`, `[a, ...b]`."""
    return (node.name for node in targets(pattern) if node.type == "Identifier")


def too_deep() -> UnreadableError:
    """The error for what is nested too deeply."""
    return _error("config-too-large", "The configuration is nested too deeply to be read.", "", None)


def too_large(what: str) -> UnreadableError:
    """The error for what is too large, `what` in words."""
    return _error("config-too-large", f"The configuration is too large to be read: {what}.", "", None)


def _refuse_other_things(text: str) -> None:
    if len(text) > LONGEST:
        raise too_large(f"more than {LONGEST:,} characters")
    if sum(map(text.count, _SIGNS)) > MOST_SIGNS:
        raise too_large(f"more than {MOST_SIGNS:,} commas, brackets and other signs")
    begin = text.lstrip("\ufeff \t\r\n")
    if not begin:
        raise _error("config-not-javascript", "The file is empty.", text, None)
    if begin.startswith("<") and not begin.startswith(("<!--", "<<<<<<<")):
        raise _error("config-not-javascript", "This is an HTML page, not JavaScript.", text, text.index("<"))
    marker = _MARKER.search(text)
    if marker:
        raise _error(
            "config-not-javascript", f"A conflict of a merge is still in it ({marker[1]}).", text, marker.start()
        )
    if "\0" in text:
        raise _error("config-not-javascript", "There is a NUL character in it.", text, text.index("\0"))


def _refuse_double_names(source: ParsedSource) -> None:
    """The parser takes `let a; let a`, and browsers refuse the whole file."""
    for node in walk(source.tree):
        if node.type in ("Program", "BlockStatement"):
            seen: dict[str, bool] = {}
            for statement in node.body:
                for name, lexical, at in _declared(statement):
                    if name in seen and (lexical or seen[name]):
                        message = f"{name} is declared a second time, and the browser then reads nothing of the file."
                        raise _error("config-not-javascript", message, source.text, at)
                    seen[name] = seen.get(name, False) or lexical


def _declared(statement: Node) -> Iterator[tuple[str, bool, int]]:
    if statement.type == "VariableDeclaration":
        for declarator in statement.declarations:
            for name in names_bound(declarator.id):
                yield name, statement.kind != "var", declarator.range[0]
    elif statement.type in ("FunctionDeclaration", "ClassDeclaration") and statement.id:
        yield statement.id.name, statement.type == "ClassDeclaration", statement.range[0]


def _syntax_error(text: str, error: Any) -> UnreadableError:
    at = min(max(error.index or 0, 0), len(text))
    said = str(error.message).partition(": ")[2]
    found = text[at : at + 1]
    if "end of input" in said or at >= len(text.rstrip()):
        message = "The file ends too early: a bracket, a quote or a comment is still open."
    elif re.match(r"(?:import|export)\b", text[at:]):
        message = "It has import or export, which a plain script may not."
    elif "ILLEGAL" in said and found in ("'", '"'):
        message = "A text in quotes does not end on its line."
        if any(separator in _line_at(text, at) for separator in _SEPARATORS):
            message = "A text in quotes holds the character U+2028 or U+2029: write it as \\u2028 or \\u2029."
    elif said.startswith("Unexpected"):
        message = (
            f"{_thing(text, at)} stands where it cannot: perhaps a comma, a quote or a bracket is missing before it."
        )
    else:
        message = f"{said[:1].upper()}{said[1:200].rstrip('.')}."
    return _error("config-not-javascript", message, text, at)


def _thing(text: str, at: int) -> str:
    """What stands there, in words. Of words only names of keys are shown: any other may be part of a secret."""
    word = re.compile(r"([\w$]{1,40})(\s{0,9}:)?").match(text, at)
    if word:
        if word[2]:
            return f'"{word[1]}"'
        return "A word or number"
    found = text[at : at + 1]
    if found.isprintable() and not found.isspace():
        return f'"{found}"'
    return f"U+{ord(found):04X}"


def _line_at(text: str, at: int) -> str:
    end = _LINE_END.search(text, at)
    if end is None:
        return text[at:]
    return text[at : end.start()]


def _error(id: str, message: str, text: str, at: int | None) -> UnreadableError:
    if at is None:
        line = column = 0
    else:
        starts = line_starts(text)
        line = bisect_right(starts, at)
        column = at - starts[line - 1] + 1
    hint = "An app-config.js assigns an object to window.config: mend it, or begin anew with ohif-setup init"
    return UnreadableError(id, message, line=line, column=column, hint=hint)
