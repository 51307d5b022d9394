"""What is at an address that somebody typed: asks without a token, by GET alone, and finds the DICOMweb root. By which signs a kind
of server is recognised, the kind itself knows (`kinds.kind.Signs`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from ohif_setup.browser.foreign import parts_of
from ohif_setup.browser.origin import has_origin
from ohif_setup.kinds import KINDS, kind_meant
from ohif_setup.network.look.archive import RETRIEVE_URL, datasets_of, first_value
from ohif_setup.network.look.recognise import is_dicomweb_list, recognise
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.ohif.requests import JSON
from ohif_setup.paste import pasted
from ohif_setup.paste.urls import is_loopback, origin_of, parse_address

if TYPE_CHECKING:
    from ohif_setup.kinds.kind import Probe


@dataclass(frozen=True)
class Found:
    """What is there. `kind` is empty where nothing answered, and `exchange` then says why; else it is the answer that decided.

    `url` is the DICOMweb root as the answers keep it; `proven` says that it answered as one. `login` is the way in which the
    server asks who is there: `basic`, `bearer` or empty. `note` is what else its answer may mean.
    `advice` is what to do where it does not fit, and `lacks_part`: a part of it has to be installed for that.
    """

    kind: str | None
    name: str
    url: str
    exchange: Exchange
    fits: bool = False
    proven: bool = False
    tenant_id: str = ""
    login: str = ""
    note: str = ""
    advice: str = ""
    lacks_part: bool = False

    @property
    def origin(self) -> str:
        """Scheme, host and port of `url`."""
        return origin_of(self.url)


@dataclass(frozen=True)
class ServerSeen:
    """What one look at a server behind the site's web server found. `host` is about the addresses in its answers: `right`, `fixed`
    to another host than was asked (`fixed_to`), or `unknown`. `wants_login`: it answered 401. `lacks_part`: a part of it has to be
    installed."""

    host: Literal["right", "fixed", "unknown"] = "unknown"
    fixed_to: str = ""
    wants_login: bool = False
    lacks_part: bool = False


def addresses_of(text: str) -> tuple[str, ...]:
    """The addresses that somebody may mean who typed that, likelier first: http too where no scheme was typed.

    What a browser's address line has after `?` or `#` is cut off, except where a kind reads its own addresses. Raises ValueError
    with the end of a sentence.
    """
    pasted.bounded(text)
    meant = kind_meant(text)
    if meant:
        return (meant.parse_root(text),)
    text = pasted.trimmed(text)
    if "://" in text:
        text = re.split(r"[?#]", text, maxsplit=1)[0]
    if text and "://" not in text and re.fullmatch(r"[\w.-]+(:\d+)?(/\S*)?", text, re.ASCII):
        schemes = ["https", "http"]
        # On this machine, or with an explicit port, a server more likely speaks http.
        if is_loopback(text.split("/", 1)[0].partition(":")[0]) or re.match(r"[^/]+:\d", text):
            schemes.reverse()
        return tuple(_normal(f"{scheme}://{text}") for scheme in schemes)
    return (_normal(text),)


def find(http: Http, text: str) -> Found:
    """What is at that address. Raises ValueError as `addresses_of` does; never raises for what the network does."""
    found = [_find_at(http, url) for url in addresses_of(text)[:1]]
    for url in addresses_of(text)[1:]:
        if found[-1].kind is None:
            found.append(_find_at(http, url))
    return next((each for each in found if each.kind), found[0])


def _normal(text: str) -> str:
    address = parse_address(text, http="anywhere")
    if "*" in address.host:
        raise ValueError("has a * in it: give the address of one server")
    return address.origin + address.path.rstrip("/")


def lets_browsers_in(http: Http, root: str, origin: str) -> bool:
    """Whether the server answers the preflight that a page at `origin` sends before a search (CORS)."""
    asked = (
        ("Origin", origin),
        ("Access-Control-Request-Method", "GET"),
        ("Access-Control-Request-Headers", "accept,authorization"),
    )
    received = http.send("OPTIONS", f"{root}/studies", asked).received
    return received is not None and received.header("Access-Control-Allow-Origin") in ("*", origin)


def named_origins(found: Found) -> tuple[str, ...]:
    """The origins that a proven server writes into its list of studies (00081190), each once. Empty where it lists none."""
    if not found.proven:
        return ()
    addresses = (first_value(dataset, RETRIEVE_URL) for dataset in datasets_of(found.exchange))
    return tuple(dict.fromkeys("/".join(address.split("/")[:3]) for address in addresses if has_origin(address)))


def search(http: Http, root: str) -> Exchange:
    """The search for one study below a DICOMweb root."""
    return http.send("GET", f"{root}/studies?limit=1", (("Accept", JSON),))


def _find_at(http: Http, url: str) -> Found:
    if kind_meant(url):
        return _named(search(http, url), url)
    root = _without_resource(url)
    roots = [root]
    if not parts_of(root).path:
        roots += [root + path for kind in KINDS.values() for path in kind.signs.roots]
    probes = [(kind, probe) for kind in KINDS.values() for probe in kind.signs.probes]
    answers = side_by_side(
        [
            *(partial(search, http, each) for each in roots),
            *(partial(_probe, http, root, probe) for _, probe in probes),
        ]
    )
    searches, probed = answers[: len(roots)], answers[len(roots) :]
    first = searches[0]
    if first.received is None:
        return Found(None, "", root, first)
    named = [_named(each, url) for each in searches]
    for found in named:
        if _names_itself(found.kind):
            return found
    shown = [kind for (kind, probe), answer in zip(probes, probed, strict=True) if _shows(probe, answer)]
    if is_dicomweb_list(first.received):
        kind = next(iter(shown), KINDS[KINDS.last])
        return Found(kind.name, kind.signs.name, root, first, fits=True, proven=True)
    shown += [kind for kind in KINDS.values() if kind.name == named[0].kind]
    for kind in shown:
        if kind.signs.find_root:
            return kind.signs.find_root(http, root, first)
    for kind in KINDS.values():
        if kind.signs.find_root:
            elsewhere = kind.signs.find_root(http, root, first)
            if elsewhere.proven:
                return elsewhere
    return _with_login(named[0])


def _probe(http: Http, root: str, probe: Probe) -> Exchange:
    return http.send("GET", f"{root}{probe.path}", (("Accept", probe.accept),), peek=True)


def _shows(probe: Probe, answer: Exchange) -> bool:
    return answer.received is not None and probe.shows(answer.received)


def _names_itself(name: str | None) -> bool:
    """Whether that is a kind whose answer to a search is proof enough: the root has not to be found."""
    return name in KINDS and name != KINDS.last and KINDS[str(name)].signs.find_root is None


def _named(exchange: Exchange, root: str) -> Found:
    """What one answer to a search says."""
    if exchange.received is None:
        return Found(None, "", root, exchange)
    found = recognise(exchange.received, exchange.sent.url)
    url = root
    if _names_itself(found.kind):
        url = KINDS[found.kind].parse_root(root)
    return Found(found.kind, found.name, url, exchange, fits=found.fits, tenant_id=found.tenant_id)


def _with_login(found: Found) -> Found:
    """What a 401 of a server that does not name itself asks for."""
    received = found.exchange.received
    if received is None or received.status != 401 or found.kind != KINDS.last:
        return found
    shown = received.header("WWW-Authenticate").lower()
    login, words = "bearer", "a token"
    if "basic" in shown:
        login, words = "basic", "a login"
    return replace(found, name=f"a DICOMweb server that asks for {words} (401)", login=login, fits=True)


def _without_resource(url: str) -> str:
    """Without what a copied address of one study has behind the root."""
    return re.sub(r"/(studies|series|instances)(/.*)?\Z", "", url)
