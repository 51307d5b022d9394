"""What lies open beside the images: Orthanc's own pages and REST API, and a web server that passes on requests to anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ohif_setup.browser.safety import FOREIGN_ORIGIN
from ohif_setup.network.exchange import Exchange, Received
from ohif_setup.network.http import Http
from ohif_setup.network.parallel import side_by_side
from ohif_setup.viewer.requests import JSON

REALM = "Orthanc Secure Area"
"""Of Orthanc's own 401 (measured with 1.10)."""


@dataclass(frozen=True)
class ExposureLook:
    """`doors` are addresses that no viewer needs. `forwarded` asks the web server for an address of the server behind it, as one
    asks a proxy (None where there is nothing to ask for); `foreign` is a search from a page that nobody listed."""

    doors: tuple[Exchange, ...]
    forwarded: Exchange | None
    foreign: Exchange


def look_at_exposure(http: Http, root: str, *, behind: str) -> ExposureLook:
    """`root` is the DICOMweb root as browsers call it, `behind` the origin of the server itself, empty where the two are one."""
    origin = "/".join(root.split("/")[:3])
    asks = [partial(http.send, "GET", url, _PLAIN, peek=True) for url in doors(root)]
    asks.append(
        partial(http.send, "GET", f"{root}/studies?limit=1", (("Accept", JSON), ("Origin", FOREIGN_ORIGIN)), peek=True)
    )
    if behind:
        asks.append(partial(http.send_as_is, "GET", origin, f"{behind}/system", _PLAIN))
    came = side_by_side(asks)
    count = len(doors(root))
    return ExposureLook(tuple(came[:count]), came[count + 1] if behind else None, came[count])


def doors(root: str) -> Sequence[str]:
    """Addresses of Orthanc's REST API, its own pages and the rest of its DICOMweb plugin, wherever a proxy may have put them."""
    scheme, _, rest = root.partition("://")
    place, _, path = rest.partition("/")
    origin = f"{scheme}://{place}"
    parent = origin
    if path:
        parent = f"{origin}/{path}".rpartition("/")[0]
    found = [
        f"{base}{door}"
        for base in (origin, parent, root)
        for door in ("/system", "/instances", "/app/explorer.html")
        # Of DICOMweb itself.
        if not (base == root and door == "/instances")
    ]
    return tuple(dict.fromkeys([*found, f"{root}/servers"]))


def is_orthancs(received: Received | None) -> bool:
    """Whether that came from Orthanc's REST API or pages, or asks for its login."""
    if received is None:
        return False
    if received.status == 401:
        return REALM in received.header("WWW-Authenticate")
    if received.status != 200:
        return False
    if b"Orthanc Explorer" in received.body:
        return True
    return not received.is_html() and _is_rest(received)


def _is_rest(received: Received) -> bool:
    try:
        found = received.json()
    except ValueError:
        return False
    if isinstance(found, dict):
        return "ApiVersion" in found
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


_PLAIN = (("Accept", "application/json, text/html"),)
