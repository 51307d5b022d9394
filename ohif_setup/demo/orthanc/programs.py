"""Orthanc and nginx as processes: finds and starts them, waits for them, and ends them by their process IDs in any case."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

LOOPBACK = "127.0.0.1"
START_SECONDS = 30.0
END_SECONDS = 1.0
"""Orthanc takes three seconds to end by itself, but what it would still write is discarded anyway."""
PLUGIN_FOLDERS = (Path("/usr/share/orthanc/plugins"), Path("/usr/local/share/orthanc/plugins"))
DICOM_WEB = "libOrthancDicomWeb.so"
LONGEST_SHOWN = 600
"""Characters of a log that an error shows."""


class ProgramError(Exception):
    """A program did not start, or ended by itself; the message has the end of its log."""


def find_program(name: str) -> str | None:
    """The path of a program. Debian installs both into /usr/sbin, which is only in root's PATH."""
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")


def find_plugin(name: str) -> Path | None:
    """The file of one of Orthanc's plugins."""
    found = (file for folder in PLUGIN_FOLDERS for file in sorted(folder.glob(f"{name}*")))
    return next(found, None)


def missing_packages() -> tuple[str, ...]:
    """The Debian packages that are not installed; empty where all are."""
    wanted = {
        "orthanc": find_program("Orthanc"),
        "orthanc-dicomweb": find_plugin(DICOM_WEB),
        "nginx": find_program("nginx"),
    }
    return tuple(package for package, found in wanted.items() if not found)


def free_port() -> int:
    """A port on which nothing listens on loopback."""
    with socket.socket() as probe:
        # The system chooses. Another program could take the port before ours does; then the start fails with an error.
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


class Programs:
    """The programs that were started in `with`; the last one is ended first. Each has its own session, so that Ctrl-C at the
    terminal reaches only this process, which then ends them in order."""

    def __init__(self) -> None:
        self._running: list[tuple[str, subprocess.Popen[bytes], Path]] = []

    def start(self, name: str, command: Sequence[str], port: int, log: Path) -> None:
        """Starts a program and returns once it listens on `port` of loopback; its output goes to `log`. Raises ProgramError."""
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - the program's own path and files of this folder
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        self._running.append((name, process, log))
        deadline = time.monotonic() + START_SECONDS
        while True:
            # First, so that a program that ended at once is reported by its log and not by a timeout.
            self.raise_if_ended()
            with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), 1):
                return
            if time.monotonic() > deadline:
                raise ProgramError(f"{name} does not listen on port {port}: {_end_of(log)}")
            time.sleep(0.02)

    def stop(self, name: str) -> None:
        """Ends one program, if it runs."""
        for running in [running for running in self._running if running[0] == name]:
            self._running.remove(running)
            _end(running[1])

    def raise_if_ended(self) -> None:
        """Raises ProgramError where a program has ended by itself."""
        for name, process, log in self._running:
            if process.poll() is not None:
                raise ProgramError(f"{name} has ended by itself ({process.returncode}): {_end_of(log)}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        while self._running:
            _end(self._running.pop()[1])


def _end(process: subprocess.Popen[bytes]) -> None:
    # SIGTERM first, so that nginx and Orthanc close their files; SIGKILL where that takes too long.
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    except BaseException:
        # A second Ctrl-C while waiting must not leave the process behind.
        process.kill()
        process.wait()
        raise


def _end_of(log: Path) -> str:
    lines = log.read_text(errors="replace").strip()[-LONGEST_SHOWN:].splitlines()
    return " ".join(lines[-4:]) or "its log is empty"
