"""The curl command that repeats a request, for a ticket to the administrators of the server. It contains no token."""

from __future__ import annotations

import shlex
from urllib.parse import quote

from ohif_setup.network.wire.exchange import Sent

_SENT_AS_IT_IS = "!#$%&'()*+,/:;=?@[]~"


def as_curl(sent: Sent) -> str:
    """One command for a POSIX shell that prints status and header fields of the response, without its body."""
    # --globoff: `[` and `{` in an address are not patterns.
    words = ["curl", "--silent", "--show-error", "--globoff", "--max-time", "20"]
    # Without --location: a browser does not follow the redirect of a preflight either.
    words += ["--dump-header", "-", "--output", "/dev/null", "-X", sent.method]
    for name, value in sent.headers:
        words += ["-H", f"{name}: {value}"]
    # Encoded as it was sent. `%` is safe: the address may have escapes already.
    return shlex.join([*words, quote(sent.url, safe=_SENT_AS_IT_IS)])
