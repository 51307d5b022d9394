"""What the user sees while the checks run: which ones are still running, and the instructions of a sign-in."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from types import TracebackType

from rich.console import Console
from rich.status import Status

from ohif_setup.network.sign_in.sign_in import browser_can_open, open_browser


class Progress:
    """A status line on a terminal, nothing elsewhere; also the screen of a sign-in. Safe to use from many threads."""

    def __init__(self, console: Console, names: Iterable[str], *, quiet: bool = False, still: bool = False) -> None:
        """`quiet`: no instructions of a sign-in. `still`: no status line, because other lines are printed meanwhile."""
        self._console = console
        self._quiet = quiet
        self._open = list(names)
        self._lock = threading.Lock()
        self._note = ""
        # Only at a terminal: in a log, each update of the line would be a line of its own.
        self._status: Status | None = None
        if console.is_terminal and not still:
            self._status = console.status("", spinner=_spinner(console))

    def __enter__(self) -> Progress:
        if self._status:
            self._status.start()
            self._show()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status:
            self._status.stop()

    def finished(self, name: str) -> None:
        """One check has ended."""
        # Checks finish in threads of their own.
        with self._lock:
            self._open.remove(name)
        self._show()

    def browser(self, url: str, seconds: int) -> None:
        """Opens the system browser, and prints the address for another one."""
        # The address is printed in any case: "opened" only means that a program was started.
        opened = browser_can_open() and open_browser(url)
        if opened:
            said = "Sign in in the browser that has just opened (waiting {} s).\nIf it shows nothing, open"
        else:
            said = (
                "No browser could be opened here. Without one on this machine, stop this (Ctrl-C) and sign in on another device:\n"
                "  ohif-setup check --sign-in device-code\nWith one (waiting {} s), open"
            )
        self._print(f"{said.format(seconds)} this address on this machine:\n  {url}\n")

    def device_code(self, code: str, url: str, seconds: int) -> None:
        """Prints the code and the page."""
        self._print(
            f"Sign in (valid for {seconds // 60} min):\n  open       {url}   on any device\n  and type   {code}\n"
        )

    def waiting(self, seconds_left: int) -> None:
        """Counts down on the status line."""
        self._note = f"sign-in: {seconds_left} s left (Ctrl-C stops), "
        self._show()

    def done(self) -> None:
        """The sign-in has ended."""
        self._note = ""
        self._show()

    def _print(self, text: str) -> None:
        if not self._quiet:
            self._console.print(text)

    def _show(self) -> None:
        if self._status:
            with self._lock:
                status = ""
                if self._open:
                    status = f"{self._note}waiting for {', '.join(self._open)}"
                self._status.update(status)


def _spinner(console: Console) -> str:
    if console.encoding.startswith("utf"):
        return "dots"
    return "line"


class NoScreen:
    """The screen of a run without a user: nothing is shown, so only a service principal can sign in."""

    def browser(self, url: str, seconds: int) -> None:
        """Shows nothing: no user is there to open it."""

    def device_code(self, code: str, url: str, seconds: int) -> None:
        """Shows nothing: no user is there to enter it."""

    def waiting(self, seconds_left: int) -> None:
        """Shows nothing."""

    def done(self) -> None:
        """Nothing to clear."""
