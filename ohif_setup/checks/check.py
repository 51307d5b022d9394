"""The contract of a check: look once, judge purely. Each module below this folder that has a `CHECK` is one."""

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

    `look` gathers what it needs from the shared observations, `judge` concludes from values alone. `order` is the place in the
    report. `needs` names the checks whose faults make this one skip, so that each fault is named once.
    """

    id: str
    order: int
    asks: str
    look: Callable[[Look], Observations]
    judge: Callable[[Answers, Observations], Sequence[Finding]]
    needs: tuple[str, ...] = ()


def all_checks() -> tuple[Check[Any], ...]:
    """Every check of the folder, in the order of the report."""
    names = (module.name for module in pkgutil.walk_packages(checks.__path__, f"{checks.__name__}."))
    modules = (importlib.import_module(name) for name in names)
    found = (getattr(module, "CHECK", None) for module in modules)
    return tuple(sorted((check for check in found if isinstance(check, Check)), key=lambda check: check.order))
