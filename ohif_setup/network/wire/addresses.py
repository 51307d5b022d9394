"""The addresses that a host name stands for on this machine."""

from __future__ import annotations

import socket
from functools import partial

from ohif_setup.network.wire.parallel import within

RESERVED = ("test", "example", "invalid", "example.com", "example.net", "example.org")
"""Names that belong to nobody (RFC 2606). A resolver that answers for them all the same says nothing."""


def addresses_of(host: str, timeout: float) -> tuple[str, ...]:
    """IP addresses as text, without repeats; empty when the name does not resolve within `timeout` seconds, or is `RESERVED`."""
    if any(host == name or host.endswith(f".{name}") for name in RESERVED):
        return ()
    try:
        found = within(timeout, partial(socket.getaddrinfo, host.strip("[]"), None, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError, TimeoutError):
        return ()
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))
