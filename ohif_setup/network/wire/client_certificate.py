"""Whether a server refuses a connection because the client showed no certificate (mutual TLS)."""

from __future__ import annotations

import os
import socket
import ssl
from functools import partial

from ohif_setup.browser.foreign import parts_of
from ohif_setup.network.wire import surroundings
from ohif_setup.network.wire.exchange import Trouble
from ohif_setup.network.wire.parallel import within

ALERTS = ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "SSLV3_ALERT_BAD_CERTIFICATE")
"""OpenSSL's names for what a server says of the client's certificate, and of nothing else."""
_HANDSHAKE_FAILURE = "SSLV3_ALERT_HANDSHAKE_FAILURE"
"""What a server says in TLS 1.2 to a missing certificate, and also where no cipher fits."""
_PATIENCE = 1.0
"""Seconds for the alert of TLS 1.3, which follows the handshake."""


def may_be_missing(trouble: Trouble) -> bool:
    """Whether a missing certificate is among the causes of a trouble with an https address: of an alert that means other things
    too, and of a connection that was cut, which may have taken the alert with it."""
    return trouble.kind in ("tls", "reset") and not trouble.proxy


def is_wanted(trouble: Trouble, url: str, timeout: float) -> bool:
    """Whether it is the cause: one more connection, on which nothing is asked, tells. `timeout` in seconds."""
    try:
        return within(timeout, partial(_is_refused, trouble, url, timeout))
    except (OSError, ValueError):
        return False


def _is_refused(trouble: Trouble, url: str, timeout: float) -> bool:
    parts = parts_of(url)
    host = parts.host
    context = surroundings.client_context(surroundings.ca_bundle(os.environ)[0])
    with (
        socket.create_connection((host, parts.port or 443), timeout=timeout) as plain,
        context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False) as secure,
    ):
        try:
            secure.do_handshake()
        except ssl.SSLError as error:
            # Only a missing certificate is refused after both sides have agreed on a cipher (measured with Apache 2.4).
            agreed = error.reason == _HANDSHAKE_FAILURE and secure.cipher() is not None
            return agreed or error.reason in ALERTS
        if _HANDSHAKE_FAILURE in trouble.detail:
            # The server asks for one only when it knows the path.
            return True
        secure.settimeout(min(timeout, _PATIENCE))
        try:
            secure.recv(1)
        except ssl.SSLError as error:
            return error.reason in ALERTS
    return False
