"""Tells of each request of a run while it runs: a line with its time, method, address and outcome, without secrets."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import TextIO

from ohif_setup import terminal
from ohif_setup.network.bug_log import clean
from ohif_setup.network.wire.exchange import Exchange

LONGEST = 2000
"""Characters of a line; an address that a server handed out may be longer."""


class RequestLog:
    """Writes a line to each stream for each exchange. Safe to use from many threads."""

    def __init__(self, streams: Sequence[TextIO]) -> None:
        self._streams = streams
        self._lock = threading.Lock()

    def __call__(self, exchange: Exchange, seconds: float) -> None:
        """`seconds` is what the exchange took, the wait for its turn included."""
        now = time.strftime("%H:%M:%S")
        # Cleaned before it is cut, because half a token would not be recognised as one.
        line = terminal.in_one_line(clean(f"{now}  {_words(exchange)} in {seconds * 1000:.0f} ms"))[:LONGEST]
        with self._lock:
            for stream in self._streams:
                print(line, file=stream, flush=True)


def _words(exchange: Exchange) -> str:
    sent = exchange.sent
    origin = next((f" from {value}" for name, value in sent.headers if name.lower() == "origin"), "")
    outcome = str(exchange.status)
    if exchange.trouble:
        outcome = f"{exchange.trouble.kind} ({exchange.trouble.detail})"
    return f"{sent.method} {sent.url}{origin}  {outcome}"
