"""The contract of an artefact. Each file of `artefacts/` that has an `ARTEFACT` is one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.files import artefacts


@dataclass(frozen=True)
class Artefact:
    """A file that the tool generates: its `name` in the output folder, whose template is `templates/NAME.j2`, its place in the
    report, and a pure function from the answers to what the template needs; None where the site needs no such file."""

    name: str
    order: int
    context: Callable[[Answers], Mapping[str, Any] | None]


def all_artefacts() -> tuple[Artefact, ...]:
    """Every artefact of the folder, in order."""
    names = (module.name for module in pkgutil.iter_modules(artefacts.__path__))
    modules = (importlib.import_module(f"{artefacts.__name__}.{name}") for name in names)
    found = (getattr(module, "ARTEFACT", None) for module in modules)
    return tuple(sorted((one for one in found if isinstance(one, Artefact)), key=lambda one: one.order))


@cache
def artefact_names() -> frozenset[str]:
    """The names of all artefacts: records of what was generated name no others."""
    return frozenset(artefact.name for artefact in all_artefacts())
