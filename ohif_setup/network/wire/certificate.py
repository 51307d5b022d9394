"""The certificate of a host: when it expires, and whether browsers elsewhere trust its issuer."""

from __future__ import annotations

import os
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import certifi

from ohif_setup.browser.foreign import parts_of
from ohif_setup.network.wire import client_certificate, surroundings
from ohif_setup.network.wire.exchange import Trouble
from ohif_setup.network.wire.parallel import within
from ohif_setup.network.wire.troubles import trouble_of


@dataclass(frozen=True)
class Certificate:
    """The certificate of `host` (host and port), or why it could not be read.

    `days_left` counts from now; `until` is the day of expiry (UTC, ISO 8601). Both are empty if the certificate could not be
    read. `public`: a CA of certifi's list signed it, as browsers trust it. `proxy` is set when connections go through a proxy, in
    which case the certificate was not read (see `Trouble.proxy`).
    """

    host: str
    days_left: float | None = None
    until: str = ""
    issuer: str = ""
    public: bool = False
    proxy: str = ""
    trouble: Trouble | None = None


def look_at_certificate(url: str, timeout: float) -> Certificate:
    """One TLS handshake with the CAs that the environment names, and a second one with the public CAs if those differ.

    `timeout` (seconds) bounds each handshake.
    """
    parts = parts_of(url)
    host, port = parts.host, parts.port or 443
    place = host_and_port(url)
    proxy = surroundings.proxy_for(url)
    if proxy:
        # The host may not be reachable without the proxy, and a proxy that inspects TLS would show its own certificate.
        return Certificate(place, proxy=proxy)
    trouble = surroundings.ca_bundle_trouble(os.environ)
    if trouble:
        return Certificate(place, trouble=trouble)
    chosen, variable = surroundings.ca_bundle(os.environ)
    try:
        certificate = within(timeout, partial(_handshake, host, port, chosen, timeout))
        # Without a variable the first handshake already used the public CAs.
        public = not variable or _publicly_trusted(host, port, timeout)
    except (OSError, ValueError) as error:
        trouble = trouble_of(error)
        if client_certificate.may_be_missing(trouble) and client_certificate.is_wanted(trouble, url, timeout):
            trouble = replace(trouble, kind="client-certificate")
        return Certificate(place, trouble=trouble)
    not_after = ssl.cert_time_to_seconds(str(certificate.get("notAfter")))
    issuer = {key: value for group in certificate.get("issuer", ()) for key, value in group}
    return Certificate(
        place,
        days_left=(not_after - time.time()) / 86400,
        until=datetime.fromtimestamp(not_after, UTC).date().isoformat(),
        issuer=str(issuer.get("organizationName") or issuer.get("commonName") or ""),
        public=public,
    )


def host_and_port(url: str) -> str:
    """`host:port` of an https URL, with brackets around an IPv6 address."""
    parts = parts_of(url)
    host = parts.host
    if ":" in host:
        host = f"[{host}]"
    return f"{host}:{parts.port or 443}"


def _publicly_trusted(host: str, port: int, timeout: float) -> bool:
    try:
        within(timeout, partial(_handshake, host, port, certifi.where(), timeout))
    except ssl.SSLCertVerificationError:
        return False
    return True


def _handshake(host: str, port: int, bundle: str, timeout: float) -> Mapping[str, Any]:
    context = surroundings.client_context(bundle)
    with (
        socket.create_connection((host, port), timeout=timeout) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        return secure.getpeercert() or {}
