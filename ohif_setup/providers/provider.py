"""The contract of a provider that signs people in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ohif_setup.answers.tables import SignIn


@dataclass(frozen=True)
class Provider:
    """What the tool knows of one provider.

    `label` is its name in words, and `choice` says what it is where it can be chosen. `takes`: whether answers of that form are
    about it; the gallery's last one takes all that are left.

    `section` is the template of its section of `NEXT-STEPS.md`.
    """

    name: str
    order: int
    label: str
    choice: str
    takes: Callable[[SignIn], bool]
    section: str = "sign-in"
