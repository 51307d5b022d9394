"""Finds the root of Orthanc's DICOMweb plugin.

Measured with Orthanc 1.10 and plugin 1.7: the plugin reports its root at `/info`, the REST API reports it at `/plugins/dicom-web`,
and every error of both contains the path that Orthanc received.
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
PLUGIN_IS_THERE = "Its DICOMweb plugin is loaded: check DicomWeb.Enable and DicomWeb.Root in Orthanc's configuration"
# With RemoteAccessAllowed false, Debian's default, Orthanc answers other machines with the same 401 as a wrong password (measured).
REMOTE = (
    "The 401 may also mean that Orthanc rejects requests from other machines. Then set RemoteAccessAllowed to true in its "
    "configuration, together with AuthenticationEnabled and a user."
)
WITH_PLUGIN = "Orthanc with its DICOMweb plugin"

_GIVE_ROOT = "Give its DICOMweb root, such as http://HOST:8042/dicom-web (DicomWeb.Root in Orthanc's configuration)"
_PLAIN = (("Accept", "application/json"),)


def find_root(http: Http, root: str, first: Exchange) -> Found:
    """What Orthanc is missing if it answered without DICOMweb at that address: another root, a login, or the plugin."""
    guess = parse_dicomweb_url(_rest_root(root), orthanc=True)
    if first.status == 401:
        name = "Orthanc, which asks for a login (401)"
        note = REMOTE
        if is_loopback(parts_of(root).host):
            note = ""
        return Found("orthanc", name, guess, first, fits=True, login="basic", note=note)
    # `/plugins/dicom-web` reports the root, `/dicom-web/info` proves the default one, `/plugins` lists the loaded plugins.
    # Asked at the top of the host as well, in case the typed path is not a page of Orthanc.
    bases = dict.fromkeys([_rest_root(root), origin_of(root)])
    asked = [f"{base}{path}" for base in bases for path in ("/plugins/dicom-web", "/dicom-web/info", "/plugins")]
    answers = side_by_side([partial(http.send, "GET", url, _PLAIN, peek=True) for url in asked])
    for answer in answers:
        candidate = _named_root(answer)
        # A reported root counts only once a search succeeds there: behind a proxy the path may be another.
        searched = search(http, candidate) if candidate else None
        if searched and searched.received and is_dicomweb_list(searched.received):
            return Found("orthanc", WITH_PLUGIN, candidate, searched, fits=True, proven=True)
    plugins = [answer.received for answer in answers if answer.sent.url.endswith("/plugins") and answer.status == 200]
    if any(b'"dicom-web"' not in received.body for received in plugins if received):
        name = "Orthanc without its DICOMweb plugin"
        return Found("orthanc", name, guess, first, advice=INSTALL_PLUGIN, lacks_part=True)
    # Without an answer from `/plugins` nothing is known about the plugin, for example behind a proxy that hides the REST API.
    advice = _GIVE_ROOT
    if plugins:
        advice = PLUGIN_IS_THERE
    return Found("orthanc", "Orthanc, but no DICOMweb at this address", guess, first, advice=advice)


def _named_root(exchange: Exchange) -> str:
    """The DICOMweb root that Orthanc's REST API or the plugin reports in this answer; empty if it reports none."""
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
    # `RootUri` is relative to Orthanc's own pages in `/app/`, and points to the plugin's page in `/app/` below the root.
    base = exchange.sent.url.removesuffix("/plugins/dicom-web")
    root = resolve(f"{base}/app/explorer.html", page.partition("/app/")[0])
    # A hostile answer must not send the search, and later the viewer, to another host.
    if not is_same_origin(root, base):
        return ""
    return root.rstrip("/")


def _rest_root(url: str) -> str:
    """The start of Orthanc's REST API, derived from the address of one of its pages."""
    return re.sub(r"/(app|ui|system|plugins|patients|modalities|tools|stone-webviewer|ohif)(/.*)?\Z", "", url)
