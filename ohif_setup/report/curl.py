"""The curl command behind a request, for a ticket to whoever runs the server. No token is in it."""

from __future__ import annotations

import shlex

from ohif_setup.network.exchange import Sent


def as_curl(sent: Sent) -> str:
    """One command for a POSIX shell; it prints the answer's status and header fields."""
    words = ["curl", "--silent", "--show-error", "--include", "--output", "-", "--max-time", "20", "-X", sent.method]
    for name, value in sent.headers:
        words += ["-H", f"{name}: {value}"]
    return shlex.join([*words, sent.url])
