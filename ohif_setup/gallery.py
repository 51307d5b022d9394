"""A gallery: a folder of modules in which each file, or each folder, is one exhibit with the same contract.

Each axis on which sites differ is a gallery. Other code uses an exhibit through its contract and never by name, so a new exhibit is
one new file. The exhibits are imported at the first access, and may import modules that the door cannot.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar


class Named(Protocol):
    """What all exhibits have: a `name`, as in the answers file, and a position (`order`) in the gallery."""

    @property
    def name(self) -> str:
        """Unique in the gallery."""

    @property
    def order(self) -> int:
        """Sorts the gallery: the lowest is the default, the highest the most general."""


Exhibit = TypeVar("Exhibit", bound=Named)


class Gallery(Mapping[str, Exhibit], Generic[Exhibit]):
    """The exhibits of a package by name, in their order: one for each module that defines `attribute`. `example` is the name that
    the documentation uses."""

    def __init__(self, package: str, attribute: str, *, example: str) -> None:
        self.example = example
        self._package = package
        self._attribute = attribute

    def __getitem__(self, name: str) -> Exhibit:
        return self._exhibits()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._exhibits())

    def __len__(self) -> int:
        return len(self._exhibits())

    @property
    def first(self) -> str:
        """The name of the default exhibit."""
        return next(iter(self))

    @property
    def last(self) -> str:
        """The name of the most general exhibit, which is used where no other one fits."""
        return list(self)[-1]

    def folders(self) -> tuple[str, ...]:
        """The folders in which exhibits keep their files, such as templates: the gallery, and each exhibit that is a package."""
        below = (
            Path(folder, found.name)
            for folder in self._path()
            for found in pkgutil.iter_modules([folder])
            if found.ispkg
        )
        return (*self._path(), *map(str, below))

    def _path(self) -> tuple[str, ...]:
        # Read at each access, so that a folder that was added to `__path__` later counts too.
        return tuple(importlib.import_module(self._package).__path__)

    def _exhibits(self) -> Mapping[str, Exhibit]:
        return _loaded(self._package, self._attribute, self._path())


# Keyed by the folders as well: tests add a folder with made-up exhibits to `__path__`.
@lru_cache
def _loaded(package: str, attribute: str, folders: tuple[str, ...]) -> Mapping[str, Any]:
    # Also contracts and helpers are imported here; they lack the attribute.
    modules = (importlib.import_module(f"{package}.{found.name}") for found in pkgutil.iter_modules(folders))
    exhibits = (getattr(module, attribute, None) for module in modules)
    in_order = sorted((exhibit for exhibit in exhibits if exhibit is not None), key=lambda exhibit: exhibit.order)
    return {exhibit.name: exhibit for exhibit in in_order}
