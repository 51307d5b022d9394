"""Whether the address that browsers use and the server's own address lead to the same archive. GETs only."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from ohif_setup.browser.foreign import parts_of
from ohif_setup.browser.origin import is_loopback
from ohif_setup.network.look.archive import STUDY_UID, UID, datasets_of, first_value
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.ohif.requests import JSON

STUDIES = 5
"""How many studies of each list are compared."""


@dataclass(frozen=True)
class MissingStudy:
    """A study that one side lists and that the other side (`side`) does not find when asked for it."""

    side: Literal["web server", "server"]
    uid: str
    asked: Exchange


def missing_study(http: Http, through: str, itself: str) -> MissingStudy | None:
    """The first study that is missing at one of two DICOMweb roots, `through` the web server or at the server `itself`; None if
    each finds what the other one lists, or if a search fails."""
    public, direct = side_by_side([partial(_search, http, root, f"limit={STUDIES}") for root in (through, itself)])
    if public.status not in (200, 204) or direct.status not in (200, 204):
        return None
    by_web_server, by_server = _uids(public), _uids(direct)
    missing = _first(http, through, "web server", by_server - by_web_server)
    return missing or _first(http, itself, "server", by_web_server - by_server)


def is_this_machine(http: Http, url: str) -> bool:
    """Whether the host of `url` resolves to an address of this machine. False for the public address of a router in front of it."""
    host = parts_of(url).host
    return is_loopback(host) or any(map(_is_own, http.addresses(host)))


def _first(http: Http, root: str, side: Literal["web server", "server"], uids: Iterable[str]) -> MissingStudy | None:
    # Lists have no fixed order and may be truncated differently, so only a search for the UID proves that a study is missing.
    for uid in sorted(uids)[:1]:
        asked = _search(http, root, f"StudyInstanceUID={uid}&limit=1")
        if asked.status in (200, 204) and uid not in _uids(asked):
            return MissingStudy(side, uid, asked)
    return None


def _search(http: Http, root: str, query: str) -> Exchange:
    return http.send("GET", f"{root}/studies?{query}", (("Accept", JSON),))


def _uids(exchange: Exchange) -> set[str]:
    return {uid for dataset in datasets_of(exchange) if UID.fullmatch(uid := first_value(dataset, STUDY_UID))}


def _is_own(address: str) -> bool:
    """Whether a socket of this machine can be bound to the address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True
