"""The certificate of a host: until when it holds, and whether only this machine trusts it."""

from __future__ import annotations

import os
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import certifi
import requests.utils

from ohif_setup.network.exchange import Trouble
from ohif_setup.network.troubles import trouble_of


@dataclass(frozen=True)
class Certificate:
    """`days_left` counts from now and `until` is the day (UTC, ISO 8601); empty where the certificate could not be seen.

    `public`: the public CAs that browsers ship (by certifi's list) vouch for it. `by_proxy`: a proxy stands between, so that
    nothing could be seen.
    """

    host: str
    days_left: float | None = None
    until: str = ""
    issuer: str = ""
    public: bool = False
    by_proxy: bool = False
    trouble: Trouble | None = None


def look_at_certificate(url: str, timeout: float) -> Certificate:
    """One TLS handshake with the CAs that the environment names; one with the public CAs where those are others."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    if requests.utils.get_environ_proxies(url, no_proxy=None):
        return Certificate(f"{host}:{port}", by_proxy=True)
    chosen = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or certifi.where()
    try:
        found = _handshake(host, port, chosen, timeout)
    except (OSError, ValueError) as error:
        return Certificate(f"{host}:{port}", trouble=trouble_of(error))
    not_after = ssl.cert_time_to_seconds(str(found.get("notAfter")))
    issuer = {key: value for group in found.get("issuer", ()) for key, value in group}
    public = chosen == certifi.where() or _publicly_trusted(host, port, timeout)
    return Certificate(
        f"{host}:{port}",
        days_left=(not_after - time.time()) / 86400,
        until=datetime.fromtimestamp(not_after, UTC).date().isoformat(),
        issuer=str(issuer.get("organizationName") or issuer.get("commonName") or ""),
        public=public,
    )


def _publicly_trusted(host: str, port: int, timeout: float) -> bool:
    try:
        _handshake(host, port, certifi.where(), timeout)
    except OSError:
        return False
    return True


def _handshake(host: str, port: int, bundle: str, timeout: float) -> Mapping[str, Any]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    place = Path(bundle)
    context.load_verify_locations(**({"capath": bundle} if place.is_dir() else {"cafile": bundle}))
    with (
        socket.create_connection((host, port), timeout=timeout) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        return secure.getpeercert() or {}
