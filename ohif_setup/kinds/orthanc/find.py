"""How the root of Orthanc's DICOMweb plugin is found.

The paths are those of Orthanc 1.10 and its DICOMweb plugin 1.7 (measured): the plugin names its root at `/info`, the REST API
names it at `/plugins/dicom-web`, and every error of either names the path that Orthanc received.
"""

from __future__ import annotations

import re
from functools import partial

from ohif_setup.browser.foreign import parts_of
from ohif_setup.kinds.orthanc import marks
from ohif_setup.network.look.find import Found, search
from ohif_setup.network.look.recognise import is_dicomweb_list
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.origin import is_same_origin, resolve
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.paste.dicomweb import parse_dicomweb_url
from ohif_setup.paste.urls import is_loopback, origin_of

INSTALL_PLUGIN = "On Debian: sudo apt install orthanc-dicomweb, then: sudo systemctl restart orthanc"
PLUGIN_IS_THERE = "Its DICOMweb plugin is loaded: look at DicomWeb.Enable and DicomWeb.Root in Orthanc's configuration"
REMOTE = (
    "The 401 may also mean that Orthanc lets nobody in from other machines. Then set RemoteAccessAllowed to true in its "
    "configuration, together with AuthenticationEnabled and a user."
)
WITH_PLUGIN = "Orthanc with its DICOMweb plugin"

_GIVE_ROOT = "Give its DICOMweb root, as in http://HOST:8042/dicom-web (DicomWeb.Root in Orthanc's configuration)"
_PLAIN = (("Accept", "application/json"),)


def find_root(http: Http, root: str, first: Exchange) -> Found:
    """Orthanc answered, but no DICOMweb at that address: it lies elsewhere, or wants a login, or the plugin is missing."""
    guess = parse_dicomweb_url(_rest_root(root), orthanc=True)
    if first.status == 401:
        name = "Orthanc, which asks for a login (401)"
        note = "" if is_loopback(parts_of(root).host) else REMOTE
        return Found("orthanc", name, guess, first, fits=True, login="basic", note=note)
    # `/plugins/dicom-web` names the root, `/dicom-web/info` proves the default one, `/plugins` tells whether it is loaded.
    bases = dict.fromkeys([_rest_root(root), origin_of(root)])
    asked = [f"{base}{path}" for base in bases for path in ("/plugins/dicom-web", "/dicom-web/info", "/plugins")]
    answers = side_by_side([partial(http.send, "GET", url, _PLAIN, peek=True) for url in asked])
    for answer in answers:
        candidate = _named_root(answer)
        searched = search(http, candidate) if candidate else None
        if searched and searched.received and is_dicomweb_list(searched.received):
            return Found("orthanc", WITH_PLUGIN, candidate, searched, fits=True, proven=True)
    plugins = [answer.received for answer in answers if answer.sent.url.endswith("/plugins") and answer.status == 200]
    if any(b'"dicom-web"' not in received.body for received in plugins if received):
        name = "Orthanc without its DICOMweb plugin"
        return Found("orthanc", name, guess, first, advice=INSTALL_PLUGIN, lacks_part=True)
    advice = PLUGIN_IS_THERE if plugins else _GIVE_ROOT
    return Found("orthanc", "Orthanc, but no DICOMweb at this address", guess, first, advice=advice)


def _named_root(exchange: Exchange) -> str:
    """The DICOMweb root that Orthanc's REST API or the plugin names; empty when it names none."""
    received = exchange.received
    if received is None or received.status != 200:
        return ""
    if marks.is_info(received):
        return exchange.sent.url.removesuffix("/info")
    try:
        said = received.json()
    except ValueError:
        return ""
    page = said.get("RootUri") if isinstance(said, dict) else None
    if not isinstance(page, str) or "/app/" not in page:
        return ""
    # Relative to Orthanc's own pages, which lie in `/app/`.
    base = exchange.sent.url.removesuffix("/plugins/dicom-web")
    root = resolve(f"{base}/app/explorer.html", page.partition("/app/")[0])
    if not is_same_origin(root, base):
        return ""
    return root.rstrip("/")


def _rest_root(url: str) -> str:
    """Where Orthanc's REST API would begin, from an address of one of its pages."""
    return re.sub(r"/(app|ui|system|plugins|patients|modalities|tools|stone-webviewer|ohif)(/.*)?\Z", "", url)
