"""The user of an interactive sign-in: time limits, what the screen shows, and the error for no sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Patience:
    """How long a sign-in may take, in seconds. Most faults of a registration are shown on the provider's own page only, so the
    browser never returns an answer; Entra ID's device codes are valid for 15 minutes."""

    browser: float = 180
    device_code: float = 900


class Screen(Protocol):
    """Shows the user what to do. Called from the thread that signs in."""

    def browser(self, url: str, seconds: int) -> None:
        """Opens `url`, or asks the user to open it; the sign-in waits `seconds`."""

    def device_code(self, code: str, url: str, seconds: int) -> None:
        """Shows the code and the page on which to enter it; it is valid for `seconds`."""

    def waiting(self, seconds_left: int) -> None:
        """Called about once a second."""

    def done(self) -> None:
        """Called when the sign-in has ended, in whatever way."""


class NobodyError(Exception):
    """Nobody signed in within `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds
