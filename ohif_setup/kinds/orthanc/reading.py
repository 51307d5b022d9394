"""How existing data sources for Orthanc are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ohif_setup.kinds.kind import SourceReading

if TYPE_CHECKING:
    from ohif_setup.config_js.lint.remark import ConfigTable, Remark

PORT = 8042


def resembles(words: str, path: str) -> bool:
    """Whether the source has Orthanc in its names, or the default root of its plugin."""
    return "orthanc" in words or path.endswith("/dicom-web")


def misplaced(netloc: str, path: str) -> tuple[str, str] | None:
    """The fault of an address of Orthanc's REST API."""
    # The REST API has `/studies` too, so the address seems to work until OHIF gets identifiers instead of DICOM JSON.
    if not netloc.endswith(f":{PORT}") or "dicom-web" in path:
        return None
    return "It looks like Orthanc's REST API, which is not DICOMweb.", "End it in /dicom-web"


def remarks(options: ConfigTable, path: str) -> Iterator[Remark]:
    """Options that Orthanc does not support."""
    if options.get("supportsReject") is True:
        wrong = "Only dcm4chee can reject studies; Orthanc cannot."
        yield options.remark("reject", "warning", "supportsReject", wrong, "Write supportsReject: false")
    single = options.get("singlepart")
    if single is True or (isinstance(single, str | list) and "pdf" in single):
        # Measured with plugin 1.7: 400.
        wrong = "OHIF then asks for /rendered, which Orthanc has for a PDF since 1.23 of its plugin; before, it stays blank."
        yield options.remark("orthanc-pdf", "warning", "singlepart", wrong, "Remove pdf from singlepart", fm="FM26")


READING = SourceReading(
    resembles=resembles,
    port=PORT,
    misplaced=misplaced,
    remarks=remarks,
)
