"""Answers files as people write them: any way to write a table, comments everywhere, any order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from ohif_setup.answers.file.toml import toml_key, toml_value
from tests.answers.sites import CLIENT, TENANT

_COMMENT = re.compile(r"# c\d+")


@dataclass
class Document:
    """A file and what it holds. `comments` has those of each table by its dotted name: the comments right above its header, within
    it, and beside its values; those beside a value are under the name of the key as well."""

    text: str
    tables: dict[str, Any]
    comments: dict[str, set[str]] = field(default_factory=dict)


def comments_in(text: str) -> list[str]:
    """The comments that a document was given, in the order of the text."""
    found: list[str] = _COMMENT.findall(text)
    return found


@dataclass
class Writer:
    draw: st.DrawFn
    lines: list[str] = field(default_factory=list)
    comments: dict[str, set[str]] = field(default_factory=dict)
    count: int = 0

    def maybe(self) -> bool:
        return self.draw(st.booleans())

    def comment(self, *owners: str) -> str:
        self.count += 1
        for owner in owners:
            self.comments.setdefault(owner, set()).add(f"# c{self.count}")
        return f"# c{self.count}"

    def free_comments(self) -> None:
        """Comments that a blank line parts from everything."""
        for _ in range(self.draw(st.integers(0, 1))):
            self.lines += ["", self.comment()]
        self.lines += [""] * self.draw(st.integers(1, 2))

    def values(self, group: str, values: Mapping[str, Any], prefix: str = "") -> None:
        for name, value in values.items():
            if self.maybe():
                self.lines.append(f"{self.draw(st.sampled_from(['', '  ']))}{self.comment(group)}")
            beside = ""
            if self.maybe():
                beside = f"  {self.comment(group, f'{group}.{name}'.removeprefix('.'))}"
            self.lines.append(f"{self.key(prefix, name)}{self.equals()}{self.value(value)}{beside}")

    def key(self, prefix: str, name: str) -> str:
        if self.draw(st.integers(0, 5)) == 0:
            return f'{prefix}"{name}"'
        return f"{prefix}{toml_key(name)}"

    def equals(self) -> str:
        return self.draw(st.sampled_from([" = ", "=", "   ="]))

    def value(self, value: Any) -> str:
        if isinstance(value, str) and "'" not in value and self.maybe():
            return f"'{value}'"
        if isinstance(value, list) and value and self.maybe():
            return "[\n" + "".join(f"  {toml_value(entry)},\n" for entry in value) + "]"
        return toml_value(value)

    def table(self, group: str, header: str, values: Mapping[str, Any]) -> None:
        """A table under its header, and those below it."""
        self.free_comments()
        for _ in range(self.draw(st.integers(0, 2))):
            self.lines.append(self.comment(group))
        beside = ""
        if self.maybe():
            beside = f" {self.comment(group)}"
        self.lines.append(f"{header}{beside}")
        below = {name: value for name, value in values.items() if isinstance(value, dict) and value and self.maybe()}
        self.values(group, {name: value for name, value in values.items() if name not in below})
        for name, value in below.items():
            self.table(f"{group}.{name}", f"[{header.strip('[]')}.{toml_key(name)}]", value)


@st.composite
def documents(draw: st.DrawFn, tables: Mapping[str, Any]) -> Document:
    """A file that holds `tables`."""
    writer = Writer(draw)
    writer.lines += [writer.comment() for _ in range(draw(st.integers(0, 2)))]
    writer.values("", {name: value for name, value in tables.items() if not isinstance(value, dict | list)})
    headed: dict[str, dict[str, Any] | list[Any]] = {}
    for group, table in tables.items():
        if not isinstance(table, dict | list):
            continue
        way = draw(st.sampled_from(["header", "header", "header", "dotted", "inline"]))
        if way == "inline":
            writer.lines.append(f"{group} = {toml_value(table)}")
        elif way == "dotted" and isinstance(table, dict):
            writer.values(group, table, f"{group}.")
        else:
            headed[group] = table
    for group in draw(st.permutations(list(headed))):
        table = headed[group]
        if isinstance(table, dict):
            writer.table(group, f"[{group}]", table)
        else:
            for number, each in enumerate(table, 1):
                writer.table(f"{group}.{number}", f"[[{group}]]", each)
    if writer.maybe():
        writer.free_comments()
    text = "\n".join(writer.lines)
    if writer.maybe():
        text += "\n"
    if writer.maybe():
        text = text.replace("\n", "\r\n")
    return Document(text, dict(tables), writer.comments)


AZURE: dict[str, Any] = {
    "version": 1,
    "viewer": {"url": "https://viewer.example.org", "extra_urls": ["http://localhost:1", "http://localhost:2"]},
    "server": {"url": "https://ws-dicom.dicom.azurehealthcareapis.com", "uploads": False},
    "sign_in": {"tenant_id": TENANT, "client_id": CLIENT, "flow": "code"},
    "fhir": {"url": "https://a-b.fhir.azurehealthcareapis.com"},
    "output": {"directory": "there"},
    "ohif": {"showStudyList": False, "whiteLabeling": {"a": 1, "b.c": {"d": [1, 2]}}, "hotkeys": [{"a": 1}, {"a": 2}]},
}
SEVERAL: dict[str, Any] = {
    "version": 1,
    "viewer": {"url": "https://viewer.example.org", "folder": "/srv"},
    "servers": [
        {"kind": "orthanc", "url": "http://127.0.0.1:8042", "name": "a", "capabilities": {"fuzzy": True}},
        {"kind": "dicomweb", "url": "http://127.0.0.1:8043/x", "name": "b"},
        {"kind": "orthanc", "url": "http://127.0.0.1:8044/c", "name": "c", "capabilities": {"fuzzy": False}},
    ],
    "proxy": {"listen": 8080},
    "ohif": {"showStudyList": False, "whiteLabeling": {"a": 1}},
}
