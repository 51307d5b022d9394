"""Everything that is asked of one service about CORS: every kind of request from every viewer origin, and from strangers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from ohif_setup.network.addresses import addresses_of
from ohif_setup.network.cors import CorsLook, Strangers, look_at_cors, look_at_strangers
from ohif_setup.network.http import Http, Token
from ohif_setup.network.parallel import side_by_side
from ohif_setup.servers.recognise import ServerKind, recognise
from ohif_setup.viewer.requests import JSON, MADE_UP, Uids, ViewerRequest, dicomweb_requests, fhir_requests


@dataclass(frozen=True)
class Wanted:
    """What to ask of a service: `url` is its root, `signs_in` says that the viewer sends a token there, `token` is one to try
    (never sent to a FHIR service, whose audience is another)."""

    url: str
    kind: ServerKind
    origins: tuple[str, ...]
    version: str
    uploads: bool
    signs_in: bool
    token: Token | None = None
    uids: Uids = MADE_UP

    @property
    def requests(self) -> tuple[ViewerRequest, ...]:
        """The kinds of request that OHIF sends there."""
        if self.kind == "fhir":
            return fhir_requests(self.url)
        azure = self.kind == "azure-dicom"
        return dicomweb_requests(
            self.url, self.version, uploads=self.uploads, fuzzy=azure, bulk=not azure, uids=self.uids
        )


@dataclass(frozen=True)
class ServiceLook:
    """What came. `addresses` are those of the service and of each viewer origin, empty where a name does not resolve."""

    wanted: Wanted
    looks: tuple[CorsLook, ...]
    strangers: Strangers
    service_addresses: tuple[str, ...]
    origin_addresses: tuple[tuple[str, tuple[str, ...]], ...]


def look_at_service(http: Http, wanted: Wanted) -> ServiceLook:
    """All requests side by side, at most eight to one host at a time."""
    requests = wanted.requests
    asks = [
        partial(look_at_cors, http, wanted.url, origin, request, signs_in=wanted.signs_in, token=wanted.token)
        for origin in wanted.origins
        for request in requests
    ]
    strangers: list[Strangers] = []
    looks: list[CorsLook] = []
    addresses: list[tuple[str, ...]] = []
    hosts = [_host(wanted.url), *map(_host, wanted.origins)]
    side_by_side(
        [
            lambda: looks.extend(side_by_side(asks)),
            lambda: strangers.append(look_at_strangers(http, wanted.url, requests[0])),
            lambda: addresses.extend(_addresses(hosts, http.timeout)),
        ]
    )
    return ServiceLook(
        wanted, tuple(looks), strangers[0], addresses[0], tuple(zip(wanted.origins, addresses[1:], strict=True))
    )


def recognised_kind(http: Http, url: str) -> ServerKind:
    """What a service is, by its answer to a search without a token; a DICOMweb server when it does not say."""
    if ".fhir.azurehealthcareapis." in _host(url):
        return "fhir"
    received = http.send("GET", f"{url}/studies?limit=1", (("Accept", JSON),)).received
    return recognise(received).kind if received else "dicomweb"


def _addresses(hosts: Sequence[str], timeout: float) -> list[tuple[str, ...]]:
    return side_by_side([partial(addresses_of, host, timeout) for host in hosts])


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
