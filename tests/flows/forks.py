"""Processes of the tool, forked from an interpreter that has loaded all of it: a start takes milliseconds, not half a second.

Each is a process all the same, with streams, a working directory, an environment and an end of its own.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import functools
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_READ_AT_THE_START = ("PYTHON", "LC_", "LANG", "TZ")
"""Variables that an interpreter looks at once."""
_LONGEST = 100_000
"""A message is sent whole or not at all."""


class Forks:
    """The interpreter that forks, as its tests see it. It ends with the process that started it."""

    def __init__(self) -> None:
        self._at_the_start = _settings(os.environ)
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-P", __file__, str(theirs.fileno())]
            self._process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )
        atexit.register(self._end)
        assert self._channel.recv(1) == b"+", "it has not loaded"

    def _end(self) -> None:
        self._channel.close()
        self._process.wait()

    def run(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        cwd: Path,
        streams: Sequence[IO[bytes]],
        seconds: float,
    ) -> int | None:
        """The exit status, or minus a signal; None where only an interpreter of its own can do that. `streams` are those of the
        process, files each. Raises TimeoutExpired, and the process is killed."""
        fork = self.start(words, environment, cwd, [one.fileno() for one in streams])
        if fork is None:
            return None
        with contextlib.closing(fork):
            return fork.wait(seconds)

    def start(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        cwd: Path,
        streams: Sequence[int],
        *,
        at_terminal: bool = False,
    ) -> Fork | None:
        """The same without the waiting. `at_terminal` makes the first stream the terminal that the process belongs to."""
        message = json.dumps([list(words), dict(environment), at_terminal]).encode()
        if _settings(environment) != self._at_the_start or len(message) > _LONGEST:
            return None
        ours, theirs = os.pipe()
        folder = os.open(cwd, os.O_RDONLY | os.O_DIRECTORY)
        try:
            socket.send_fds(self._channel, [message], [*streams, folder, theirs])
        finally:
            os.close(folder)
            os.close(theirs)
        return Fork(words, ours)


class Fork:
    """One of those processes; somebody has to `close` it."""

    def __init__(self, words: Sequence[str], told: int) -> None:
        self._words = list(words)
        self._told = open(told, "rb", buffering=0)  # noqa: SIM115 - no path; closed by `close`
        self.pid = int(self._told.readline())

    def close(self) -> None:
        """The process goes on; nobody waits for it any more."""
        self._told.close()

    def wait(self, seconds: float) -> int:
        """The exit status, or minus a signal. Raises TimeoutExpired, and the process is killed."""
        if not select.select([self._told], [], [], seconds)[0]:
            os.kill(self.pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(self._words, seconds)
        return int(self._told.readline())


@functools.cache
def forks() -> Forks:
    """The one of this process."""
    return Forks()


def _settings(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(_READ_AT_THE_START)}


def _serve(channel: socket.socket) -> None:
    """Forks for each message. Returns in the process that is to be the tool, and when nobody is there any more ends this one."""
    channel.sendall(b"+")
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, 2 * _LONGEST, 8)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG if message else 0)[0]:
                pass
        if not message:
            os._exit(0)
        if not os.fork():
            break
        for one in descriptors:
            os.close(one)
    channel.close()
    *streams, folder, told = descriptors
    process = os.fork()
    if process:
        with contextlib.suppress(OSError):
            os.write(told, f"{process}\n".encode())
            status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
            os.write(told, f"{status}\n".encode())
        os._exit(0)
    for number, one in enumerate(streams):
        os.dup2(one, number)
    os.fchdir(folder)
    for one in descriptors:
        os.close(one)
    words, environment, at_terminal = json.loads(message)
    if at_terminal:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[1:] = words


def _load() -> None:
    import ohif_setup

    for module in pkgutil.walk_packages(ohif_setup.__path__, "ohif_setup."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    gc.freeze()


if __name__ == "__main__":
    _load()
    _serve(socket.socket(fileno=int(sys.argv[1])))
    from ohif_setup.cli import main

    sys.exit(main())
