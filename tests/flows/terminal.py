"""The tool at a real terminal (a pty), typed into as a person would. `forks.py` says how it begins."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
from collections.abc import Mapping
from pathlib import Path

import pexpect
from pexpect.fdpexpect import fdspawn

from tests.flows.forks import forks

PATIENCE_SECONDS = 120
"""On a machine that is busy a prompt comes late, and is right all the same."""


class Pty:
    """`ohif-setup` at a terminal of that size (lines and columns). Whoever lets go of this hangs up, and the tool gets SIGHUP."""

    def __init__(
        self,
        *words: str,
        dimensions: tuple[int, int],
        environment: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        surroundings = {**os.environ, **(environment or {}), "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
        screen, seat = pty.openpty()
        try:
            fcntl.ioctl(seat, termios.TIOCSWINSZ, struct.pack("HHHH", *dimensions, 0, 0))
            fork = forks().start(words, surroundings, cwd or Path(), [seat] * 3, at_terminal=True)
        finally:
            os.close(seat)
        assert fork, "these variables need an interpreter of their own"
        self._fork = fork
        self._screen: fdspawn[str] = fdspawn(screen, encoding="utf-8", timeout=PATIENCE_SECONDS)

    def expect(self, pattern: str) -> str:
        """Waits for a regular expression; gives what was shown before it."""
        self._screen.expect(pattern)
        return str(self._screen.before)

    def send(self, keys: str) -> None:
        self._screen.send(keys)

    def ends(self) -> tuple[int, str]:
        """Waits for the end; gives the exit status and what was shown."""
        self._screen.expect(pexpect.EOF)
        status = self._fork.wait(PATIENCE_SECONDS)
        self._hang_up()
        return status, str(self._screen.before)

    def _hang_up(self) -> None:
        self._screen.close()
        self._fork.close()

    def __del__(self) -> None:
        if hasattr(self, "_screen"):
            self._hang_up()
