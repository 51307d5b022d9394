"""The system browser, for a sign-in."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Callable
from functools import partial

from ohif_setup.network.wire.parallel import within

_SECONDS_TO_START = 3.0


def browser_can_open() -> bool:
    """Whether a graphical browser can be expected here; a text browser could not run the sign-in page."""
    if os.environ.get("BROWSER") or sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_browser(
    url: str, opener: Callable[[str], bool] = webbrowser.open, seconds_to_start: float = _SECONDS_TO_START
) -> bool:
    """Opens the system browser; False when there is none.

    A program that `BROWSER` names without `&` is waited for by Python. It may be the browser itself, which ends when the person
    closes it: after `seconds_to_start` it counts as opened.
    """
    try:
        return within(seconds_to_start, partial(opener, url))
    except TimeoutError:
        return True
    except (webbrowser.Error, OSError):
        return False
