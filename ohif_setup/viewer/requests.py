"""The requests that OHIF sends to a DICOMweb server, with the headers that decide about CORS.

Measured with OHIF 3.13.2 and 3.11.1; thumbnails are drawn from frames (`thumbnailRendering: 'wadors'`), so they add no kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ohif_setup.viewer import versions

Kind = Literal["search", "series", "metadata", "frames", "thumbnail", "bulk", "store", "capabilities", "read", "write"]


@dataclass(frozen=True)
class Uids:
    """The study, series and instance that the requests ask for."""

    study: str
    series: str
    instance: str


UNKNOWN_UID = "1.2.826.0.1.3680043.10.1338.1"
MADE_UP = Uids(UNKNOWN_UID, f"{UNKNOWN_UID}.1", f"{UNKNOWN_UID}.1.1")
"""Made-up UIDs: a preflight and an anonymous GET need no image that exists."""

JSON = "application/dicom+json"
QUOTED_FRAMES = 'multipart/related; type="application/octet-stream"; transfer-syntax="*"'
BULK = 'multipart/related; type="application/octet-stream"'
QUOTED_JSON = 'application/dicom+json, multipart/related; type="application/octet-stream"'
"""What OHIF up to 3.11 sends to `/series` and `/metadata` while the quotes are on."""


@dataclass(frozen=True)
class ViewerRequest:
    """One kind of request.

    `headers` are those that the viewer's script sets, without the token; `authorized` says whether it adds the token;
    `what_breaks` is what a person sees when the browser refuses it.
    """

    kind: Kind
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    what_breaks: str
    authorized: bool = True


def dicomweb_requests(
    root: str, version: str, *, uploads: bool, fuzzy: bool, bulk: bool = False, uids: Uids = MADE_UP
) -> tuple[ViewerRequest, ...]:
    """The kinds of request to a DICOMweb server at `root`, in the order in which a person meets them.

    `bulk`: the server hands out bulk data by address (the Azure DICOM service does not).
    """
    study = f"{root}/studies/{uids.study}"
    series = f"{study}/series/{uids.series}"
    instance = f"{series}/instances/{uids.instance}"
    recent = versions.parse(version) >= (3, 12)
    fields = _LIST_FIELDS if recent else _LIST_FIELDS_311
    search = f"{root}/studies?limit=101&offset=0&fuzzymatching={'true' if fuzzy else 'false'}&includefield={fields}"
    listing = f"{study}/series?includefield=00080021,00080031,0008103E,00200011"
    json_accept = JSON if recent else QUOTED_JSON
    requests = [
        _get("search", search, JSON, "the study list stays empty"),
        _get("series", listing, json_accept, "the study list shows, a study does not open"),
        _get("metadata", f"{series}/metadata", json_accept, "the study list shows, a study does not open"),
        _get("frames", f"{instance}/frames/1", QUOTED_FRAMES, "the study list shows, images stay black"),
    ]
    if bulk:
        what_breaks = "images show; PDF documents, structured reports and overlays stay blank"
        requests.append(_get("bulk", f"{instance}/bulk/00420011", BULK, what_breaks))
    if uploads:
        stored = (("accept", "*/*"), ("content-type", 'multipart/related; type="application/dicom"; boundary=ohif'))
        requests.append(
            ViewerRequest("store", "POST", f"{root}/studies", stored, "viewing works, an upload fails at once")
        )
    return tuple(requests)


def _get(kind: Kind, url: str, accept: str, what_breaks: str) -> ViewerRequest:
    return ViewerRequest(kind, "GET", url, (("accept", accept),), what_breaks)


_LIST_FIELDS = "00081030,00080060,00080090,00100030"
_LIST_FIELDS_311 = "00081030,00080060"


def fhir_requests(root: str) -> tuple[ViewerRequest, ...]:
    """What a page asks of a FHIR service: its statement without a token, then reading and writing with one."""
    return (
        ViewerRequest(
            "capabilities",
            "GET",
            f"{root}/metadata",
            (("accept", "application/fhir+json"),),
            "no FHIR data is found",
            authorized=False,
        ),
        ViewerRequest(
            "read",
            "GET",
            f"{root}/ImagingStudy?_count=1",
            (("accept", "application/fhir+json"),),
            "FHIR data cannot be read",
        ),
        ViewerRequest(
            "write",
            "POST",
            f"{root}/ImagingStudy",
            (("accept", "application/fhir+json"), ("content-type", "application/fhir+json")),
            "FHIR data cannot be written",
        ),
    )
