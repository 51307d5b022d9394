"""What lies open beside the images: a server's own pages and REST API, and a web server that passes on requests to anywhere."""

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
    """`doors` are addresses that no viewer needs. `forwarded` asks the web server for an address of the server behind it, as one
    asks a proxy (None where there is nothing to ask for); `foreign` is a search from a page that nobody listed."""

    doors: tuple[Exchange, ...]
    forwarded: Exchange | None
    foreign: Exchange


def look_at_exposure(http: Http, root: str, doors: Sequence[str], *, behind: str) -> ExposureLook:
    """`root` is the DICOMweb root as browsers call it, `behind` one of the server's own addresses, empty where there is nothing
    to ask for."""
    origin = "/".join(root.split("/")[:3])
    # GET even where HEAD would do: Orthanc answers HEAD and OPTIONS with 404 everywhere.
    asks = [partial(http.send, "GET", url, _PLAIN, peek=True) for url in doors]
    asks.append(
        partial(http.send, "GET", f"{root}/studies?limit=1", (("Accept", JSON), ("Origin", FOREIGN_ORIGIN)), peek=True)
    )
    if behind:
        # A request target with another host in it is how a forward proxy is asked.
        asks.append(partial(http.send_as_is, "GET", origin, behind, _PLAIN))
    came = side_by_side(asks)
    doors_opened, foreign, forwarded = came[: len(doors)], came[len(doors)], came[len(doors) + 1 :]
    return ExposureLook(tuple(doors_opened), next(iter(forwarded), None), foreign)


_PLAIN = (("Accept", "application/json, text/html"),)
