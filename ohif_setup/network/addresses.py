"""The addresses that a host name stands for on this machine."""

from __future__ import annotations

import socket
from functools import partial

from ohif_setup.network.parallel import within


def addresses_of(host: str, timeout: float) -> tuple[str, ...]:
    """IP addresses as text, without repeats; empty when the name does not resolve within `timeout` seconds."""
    try:
        found = within(timeout, partial(socket.getaddrinfo, host.strip("[]"), None, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError, TimeoutError):
        return ()
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))
