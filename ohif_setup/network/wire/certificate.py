"""The certificate of a host: until when it holds, and whether only this machine trusts it."""

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
    """`days_left` counts from now and `until` is the day (UTC, ISO 8601); empty where the certificate could not be seen.

    `host` is host and port. `public`: the public CAs that browsers ship (by certifi's list) vouch for it. `proxy` stands
    between, so that nothing could be seen (see `Trouble.proxy`).
    """

    host: str
    days_left: float | None = None
    until: str = ""
    issuer: str = ""
    public: bool = False
    proxy: str = ""
    trouble: Trouble | None = None


def look_at_certificate(url: str, timeout: float) -> Certificate:
    """One TLS handshake with the CAs that the environment names; one with the public CAs where those are others.

    `timeout` (seconds) bounds each of them.
    """
    parts = parts_of(url)
    host, port = parts.host, parts.port or 443
    place = host_and_port(url)
    proxy = surroundings.proxy_for(url)
    if proxy:
        return Certificate(place, proxy=proxy)
    trouble = surroundings.ca_bundle_trouble(os.environ)
    if trouble:
        return Certificate(place, trouble=trouble)
    chosen, variable = surroundings.ca_bundle(os.environ)
    try:
        found = within(timeout, partial(_handshake, host, port, chosen, timeout))
        public = not variable or _publicly_trusted(host, port, timeout)
    except (OSError, ValueError) as error:
        trouble = trouble_of(error)
        if client_certificate.may_be_missing(trouble) and client_certificate.is_wanted(trouble, url, timeout):
            trouble = replace(trouble, kind="client-certificate")
        return Certificate(place, trouble=trouble)
    not_after = ssl.cert_time_to_seconds(str(found.get("notAfter")))
    issuer = {key: value for group in found.get("issuer", ()) for key, value in group}
    return Certificate(
        place,
        days_left=(not_after - time.time()) / 86400,
        until=datetime.fromtimestamp(not_after, UTC).date().isoformat(),
        issuer=str(issuer.get("organizationName") or issuer.get("commonName") or ""),
        public=public,
    )


def host_and_port(url: str) -> str:
    """`host:port` of an https URL, an IPv6 address in brackets."""
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
