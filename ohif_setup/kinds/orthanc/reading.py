"""Data sources for Orthanc that somebody wrote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ohif_setup.kinds.kind import SourceReading

if TYPE_CHECKING:
    from ohif_setup.config_js.lint.remark import ConfigTable, Remark

PORT = 8042


def resembles(words: str, path: str) -> bool:
    """By its name, or by the path that its plugin has unless somebody changed it."""
    return "orthanc" in words or path.endswith("/dicom-web")


def misplaced(netloc: str, path: str) -> tuple[str, str] | None:
    """Its REST API is at the same port."""
    if not netloc.endswith(f":{PORT}") or "dicom-web" in path:
        return None
    return "It looks like Orthanc's REST API, which is no DICOMweb.", "End it in /dicom-web"


def remarks(options: ConfigTable, path: str) -> Iterator[Remark]:
    """What Orthanc cannot do."""
    if options.get("supportsReject") is True:
        wrong = "Only dcm4chee can reject; Orthanc cannot."
        yield options.remark("reject", "warning", "supportsReject", wrong, "Write supportsReject: false")
    single = options.get("singlepart")
    if single is True or (isinstance(single, str | list) and "pdf" in single):
        wrong = "Before version 1.23 of its plugin Orthanc sends a PDF as multipart, and it stays blank."
        yield options.remark("orthanc-pdf", "warning", "singlepart", wrong, "Take pdf out of singlepart", fm="FM26")


READING = SourceReading(
    resembles=resembles,
    port=PORT,
    misplaced=misplaced,
    remarks=remarks,
)
