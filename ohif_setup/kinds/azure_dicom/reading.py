"""How existing data sources for the Azure DICOM service are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ohif_setup.kinds.kind import SourceReading

if TYPE_CHECKING:
    from ohif_setup.config_js.lint.remark import ConfigTable, Remark

# The public and the US Government cloud; no documented zone exists for the others.
_HOST = re.compile(r"\.dicom\.azurehealthcareapis\.(?:com|us)$", re.IGNORECASE)
# The partition is part of the root if the service was created with data partitions.
_VERSION = re.compile(r"/v[12](?:/partitions/[^/]+)?")
_SYNTAXES = ("*", "1.2.840.10008.1.2.1")
"""Transfer syntaxes that the service accepts for a frame (JPEG 2000 only as image/jp2)."""
# Options for which only one value works with the service.
_DECIDED = {
    "qidoRoot", "dicomUploadEnabled", "supportsFuzzyMatching", "supportsWildcard", "omitQuotationForMultipartRequest",
    "supportsReject", "wadoUriRoot", "imageRendering", "thumbnailRendering", "requestTransferSyntaxUID", "acceptHeader",
    "singlepart", "staticWado",
}  # fmt: skip


def at(host: str) -> bool:
    """Whether the host is that of an Azure DICOM service: each cloud has one domain for them."""
    return bool(_HOST.search(host))


def decides(key: str, value: Any) -> bool:
    """Whether the tool sets the option: most have only one working value, and a limit must be from 1 to 200."""
    if key == "queryLimit":
        return not (isinstance(value, int) and 1 <= value <= 200)
    return key in _DECIDED


def remarks(options: ConfigTable, path: str) -> Iterator[Remark]:
    """Options that the service does not support, or answers with an error."""
    # Sources: Microsoft's conformance statement (v2) and the source of dicom-server. `fm` is the failure mode.
    if not _VERSION.fullmatch(path):
        wrong = "The address of an Azure DICOM service ends in its version; without it the answer is 404."
        yield options.remark("azure-version", "error", "qidoRoot", wrong, "End every root in /v2", fm="FM22")
    if options.get("imageRendering") != "wadors":
        wrong = "The Azure DICOM service does not support WADO-URI, so no image loads."
        yield options.remark("azure-rendering", "error", "imageRendering", wrong, "Write imageRendering: 'wadors'")
    if options.get("supportsWildcard") is True:
        wrong = "Azure takes the * in *name* literally, so every filter empties the list."
        yield options.remark(
            "azure-wildcard", "error", "supportsWildcard", wrong, "Write supportsWildcard: false", fm="FM34"
        )
    limit = options.get("queryLimit")
    if isinstance(limit, int | float) and not 1 <= limit <= 200:
        wrong = "Azure answers 400 to a limit outside 1 to 200."
        yield options.remark("azure-limit", "error", "queryLimit", wrong, "Write queryLimit: 200 or less", fm="FM35")
    if options.get("supportsReject") is True:
        wrong = "Only dcm4chee can reject studies; Azure cannot."
        yield options.remark("reject", "error", "supportsReject", wrong, "Write supportsReject: false")
    if options.get("omitQuotationForMultipartRequest") is True:
        wrong = "Azure answers 406 to the unquoted form of OHIF up to 3.11, and no study opens."
        yield options.remark(
            "azure-quotes", "warning", "omitQuotationForMultipartRequest", wrong, "Remove it", fm="FM29"
        )
    if options.text("thumbnailRendering") in ("thumbnail", "thumbnailDirect"):
        wrong = "Azure does not support /thumbnail."
        yield options.remark(
            "azure-thumbnail", "warning", "thumbnailRendering", wrong, "Write thumbnailRendering: 'wadors'", fm="FM39"
        )
    syntax = options.get("requestTransferSyntaxUID")
    if isinstance(syntax, str) and syntax not in _SYNTAXES:
        wrong = "Azure answers 406 to this transfer syntax."
        yield options.remark("azure-syntax", "error", "requestTransferSyntaxUID", wrong, "Remove it", fm="FM31")


READING = SourceReading(
    at=at,
    decides=decides,
    remarks=remarks,
)
