"""Maps exceptions of requests, urllib3, ssl and socket to troubles."""

from __future__ import annotations

import errno
import http.client
import re
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3

from ohif_setup.network.wire import client_certificate
from ohif_setup.network.wire.exchange import Trouble, TroubleKind

# OpenSSL's X509_V_ERR codes.
_NOT_YET_VALID, _EXPIRED = 9, 10
# Issuer not found, self-signed, self-signed certificate in the chain, issuer not found locally, leaf signature not verifiable.
_UNTRUSTED = {2, 18, 19, 20, 21}
# Host name mismatch, IP address mismatch.
_WRONG_HOST = {62, 64}

# The last two occur for an IPv6 address when IPv6 is switched off.
_NO_WAY = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)

LONGEST = 300
"""How many characters of a library's text are kept."""


def trouble_of(error: BaseException) -> Trouble:
    """The trouble behind an exception of requests, urllib3 or the socket below."""
    chain = tuple(_chain(error))
    detail = _text(chain)
    # Before the cause: a refused connection to the proxy says nothing about the server.
    if any(isinstance(link, requests.exceptions.ProxyError | urllib3.exceptions.ProxyError) for link in chain):
        if "Tunnel connection failed: 407" in detail:
            return Trouble("proxy-sign-in", detail)
        return Trouble("proxy", detail)
    for link in chain:
        kind = _kind(link)
        if kind:
            return Trouble(kind, detail)
    return Trouble("broken", detail)


def _kind(error: BaseException) -> TroubleKind | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate(error)
    if isinstance(error, ssl.SSLError | requests.exceptions.SSLError):
        if getattr(error, "reason", "") in client_certificate.ALERTS:
            return "client-certificate"
        return "tls"
    if isinstance(error, socket.gaierror | urllib3.exceptions.NameResolutionError):
        return "dns"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, ConnectionResetError | BrokenPipeError | ConnectionAbortedError):
        return "reset"
    if isinstance(error, OSError) and error.errno in _NO_WAY:
        return "unreachable"
    # urllib3 derives NewConnectionError from its TimeoutError, whatever prevented the connection.
    if isinstance(
        error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError | TimeoutError
    ) and not isinstance(error, urllib3.exceptions.NewConnectionError):
        return "timeout"
    if isinstance(
        error,
        requests.exceptions.InvalidURL
        | requests.exceptions.MissingSchema
        | requests.exceptions.InvalidSchema
        | urllib3.exceptions.LocationValueError
        | UnicodeError,
    ):
        return "address"
    # A chunk of a made-up length is no end that came too early.
    if isinstance(error, urllib3.exceptions.InvalidChunkLength) and error.length:
        return "broken"
    # Of a chunk that never begins urllib3 says no more than this.
    ended = isinstance(error, urllib3.exceptions.ProtocolError) and "ended prematurely" in str(error)
    if ended or isinstance(error, http.client.IncompleteRead):
        return "cut"
    # requests raises a bare OSError for a CA file that does not exist; only its text tells.
    if isinstance(error, OSError) and "CA certificate bundle" in str(error):
        return "ca-bundle"
    return None


def _certificate(error: ssl.SSLCertVerificationError) -> TroubleKind:
    if error.verify_code == _EXPIRED:
        return "tls-expired"
    if error.verify_code == _NOT_YET_VALID:
        return "tls-not-yet-valid"
    if error.verify_code in _WRONG_HOST:
        return "tls-wrong-host"
    if error.verify_code in _UNTRUSTED:
        return "tls-untrusted"
    return "tls-certificate"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and everything that it wraps, innermost first, because the innermost is the most precise."""
    links: list[BaseException] = []
    waiting: list[BaseException] = [error]
    while waiting:
        link = waiting.pop(0)
        if link in links:
            continue
        links.append(link)
        # urllib3 keeps the wrapped exception in `reason`, requests in `args`.
        below = [link.__cause__, link.__context__, getattr(link, "reason", None), *link.args]
        waiting.extend(item for item in below if isinstance(item, BaseException))
    return reversed(links)


def _text(chain: tuple[BaseException, ...]) -> str:
    """The innermost message, on one line, without object addresses and source lines of urllib3 and OpenSSL, and without a password
    in a proxy's address."""
    for link in chain:
        # Cut first: the text may come from a server, and the patterns take longer than linear time.
        text = re.sub(r"<[^<>]*object at 0x[0-9a-f]+>:? ?", "", str(link)[: 4 * LONGEST])
        text = re.sub(r" ?\(_ssl\.c:\d+\)", "", text)
        text = re.sub(r"//\S*@", "//", text).strip()
        if text:
            return f"{type(link).__name__}: {' '.join(text.split())}"[:LONGEST]
    return type(chain[-1]).__name__
