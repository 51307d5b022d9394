"""The contract of a check: look once, judge purely. Every module in this package with a `CHECK` defines one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ohif_setup import checks
from ohif_setup.answers.model import Answers
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.look import Look

Observations = TypeVar("Observations")


@dataclass(frozen=True)
class Check(Generic[Observations]):
    """One question about a site.

    `look` gathers what it needs from the shared observations; `judge` is a pure function of the answers and those observations.
    `order` is the position in the report. `needs` names the checks whose faults make this one skip, so that each fault is
    reported once. `proves` says what of the viewer it shows (`the images`): where that was not seen, the viewer is not proven to
    work. It is empty for a question without which the viewer works.
    """

    id: str
    order: int
    asks: str
    look: Callable[[Look], Observations]
    judge: Callable[[Answers, Observations], Sequence[Finding]]
    needs: tuple[str, ...] = ()
    proves: str = ""


def all_checks() -> tuple[Check[Any], ...]:
    """All checks of the package, in the order of the report."""
    # Found by walking the package, so that a new check is one new file and no list has to be edited.
    names = (module.name for module in pkgutil.walk_packages(checks.__path__, f"{checks.__name__}."))
    modules = (importlib.import_module(name) for name in names)
    found = (getattr(module, "CHECK", None) for module in modules)
    return tuple(sorted((check for check in found if isinstance(check, Check)), key=lambda check: check.order))
