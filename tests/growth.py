"""How the time that a function takes grows with its input."""

from __future__ import annotations

import time
from collections.abc import Callable

_ENOUGH = 0.2
"""Seconds of the processor: what takes less cannot be told from noise, and is quick enough."""


def grows_with_its_input(run: Callable[[int], object], size: int) -> bool:
    """Whether four times the input takes well below the sixteen times that a square would take."""
    small, large = (min(_seconds(run, number) for _ in range(2)) for number in (size, 4 * size))
    return large < max(_ENOUGH, 9 * small)


def _seconds(run: Callable[[int], object], size: int) -> float:
    start = time.process_time()
    run(size)
    return time.process_time() - start
