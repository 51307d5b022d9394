"""The curl command behind a request, for a ticket to the people who run the server. No token is in it."""

from __future__ import annotations

import shlex
from urllib.parse import quote

from ohif_setup.network.wire.exchange import Sent

_SENT_AS_IT_IS = "!#$%&'()*+,/:;=?@[]~"


def as_curl(sent: Sent) -> str:
    """One command for a POSIX shell; it prints the answer's status and header fields, and not its body."""
    words = ["curl", "--silent", "--show-error", "--globoff", "--max-time", "20"]
    # No redirect is followed, since no preflight follows one.
    words += ["--dump-header", "-", "--output", "/dev/null", "-X", sent.method]
    for name, value in sent.headers:
        words += ["-H", f"{name}: {value}"]
    # As it is sent, so that it stays the same where it is pasted.
    return shlex.join([*words, quote(sent.url, safe=_SENT_AS_IT_IS)])
