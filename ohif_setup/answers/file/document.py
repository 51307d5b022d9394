"""An answers file as tomlkit parses it: finds tables with the comments that belong to them, adds and removes tables and keys.

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
    """A comment, blank lines, a key with its value, or the header of a table.

    `member` is the object of tomlkit and `home` the list that contains it. `root` is the member of the document's own list that
    contains it or is it. `path` is the path of a table if this is its header, else empty."""

    member: Pair | Table
    home: list[Any]
    root: Pair
    path: tuple[str, ...] = ()

    @property
    def pair(self) -> Pair:
        """The member, if it is not a table of an array of tables: only those are no pairs."""
        assert not isinstance(self.member, Table)
        return self.member

    @property
    def item(self) -> Item:
        """The table, the comment, the blank lines or the value."""
        if isinstance(self.member, Table):
            return self.member
        return self.member[1]

    @property
    def is_key(self) -> bool:
        """Whether this is a key with its value; the empty key (`"" = 1`) is one too."""
        return not self.path and not isinstance(self.member, Table) and self.member[0] is not None

    @property
    def name(self) -> str:
        """The name of a key; empty for comments and blank lines."""
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
    """Where a table with its own header is, as indexes in the list of entries.

    `start` is the first line of the comment directly above the header, `head` the header, and `end` is behind the last key and
    the comments directly below it. The next header, or the end of the file, is at `following`."""

    path: tuple[str, ...]
    start: int
    head: int
    end: int
    following: int

    def is_within(self, paths: Collection[tuple[str, ...]]) -> bool:
        """Whether the table is at one of these paths, or below one."""
        return any(self.path[:length] in paths for length in range(1, len(self.path) + 1))


def parse(text: str) -> TOMLDocument:
    """The document in `text`, whose lines must end in LF. A final newline is added, so that more can follow the last line."""
    if text and not text.endswith("\n"):
        text += "\n"
    return tomlkit.parse(text)


def rendered(document: TOMLDocument, text: str) -> str:
    """The text of a document that `parse` made of `text`, without a final newline if `text` had none."""
    new = document.as_string()
    if text and not text.endswith("\n"):
        new = new.removesuffix("\n")
    return new


def reread(document: TOMLDocument) -> TOMLDocument:
    """A changed document, rendered and parsed again, so that lookups by key work."""
    return tomlkit.parse(document.as_string())


def entries(document: TOMLDocument) -> list[Entry]:
    """All entries in the order of the file. The tables of `[[servers]]` have the paths `("servers", "1")` and so on."""
    numbers = count(1)
    return [entry for pair in document.body for entry in _entries(pair, document.body, pair, (), numbers)]


def spans(found: Sequence[Entry]) -> list[TableSpan]:
    """The tables among the entries of a document."""
    heads = [number for number, entry in enumerate(found) if entry.path]
    return [_span(found, head, end) for head, end in pairwise([*heads, len(found)])]


def table_paths(document: TOMLDocument) -> list[tuple[str, ...]]:
    """The paths of the tables that have their own header."""
    return [entry.path for entry in entries(document) if entry.path]


def remove_tables(document: TOMLDocument, paths: Collection[tuple[str, ...]]) -> bool:
    """Removes tables, those below them, and the comments directly above each. False if none of them has a header."""
    found = entries(document)
    gone: set[int] = set()
    for span in spans(found):
        if span.is_within(paths):
            start = span.start
            # The blank lines above go too, or they would pile up.
            while start and isinstance(found[start - 1].item, Whitespace):
                start -= 1
            gone.update(range(start, span.end))
    last: Entry | None = None
    is_homeless = False
    for number, entry in enumerate(found):
        if entry.path:
            is_homeless = number in gone
        if number in gone:
            _remove(entry)
        elif is_homeless:
            # A comment above the next table stays. tomlkit has it in the removed table, so it moves to the one before.
            _remove(entry)
            last = _insert(document, last, entry.pair)
        else:
            last = entry
    _prune(document.body)
    return bool(gone)


def add_table(document: TOMLDocument, group: str, above: str, values: Mapping[str, Any], *, after: str) -> None:
    """Adds a table after the table `after`, with the comment `above`. Does nothing if `after` has no header."""
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
    """Replaces the comment `optional_table` with the empty table.

    False if the comment does not exist, or if keys follow it, because these would become keys of the new table."""
    found, example = entries(document), optional_table(group)
    lines = [entry.line for entry in found]
    # Find the comment line by line, exactly as it was written: an edited one belongs to the user.
    for at in range(len(found)):
        following = next((number for number in range(at, len(found)) if found[number].path), len(found))
        behind = at + len(example)
        is_last = following == len(found) or found[following].root is not found[at].root
        if lines[at:behind] == example and is_last and not any(entry.is_key for entry in found[behind:following]):
            for entry in found[at:behind]:
                _remove(entry)
            left = found[:at] + found[behind:]
            _add(document, left, at, following - len(example), [header(group)], is_below=False)
            return True
    return False


def make_several(document: TOMLDocument) -> None:
    """Turns `[server]` into the first of `[[servers]]`."""
    for number, (key, item) in enumerate(document.body):
        if key is not None and key.key == "server" and isinstance(item, Table) and not key.is_dotted():
            # tomlkit caches the header as it was read, which would keep the old name.
            item.invalidate_display_name()
            several: Table | AoT = item
            # A super table has no header: the file has only tables below it, such as [server.capabilities].
            if not item.is_super_table():
                several = AoT([Table(item.value, item.trivia, is_aot_element=True)])
            document.body[number] = (tomlkit.key("servers"), several)


def make_single(document: TOMLDocument) -> None:
    """Turns the first of `[[servers]]` into `[server]`."""
    for number, (key, item) in enumerate(document.body):
        if key is not None and key.key == "servers" and isinstance(item, AoT) and item.body:
            first = item.body.pop(0)
            first.invalidate_display_name()
            table = Table(first.value, first.trivia, is_aot_element=False)
            document.body.insert(number, (tomlkit.key("server"), table))
            break
    _prune(document.body)


def add_key(document: TOMLDocument, key: AnswerKey, value: Any) -> None:
    """Adds a key in place of the comment with its example, else after the last key. Does nothing if the table has no header."""
    found = entries(document)
    for span in spans(found):
        if span.path != _path(key.group):
            continue
        (new,) = _parsed([_line(key.name, value)])
        inside = range(span.head + 1, span.end)
        example = next((number for number in inside if found[number].line == example_of(key)), None)
        if example is None:
            last = max((number for number in inside if found[number].is_key), default=span.head)
            _insert(document, found[last], new)
        else:
            _replace(found[example], new)
        return


def replace_key(document: TOMLDocument, key: AnswerKey) -> bool:
    """Replaces a key that this tool wrote with a comment that has its example. False if a person wrote it, or it does not exist."""
    found = entries(document)
    words = comment(key.description)
    for span in spans(found):
        for number in range(span.head + 1, span.end):
            entry = found[number]
            # The tool wrote the key if its own description is the comment above it.
            above = [other.line for other in found[max(0, number - len(words)) : number]]
            if span.path == _path(key.group) and entry.name == key.name and above == words and _is_one_line(entry):
                (example,) = _parsed([example_of(key)])
                _replace(entry, example)
                return True
    return False


def example_of(key: AnswerKey) -> str:
    """The comment in a new file for a key without a value."""
    return f"# {_line(key.name, key.example)}"


def optional_table(group: str) -> list[str]:
    """The comment in a new file for an optional table."""
    needed = [key for key in keys_in(group) if key.required]
    words = comment(f"Optional: {needed[0].description}")
    return [*words, f"# {header(group)}", *map(example_of, needed)]


def _entries(
    pair: Pair, home: list[Pair], root: Pair, above: tuple[str, ...], numbers: Iterator[int]
) -> Iterator[Entry]:
    key, item = pair
    # tomlkit leaves a Null where something was removed.
    if isinstance(item, Null):
        return
    # A dotted key (`viewer.url = ...`) is a Table to tomlkit, but has no header.
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
    # Up to the last key; blank lines and comments behind it may belong to the next table.
    end = head + 1
    for number in range(head + 1, following):
        if found[number].is_key:
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
        _remove(entry)
        table.value.body.append(entry.pair)
    before = found[at - 1] if at else None
    if before is not None and not is_below:
        # A new top-level table must follow the whole table before it, not go into it.
        before = Entry(before.root, document.body, before.root)
    for pair in new:
        before = _insert(document, before, pair)


def _insert(document: TOMLDocument, before: Entry | None, pair: Pair) -> Entry:
    """Puts a pair right behind an entry, as the first of its table where that is a header; None is the top of the file."""
    if before is None:
        document.body.insert(0, pair)
        return Entry(pair, document.body, pair)
    # What follows a header is the first member of that table.
    home, place = before.home, 0
    if before.path and isinstance(before.item, Table):
        home = before.item.value.body
    else:
        place = _index(before) + 1
    home.insert(place, pair)
    return Entry(pair, home, before.root)


def _replace(entry: Entry, pair: Pair) -> None:
    entry.home[_index(entry)] = pair


def _remove(entry: Entry) -> None:
    del entry.home[_index(entry)]


def _index(entry: Entry) -> int:
    # Members are compared by what they are: two comments may say the same.
    return next(number for number, member in enumerate(entry.home) if member is entry.member)


def _prune(body: list[Pair]) -> None:
    """Takes out arrays of tables without tables, which tomlkit would render as `servers = []`."""
    body[:] = [pair for pair in body if not isinstance(pair[1], AoT) or pair[1].body]
    for _, item in body:
        if isinstance(item, Table):
            _prune(item.value.body)


def _parsed(lines: Sequence[str]) -> list[Pair]:
    # Parsed instead of built, so that the pairs have the same line ends and blanks as those of a file.
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
