"""A gallery: a folder of modules in which each file, or each folder, is one exhibit with the same contract.

An axis on which sites differ is a gallery. Whoever needs what differs asks the exhibit by its contract, and knows none by its name,
so a new exhibit is one new file. Exhibits are loaded when the first of them is asked for, and may import what the door cannot.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar


class Named(Protocol):
    """What all exhibits have: a `name`, as the answers have it, and a place in the `order` of the gallery."""

    @property
    def name(self) -> str:
        """Unique in the gallery."""

    @property
    def order(self) -> int:
        """Lower ones come first; the lowest is meant where nobody names one, the highest is general."""


Exhibit = TypeVar("Exhibit", bound=Named)


class Gallery(Mapping[str, Exhibit], Generic[Exhibit]):
    """The exhibits of a package by their names, in their order: each module that has the `attribute`. `example` is the name that
    the documentation shows."""

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
        """The name of the exhibit that is meant where nobody names one."""
        return next(iter(self))

    @property
    def last(self) -> str:
        """The name of the most general exhibit, which is meant where no other one fits."""
        return list(self)[-1]

    def folders(self) -> tuple[str, ...]:
        """Where exhibits have their files: the gallery itself, and the folder of each exhibit that has one."""
        below = (
            Path(folder, found.name)
            for folder in self._path()
            for found in pkgutil.iter_modules([folder])
            if found.ispkg
        )
        return (*self._path(), *map(str, below))

    def _path(self) -> tuple[str, ...]:
        return tuple(importlib.import_module(self._package).__path__)

    def _exhibits(self) -> Mapping[str, Exhibit]:
        return _loaded(self._package, self._attribute, self._path())


@lru_cache
def _loaded(package: str, attribute: str, folders: tuple[str, ...]) -> Mapping[str, Any]:
    modules = (importlib.import_module(f"{package}.{found.name}") for found in pkgutil.iter_modules(folders))
    exhibits = (getattr(module, attribute, None) for module in modules)
    in_order = sorted((exhibit for exhibit in exhibits if exhibit is not None), key=lambda exhibit: exhibit.order)
    return {exhibit.name: exhibit for exhibit in in_order}
