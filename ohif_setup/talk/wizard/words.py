"""Texts of the wizard beside the questions: the meaning of a choice, the advice on routes, the capabilities of a server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ohif_setup.answers.tables.capabilities import Capabilities
from ohif_setup.kinds import KINDS
from ohif_setup.kinds.kind import Kind
from ohif_setup.providers import PROVIDERS
from ohif_setup.routes import ROUTES
from ohif_setup.webservers import WEBSERVERS

_FLOWS = {
    "code": "authorization code with PKCE (recommended)",
    "implicit": "only where the registration cannot be changed",
}

NEEDED = {
    "proxy.url": "Where browsers reach the web server in front of the images: a separate address, with scheme and port, such as "
    "https://dicom.example.org."
}
"""Answers that the wizard requires although the file may leave them out, with the hint for the question."""

NOBODY = ""

_SEEN: Mapping[str, tuple[str, str]] = {
    "wildcard": ("finds parts of names", "finds whole names only"),
    "fuzzy": ("finds names by their sound", "finds names as they are spelt"),
    "includefield": ("sends every column of the study list", "leaves columns of the study list empty"),
    "rendered": ("renders images", "renders no images, so OHIF draws the thumbnails"),
    "bulk_data": ("serves PDF and palette colour (bulk data)", "serves no bulk data: no PDF, no palette colour"),
    "quoted_accept": ("accepts OHIF's Accept header as it is", "accepts OHIF's Accept header only without quotes"),
    "percent_decoding": (
        "decodes %2C in a query",
        "does not decode %2C in a query; nginx or Apache in front of it does",
    ),
}


def title(choice: str) -> str:
    """A choice with its meaning."""
    meanings = [_FLOWS.get(choice)]
    meanings += [gallery[choice].choice for gallery in (KINDS, ROUTES, WEBSERVERS) if choice in gallery]
    return next((f"{choice}: {meaning}" for meaning in meanings if meaning), choice)


def providers() -> list[tuple[str, str]]:
    """The choices for the sign-in, as pairs of the text shown and the name of the provider."""
    known = [(provider.choice, name) for name, provider in PROVIDERS.items() if provider.choice]
    return [("no sign-in: anyone who can reach the viewer sees every image", NOBODY), *known]


def server_hint() -> str:
    """The hint for the question about the server's address."""
    return " ".join(kind.addresses.hint for kind in KINDS.values() if kind.addresses.hint)


def advice(kind: Kind, *, lets_browsers_in: bool) -> tuple[str, str]:
    """Two lines of advice: which route fits, and why."""
    if lets_browsers_in:
        return (
            f"{kind.called[0].upper()}{kind.called[1:]} allows requests from other origins (CORS): browsers can query it directly.",
            "A reverse proxy needs no CORS, and exposes only DICOMweb.",
        )
    return (
        "Recommended: a reverse proxy, which serves the viewer and forwards DICOMweb.",
        f"Browsers then see one address: no CORS, and of {kind.called} only DICOMweb is exposed.",
    )


def seen(can: Capabilities) -> Iterator[str]:
    """One line for each capability that was detected."""
    for name, (able, unable) in _SEEN.items():
        value = getattr(can, name)
        # None: not detected, so nothing is known.
        if value is not None:
            yield able if value else unable
