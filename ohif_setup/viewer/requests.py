"""The requests that OHIF sends to a DICOMweb server, with the headers that decide about CORS.

Measured with OHIF 3.13.2 and 3.11.1; thumbnails are drawn from frames (`thumbnailRendering: 'wadors'`), so they add no kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ohif_setup.viewer import versions

Kind = Literal["search", "series", "metadata", "frames", "thumbnail", "bulk", "store", "capabilities", "read", "write"]

UNKNOWN_UID = "1.2.826.0.1.3680043.10.1338.1"
"""A made-up UID: a preflight and an anonymous GET need no study that exists."""

JSON = "application/dicom+json"
QUOTED_FRAMES = 'multipart/related; type="application/octet-stream"; transfer-syntax="*"'
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


def dicomweb_requests(root: str, version: str, *, uploads: bool, fuzzy: bool) -> tuple[ViewerRequest, ...]:
    """The kinds of request to a DICOMweb server at `root`, in the order in which a person meets them."""
    study = f"{root}/studies/{UNKNOWN_UID}"
    series = f"{study}/series/{UNKNOWN_UID}.1"
    json_accept = JSON if versions.parse(version) >= (3, 12) else QUOTED_JSON
    requests = (
        ViewerRequest(
            "search",
            "GET",
            f"{root}/studies?limit=101&offset=0&fuzzymatching={'true' if fuzzy else 'false'}"
            f"&includefield={_LIST_FIELDS if versions.parse(version) >= (3, 12) else _LIST_FIELDS_311}",
            (("accept", JSON),),
            "the study list stays empty",
        ),
        ViewerRequest(
            "series",
            "GET",
            f"{study}/series?includefield=00080021,00080031,0008103E,00200011",
            (("accept", json_accept),),
            "the study list shows, a study does not open",
        ),
        ViewerRequest(
            "metadata",
            "GET",
            f"{series}/metadata",
            (("accept", json_accept),),
            "the study list shows, a study does not open",
        ),
        ViewerRequest(
            "frames",
            "GET",
            f"{series}/instances/{UNKNOWN_UID}.1.1/frames/1",
            (("accept", QUOTED_FRAMES),),
            "the study list shows, images stay black",
        ),
    )
    if not uploads:
        return requests
    store = ViewerRequest(
        "store",
        "POST",
        f"{root}/studies",
        (("accept", "*/*"), ("content-type", 'multipart/related; type="application/dicom"; boundary=ohif')),
        "viewing works, an upload fails at once",
    )
    return (*requests, store)


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
