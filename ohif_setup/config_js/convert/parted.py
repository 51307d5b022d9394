"""Sorts the values of a configuration into answers, hand edits of the generated file, and losses, with the reason for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from ohif_setup.config_js.convert.surroundings import Needs, contains_configuration, copied_text, needs_of
from ohif_setup.config_js.lint.secrets import in_code, secret_paths
from ohif_setup.config_js.read.config import Code, Path, ReadConfig

# Number.MAX_SAFE_INTEGER: beyond it JavaScript rounds, and TOML does not.
_LARGEST = 2**53 - 1
# Deeper values are kept as hand edits. The free table of the answers accepts 20 levels.
_DEEPEST = 16
NOTHING = object()
"""Returned by `Conversion.split` if no part of a value can be an answer."""

HIDDEN = "it is a secret that every visitor could read"
NOT_FOLLOWED = "it comes from code that is not evaluated"


@dataclass(frozen=True)
class Kept:
    """A part that is added to the generated text as a hand edit: its path in the original, and its path in the generated file, in
    which a data source is identified by its sourceName."""

    source: Path
    target: Path


@dataclass(frozen=True)
class Lost:
    """A path that will not be in the generated file; `why` continues "because ..."."""

    path: Path
    why: str


@dataclass(frozen=True)
class MissingAnswer:
    """A key of the answers that the file does not determine, why, and a suggestion (empty if there is none)."""

    key: str
    why: str
    suggestion: str = ""


@dataclass
class Conversion:
    """Collects the results while a configuration is converted."""

    read: ReadConfig
    tables: dict[str, Any] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    missing: list[MissingAnswer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.secrets = frozenset(secret_paths(self.read))
        self.above_secrets = {path[:length] for path in self.secrets for length in range(len(path))}

    def lose(self, path: Path, why: str) -> None:
        """Records that the value at this path is lost."""
        self.lost.append(Lost(path, why))

    def lose_secrets(self, path: Path) -> None:
        """Records of each secret at or below this path that it is lost as one."""
        for secret in sorted(self.secrets):
            if secret[: len(path)] == path:
                self.lose(secret, HIDDEN)

    def miss(self, key: str, why: str, suggestion: str = "") -> None:
        """Records that this answer has to come from the user."""
        self.missing.append(MissingAnswer(key, why, suggestion))

    def keep(self, source: Path, target: Path) -> None:
        """Keeps the value at `source` as a hand edit at `target`, unless it holds a secret or needs code that cannot be copied."""
        value = self.read.get(source)
        # A table with a secret in it is kept key by key, without the secret.
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
            if contains_configuration(self.read, needs):
                self.lose(source, "it needs a name that stands for the configuration itself")
            elif in_code(copied_text(self.read, needs)):
                self.lose(source, "the surrounding code that it needs contains a secret")
            else:
                self.kept.append(Kept(source, target))

    def split(self, value: Any, path: Path) -> Any:
        """The part of a value that an answers file can hold, or `NOTHING`; the rest is kept as a hand edit at the same path."""
        if path in self.secrets:
            self.lose(path, HIDDEN)
            return NOTHING
        if isinstance(value, dict) and value and len(path) < _DEEPEST:
            table = {
                key: part for key, below in value.items() if (part := self._child(below, path, key)) is not NOTHING
            }
            return table or NOTHING
        # An element without a part for the answers would be missing in their list, and the paths of the others would shift.
        if isinstance(value, list) and not _fits_whole(value):
            self.keep(path, path)
            return NOTHING
        if isinstance(value, list):
            before = len(self.kept)
            found = [self.split(item, (*path, index)) for index, item in enumerate(value)]
            if NOTHING not in found:
                return found
            # An element was a secret: undo what was kept of the others, and lose the whole list.
            del self.kept[before:]
            self.lose(path, HIDDEN)
            return NOTHING
        if not _fits(value) or len(path) >= _DEEPEST:
            self.keep(path, path)
            return NOTHING
        return value

    def _child(self, value: Any, path: Path, key: str) -> Any:
        # `graft` writes it as a computed key; as a plain one it would set the prototype.
        if key == "__proto__":
            self.keep((*path, key), (*path, key))
            return NOTHING
        return self.split(value, (*path, key))


def codes(value: Any) -> Iterable[Code]:
    """All code within a value."""
    if isinstance(value, Code):
        yield value
    elif isinstance(value, dict):
        yield from chain.from_iterable(map(codes, value.values()))
    elif isinstance(value, list):
        yield from chain.from_iterable(map(codes, value))


def holds_all(value: Any, depth: int = 1) -> bool:
    """Whether an answers file can hold the complete value. `depth` is the number of keys and indexes above it."""
    if depth >= _DEEPEST:
        return False
    if isinstance(value, dict):
        return all(key != "__proto__" and holds_all(item, depth + 1) for key, item in value.items())
    if isinstance(value, list):
        return all(holds_all(item, depth + 1) for item in value)
    return _fits(value)


def _fits(value: Any) -> bool:
    """Whether a scalar means the same in TOML and in JavaScript."""
    # TOML has no null.
    if value is None or isinstance(value, Code):
        return False
    return not isinstance(value, int) or isinstance(value, bool) or abs(value) <= _LARGEST


def _fits_whole(value: list[Any]) -> bool:
    """Whether something of each element can be an answer, so that no index shifts."""
    return all(_leaves(item) for item in value)


def _leaves(value: Any) -> bool:
    if isinstance(value, dict):
        return not value or any(key != "__proto__" and _leaves(item) for key, item in value.items())
    if isinstance(value, list):
        return _fits_whole(value)
    return _fits(value)
