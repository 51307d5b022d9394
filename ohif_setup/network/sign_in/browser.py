"""Opens the system browser for a sign-in."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Callable
from functools import partial

from ohif_setup.network.wire.parallel import within

_SECONDS_TO_START = 3.0


def browser_can_open() -> bool:
    """Whether a graphical browser is likely to be available; a text browser could not run the sign-in page."""
    # Not webbrowser.get(): it also finds text browsers, and over SSH without a display it proves nothing.
    if os.environ.get("BROWSER") or sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_browser(
    url: str, opener: Callable[[str], bool] = webbrowser.open, seconds_to_start: float = _SECONDS_TO_START
) -> bool:
    """Opens the system browser; returns False if there is none.

    Python waits for the program in `BROWSER` unless its value ends in `&`. That may be the browser itself, which runs until the
    user closes it, so a program that still runs after `seconds_to_start` counts as opened.
    """
    try:
        return within(seconds_to_start, partial(opener, url))
    except TimeoutError:
        return True
    except (webbrowser.Error, OSError):
        return False
