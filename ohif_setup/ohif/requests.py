"""The requests that OHIF sends to a DICOMweb server, with the headers that matter for CORS.

Measured with OHIF 3.13.2 and 3.11.1; thumbnails are drawn from frames (`thumbnailRendering: 'wadors'`), so they add no kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ohif_setup.ohif import versions

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
# The quotes are what makes a browser ask first: a double quote is not allowed in a CORS-safelisted header value.
QUOTED_FRAMES = 'multipart/related; type="application/octet-stream"; transfer-syntax="*"'
BULK = 'multipart/related; type="application/octet-stream"'
QUOTED_JSON = 'application/dicom+json, multipart/related; type="application/octet-stream"'
"""What OHIF up to 3.11 sends to `/series` and `/metadata` unless `omitQuotationForMultipartRequest` is set."""


@dataclass(frozen=True)
class ViewerRequest:
    """One kind of request that the viewer sends.

    `headers` are those that its script sets, without the token; `authorized` says whether it adds the token; `what_breaks` is what
    users see when the browser refuses the request.
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
    """The kinds of request to a DICOMweb server at `root`, in the order in which a visit sends them.

    `bulk`: the server serves bulk data by address (BulkDataURI), which the Azure DICOM service does not.
    """
    newer = versions.parse(version) >= (3, 12)
    # includefield and fuzzymatching are always sent; 3.11 asks for two fewer fields.
    search = ViewerRequest(
        "search",
        "GET",
        f"{root}/studies?limit=101&offset=0&fuzzymatching={'true' if fuzzy else 'false'}"
        f"&includefield={_LIST_FIELDS if newer else _LIST_FIELDS_311}",
        (("accept", JSON),),
        "the study list stays empty",
    )
    requests = (search, *_reading(f"{root}/studies/{uids.study}", uids, JSON if newer else QUOTED_JSON))
    if bulk:
        instance = f"{root}/studies/{uids.study}/series/{uids.series}/instances/{uids.instance}"
        requests += (
            ViewerRequest(
                "bulk",
                "GET",
                f"{instance}/bulk/00420011",
                (("accept", BULK),),
                "images show, PDF documents, structured reports and overlays stay blank",
            ),
        )
    if not uploads:
        return requests
    store = ViewerRequest(
        "store",
        "POST",
        f"{root}/studies",
        # This content type is not safelisted either, so every upload is preceded by a preflight.
        (("accept", "*/*"), ("content-type", 'multipart/related; type="application/dicom"; boundary=ohif')),
        "viewing works, an upload fails at once",
    )
    return (*requests, store)


def _reading(study: str, uids: Uids, json_accept: str) -> tuple[ViewerRequest, ...]:
    """The requests that opening the study at that address sends."""
    series = f"{study}/series/{uids.series}"
    return (
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
            f"{series}/instances/{uids.instance}/frames/1",
            (("accept", QUOTED_FRAMES),),
            "the study list shows, images stay black",
        ),
    )


_LIST_FIELDS = "00081030,00080060,00080090,00100030"
_LIST_FIELDS_311 = "00081030,00080060"


def fhir_requests(root: str) -> tuple[ViewerRequest, ...]:
    """The requests of a page to a FHIR service: the capability statement without a token, then reading and writing with one."""
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
