"""The person at a sign-in: how long one may take, what one is shown, and that nobody came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Patience:
    """How long a person may take, in seconds. Most faults of a registration stay on the provider's own page, so that nothing
    ever comes back from a browser; a device code is good for 15 minutes at Entra ID."""

    browser: float = 180
    device_code: float = 900


class Screen(Protocol):
    """Where a person sees what to do. Called from the thread that signs in."""

    def browser(self, url: str, seconds: int) -> None:
        """Open (or let the person open) `url`; the sign-in waits `seconds`."""

    def device_code(self, code: str, url: str, seconds: int) -> None:
        """Show the code and the page where to type it; valid for `seconds`."""

    def waiting(self, seconds_left: int) -> None:
        """Called about once a second."""

    def done(self) -> None:
        """The waiting is over."""


class NobodyError(Exception):
    """Nobody signed in within so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds
