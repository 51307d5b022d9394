"""Finds the server and its DICOMweb root at an address that a user typed, with GETs without a token. Each kind of server says how
it is recognised (`kinds.kind.Signs`)."""

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
    """The server that was found. `kind` is None if nothing answered; `exchange` then says why, otherwise it is the deciding answer.

    `url` is the DICOMweb root in the form of the answers file; `proven`: it answered a search. `login` is the scheme with which the
    server asks for credentials: `basic`, `bearer` or empty. `note` is another possible meaning of its answer.
    `advice` says what to do if the server does not fit; `lacks_part`: a part of it must be installed first.
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
    """Observations of a server behind the site's web server. `host` concerns the addresses in its answers: `right`, `fixed` to a
    host other than the requested one (`fixed_to`), or `unknown`. `wants_login`: it answered 401. `lacks_part`: a part of it must be
    installed."""

    host: Literal["right", "fixed", "unknown"] = "unknown"
    fixed_to: str = ""
    wants_login: bool = False
    lacks_part: bool = False


def addresses_of(text: str) -> tuple[str, ...]:
    """The addresses that a typed text may mean, the most likely first: with https and http if it has no scheme.

    Everything after `?` or `#` is cut off, as users copy it from the browser's address bar, unless a kind parses its own addresses.
    Raises ValueError whose text ends a sentence.
    """
    pasted.bounded(text)
    meant = kind_meant(text)
    if meant:
        return (meant.parse_root(text),)
    text = pasted.trimmed(text)
    # Only in what is clearly a URL. Anything else with these characters is refused by the parser below.
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
    """The server at that address. Raises ValueError as `addresses_of` does; never raises for network failures."""
    first, *others = addresses_of(text)
    found = _find_at(http, first)
    if found.kind is not None:
        return found
    for url in others:
        alternative = _find_at(http, url)
        if alternative.kind is not None:
            return alternative
    # Nothing answered anywhere: report the most likely address.
    return found


def _normal(text: str) -> str:
    address = parse_address(text, http="anywhere")
    if "*" in address.host:
        raise ValueError("has a * in it: give the address of one server")
    return address.origin + address.path.rstrip("/")


def lets_browsers_in(http: Http, root: str, origin: str) -> bool:
    """Whether the server allows `origin` in its answer to the preflight of a search (CORS)."""
    asked = (
        ("Origin", origin),
        ("Access-Control-Request-Method", "GET"),
        ("Access-Control-Request-Headers", "accept,authorization"),
    )
    received = http.send("OPTIONS", f"{root}/studies", asked).received
    return received is not None and received.header("Access-Control-Allow-Origin") in ("*", origin)


def named_origins(found: Found) -> tuple[str, ...]:
    """The distinct origins in the retrieve URLs (00081190) of a proven server's study list."""
    if not found.proven:
        return ()
    addresses = (first_value(dataset, RETRIEVE_URL) for dataset in datasets_of(found.exchange))
    return tuple(dict.fromkeys("/".join(address.split("/")[:3]) for address in addresses if has_origin(address)))


def search(http: Http, root: str) -> Exchange:
    """A search for one study below a DICOMweb root."""
    return http.send("GET", f"{root}/studies?limit=1", (("Accept", JSON),))


def _find_at(http: Http, url: str) -> Found:
    # A kind that recognises the address by its host knows the root, too.
    if kind_meant(url):
        return _named(search(http, url), url)
    root = _without_resource(url)
    roots = [root]
    # For a host without a path, try the usual paths of every kind. All requests go out at the same time.
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
    # 1. An answer that identifies a kind for certain.
    named = [_named(each, url) for each in searches]
    for found in named:
        if _names_itself(found.kind):
            return found
    # 2. The address itself answers as a DICOMweb root; a probe may tell the kind, otherwise it is the general one.
    shown = [kind for (kind, probe), answer in zip(probes, probed, strict=True) if _shows(probe, answer)]
    if is_dicomweb_list(first.received):
        kind = next(iter(shown), KINDS[KINDS.last])
        return Found(kind.name, kind.signs.name, root, first, fits=True, proven=True)
    # 3. The kind is known but the root is elsewhere: the kind looks for it and explains what is missing.
    shown += [kind for kind in KINDS.values() if kind.name == named[0].kind]
    for kind in shown:
        if kind.signs.find_root:
            return kind.signs.find_root(http, root, first)
    # 4. No sign of any kind: accept a root that a kind finds only if it answers a search.
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
    """Whether that is a kind whose answer to a search is sufficient proof, because its root is known from the address."""
    return name in KINDS and name != KINDS.last and KINDS[str(name)].signs.find_root is None


def _named(exchange: Exchange, root: str) -> Found:
    """The server that one answer to a search indicates."""
    if exchange.received is None:
        return Found(None, "", root, exchange)
    found = recognise(exchange.received, exchange.sent.url)
    url = root
    if _names_itself(found.kind):
        url = KINDS[found.kind].parse_root(root)
    return Found(found.kind, found.name, url, exchange, fits=found.fits, tenant_id=found.tenant_id)


def _with_login(found: Found) -> Found:
    """Adds the login that an unidentified server asks for with a 401."""
    received = found.exchange.received
    if received is None or received.status != 401 or found.kind != KINDS.last:
        return found
    schemes = received.header("WWW-Authenticate").lower()
    login, asked_for = "bearer", "a token"
    if "basic" in schemes:
        login, asked_for = "basic", "a login"
    return replace(found, name=f"a DICOMweb server that asks for {asked_for} (401)", login=login, fits=True)


def _without_resource(url: str) -> str:
    """The address without the part after the root that the copied address of a study has."""
    return re.sub(r"/(studies|series|instances)(/.*)?\Z", "", url)
