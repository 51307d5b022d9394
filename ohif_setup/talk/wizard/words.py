"""What the wizard says beside the questions: what a choice means, which route fits and why, what was seen of a server."""

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
    "proxy.url": "Where browsers reach the web server before the images: an address of its own, with scheme and port, such as "
    "https://dicom.example.org."
}
"""Answers that the wizard insists on where the file may leave them to others, with what is said to the question."""

NOBODY = ""

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


def title(choice: str) -> str:
    """A choice with what it means."""
    meanings = [_FLOWS.get(choice)]
    meanings += [gallery[choice].choice for gallery in (KINDS, ROUTES, WEBSERVERS) if choice in gallery]
    return next((f"{choice}: {meaning}" for meaning in meanings if meaning), choice)


def providers() -> list[tuple[str, str]]:
    """Who may sign people in, and by which name."""
    known = [(provider.choice, name) for name, provider in PROVIDERS.items()]
    return [("nobody: whoever reaches the viewer may look", NOBODY), *known]


def server_hint() -> str:
    """What is said to the question for the server's address."""
    return " ".join(kind.addresses.hint for kind in KINDS.values() if kind.addresses.hint)


def advice(kind: Kind, *, lets_browsers_in: bool) -> tuple[str, str]:
    """Which route fits, and why: two lines."""
    if lets_browsers_in:
        return (
            f"{kind.called[0].upper()}{kind.called[1:]} answers browsers of other origins (CORS), so they can ask it directly.",
            "A reverse proxy needs no CORS, and shows browsers DICOMweb alone.",
        )
    return (
        "Best: a reverse proxy, which hands out the viewer and passes DICOMweb on.",
        f"To browsers that is one address: no CORS, and of {kind.called} only DICOMweb shows.",
    )


def seen(can: Capabilities) -> Iterator[str]:
    """One line for each thing that a look found out."""
    for name, (able, unable) in _SEEN.items():
        value = getattr(can, name)
        if value is not None:
            yield able if value else unable
