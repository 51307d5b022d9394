"""Orthanc's REST API and its own pages: they can read, change and delete everything, and run scripts."""

from __future__ import annotations

from collections.abc import Sequence

from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.dicomweb.exposed_images import NOTHING_SEEN
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.kinds.orthanc.login import REALM
from ohif_setup.kinds.own import RestApi
from ohif_setup.network.wire.exchange import Received

# Answers with `ApiVersion` and needs no resource to exist, so it identifies the API on an empty server too.
SYSTEM = "/system"


def doors(root: str) -> Sequence[str]:
    """Addresses of its REST API, its own pages and the rest of its DICOMweb plugin, wherever a proxy may have mapped them."""
    # A proxy usually maps the API to the top of the host, beside the root (`/orthanc/` for `/orthanc/dicom-web`), or below it.
    scheme, _, rest = root.partition("://")
    place, _, path = rest.partition("/")
    origin = f"{scheme}://{place}"
    parent = origin
    if path:
        parent = f"{origin}/{path}".rpartition("/")[0]
    found = [
        f"{base}{door}"
        for base in (origin, parent, root)
        for door in (SYSTEM, "/instances", "/app/explorer.html")
        # `/instances` below the root belongs to DICOMweb itself, which the viewer needs.
        if not (base == root and door == "/instances")
    ]
    # `/servers` of the plugin makes Orthanc send requests to other servers.
    return tuple(dict.fromkeys([*found, f"{root}/servers"]))


def wrote(received: Received | None) -> bool:
    """Whether the answer comes from Orthanc's REST API or pages, or asks for its login."""
    if received is None:
        return False
    if received.status == 401:
        return REALM in received.header("WWW-Authenticate")
    if received.status != 200:
        return False
    if b"Orthanc Explorer" in received.body:
        return True
    return not received.is_html() and _is_rest(received)


def open_by_server(server: Server, path: str, status: int | None) -> Fault:
    """The fault if Orthanc serves the viewer: its plugin ServeFolders cannot restrict the rest of the API."""
    return Fault(
        "FM76",
        "Orthanc serves the viewer itself, so its whole REST API is open to everyone who can open the viewer",
        NOTHING_SEEN,
        f"{path} answers {status}. This route is meant for development.",
        (Fix("Best", f"before others use it: {web_server.instead_of_server(server)}"),),
        "warn",
    )


def _is_rest(received: Received) -> bool:
    try:
        found = received.json()
    except ValueError:
        return False
    if isinstance(found, dict):
        return "ApiVersion" in found
    return isinstance(found, list) and all(isinstance(name, str) for name in found)


REST_API = RestApi(doors=doors, door=SYSTEM, wrote=wrote, open_by_server=open_by_server)
