"""What the wizard says beside the questions: what a choice means, which route fits and why, what was seen of a server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ohif_setup.answers.capabilities import Capabilities

TITLES = {
    "code": "code: authorization code with PKCE (recommended)",
    "implicit": "implicit: only where the registration cannot be changed",
    "azure-dicom": "azure-dicom: the DICOM service of Azure Health Data Services",
    "orthanc": "orthanc: Orthanc with its DICOMweb plugin",
    "dicomweb": "dicomweb: another DICOMweb server, such as dcm4chee",
    "reverse-proxy": "reverse-proxy: viewer and images at one address (recommended)",
    "serve-folders": "serve-folders: Orthanc serves the viewer itself (for development)",
    "cors": "cors: viewer and images at two addresses (last resort)",
    "apache": "apache: Apache 2.4",
    "iis": "iis: IIS with URL Rewrite and ARR (the configuration was not run on Windows)",
}

SERVER_HINT = "For Orthanc any of its addresses will do, such as http://localhost:8042: the rest is found out."

NEEDED = {
    "proxy.url": "Where browsers reach the web server before the images: an address of its own, with scheme and port, such as "
    "https://dicom.example.org."
}
"""Answers that the wizard insists on where the file may leave them to others, with what is said to the question."""

NOBODY, ENTRA, OIDC = "", "entra", "oidc"
PROVIDERS = (
    ("nobody: whoever reaches the viewer may look", NOBODY),
    ("at Microsoft Entra ID", ENTRA),
    ("at another OIDC provider, such as Keycloak", OIDC),
)

_SEEN: Mapping[str, tuple[str, str]] = {
    "wildcard": ("finds parts of names", "finds whole names only"),
    "fuzzy": ("finds names by their sound", "finds names as they are spelt"),
    "includefield": ("sends every column of the study list", "leaves columns of the study list empty"),
    "rendered": ("renders images", "renders no images, so OHIF draws the thumbnails"),
    "bulk_data": ("hands out PDF and palette colour (bulk data)", "hands out no bulk data: no PDF, no palette colour"),
    "quoted_accept": ("takes OHIF's Accept header as it is", "takes OHIF's Accept header without quotes only"),
    "percent_decoding": (
        "decodes %2C in a query",
        "leaves %2C in a query as it is; nginx or Apache before it decodes that",
    ),
}


def advice(kind: str) -> tuple[str, str]:
    """Which route fits, and why: two lines."""
    name = "Orthanc" if kind == "orthanc" else "the server"
    return (
        "Best: a reverse proxy, which hands out the viewer and passes DICOMweb on.",
        f"To browsers that is one address: no CORS, and of {name} only DICOMweb shows.",
    )


def seen(can: Capabilities) -> Iterator[str]:
    """One line for each thing that a look found out."""
    for name, (able, unable) in _SEEN.items():
        value = getattr(can, name)
        if value is not None:
            yield able if value else unable
