"""Orthanc and nginx as processes: found, started, waited for, and ended by their own process IDs, whatever happens."""

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
"""Orthanc takes three to end by itself; what it would still write is thrown away."""
PLUGIN_FOLDERS = (Path("/usr/share/orthanc/plugins"), Path("/usr/local/share/orthanc/plugins"))
DICOM_WEB = "libOrthancDicomWeb.so"
LONGEST_SHOWN = 600
"""Characters of a log that an error shows."""


class ProgramError(Exception):
    """A program did not start, or ended by itself; the message has the end of what it said."""


def find_program(name: str) -> str | None:
    """Its path. Debian keeps both programs where only root's PATH looks."""
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")


def find_plugin(name: str) -> Path | None:
    """The file of one of Orthanc's plugins."""
    found = (file for folder in PLUGIN_FOLDERS for file in sorted(folder.glob(f"{name}*")))
    return next(found, None)


def missing_packages() -> tuple[str, ...]:
    """Debian's packages that are not there; empty when all are."""
    wanted = {
        "orthanc": find_program("Orthanc"),
        "orthanc-dicomweb": find_plugin(DICOM_WEB),
        "nginx": find_program("nginx"),
    }
    return tuple(package for package, found in wanted.items() if not found)


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


class Programs:
    """Those that were started in `with`; the last is ended first. Each in a session of its own, so that Ctrl-C at the terminal
    reaches this process alone, which then ends them in order."""

    def __init__(self) -> None:
        self._running: list[tuple[str, subprocess.Popen[bytes], Path]] = []

    def start(self, name: str, command: Sequence[str], port: int, log: Path) -> None:
        """Returns when it listens on `port` of loopback; what it prints goes to `log`. Raises ProgramError."""
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - the program's own path and files of this folder
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        self._running.append((name, process, log))
        deadline = time.monotonic() + START_SECONDS
        while True:
            self.raise_if_ended()
            with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), 1):
                return
            if time.monotonic() > deadline:
                raise ProgramError(f"{name} does not listen on port {port}: {_end_of(log)}")
            time.sleep(0.02)

    def stop(self, name: str) -> None:
        """Ends that one program, if it runs."""
        for running in [running for running in self._running if running[0] == name]:
            self._running.remove(running)
            _end(running[1])

    def raise_if_ended(self) -> None:
        """Raises ProgramError when one of them has ended by itself."""
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
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    except BaseException:
        # A second Ctrl-C must not leave it behind.
        process.kill()
        process.wait()
        raise


def _end_of(log: Path) -> str:
    lines = log.read_text(errors="replace").strip()[-LONGEST_SHOWN:].splitlines()
    return " ".join(lines[-4:]) or "it said nothing"
