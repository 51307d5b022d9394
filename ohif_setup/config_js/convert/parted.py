"""What of a configuration an answers file can hold, what stays in the generated file by hand, and what is lost, each with why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from ohif_setup.config_js.convert.surroundings import Needs, needs_of, stands_for_itself, text_along
from ohif_setup.config_js.lint.secrets import in_code, secret_paths
from ohif_setup.config_js.read.config import Code, Path, ReadConfig

_LARGEST = 2**53 - 1
_DEEPEST = 16
NOTHING = object()
"""No part of a value can be an answer."""

HIDDEN = "it is a secret that every visitor could read"
NOT_FOLLOWED = "it comes from code that is not followed"


@dataclass(frozen=True)
class Kept:
    """What is laid over the generated text by hand: the path in the original, and the path in the generated file, where a data
    source is named by its sourceName."""

    source: Path
    target: Path


@dataclass(frozen=True)
class Lost:
    """What will not be in the generated file, and why, as the end of "because ..."."""

    path: Path
    why: str


@dataclass(frozen=True)
class MissingAnswer:
    """A key of the answers that the file does not tell, why, and what it may be (empty when nothing suggests it)."""

    key: str
    why: str
    suggestion: str = ""


@dataclass
class Parted:
    """Gathers the parts while a configuration is gone through."""

    read: ReadConfig
    tables: dict[str, Any] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    missing: list[MissingAnswer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.secrets = frozenset(secret_paths(self.read))
        self.above_secrets = {path[:length] for path in self.secrets for length in range(len(path))}

    def lose(self, path: Path, why: str) -> None:
        """That path is lost."""
        self.lost.append(Lost(path, why))

    def miss(self, key: str, why: str, suggestion: str = "") -> None:
        """That answer has to come from elsewhere."""
        self.missing.append(MissingAnswer(key, why, suggestion))

    def keep(self, source: Path, target: Path) -> None:
        """Lays that path over the generated text, unless it holds a secret or cannot stand by itself."""
        value = self.read.get(source)
        if source in self.above_secrets and source not in self.secrets and isinstance(value, dict):
            for key in value:
                self.keep((*source, key), (*target, key))
        elif source in self.secrets or source in self.above_secrets:
            self.lose(source, HIDDEN)
        elif any(not code.followed for code in codes(value)):
            self.lose(source, NOT_FOLLOWED)
        else:
            needs = Needs()
            if any(codes(value)):
                needs = needs_of(self.read, [source])
            if stands_for_itself(self.read, needs):
                self.lose(source, "it needs a name that stands for the configuration itself")
            elif in_code(text_along(self.read, needs)):
                self.lose(source, "what it needs from around it holds a secret")
            else:
                self.kept.append(Kept(source, target))

    def split(self, value: Any, path: Path) -> Any:
        """The part of a value that an answers file can hold, or `NOTHING`; the rest is kept by hand at the same path."""
        if path in self.secrets:
            self.lose(path, HIDDEN)
            return NOTHING
        if isinstance(value, dict) and value and len(path) < _DEEPEST:
            table = {
                key: part for key, below in value.items() if (part := self._child(below, path, key)) is not NOTHING
            }
            return table or NOTHING
        if isinstance(value, list) and not _fits_whole(value):
            self.keep(path, path)
            return NOTHING
        if isinstance(value, list):
            before = len(self.kept)
            found = [self.split(item, (*path, index)) for index, item in enumerate(value)]
            if NOTHING not in found:
                return found
            # An element less would shift the others.
            del self.kept[before:]
            self.lose(path, HIDDEN)
            return NOTHING
        if not _fits(value) or len(path) >= _DEEPEST:
            self.keep(path, path)
            return NOTHING
        return value

    def _child(self, value: Any, path: Path, key: str) -> Any:
        if key == "__proto__":
            self.keep((*path, key), (*path, key))
            return NOTHING
        return self.split(value, (*path, key))


def codes(value: Any) -> Iterable[Code]:
    """The code within a value."""
    if isinstance(value, Code):
        yield value
    elif isinstance(value, dict):
        yield from chain.from_iterable(map(codes, value.values()))
    elif isinstance(value, list):
        yield from chain.from_iterable(map(codes, value))


def holds_all(value: Any, depth: int = 1) -> bool:
    """Whether an answers file can hold a value as a whole. `depth` counts the keys and indexes above it."""
    if depth >= _DEEPEST:
        return False
    if isinstance(value, dict):
        return all(key != "__proto__" and holds_all(item, depth + 1) for key, item in value.items())
    if isinstance(value, list):
        return all(holds_all(item, depth + 1) for item in value)
    return _fits(value)


def _fits(value: Any) -> bool:
    """Whether TOML and JavaScript mean the same by a value that has nothing below it."""
    if value is None or isinstance(value, Code):
        return False
    return not isinstance(value, int) or isinstance(value, bool) or abs(value) <= _LARGEST


def _fits_whole(value: list[Any]) -> bool:
    """Whether each element leaves something for the answers, so that no index shifts."""
    return all(_leaves(item) for item in value)


def _leaves(value: Any) -> bool:
    if isinstance(value, dict):
        return not value or any(key != "__proto__" and _leaves(item) for key, item in value.items())
    if isinstance(value, list):
        return _fits_whole(value)
    return _fits(value)
