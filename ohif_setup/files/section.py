"""One section of `NEXT-STEPS.md`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Section:
    """A template of `templates/next-steps/`, without `.md.j2`, and what it needs besides the answers (`it`) and its `number`."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
