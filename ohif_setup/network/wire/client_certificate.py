"""Whether a server refuses a connection because the client sent no certificate (mutual TLS)."""

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
"""OpenSSL's names for the alerts that concern the client's certificate and nothing else."""
# In TLS 1.2 this alert means a missing client certificate, but also that no cipher is shared.
_HANDSHAKE_FAILURE = "SSLV3_ALERT_HANDSHAKE_FAILURE"
# Seconds to wait for the alert. In TLS 1.3 it comes after the handshake, which therefore succeeds without a client certificate.
_PATIENCE = 1.0


def may_be_missing(trouble: Trouble) -> bool:
    """Whether a missing client certificate may be the cause of a trouble with an https address: the alert has several meanings, or
    the connection was reset before the alert arrived."""
    return trouble.kind in ("tls", "reset") and not trouble.proxy


def is_wanted(trouble: Trouble, url: str, timeout: float) -> bool:
    """Whether a missing client certificate is the cause, found out with one more connection on which no request is sent. `timeout`
    is in seconds."""
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
            # This handshake succeeded and the one with a request did not: the server asks for a certificate once it knows the path.
            return True
        # The client's part of a TLS 1.3 handshake is over; read once so that an alert from the server can arrive.
        secure.settimeout(min(timeout, _PATIENCE))
        try:
            secure.recv(1)
        except ssl.SSLError as error:
            return error.reason in ALERTS
    return False
