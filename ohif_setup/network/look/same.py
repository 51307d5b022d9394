"""Whether two addresses lead to the same archive: the one at which browsers ask, and the server's own. GET alone."""

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
"""Of each list."""


@dataclass(frozen=True)
class MissingStudy:
    """A study that one side lists and the other one does not know when it is asked for it."""

    side: Literal["web server", "server"]
    uid: str
    asked: Exchange


def missing_study(http: Http, through: str, itself: str) -> MissingStudy | None:
    """The first such study of the two DICOMweb roots, `through` the web server and the server `itself`; None where both know what
    the other one lists, or where one of them answers no search."""
    public, direct = side_by_side([partial(_search, http, root, f"limit={STUDIES}") for root in (through, itself)])
    if public.status not in (200, 204) or direct.status not in (200, 204):
        return None
    shown, known = _uids(public), _uids(direct)
    return _first(http, through, "web server", known - shown) or _first(http, itself, "server", shown - known)


def is_this_machine(http: Http, url: str) -> bool:
    """Whether the host of `url` is this very machine, by one of its own addresses. False where a router stands between."""
    host = parts_of(url).host
    return is_loopback(host) or any(map(_is_own, http.addresses(host)))


def _first(http: Http, root: str, side: Literal["web server", "server"], uids: Iterable[str]) -> MissingStudy | None:
    # Lists need no order, and may be cut off differently: only a study that is asked for by its UID is surely not there.
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
    """Whether a socket of this machine may have that address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True
