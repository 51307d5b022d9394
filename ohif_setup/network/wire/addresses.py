"""The IP addresses to which a host name resolves on this machine."""

from __future__ import annotations

import socket
from functools import partial

from ohif_setup.network.wire.parallel import within

RESERVED = ("test", "example", "invalid", "example.com", "example.net", "example.org")
"""Reserved names (RFC 2606). Some resolvers answer for them all the same, which means nothing."""


def addresses_of(host: str, timeout: float) -> tuple[str, ...]:
    """IP addresses as text, without duplicates; empty when the name does not resolve within `timeout` seconds or is `RESERVED`."""
    if any(host == name or host.endswith(f".{name}") for name in RESERVED):
        return ()
    try:
        # getaddrinfo has no timeout of its own: a resolver that does not answer would hold it for long.
        resolved = within(timeout, partial(socket.getaddrinfo, host.strip("[]"), None, type=socket.SOCK_STREAM))
    # UnicodeError: Python cannot encode some names as IDNA, such as one with a label of more than 63 characters.
    except (OSError, UnicodeError, TimeoutError):
        return ()
    return tuple(dict.fromkeys(str(address[0]) for *_, address in resolved))
