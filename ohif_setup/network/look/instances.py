"""Finds an existing study, series and instance on a DICOMweb server that requires no sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ohif_setup.network.look.archive import UID, bulk_urls
from ohif_setup.network.wire.http import Http
from ohif_setup.ohif.requests import JSON, Uids


@dataclass(frozen=True)
class SampleInstance:
    """`bulk_url` is the first BulkDataURI of its metadata, as an absolute address; empty if there is none."""

    uids: Uids
    bulk_url: str = ""


def find_instance(http: Http, root: str) -> SampleInstance | None:
    """The first instance that searches without a token return; None if there is none or a search fails."""
    # Each search needs the result of the one before.
    study = _first_uid(http, f"{root}/studies", "0020000D")
    series = study and _first_uid(http, f"{root}/studies/{study}/series", "0020000E")
    instance = series and _first_uid(http, f"{root}/studies/{study}/series/{series}/instances", "00080018")
    if not instance:
        return None
    url = f"{root}/studies/{study}/series/{series}/instances/{instance}/metadata"
    return SampleInstance(Uids(study, series, instance), next(bulk_urls(_json(http, url), url), ""))


def _first_uid(http: Http, url: str, tag: str) -> str:
    match _json(http, f"{url}?limit=1"):
        case [dict() as found, *_]:
            match found.get(tag):
                case {"Value": [str() as uid, *_]} if UID.fullmatch(uid):
                    return uid
    return ""


def _json(http: Http, url: str) -> Any:
    received = http.send("GET", url, (("Accept", JSON),)).received
    if received is None or received.status != 200:
        return None
    try:
        return received.json()
    except ValueError:
        return None
