"""Which trouble an exception of requests stands for."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3

from ohif_setup.network.wire import client_certificate
from ohif_setup.network.wire.exchange import Trouble, TroubleKind

_NOT_YET_VALID, _EXPIRED = 9, 10
_UNTRUSTED = {2, 18, 19, 20, 21}
"""No issuer to be had, self-signed, a self-signed one in the chain, unknown issuer, signature of the leaf not checkable."""
_WRONG_HOST = {62, 64}
"""X509_V_ERR codes of OpenSSL: host and IP address."""

_NO_WAY = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
"""The last two where IPv6 is switched off."""

LONGEST = 300
"""Characters of a library's text that are kept."""


def trouble_of(error: BaseException) -> Trouble:
    """The trouble behind an exception raised by requests, urllib3 or the socket below."""
    chain = tuple(_chain(error))
    detail = _text(chain)
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
    # NewConnectionError is a TimeoutError to urllib3, whatever kept the connection from being made.
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
    """The exception and all that it wraps, innermost first: the innermost says most exactly what happened."""
    links: list[BaseException] = []
    waiting: list[BaseException] = [error]
    while waiting:
        link = waiting.pop(0)
        if link in links:
            continue
        links.append(link)
        below = [link.__cause__, link.__context__, getattr(link, "reason", None), *link.args]
        waiting.extend(item for item in below if isinstance(item, BaseException))
    return reversed(links)


def _text(chain: tuple[BaseException, ...]) -> str:
    """The innermost message, on one line, without what urllib3 and OpenSSL put in for programmers, and without a password that
    stands in a proxy's address."""
    for link in chain:
        # Cut first: a server may have written it, and the patterns take their time.
        text = re.sub(r"<[^<>]*object at 0x[0-9a-f]+>:? ?", "", str(link)[: 4 * LONGEST])
        text = re.sub(r" ?\(_ssl\.c:\d+\)", "", text)
        text = re.sub(r"//\S*@", "//", text).strip()
        if text:
            return f"{type(link).__name__}: {' '.join(text.split())}"[:LONGEST]
    return type(chain[-1]).__name__
