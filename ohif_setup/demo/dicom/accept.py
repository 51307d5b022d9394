"""The Accept header as the DICOM service evaluates it.

From the source of Microsoft's open DICOM server: parsing is strict on JSON routes, where one malformed element invalidates the
whole header, and lenient on frames, where quotes are removed and unquoted values are accepted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
JPEG_2000_LOSSLESS = "1.2.840.10008.1.2.4.90"
OCTET_STREAM = "application/octet-stream"

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
# An unquoted `/` in a parameter, as OHIF up to 3.11 sends with omitQuotationForMultipartRequest, does not match: 406.
_STRICT = re.compile(rf'{_WORD}/{_WORD}(\s*;\s*{_WORD}\s*=\s*({_WORD}|"[^"]*"))*')
_ELEMENT = re.compile(r'(?:[^,"]|"[^"]*")+')
_JSON_TYPES = {"application/dicom+json", "application/json", "application/*", "*/*"}


@dataclass(frozen=True)
class MediaType:
    """One element of an Accept header; names of types and parameters are in lower case, quotes are removed."""

    name: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def inner(self) -> str:
        """The type of the parts of a multipart response, else the type itself."""
        if self.name == "multipart/related":
            return self.parameters.get("type", "").lower()
        return self.name


def accepts_json(header: str | None) -> bool:
    """Whether a JSON route accepts the header; False means 406."""
    elements = _elements(header)
    if not elements or not all(_STRICT.fullmatch(element) for element in elements):
        return False
    return any(_parse(element).name in _JSON_TYPES for element in elements)


def frame_form(header: str | None, *, single_part: bool) -> MediaType | None:
    """The form in which frames are sent; None means 406. `single_part`: bare frames are served (from version 2 on)."""
    for media in map(_parse, _elements(header)):
        syntax = media.parameters.get("transfer-syntax", EXPLICIT_LITTLE_ENDIAN)
        if media.name == "*/*":
            return MediaType("multipart/related", {"type": OCTET_STREAM})
        # Several frames cannot be sent without multipart, so this element is skipped.
        if media.name == OCTET_STREAM and not single_part:
            continue
        if media.inner == OCTET_STREAM and syntax in {"*", EXPLICIT_LITTLE_ENDIAN}:
            return media
        if media.inner == "image/jp2" and media.name != media.inner and syntax == JPEG_2000_LOSSLESS:
            return media
    return None


def object_form(header: str | None, *, single_part: bool) -> MediaType | None:
    """The form in which whole objects are sent; None means 406. `single_part`: it is one instance."""
    for media in map(_parse, _elements(header)):
        syntax = media.parameters.get("transfer-syntax", EXPLICIT_LITTLE_ENDIAN)
        if media.name == "*/*":
            return MediaType("multipart/related", {"type": "application/dicom"})
        if media.name == "application/dicom" and not single_part:
            continue
        if media.inner == "application/dicom" and syntax in {"*", EXPLICIT_LITTLE_ENDIAN, JPEG_2000_LOSSLESS}:
            return media
    return None


def rendered_form(header: str | None) -> MediaType | None:
    """The image type to render to; None means 406."""
    for media in map(_parse, _elements(header)):
        if media.name in {"image/jpeg", "image/png"}:
            return media
        if media.name in {"*/*", "image/*"}:
            return MediaType("image/jpeg")
    return None


def _elements(header: str | None) -> list[str]:
    return [element.strip() for element in _ELEMENT.findall(header or "") if element.strip()]


def _parse(element: str) -> MediaType:
    name, *parameters = [part.strip() for part in element.split(";")]
    pairs = [part.partition("=") for part in parameters]
    return MediaType(name.lower(), {key.strip().lower(): value.strip().strip('"') for key, _, value in pairs})
