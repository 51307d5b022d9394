"""Data sources for the Azure DICOM service that somebody wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ohif_setup.kinds.kind import SourceReading

if TYPE_CHECKING:
    from ohif_setup.config_js.lint.remark import ConfigTable, Remark

_HOST = re.compile(r"\.dicom\.azurehealthcareapis\.(?:com|us)$", re.IGNORECASE)
_VERSION = re.compile(r"/v[12](?:/partitions/[^/]+)?")
_SYNTAXES = ("*", "1.2.840.10008.1.2.1")
"""What the service takes as transfer syntax of a frame (JPEG 2000 only as image/jp2)."""
_DECIDED = {
    "qidoRoot", "dicomUploadEnabled", "supportsFuzzyMatching", "supportsWildcard", "omitQuotationForMultipartRequest",
    "supportsReject", "wadoUriRoot", "imageRendering", "thumbnailRendering", "requestTransferSyntaxUID", "acceptHeader",
    "singlepart", "staticWado",
}  # fmt: skip


def at(host: str) -> bool:
    """The services are below one domain for each cloud."""
    return bool(_HOST.search(host))


def decides(key: str, value: Any) -> bool:
    """The service leaves no choice about most options, and takes a limit of 1 to 200."""
    if key == "queryLimit":
        return not (isinstance(value, int) and 1 <= value <= 200)
    return key in _DECIDED


def remarks(options: ConfigTable, path: str) -> Iterator[Remark]:
    """What the service does not know, or answers with an error."""
    if not _VERSION.fullmatch(path):
        wrong = "The address of an Azure DICOM service ends in its version; without it the answer is 404."
        yield options.remark("azure-version", "error", "qidoRoot", wrong, "End every root in /v2", fm="FM22")
    if options.get("imageRendering") != "wadors":
        wrong = "The Azure DICOM service has no WADO-URI, so no image comes."
        yield options.remark("azure-rendering", "error", "imageRendering", wrong, "Write imageRendering: 'wadors'")
    if options.get("supportsWildcard") is True:
        wrong = "Azure takes the * of *name* literally, and every filter empties the list."
        yield options.remark(
            "azure-wildcard", "error", "supportsWildcard", wrong, "Write supportsWildcard: false", fm="FM34"
        )
    limit = options.get("queryLimit")
    if isinstance(limit, int | float) and not 1 <= limit <= 200:
        wrong = "Azure answers 400 to a limit outside of 1 to 200."
        yield options.remark("azure-limit", "error", "queryLimit", wrong, "Write queryLimit: 200 or less", fm="FM35")
    if options.get("supportsReject") is True:
        wrong = "Only dcm4chee can reject; Azure cannot."
        yield options.remark("reject", "error", "supportsReject", wrong, "Write supportsReject: false")
    if options.get("omitQuotationForMultipartRequest") is True:
        wrong = "Up to OHIF 3.11 Azure answers 406 to the form without quotes, and no study opens."
        yield options.remark(
            "azure-quotes", "warning", "omitQuotationForMultipartRequest", wrong, "Take it out", fm="FM29"
        )
    if options.text("thumbnailRendering") in ("thumbnail", "thumbnailDirect"):
        wrong = "Azure has no /thumbnail."
        yield options.remark(
            "azure-thumbnail", "warning", "thumbnailRendering", wrong, "Write thumbnailRendering: 'wadors'", fm="FM39"
        )
    syntax = options.get("requestTransferSyntaxUID")
    if isinstance(syntax, str) and syntax not in _SYNTAXES:
        wrong = "Azure answers 406 to this transfer syntax."
        yield options.remark("azure-syntax", "error", "requestTransferSyntaxUID", wrong, "Take it out", fm="FM31")


READING = SourceReading(
    at=at,
    decides=decides,
    remarks=remarks,
)
