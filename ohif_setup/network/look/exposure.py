"""What is exposed besides the images: a server's own pages and REST API, and a web server that is an open forward proxy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ohif_setup.browser.safety import FOREIGN_ORIGIN
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.ohif.requests import JSON


@dataclass(frozen=True)
class ExposureLook:
    """`doors` are the exchanges with addresses that no viewer needs. `forwarded` requests an address of the server behind from the
    web server, as from a forward proxy (None if there is none); `foreign` is a search with the `Origin` of an unlisted page."""

    doors: tuple[Exchange, ...]
    forwarded: Exchange | None
    foreign: Exchange


def look_at_exposure(http: Http, root: str, doors: Sequence[str], *, behind: str) -> ExposureLook:
    """`root` is the DICOMweb root as browsers use it; `behind` is an address of the server behind the web server, empty if there is
    none to test with."""
    origin = "/".join(root.split("/")[:3])
    # GET although HEAD would suffice: Orthanc answers 404 to every HEAD and OPTIONS.
    requests = [partial(http.send, "GET", url, _PLAIN, peek=True) for url in doors]
    requests.append(
        partial(http.send, "GET", f"{root}/studies?limit=1", (("Accept", JSON), ("Origin", FOREIGN_ORIGIN)), peek=True)
    )
    if behind:
        # A forward proxy is addressed by a request target with another host in it. The Orthanc Book's Apache sample, with
        # `ProxyRequests On`, is such a proxy for everybody (measured).
        requests.append(partial(http.send_as_is, "GET", origin, behind, _PLAIN))
    exchanges = side_by_side(requests)
    doors_opened, foreign = exchanges[: len(doors)], exchanges[len(doors)]
    forwarded = None
    if behind:
        forwarded = exchanges[-1]
    return ExposureLook(tuple(doors_opened), forwarded, foreign)


_PLAIN = (("Accept", "application/json, text/html"),)
