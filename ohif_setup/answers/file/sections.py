"""Changes to an answers file by its lines: tables that come or go, keys that come or go. What a person wrote around them
stays, and the comments of a new file become its keys."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ohif_setup.answers.file.toml import comment, toml_key, toml_value
from ohif_setup.answers.keys import AnswerKey, header, keys_in

_HEADER = re.compile(r"[ \t]*\[{1,2}([A-Za-z0-9_.-]+)\]{1,2}[ \t]*(?:#.*)?")


@dataclass(frozen=True)
class TomlSection:
    """A table of the file. `start` is the first line of the comment right above its header, `head` its header, and `end` the
    line after its last key, or after the comments right below that."""

    group: str
    start: int
    head: int
    end: int


def sections(lines: list[str]) -> list[TomlSection]:
    """The tables that have a header of their own, in the order of the file. Of several servers the first is `servers.1`."""
    heads = [(number, match[1]) for number, line in enumerate(lines) if (match := _HEADER.fullmatch(line))]
    if not heads:
        return []
    ends = [number for number, _ in heads[1:]] + [len(lines)]
    found = []
    servers = 0
    for (head, name), end in zip(heads, ends, strict=True):
        group = name
        if name == "servers":
            servers += 1
        if name == "servers" or name.startswith("servers."):
            group = f"servers.{servers}{name.removeprefix('servers')}"
        start = head
        while start and _is_comment(lines[start - 1]):
            start -= 1
        last = max(number for number in range(head, end) if lines[number].strip() and not _is_comment(lines[number]))
        while last + 1 < end and _is_comment(lines[last + 1]):
            last += 1
        # A comment that stands right above the next header is that table's.
        above = end
        while end < len(lines) and above - 1 > head and _is_comment(lines[above - 1]):
            above -= 1
        found.append(TomlSection(group, start if head else 0, head, min(last + 1, max(above, head + 1))))
    return found


def without(text: str, group: str) -> str:
    """The text without a table and the comment right above it."""
    lines = text.split("\n")
    for section in reversed(sections(lines)):
        if section.group == group:
            start = section.start
            while start and not lines[start - 1].strip():
                start -= 1
            del lines[start : section.end]
    return "\n".join(lines)


def with_table(text: str, group: str, above: str, values: Mapping[str, Any], *, after: str) -> str:
    """The text with a new table after another one, `above` as its comment. The same text where that other one has no header."""
    lines = text.split("\n")
    for section in sections(lines):
        if section.group == after:
            new = [f"{toml_key(name)} = {toml_value(value)}" for name, value in values.items()]
            lines[section.end : section.end] = ["", *comment(above), header(group), *new]
            break
    return "\n".join(lines)


def renamed(text: str, group: str, new: str) -> str:
    """The text with the header of a table, and those of the tables below it, changed to another name."""
    lines = text.split("\n")
    for section in sections(lines):
        if section.group == group or section.group.startswith(f"{group}."):
            was, now = header(section.group), header(new + section.group.removeprefix(group))
            lines[section.head] = lines[section.head].replace(was, now, 1)
    return "\n".join(lines)


def with_key(text: str, key: AnswerKey, value: Any) -> str:
    """The text with one more key: instead of its example in a comment, else after the table's last key. The same text
    where the table has no header."""
    lines = text.split("\n")
    for section in sections(lines):
        if section.group == key.group:
            new = f"{toml_key(key.name)} = {toml_value(value)}"
            body = range(section.head + 1, section.end)
            examples = [number for number in body if lines[number] == example_of(key)]
            if examples:
                lines[examples[0]] = new
            else:
                keyed = [number for number in body if lines[number].strip() and not _is_comment(lines[number])]
                lines.insert(max(keyed, default=section.head) + 1, new)
            break
    return "\n".join(lines)


def without_key(text: str, key: AnswerKey) -> str:
    """The text with an example in a comment instead of a key that was written by this tool. The same text where a
    person wrote it."""
    lines = text.split("\n")
    words = comment(key.description)
    for section in sections(lines):
        if section.group != key.group:
            continue
        for number in range(section.head + 1, section.end):
            if lines[max(0, number - len(words)) : number] == words and _is_only(lines[number], key.name):
                lines[number] = example_of(key)
                return "\n".join(lines)
    return text


def example_of(key: AnswerKey) -> str:
    """The comment that stands in a new file for a key that has no value."""
    return f"# {toml_key(key.name)} = {toml_value(key.example)}"


def optional_table(group: str) -> list[str]:
    """The comment that stands in a new file for a table that may be left away."""
    needed = [key for key in keys_in(group) if key.required]
    words = comment(f"Optional: {needed[0].description}")
    return [*words, f"# {header(group)}", *map(example_of, needed)]


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _is_only(line: str, name: str) -> bool:
    try:
        return list(tomllib.loads(line)) == [name]
    except ValueError:
        return False
