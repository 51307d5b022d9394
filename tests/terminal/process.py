"""The tool as a process whose bytes are looked at, and text that would steer a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MEAN = "\x1b]0;x\x07\x1b[2J\x9b31m\u202e\u200b\U000e0041\r"
"""Sets a title, clears the screen, colours, turns the direction of text, is not seen, and goes back to the start of the line."""
_NEVER = [one.encode() for one in "\x1b\x07\x9b\u202e\u200b\U000e0041\r"]


@dataclass(frozen=True)
class Ended:
    status: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        return (self.out + self.err).decode()

    @property
    def is_clean(self) -> bool:
        """Whether no byte of `MEAN` that a terminal would obey was printed."""
        return not any(one in self.out + self.err for one in _NEVER)


def ohif_setup(
    *words: str, cwd: Path, out: BinaryIO | int = subprocess.PIPE, environment: Mapping[str, str] | None = None
) -> Ended:
    """Runs the tool without a terminal and waits."""
    done = subprocess.run(
        [sys.executable, "-m", "ohif_setup", *words],
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        timeout=60,
        check=False,
    )
    assert b"Traceback" not in done.stderr, done.stderr
    return Ended(done.returncode, done.stdout or b"", done.stderr)
