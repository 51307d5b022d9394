"""Answers given as text, by `--set`, a variable or a prompt: their values, and their places in the tables."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from ohif_setup.answers.file.toml import below
from ohif_setup.answers.keys import AnswerKey, one_of

_TRUE = {"true", "yes", "y", "on", "1"}
_FALSE = {"false", "no", "n", "off", "0"}
_LEFT_AWAY = ("fhir", "sign_in", "proxy")
"""Tables that are removed when an empty text removes their last key."""


def value_of_text(key: AnswerKey, text: str) -> Any:
    """An answer given as text, converted to the type of its key. Raises ValueError if that is impossible."""
    if key.shape == "flag":
        word = text.strip().casefold()
        if word not in _TRUE | _FALSE:
            raise ValueError("is neither yes nor no: give true or false")
        return word in _TRUE
    if key.shape == "list":
        return _list_of_text(text)
    if key.shape == "number":
        digits = text.strip()
        # Fewer than ten digits, because int() of a huge number is slow. Other text goes on to the model, which
        # reports it.
        if digits.isascii() and digits.isdigit() and len(digits) < 10:
            return int(digits)
    return text


def toml_of_text(text: str) -> Any:
    """`text` parsed as a TOML value; `text` itself if it is not one, or if it is a date, which JSON does not have."""
    try:
        tables = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    value = tables["value"]
    # A line break in the text could begin another key.
    if len(tables) != 1 or hasattr(value, "isoformat"):
        return text
    return value


def settled(raw: dict[str, Any], path: tuple[str, ...]) -> tuple[str, ...]:
    """The path of an answer in these tables, which may have `[server]` or `[[servers]]`.

    `server.url` means the only one of `[[servers]]`, and `servers.1.url` means `[server]`. Raises ValueError, with the path to
    write instead, if the path is ambiguous or names no server."""
    servers = raw.get("servers")
    count = 0
    if isinstance(servers, list):
        count = len(servers)
    if path[0] == "server" and count > 1:
        each = " or ".join(".".join(("servers", str(number), *path[1:])) for number in range(1, min(count, 3) + 1))
        raise ValueError(f"is ambiguous, because this site has {count} servers: write {each}")
    if path[0] == "server" and count == 1:
        return ("servers", "1", *path[1:])
    if path[0] != "servers":
        return path
    number = int(path[1])
    known = max(count, int("server" in raw))
    # A new server gets the next number, or there would be a gap.
    if number > known + 1:
        have = {0: "has no server yet", 1: "has one server"}.get(known, f"has {known} servers")
        raise ValueError(
            f"names no server: this site {have}, and the next one is {'.'.join(('servers', str(known + 1), *path[2:]))}"
        )
    if number == 1 and "server" in raw and not count:
        return ("server", *path[2:])
    return path


def place(raw: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Sets a value at its settled path. If a second server is added, `[server]` becomes the first of `[[servers]]`."""
    if path[0] == "servers":
        if "servers" not in raw:
            raw["servers"] = []
            if "server" in raw:
                raw["servers"].append(raw.pop("server"))
        servers = raw["servers"]
        # The file has another type there; the model reports that.
        if not isinstance(servers, list):
            return
        servers += [{} for _ in range(len(servers), int(path[1]))]
        table, path = servers[int(path[1]) - 1], path[2:]
    else:
        table = raw
    for number, part in enumerate(path[:-1]):
        if not isinstance(table, dict):
            return
        inner = table.setdefault(part, {})
        if not isinstance(inner, dict):
            # A whole group of the wrong type is a fault to report; a value inside [ohif] may be replaced by a table.
            if table is raw and number == 0:
                return
            inner = table[part] = {}
        table = inner
    if isinstance(table, dict):
        table[path[-1]] = value


def remove(raw: dict[str, Any], path: tuple[str, ...]) -> None:
    """Removes an answer, so that its default applies again."""
    table: Any = raw
    for part in path[:-1]:
        table = below(table, part)
    if isinstance(table, dict):
        table.pop(path[-1], None)
    if path[0] in _LEFT_AWAY and raw.get(path[0]) == {}:
        del raw[path[0]]


def dotted(raw: Mapping[str, Any], within: str = "") -> Iterator[str]:
    """The dotted names of all tables and keys, at most two tables deep and not inside lists; servers have their number."""
    for name, value in raw.items():
        path = f"{within}{name}"
        yield path
        if path == "servers" and isinstance(value, list):
            for number, table in enumerate(value, 1):
                if isinstance(table, dict):
                    yield from dotted(table, f"servers.{number}.")
        if isinstance(value, dict) and (not within or one_of(within) or within == "server."):
            yield from dotted(value, f"{path}.")


def _list_of_text(text: str) -> list[Any]:
    # first,second is easier to type in a shell than a TOML list, which needs quotes within quotes.
    if not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    value = toml_of_text(text)
    if not isinstance(value, list):
        raise ValueError('begins like a list but is not one: write ["first", "second"], or first,second')
    return value
