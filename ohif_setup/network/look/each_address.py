"""The page at each IP address of a host name: a browser shows that of the first address that answers, so they must not differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from ohif_setup.network.look.served import ACCEPT_PAGE
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.paste.urls import LOOPBACK_NAME, host_of

OF_LOCALHOST = ("::1", "127.0.0.1")
"""The addresses that browsers use for `localhost`, whatever `/etc/hosts` says."""


@dataclass(frozen=True)
class AtAddress:
    """The exchange with one IP address of the host."""

    address: str
    page: Exchange


def pages_at(http: Http, url: str) -> tuple[AtAddress, ...]:
    """GET of `url` at each address of its host, IPv6 first as in browsers. Empty if the host has only one address or does not
    resolve in time."""
    addresses = _addresses(http, host_of(url))
    # A single address is what every other request already asks.
    if len(addresses) < 2:
        return ()
    requests = [partial(http.send_as_is, "GET", url, "", ACCEPT_PAGE, address=address) for address in addresses]
    return tuple(AtAddress(*pair) for pair in zip(addresses, side_by_side(requests), strict=True))


def _addresses(http: Http, host: str) -> tuple[str, ...]:
    if host == LOOPBACK_NAME or host.endswith(f".{LOOPBACK_NAME}"):
        return OF_LOCALHOST
    return tuple(sorted(http.addresses(host), key=lambda address: ":" not in address))
