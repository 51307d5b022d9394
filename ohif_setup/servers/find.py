"""What is at an address that somebody typed: asks without a token, by GET alone, and finds the DICOMweb root.

The paths are those of Orthanc 1.10 and its DICOMweb plugin 1.7 (measured): the plugin names its root at `/info`, the REST API
names it at `/plugins/dicom-web`, and every error of either names the path that Orthanc received.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial

from ohif_setup.answers import pasted
from ohif_setup.answers.dicomweb import parse_dicomweb_url
from ohif_setup.answers.services import parse_dicom_url
from ohif_setup.answers.urls import is_loopback, origin_of, parse_address
from ohif_setup.browser.foreign import parts_of
from ohif_setup.browser.origin import has_origin
from ohif_setup.network.archive import RETRIEVE_URL, datasets_of, first_value
from ohif_setup.network.exchange import Exchange, Received
from ohif_setup.network.http import Http
from ohif_setup.network.origin import is_same_origin, resolve
from ohif_setup.network.parallel import side_by_side
from ohif_setup.servers.recognise import is_dicomweb_list, is_orthanc, is_orthanc_info, recognise
from ohif_setup.viewer.requests import JSON, UNKNOWN_UID

INSTALL_PLUGIN = "On Debian: sudo apt install orthanc-dicomweb, then: sudo systemctl restart orthanc"
PLUGIN_IS_THERE = "Its DICOMweb plugin is loaded: look at DicomWeb.Enable and DicomWeb.Root in Orthanc's configuration"

_GIVE_ROOT = "Give its DICOMweb root, as in http://HOST:8042/dicom-web (DicomWeb.Root in Orthanc's configuration)"
_ZONE = "azurehealthcareapis"
_PLAIN = (("Accept", "application/json"),)


@dataclass(frozen=True)
class Found:
    """What is there. `kind` is empty where nothing answered, and `exchange` then says why; else it is the answer that decided.

    `url` is the DICOMweb root as the answers keep it; `proven` says that it answered as one. `login` is the way in which the
    server asks who is there: `basic`, `bearer` or empty. `maybe_remote`: Orthanc's 401 may mean just that it lets nobody in from
    other machines. `advice` is what to do where it does not fit.
    """

    kind: str | None
    name: str
    url: str
    exchange: Exchange
    fits: bool = False
    proven: bool = False
    tenant_id: str = ""
    login: str = ""
    maybe_remote: bool = False
    advice: str = ""

    @property
    def origin(self) -> str:
        """Scheme, host and port of `url`."""
        return origin_of(self.url)


def addresses_of(text: str) -> tuple[str, ...]:
    """The addresses that somebody may mean who typed that, likelier first: http too where no scheme was typed.

    What a browser's address line has after `?` or `#` is cut off, except for Azure's. Raises ValueError with the end of a sentence.
    """
    pasted.bounded(text)
    if _ZONE in text.lower() or pasted.is_portal_page(text):
        return (parse_dicom_url(text),)
    text = re.split(r"[?#]", pasted.trimmed(text), maxsplit=1)[0] if "://" in text else pasted.trimmed(text)
    if text and "://" not in text and re.fullmatch(r"[\w.-]+(:\d+)?(/\S*)?", text, re.ASCII):
        secure = (f"https://{text}", f"http://{text}")
        local = is_loopback(text.split("/", 1)[0].partition(":")[0])
        return tuple(map(_normal, secure[::-1] if local or re.match(r"[^/]+:\d", text) else secure))
    return (_normal(text),)


def find(http: Http, text: str) -> Found:
    """What is at that address. Raises ValueError as `addresses_of` does; never raises for what the network does."""
    found = [_find_at(http, url) for url in addresses_of(text)[:1]]
    for url in addresses_of(text)[1:]:
        if found[-1].kind is None:
            found.append(_find_at(http, url))
    return next((one for one in found if one.kind), found[0])


def _normal(text: str) -> str:
    address = parse_address(text, http="anywhere")
    if "*" in address.host:
        raise ValueError("has a * in it: give the address of one server")
    return address.origin + address.path.rstrip("/")


def named_origins(found: Found) -> tuple[str, ...]:
    """The origins that a proven server writes into its list of studies (00081190), each once. Empty where it lists none."""
    if not found.proven:
        return ()
    addresses = (first_value(one, RETRIEVE_URL) for one in datasets_of(found.exchange))
    return tuple(dict.fromkeys("/".join(one.split("/")[:3]) for one in addresses if has_origin(one)))


def _find_at(http: Http, url: str) -> Found:
    if _ZONE in parts_of(url).netloc:
        return _named(_search(http, url), url)
    root = _without_resource(url)
    searched = [root] if parts_of(root).path else [root, f"{root}/v2"]
    *searches, info, error = side_by_side(
        [
            *(partial(_search, http, one) for one in searched),
            partial(http.send, "GET", f"{root}/info", _PLAIN, peek=True),
            # Through a proxy that passes DICOMweb alone, an error is what tells Orthanc from others.
            partial(http.send, "GET", f"{root}/studies/{UNKNOWN_UID}/metadata", (("Accept", JSON),), peek=True),
        ]
    )
    first = searches[0]
    if first.received is None:
        return Found(None, "", root, first)
    azure = [_named(one, url) for one, url in zip(searches, searched, strict=True)]
    for one in azure:
        if one.kind == "azure-dicom":
            return one
    if is_dicomweb_list(first.received):
        orthanc = _is_info(info) or _speaks_orthanc(error)
        kind: str = "orthanc" if orthanc else "dicomweb"
        name = "Orthanc with its DICOMweb plugin" if orthanc else "a DICOMweb server"
        return Found(kind, name, root, first, fits=True, proven=True)
    if any(map(_speaks_orthanc, (first, error))) or _is_info(info):
        return _orthanc(http, root, first)
    elsewhere = _orthanc(http, root, first)
    return elsewhere if elsewhere.proven else _with_login(azure[0])


def _orthanc(http: Http, root: str, first: Exchange) -> Found:
    """Orthanc answered, but no DICOMweb at that address: it lies elsewhere, or wants a login, or the plugin is missing."""
    guess = parse_dicomweb_url(_rest_root(root), orthanc=True)
    if first.status == 401:
        local = is_loopback(parts_of(root).host)
        name = "Orthanc, which asks for a login (401)"
        return Found("orthanc", name, guess, first, fits=True, login="basic", maybe_remote=not local)
    bases = dict.fromkeys([_rest_root(root), origin_of(root)])
    asked = [f"{base}{path}" for base in bases for path in ("/plugins/dicom-web", "/dicom-web/info", "/plugins")]
    answers = side_by_side([partial(http.send, "GET", one, _PLAIN, peek=True) for one in asked])
    for one in answers:
        candidate = _named_root(one)
        search = _search(http, candidate) if candidate else None
        if search and search.received and (is_dicomweb_list(search.received)):
            return Found("orthanc", "Orthanc with its DICOMweb plugin", candidate, search, fits=True, proven=True)
    plugins = [one.received for one in answers if one.sent.url.endswith("/plugins") and one.status == 200]
    if any(b'"dicom-web"' not in one.body for one in plugins if one):
        return Found("orthanc", "Orthanc without its DICOMweb plugin", guess, first, advice=INSTALL_PLUGIN)
    advice = PLUGIN_IS_THERE if plugins else _GIVE_ROOT
    return Found("orthanc", "Orthanc, but no DICOMweb at this address", guess, first, advice=advice)


def _named(exchange: Exchange, root: str) -> Found:
    """What one answer to a search says."""
    if exchange.received is None:
        return Found(None, "", root, exchange)
    one = recognise(exchange.received, exchange.sent.url)
    url = parse_dicom_url(root) if one.kind == "azure-dicom" else root
    return Found(one.kind, one.name, url, exchange, fits=one.fits, tenant_id=one.tenant_id)


def _with_login(found: Found) -> Found:
    """What a 401 of a server that is neither Azure's nor Orthanc asks for."""
    received = found.exchange.received
    if received is None or received.status != 401 or found.kind != "dicomweb":
        return found
    shown = received.header("WWW-Authenticate").lower()
    login = "basic" if "basic" in shown else "bearer"
    words = "a login" if login == "basic" else "a token"
    return replace(found, name=f"a DICOMweb server that asks for {words} (401)", login=login, fits=True)


def _search(http: Http, root: str) -> Exchange:
    return http.send("GET", f"{root}/studies?limit=1", (("Accept", JSON),))


def _is_info(exchange: Exchange) -> bool:
    return exchange.received is not None and is_orthanc_info(exchange.received)


def _speaks_orthanc(exchange: Exchange) -> bool:
    return exchange.received is not None and is_orthanc(exchange.received)


def _named_root(exchange: Exchange) -> str:
    """The DICOMweb root that Orthanc's REST API or the plugin names; empty when it names none."""
    received: Received | None = exchange.received
    if received is None or received.status != 200:
        return ""
    if is_orthanc_info(received):
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
    return root.rstrip("/") if is_same_origin(root, base) else ""


def _without_resource(url: str) -> str:
    """Without what a copied address of one study has behind the root."""
    return re.sub(r"/(studies|series|instances)(/.*)?\Z", "", url)


def _rest_root(url: str) -> str:
    """Where Orthanc's REST API would begin, from an address of one of its pages."""
    return re.sub(r"/(app|ui|system|plugins|patients|modalities|tools|stone-webviewer|ohif)(/.*)?\Z", "", url)
