"""The page at each address that a host name stands for: a browser takes the first one that answers, and shows what it has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from ohif_setup.network.look.served import ACCEPT_PAGE
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.paste.urls import LOOPBACK_NAME, host_of

OF_LOCALHOST = ("::1", "127.0.0.1")
"""What browsers take `localhost` for, whatever `/etc/hosts` says."""


@dataclass(frozen=True)
class AtAddress:
    """What came from one IP address of the host."""

    address: str
    page: Exchange


def pages_at(http: Http, url: str) -> tuple[AtAddress, ...]:
    """GET of `url` from each address of its host, IPv6 first as in browsers. Empty where it has one alone, or none soon."""
    addresses = _addresses(http, host_of(url))
    if len(addresses) < 2:
        return ()
    asks = [partial(http.send_as_is, "GET", url, "", ACCEPT_PAGE, address=address) for address in addresses]
    return tuple(AtAddress(*pair) for pair in zip(addresses, side_by_side(asks), strict=True))


def _addresses(http: Http, host: str) -> tuple[str, ...]:
    if host == LOOPBACK_NAME or host.endswith(f".{LOOPBACK_NAME}"):
        return OF_LOCALHOST
    return tuple(sorted(http.addresses(host), key=lambda address: ":" not in address))
