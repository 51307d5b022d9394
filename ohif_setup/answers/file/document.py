"""An answers file as tomlkit parses it: its tables with the comments that belong to them, tables and keys that come or go.

tomlkit moves tables and keys without the comments above them: to it, such a comment ends the table before. So these functions
change `body`, the list from which tomlkit renders; no other part of it places a comment. The mapping beside that list is out of
date afterwards: `reread` the document before asking for a key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT, Comment, Item, Key, Null, Table, Whitespace

from ohif_setup.answers.file.toml import comment, toml_key, toml_value
from ohif_setup.answers.keys import AnswerKey, header, keys_in

Pair = tuple[Key | None, Item]


@dataclass(frozen=True)
class Entry:
    """A comment, blank lines, a key with its value, or the header of a table. `home` is the list that tomlkit has it in, as
    `member`; `root` is the member of the document's own list that it is, or is in. `path` is that of a header, else empty."""

    member: Pair | Table
    home: list[Any]
    root: Pair
    path: tuple[str, ...] = ()

    @property
    def pair(self) -> Pair:
        """The member of what is no table of several."""
        assert not isinstance(self.member, Table)
        return self.member

    @property
    def item(self) -> Item:
        """The table, the comment, the blank lines or the value."""
        if isinstance(self.member, Table):
            return self.member
        return self.member[1]

    @property
    def name(self) -> str:
        """Of a key; empty for comments and blank lines."""
        if isinstance(self.member, Table) or self.member[0] is None:
            return ""
        return self.member[0].key

    @property
    def line(self) -> str:
        """A comment as written; empty for everything else."""
        if isinstance(self.item, Comment):
            return self.item.as_string().rstrip("\n")
        return ""


@dataclass(frozen=True)
class TableSpan:
    """The entries of a table with a header of its own: from `start`, the comment right above the header `head`, to `end`, behind
    its last key and the comments right below that. The next header, or the end of the file, is at `following`."""

    path: tuple[str, ...]
    start: int
    head: int
    end: int
    following: int

    def is_within(self, paths: Collection[tuple[str, ...]]) -> bool:
        """Whether it is a table at one of these paths, or one below that."""
        return any(self.path[:length] in paths for length in range(1, len(self.path) + 1))


def parse(text: str) -> TOMLDocument:
    """`text`, whose lines end in LF, so that something can be added behind its last line."""
    if text and not text.endswith("\n"):
        text += "\n"
    return tomlkit.parse(text)


def rendered(document: TOMLDocument, text: str) -> str:
    """The text of a document that was `parse`d of `text`: its last line ends as it did there."""
    new = document.as_string()
    if text and not text.endswith("\n"):
        new = new.removesuffix("\n")
    return new


def reread(document: TOMLDocument) -> TOMLDocument:
    """What a changed document renders as, parsed again."""
    return tomlkit.parse(document.as_string())


def entries(document: TOMLDocument) -> list[Entry]:
    """In the order of the file. Several servers are at `("servers", "1")` and so on."""
    numbers = count(1)
    return [entry for pair in document.body for entry in _entries(pair, document.body, pair, (), numbers)]


def spans(found: Sequence[Entry]) -> list[TableSpan]:
    """The tables among the entries of a document."""
    heads = [number for number, entry in enumerate(found) if entry.path]
    return [_span(found, head, end) for head, end in pairwise([*heads, len(found)])]


def table_paths(document: TOMLDocument) -> list[tuple[str, ...]]:
    """Where the tables with a header of their own are."""
    return [entry.path for entry in entries(document) if entry.path]


def remove_tables(document: TOMLDocument, paths: Collection[tuple[str, ...]]) -> bool:
    """Takes out tables, those below them, and the comments right above each; False where none of them has a header."""
    found = entries(document)
    gone: set[int] = set()
    for span in spans(found):
        if span.is_within(paths):
            start = span.start
            while start and isinstance(found[start - 1].item, Whitespace):
                start -= 1
            gone.update(range(start, span.end))
    last: Entry | None = None
    is_homeless = False
    for number, entry in enumerate(found):
        if entry.path:
            is_homeless = number in gone
        if number in gone:
            _take_out(entry)
        elif is_homeless:
            # What stands above the next table stays, so it has to end another one.
            _take_out(entry)
            last = _insert(document, last, entry.pair)
        else:
            last = entry
    _prune(document.body)
    return bool(gone)


def add_table(document: TOMLDocument, group: str, above: str, values: Mapping[str, Any], *, after: str) -> None:
    """Adds a table behind another one, `above` as its comment; nothing where that other one has no header."""
    found = entries(document)
    for span in spans(found):
        if span.path == _path(after):
            lines = [
                "",
                *comment(above),
                _header(group, after),
                *(_line(name, value) for name, value in values.items()),
            ]
            _add(document, found, span.end, span.following, lines, is_below=group.startswith(f"{after}."))
            return


def replace_example(document: TOMLDocument, group: str) -> bool:
    """Puts the empty table in place of `optional_table`; False where that is not there, or where keys follow
    below it, which would be the new table's."""
    found, example = entries(document), optional_table(group)
    lines = [entry.line for entry in found]
    for at in range(len(found)):
        following = next((number for number in range(at, len(found)) if found[number].path), len(found))
        behind = at + len(example)
        is_last = following == len(found) or found[following].root is not found[at].root
        if lines[at:behind] == example and is_last and not any(entry.name for entry in found[behind:following]):
            for entry in found[at:behind]:
                _take_out(entry)
            left = found[:at] + found[behind:]
            _add(document, left, at, following - len(example), [header(group)], is_below=False)
            return True
    return False


def make_several(document: TOMLDocument) -> None:
    """`[server]` becomes the first of `[[servers]]`."""
    for number, (key, item) in enumerate(document.body):
        if key is not None and key.key == "server" and isinstance(item, Table) and not key.is_dotted():
            item.invalidate_display_name()
            several: Table | AoT = item
            if not item.is_super_table():
                several = AoT([Table(item.value, item.trivia, is_aot_element=True)])
            document.body[number] = (tomlkit.key("servers"), several)


def make_single(document: TOMLDocument) -> None:
    """The first of `[[servers]]` becomes `[server]`."""
    for number, (key, item) in enumerate(document.body):
        if key is not None and key.key == "servers" and isinstance(item, AoT) and item.body:
            first = item.body.pop(0)
            first.invalidate_display_name()
            table = Table(first.value, first.trivia, is_aot_element=False)
            document.body.insert(number, (tomlkit.key("server"), table))
            break
    _prune(document.body)


def add_key(document: TOMLDocument, key: AnswerKey, value: Any) -> None:
    """Adds a key: in place of its example in a comment, else behind the table's last key. Nothing where the table has no header."""
    found = entries(document)
    for span in spans(found):
        if span.path != _path(key.group):
            continue
        (new,) = _parsed([_line(key.name, value)])
        inside = range(span.head + 1, span.end)
        example = next((number for number in inside if found[number].line == example_of(key)), None)
        if example is None:
            last = max((number for number in inside if found[number].name), default=span.head)
            _insert(document, found[last], new)
        else:
            _replace(found[example], new)
        return


def replace_key(document: TOMLDocument, key: AnswerKey) -> bool:
    """Puts an example in a comment in place of a key that this tool wrote; False where a person wrote it, or it is not there."""
    found = entries(document)
    words = comment(key.description)
    for span in spans(found):
        for number in range(span.head + 1, span.end):
            entry = found[number]
            above = [other.line for other in found[max(0, number - len(words)) : number]]
            if span.path == _path(key.group) and entry.name == key.name and above == words and _is_one_line(entry):
                (example,) = _parsed([example_of(key)])
                _replace(entry, example)
                return True
    return False


def example_of(key: AnswerKey) -> str:
    """The comment that stands in a new file for a key that has no value."""
    return f"# {_line(key.name, key.example)}"


def optional_table(group: str) -> list[str]:
    """The comment that stands in a new file for a table that may be left away."""
    needed = [key for key in keys_in(group) if key.required]
    words = comment(f"Optional: {needed[0].description}")
    return [*words, f"# {header(group)}", *map(example_of, needed)]


def _entries(
    pair: Pair, home: list[Pair], root: Pair, above: tuple[str, ...], numbers: Iterator[int]
) -> Iterator[Entry]:
    key, item = pair
    if isinstance(item, Null):
        return
    if key is None or key.is_dotted() or not isinstance(item, Table | AoT):
        yield Entry(pair, home, root)
        return
    path = (*above, key.key)
    if isinstance(item, Table):
        if not item.is_super_table():
            yield Entry(pair, home, root, path)
        for inner in item.value.body:
            yield from _entries(inner, item.value.body, root, path, numbers)
        return
    for table in item.body:
        place = path
        if path == ("servers",):
            place = ("servers", str(next(numbers)))
        yield Entry(table, item.body, root, place)
        for inner in table.value.body:
            yield from _entries(inner, table.value.body, root, place, numbers)


def _span(found: Sequence[Entry], head: int, following: int) -> TableSpan:
    start = head
    while start and found[start - 1].line:
        start -= 1
    end = head + 1
    for number in range(head + 1, following):
        if found[number].name:
            end = number + 1
    own = end
    while end < following and found[end].line:
        end += 1
    if end == following < len(found):
        # No blank line parts these comments from the next header, so they are that table's.
        end = own
    return TableSpan(found[head].path, start, head, end, following)


def _add(
    document: TOMLDocument, found: Sequence[Entry], at: int, following: int, lines: Sequence[str], *, is_below: bool
) -> None:
    """Adds a table before the entry `at`. What is from there to the next header ends the new table."""
    new = _parsed(lines)
    table = new[-1][1]
    if isinstance(table, AoT):
        table = table.body[-1]
    assert isinstance(table, Table)
    # Its name in the text is that below its parent.
    table.invalidate_display_name()
    for entry in found[at:following]:
        _take_out(entry)
        table.value.body.append(entry.pair)
    before = found[at - 1] if at else None
    if before is not None and not is_below:
        before = Entry(before.root, document.body, before.root)
    for pair in new:
        before = _insert(document, before, pair)


def _insert(document: TOMLDocument, before: Entry | None, pair: Pair) -> Entry:
    """Puts a pair right behind an entry, as the first of its table where that is a header; None is the top of the file."""
    if before is None:
        document.body.insert(0, pair)
        return Entry(pair, document.body, pair)
    home, place = before.home, 0
    if before.path and isinstance(before.item, Table):
        home = before.item.value.body
    else:
        place = _place(before) + 1
    home.insert(place, pair)
    return Entry(pair, home, before.root)


def _replace(entry: Entry, pair: Pair) -> None:
    entry.home[_place(entry)] = pair


def _take_out(entry: Entry) -> None:
    del entry.home[_place(entry)]


def _place(entry: Entry) -> int:
    # Members are compared by what they are: two comments may say the same.
    return next(number for number, member in enumerate(entry.home) if member is entry.member)


def _prune(body: list[Pair]) -> None:
    """Takes out arrays of tables without tables, which tomlkit would render as `servers = []`."""
    body[:] = [pair for pair in body if not isinstance(pair[1], AoT) or pair[1].body]
    for _, item in body:
        if isinstance(item, Table):
            _prune(item.value.body)


def _parsed(lines: Sequence[str]) -> list[Pair]:
    return list(tomlkit.parse("\n".join([*lines, ""])).body)


def _header(group: str, after: str) -> str:
    if group.startswith(f"{after}."):
        return f"[{group.removeprefix(f'{after}.')}]"
    return header(group)


def _path(group: str) -> tuple[str, ...]:
    return tuple(group.split("."))


def _line(name: str, value: Any) -> str:
    return f"{toml_key(name)} = {toml_value(value)}"


def _is_one_line(entry: Entry) -> bool:
    return not isinstance(entry.item, Table) and "\n" not in entry.item.as_string()
