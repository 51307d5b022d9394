"""Opens the system browser for a sign-in."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ohif_setup.network.wire.parallel import within

_SECONDS_TO_START = 3.0
_HANDLERS = ("wslview", "xdg-open", "sensible-browser", "x-www-browser")
"""Programs that hand an address on to the user's browser, that of WSL first, and say by their status whether there is one."""
_OPENERS = (*_HANDLERS, "firefox", "chromium", "google-chrome")


def browser_can_open() -> bool:
    """Whether a graphical browser is likely to be available; a text browser could not run the sign-in page."""
    # Not webbrowser.get() alone: it also finds text browsers, and over SSH without a display it proves nothing.
    if sys.platform in ("darwin", "win32"):
        return True
    return any(map(_exists, _candidates()))


def open_browser(
    url: str, opener: Callable[[str], bool] | None = None, seconds_to_start: float = _SECONDS_TO_START
) -> bool:
    """Opens the system browser; returns False if there is none.

    A program may be the browser itself, which runs until the user closes it, so one that still runs after `seconds_to_start`
    counts as opened.
    """
    try:
        return within(seconds_to_start, partial(opener or _open, url))
    except TimeoutError:
        return True
    except (webbrowser.Error, OSError):
        return False


def _open(url: str) -> bool:
    if sys.platform in ("darwin", "win32"):
        return webbrowser.open(url)
    return any(_opened_by(name, url) for name in _candidates())


def _candidates() -> list[str]:
    """Those that `BROWSER` names, then those of a desktop, if there is one."""
    found = list(filter(None, os.environ.get("BROWSER", "").split(os.pathsep)))
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        found += filter(shutil.which, _OPENERS)
    return found


def _opened_by(name: str, url: str) -> bool:
    program = shutil.which(name)
    if program is None or Path(program).name not in _HANDLERS:
        return _exists(name) and webbrowser.get(name).open(url)
    # Python's `webbrowser` starts these and does not look at how they end: a machine without any browser would have one.
    quiet = subprocess.DEVNULL
    done = subprocess.run(  # noqa: S603 - a program of this machine for that purpose
        [program, url], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True, check=False
    )
    return done.returncode == 0


def _exists(name: str) -> bool:
    """Whether an entry of `BROWSER` names a program that is there, or a browser that Python knows."""
    if name in _OPENERS:
        return shutil.which(name) is not None
    try:
        found = webbrowser.get(name)
        words = shlex.split(name.replace("%s", ""))
    except (webbrowser.Error, ValueError):
        return False
    # It is made of any command, without a look at the disk.
    if isinstance(found, webbrowser.GenericBrowser):
        return bool(words and shutil.which(words[0]))
    return True
