"""Which trouble an exception of requests stands for."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3

from ohif_setup.network.exchange import Trouble, TroubleKind

_EXPIRED, _SELF_SIGNED, _SELF_SIGNED_CHAIN, _UNKNOWN_ISSUER = 10, 18, 19, 20
_HOST_MISMATCH, _IP_MISMATCH = 62, 64
"""X509_V_ERR codes of OpenSSL."""


def trouble_of(error: BaseException) -> Trouble:
    """The trouble behind an exception raised by requests, urllib3 or the socket below."""
    chain = tuple(_chain(error))
    detail = _text(chain)
    if any(isinstance(link, requests.exceptions.ProxyError | urllib3.exceptions.ProxyError) for link in chain):
        return Trouble("proxy-sign-in" if re.search(r"\b407\b", detail) else "proxy", detail)
    for link in chain:
        kind = _kind(link)
        if kind:
            return Trouble(kind, detail)
    return Trouble("broken", detail)


def _kind(error: BaseException) -> TroubleKind | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate(error)
    if isinstance(error, ssl.SSLError | requests.exceptions.SSLError):
        return "tls"
    if isinstance(error, socket.gaierror | urllib3.exceptions.NameResolutionError):
        return "dns"
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError | TimeoutError):
        return "timeout"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, ConnectionResetError | BrokenPipeError | ConnectionAbortedError):
        return "reset"
    if isinstance(error, OSError) and error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return "unreachable"
    if isinstance(
        error,
        requests.exceptions.InvalidURL
        | requests.exceptions.MissingSchema
        | requests.exceptions.InvalidSchema
        | urllib3.exceptions.LocationParseError
        | UnicodeError,
    ):
        return "address"
    if isinstance(error, OSError) and "CA certificate bundle" in str(error):
        return "ca-bundle"
    return None


def _certificate(error: ssl.SSLCertVerificationError) -> TroubleKind:
    if error.verify_code == _EXPIRED:
        return "tls-expired"
    if error.verify_code in (_HOST_MISMATCH, _IP_MISMATCH):
        return "tls-wrong-host"
    if error.verify_code in (_SELF_SIGNED, _SELF_SIGNED_CHAIN, _UNKNOWN_ISSUER):
        return "tls-untrusted"
    return "tls"


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
    """The innermost message, on one line, without the object addresses that urllib3 puts into its own."""
    for link in chain:
        text = re.sub(r"<[^<>]*object at 0x[0-9a-f]+>:? ?", "", str(link)).strip()
        if text:
            return f"{type(link).__name__}: {' '.join(text.split())}"[:300]
    return type(chain[-1]).__name__
