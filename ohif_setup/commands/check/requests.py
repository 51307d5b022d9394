"""Where the requests of a run are told: standard error (`--verbose`), a file (`--log FILE`), both or neither."""

from __future__ import annotations

import contextlib
import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from shlex import quote
from typing import TextIO

from ohif_setup.disk.reading import reason
from ohif_setup.errors import SetupError
from ohif_setup.network.request_log import RequestLog

_PRIVATE = 0o600


@contextlib.contextmanager
def requests_told(arguments: Namespace) -> Iterator[RequestLog | None]:
    """The log of the run; None where nobody asked for one. Raises SetupError (`log-unwritable`)."""
    streams: list[TextIO] = [sys.stderr] * arguments.verbose
    with contextlib.ExitStack() as stack:
        if arguments.log:
            try:
                # "x": a file that exists may be another's, or readable by others, and its lines would be lost.
                file = stack.enter_context(
                    open(arguments.log, "x", encoding="utf-8", errors="backslashreplace", opener=_private)
                )
            except (OSError, ValueError) as error:
                raise SetupError(
                    "log-unwritable",
                    f"cannot be created: {reason(error)}",
                    where=str(arguments.log),
                    hint=f"name another file, or remove this one: rm {quote(str(arguments.log))}",
                ) from None
            streams.append(file)
        yield RequestLog(streams) if streams else None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, _PRIVATE)
