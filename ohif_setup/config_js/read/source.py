"""Parses JavaScript into a syntax tree, or says why that is not possible. The only module that uses the parser; nothing is run."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ohif_setup.errors import SetupError
from ohif_setup.paste.pasted import placeholder_at

LONGEST = 1024 * 1024
"""Maximum length in characters. The longest configuration that OHIF ships has 20,000."""

MOST_SIGNS = 100_000
"""Maximum number of punctuation characters, on which the parser's time depends; long strings and comments are cheap."""

Node = Any
"""A node of the tree in the ESTree form (https://github.com/estree/estree): `type`, and `range` in characters of the text."""

_SIGNS = ",;:()[]{}+-*/%=<>!?&|^~.`'\""
# The line ends that editors count. JavaScript also has U+2028 and U+2029, which most editors do not count.
_LINE_END = re.compile(r"\r\n|\r|\n")
# Conflict markers of git and of this tool; `=======` alone is not distinctive enough.
_MARKER = re.compile(r"^(<{7}|\|{7}|>{7})(?: |\r?$)", re.MULTILINE)
_FUNCTIONS = ("FunctionExpression", "ArrowFunctionExpression", "FunctionDeclaration")
# The first brace and key of an object, after comments: a script that begins so cannot be parsed.
_JSON = re.compile(
    r"\ufeff?(?:\s|//[^\n]*\n|/\*(?:[^*]|\*(?!/))*\*/)*\{\s*(?:\"[^\"\n]*\"|'[^'\n]*'|[A-Za-z_$][\w$]*)\s*:"
)
_TYPES = re.compile(
    r"(?:const|let|var)\s+[\w$]+\s*:\s*[A-Za-z]|\bas\s+(?:const\b|any\b|[A-Z])|\bsatisfies\s+[A-Z]|^\s*(?:declare\b|interface\s+\w)"
    r"|^\s*type\s+\w+\s*=|\(\s*window\s+as\b|[\w)]\s*:\s*(?:AppTypes\b|any\b|string\b|void\b|Record<)"
)
LONGEST_LINE = 2000
"""In characters: as much of a line is looked at for what it is instead of JavaScript."""
_SEPARATORS = ("\u2028", "\u2029")


class UnreadableError(SetupError):
    """A text that cannot be read as a configuration. `line` and `column` count from 1; 0 if the fault has no position."""

    def __init__(self, id: str, message: str, *, line: int, column: int, hint: str) -> None:
        where = "the whole text"
        if line:
            where = f"line {line}, column {column}"
        super().__init__(id, message, where=where, hint=hint)
        self.line = line
        self.column = column


@dataclass(frozen=True)
class ParsedSource:
    """A text and its syntax tree. `comments` are the spans (start, end) of the comments, in order."""

    text: str
    tree: Node
    comments: tuple[tuple[int, int], ...]

    def line_of(self, offset: int) -> int:
        """The line of a character, counted from 1 as in editors."""
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
    """The offset at which each line begins."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def parse(text: str) -> ParsedSource:
    """The tree of a script as browsers would parse it. Raises `UnreadableError`."""
    _refuse_unsuitable(text)
    # Imported late: only commands that read a configuration need the parser.
    from esprima import Error
    from esprima.parser import Parser

    comments: list[tuple[int, int]] = []

    def gather(node: Node, place: Any) -> Node:
        if node.type in ("LineComment", "BlockComment"):
            comments.append((place.start.offset, place.end.offset))
        return node

    try:
        parser = Parser(text, options={"range": True, "comment": True, "classProperties": True}, delegate=gather)
        # The parser would compile regular expressions in Python's dialect, and reject valid ones.
        parser.scanner.testRegExp = _any_pattern
        tree = parser.parseScript()
        source = ParsedSource(text, tree, tuple(sorted(set(comments))))
        _refuse_double_names(source)
    except Error as error:
        raise _syntax_error(text, error) from None
    except RecursionError:
        raise too_deep() from None
    # Bugs of the parser: for some invalid texts it fails with errors like these.
    except (AssertionError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        meta = text.find("import.meta")
        if meta >= 0:
            message = "It contains import.meta, which is not allowed in a classic script."
            hint = "Write the value in its place: import.meta.env is filled in only while a program is built"
            raise _error("config-not-javascript", message, text, meta, hint) from error
        raise _error("config-not-javascript", "This is not JavaScript that the tool can read.", text, 0) from error
    return source


def _any_pattern(pattern: str, flags: str) -> None:
    """Accepts every regular expression: only the browser can check it."""


def walk(node: Node) -> Iterator[Node]:
    """A node and all its descendants, parents first."""
    # A stack of our own: recursion would limit the depth of the text.
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed(below(found)))


def below(node: Node) -> list[Node]:
    """The children of a node, in the order of the text."""
    children = []
    for name, value in vars(node).items():
        if name in ("regex", "range"):
            continue
        candidates = value
        if not isinstance(value, list):
            candidates = [value]
        # Attributes may also hold tokens and plain values; only nodes have both a type and a range.
        for child in candidates:
            if isinstance(getattr(child, "type", None), str) and hasattr(child, "range"):
                children.append(child)
    return sorted(children, key=lambda child: child.range[0])


def is_function(node: Node) -> bool:
    """Whether a node is a function of any form."""
    return node.type in _FUNCTIONS


def returns(node: Node) -> bool:
    """Whether a statement may return from its function."""
    return any(inner.type == "ReturnStatement" for inner in outside_functions(node))


def outside_functions(node: Node) -> Iterator[Node]:
    """A node and all its descendants, except those inside functions."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        if not is_function(found):
            waiting.extend(reversed(below(found)))


def targets(pattern: Node) -> Iterator[Node]:
    """The targets of a destructuring pattern: `a` and `b` in `{ a, x: b = 1 }`, `a.b` in `[a.b]`."""
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
    """The error for a text that is nested too deeply."""
    return _error("config-too-large", "The configuration is nested too deeply to be read.", "", None)


def too_large(what: str) -> UnreadableError:
    """The error for a text that is too large; `what` says in which respect."""
    return _error("config-too-large", f"The configuration is too large to be read: {what}.", "", None)


def _refuse_unsuitable(text: str) -> None:
    """Refuses texts that are too large, and common mistakes for which the parser's message would not help."""
    if len(text) > LONGEST:
        raise too_large(f"more than {LONGEST:,} characters")
    if sum(map(text.count, _SIGNS)) > MOST_SIGNS:
        raise too_large(f"more than {MOST_SIGNS:,} commas, brackets and other punctuation characters")
    begin = text.lstrip("\ufeff \t\r\n")
    if not begin:
        raise _error("config-not-javascript", "The file is empty.", text, None)
    # `<!--` begins a comment in JavaScript, too; seven `<` are a conflict marker, reported below.
    if begin.startswith("<") and not begin.startswith(("<!--", "<<<<<<<")):
        hint = (
            "A web server gives its page for a file that it does not have: take app-config.js from the folder that it serves, or "
            "from the container: docker cp CONTAINER:/usr/share/nginx/html/app-config.js ."
        )
        raise _error("config-not-javascript", "This is an HTML page, not JavaScript.", text, text.index("<"), hint)
    marker = _MARKER.search(text)
    if marker:
        raise _error(
            "config-not-javascript", f"It still contains a merge conflict ({marker[1]}).", text, marker.start()
        )
    if "\0" in text:
        hint = "Perhaps it is UTF-16 without its byte order mark: save it as UTF-8, then try again"
        raise _error("config-not-javascript", "It contains a NUL character.", text, text.index("\0"), hint)


def _refuse_double_names(source: ParsedSource) -> None:
    """Refuses `let a; let a`: the parser accepts it, but browsers reject the whole file."""
    for node in walk(source.tree):
        if node.type in ("Program", "BlockStatement"):
            # For each name, whether one of its declarations is lexical. Repeated `var` and functions are allowed.
            seen: dict[str, bool] = {}
            for statement in node.body:
                for name, lexical, at in _declared(statement):
                    if name in seen and (lexical or seen[name]):
                        message = f"{name} is declared twice, so browsers reject the whole file."
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
    # The parser's message is "Line 3: Unexpected token ...".
    reason = str(error.message).partition(": ")[2]
    known = _other_language(text, at)
    if known:
        return _error("config-not-javascript", known[0], text, at, known[1])
    character = text[at : at + 1]
    if "end of input" in reason or at >= len(text.rstrip()):
        message = "The file ends unexpectedly: a bracket, a quote or a comment is still open."
    elif "ILLEGAL" in reason and character in ("'", '"'):
        message = "A string does not end on its line."
        # Browsers allow both characters in strings since ES2019; the parser does not.
        if any(separator in _line_at(text, at) for separator in _SEPARATORS):
            message = "A string contains the character U+2028 or U+2029: write it as \\u2028 or \\u2029."
    elif reason.startswith("Unexpected"):
        message = f"{_thing(text, at)} is unexpected here: perhaps a comma, a quote or a bracket is missing before it."
    else:
        message = f"{reason[:1].upper()}{reason[1:200].rstrip('.')}."
    return _error("config-not-javascript", message, text, at)


def _other_language(text: str, at: int) -> tuple[str, str] | None:
    """What the text is instead of a classic script, and how to make one of it; None if it is just a mistake. `at` is the offset at
    which the parser gave up."""
    start = text.rfind("\n", 0, at) + 1
    left = placeholder_at(text[start : at + LONGEST_LINE], at - start)
    if left:
        return f"{left} was never filled in.", "Write the value in its place, in quotes if it is text; then try again"
    if re.match(r"(?:import|export)\b", text[at:]):
        message = "It contains import or export, which are not allowed in a classic script, and OHIF loads app-config.js as one."
        return (
            message,
            "Write window.config = in the place of export default, and values in the place of what is imported",
        )
    if _JSON.match(text) and "window.config" not in text:
        message = "It is an object as in JSON, and nothing assigns it. OHIF loads app-config.js as JavaScript."
        return message, (
            "Write window.config = before its first brace, and name the file app-config.js; where a container serves the viewer, "
            "mount it at /usr/share/nginx/html/app-config.js"
        )
    if _TYPES.search(text[start : at + LONGEST_LINE]):
        message = "It has types of TypeScript, which no browser reads."
        return message, "Remove the types (: AppTypes.Config, as, interface, satisfies); then try again"
    return None


def _thing(text: str, at: int) -> str:
    """The token at that place, in words. Words are shown only if they are keys: any other may be part of a secret."""
    word = re.compile(r"([\w$]{1,40})(\s{0,9}:)?").match(text, at)
    if word:
        if word[2]:
            return f'"{word[1]}"'
        return "A word or number"
    character = text[at : at + 1]
    if character.isprintable() and not character.isspace():
        return f'"{character}"'
    return f"U+{ord(character):04X}"


def _line_at(text: str, at: int) -> str:
    end = _LINE_END.search(text, at)
    if end is None:
        return text[at:]
    return text[at : end.start()]


def _error(id: str, message: str, text: str, at: int | None, hint: str = "") -> UnreadableError:
    if at is None:
        line = column = 0
    else:
        starts = line_starts(text)
        line = bisect_right(starts, at)
        column = at - starts[line - 1] + 1
    hint = hint or "An app-config.js assigns an object to window.config: correct it, or start over with ohif-setup init"
    return UnreadableError(id, message, line=line, column=column, hint=hint)
