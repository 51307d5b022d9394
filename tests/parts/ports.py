"""Programs of our own on ports of loopback: a free port, a start that is waited for, and an end of that program alone."""

from __future__ import annotations

import secrets
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

START_SECONDS = 30.0
END_SECONDS = 30.0

OURS = range(20_000, 32_000)
"""Below the ports that Linux gives to whoever asks for any, so that no connection of a test beside gets one of these before
the program listens on it."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    while True:
        port = OURS.start + secrets.randbelow(len(OURS))  # hypothesis has `random` repeat itself, in every process
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def has_ipv6() -> bool:
    """Whether this machine has `::1`."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def free_port_of_localhost() -> int:
    """A port that nobody listens on at 127.0.0.1 nor at ::1."""
    while True:
        port = free_port()
        with socket.socket(socket.AF_INET6) as probe, suppress(OSError):
            probe.bind(("::1", port))
            return port


@contextmanager
def running(
    command: Sequence[str], ports: Sequence[int], log: Path, *, farewell: bool = True
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that listens on each of `ports` when this is entered, and that is ended when it is left.

    Without `farewell` it is killed: for programs that have no children and are slow to end. What it prints goes to `log`.
    Raises AssertionError with the end of that file when it does not come up.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        for port in ports:
            _wait_for(port, process, log)
        yield process
    finally:
        if farewell:
            process.terminate()
        else:
            process.kill()
        process.wait(END_SECONDS)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"{process.args!r} does not listen on {port}: {log.read_text()[-2000:]}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
