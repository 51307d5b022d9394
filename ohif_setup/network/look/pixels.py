"""The pixels of one frame: how many bytes the metadata promise, in which form they come, and whether they are that. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ohif_setup.network.look.archive import MODALITY, ROWS, first_value
from ohif_setup.network.wire.exchange import Received

COLUMNS, BITS, SAMPLES_PER_PIXEL, PHOTOMETRIC = "00280011", "00280100", "00280002", "00280004"
NUMBER_OF_FRAMES = "00280008"
# The boundary line, any header lines, then Content-Type. All limits keep the time linear for a hostile body.
_PART_TYPE = re.compile(
    rb"\r?\n?--[^\r\n]{1,200}\r?\n(?:[^\r\n]{1,500}\r?\n)*?Content-Type:[ \t]*([^\r\n]{1,200})\r?\n", re.IGNORECASE
)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LAST_BOUNDARY = re.compile(rb"\r?\n--[^\r\n]{1,200}--\s*\Z")
_LONGEST_HEAD, _LONGEST_END = 4096, 300
_UNCOMPRESSED = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2")
_JPEG, _JPEG_2000 = (b"\xff\xd8",), (b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP  ")


@dataclass(frozen=True)
class Form:
    """A compressed form: its name, and how its bytes may begin."""

    name: str
    begins: tuple[bytes, ...]

    def is_in(self, content: bytes) -> bool:
        """Whether the bytes begin as this form does."""
        return content.startswith(self.begins)


JPEG, JPEG_2000 = Form("JPEG", _JPEG), Form("JPEG 2000", _JPEG_2000)
_LS, _RLE = Form("JPEG-LS", (b"\xff\xd8\xff",)), Form("RLE", tuple(bytes((count, 0, 0, 0)) for count in range(1, 16)))
# PS3.5, annex A.4, by the beginning of the transfer syntax.
_BY_SYNTAX = {
    "1.2.840.10008.1.2.4.5": JPEG,
    "1.2.840.10008.1.2.4.6": JPEG,
    "1.2.840.10008.1.2.4.7": JPEG,
    "1.2.840.10008.1.2.4.8": _LS,
    "1.2.840.10008.1.2.4.90": JPEG_2000,
    "1.2.840.10008.1.2.4.91": JPEG_2000,
    "1.2.840.10008.1.2.4.92": JPEG_2000,
    "1.2.840.10008.1.2.4.93": JPEG_2000,
    "1.2.840.10008.1.2.4.20": Form("HTJ2K", _JPEG_2000),
    "1.2.840.10008.1.2.5": _RLE,
}
# PS3.18, table 8.7.3-5: parts of these types may name no transfer syntax.
_BY_TYPE = {
    "image/jpeg": JPEG,
    "image/jls": _LS,
    "image/jp2": JPEG_2000,
    "image/jpx": JPEG_2000,
    "image/dicom-rle": _RLE,
}


def part_type(received: Received) -> str:
    """The Content-Type of the first part of a multipart answer, with its transfer syntax; empty if there is none."""
    match = _PART_TYPE.match(received.body[:_LONGEST_HEAD])
    if match:
        return match[1].decode("latin-1").strip()
    return ""


def content_of(received: Received) -> bytes | None:
    """The bytes of the first part of a multipart answer, as far as they were read; None if it has no part."""
    if not received.body.lstrip(b"\r\n").startswith(b"--"):
        return None
    end = _HEAD_END.search(received.body[:_LONGEST_HEAD])
    if end is None:
        return None
    content = received.body[end.end() :]
    last = _LAST_BOUNDARY.search(content[-_LONGEST_END:])
    if last is None:
        return content
    return content[: max(0, len(content) - _LONGEST_END) + last.start()]


def is_whole(received: Received) -> bool:
    """Whether the body was read to its last boundary."""
    return _LAST_BOUNDARY.search(received.body[-_LONGEST_END:]) is not None


def form_of(kind: str) -> Form | None:
    """The compressed form that the Content-Type of a part names; None for uncompressed pixels."""
    syntax = re.search(r"transfer-syntax=\"?([0-9.]+)", kind)
    if syntax is None:
        return _BY_TYPE.get(kind.partition(";")[0].strip().lower())
    return next((form for begin, form in _BY_SYNTAX.items() if syntax[1].startswith(begin)), None)


def is_uncompressed(kind: str) -> bool:
    """Whether the part has pixels as they are: its transfer syntax says so, or neither it nor the type names a form."""
    syntax = re.search(r"transfer-syntax=\"?([0-9.]+)", kind)
    if syntax is None:
        # What names no transfer syntax is Explicit VR Little Endian, to OHIF as well.
        return form_of(kind) is None and kind.lower().startswith("application/octet-stream")
    return syntax[1] in _UNCOMPRESSED


def looks_like(content: bytes) -> str:
    """What uncompressed pixels are not: the name of the form that the bytes begin with, empty for none."""
    for form in (JPEG_2000, JPEG):
        if form.is_in(content):
            return form.name
    if content.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "a web page"
    return ""


def bytes_of_frame(dataset: Mapping[str, Any]) -> int | None:
    """How many bytes one uncompressed frame has (PS3.5, 8.1.1); None if the metadata do not say, or say what cannot be."""
    rows, columns, bits = (_number(dataset, tag) for tag in (ROWS, COLUMNS, BITS))
    samples = _number(dataset, SAMPLES_PER_PIXEL) or 1
    # Two pixels share their colour.
    if first_value(dataset, PHOTOMETRIC) == "YBR_FULL_422":
        samples = min(samples, 2)
    if not (rows and columns and bits):
        return None
    return (rows * columns * samples * bits + 7) // 8


def frames_of(dataset: Mapping[str, Any]) -> int:
    """How many frames the image has; 1 where the metadata say nothing, or say what cannot be."""
    return _number(dataset, NUMBER_OF_FRAMES) or 1


def described(dataset: Mapping[str, Any], kind: str) -> str:
    """The image in a few words: `CT 512×512, JPEG 2000`. `kind` is the Content-Type of the part in which it came."""
    form = form_of(kind)
    syntax = re.search(r"transfer-syntax=\"?([0-9.]{1,64})", kind)
    shown = "uncompressed"
    if form is not None:
        shown = form.name
    elif syntax and not is_uncompressed(kind):
        shown = f"transfer syntax {syntax[1]}"
    modality = re.sub(r"[^A-Z0-9]", "", first_value(dataset, MODALITY))[:16] or "image"
    rows, columns = _number(dataset, ROWS), _number(dataset, COLUMNS)
    size = f" {columns}×{rows}" if rows and columns else ""
    return f"{modality}{size}, {shown}"


def _number(dataset: Mapping[str, Any], tag: str) -> int:
    """The value of an attribute as a number between 1 and 65535, which is what its VR can hold; 0 for anything else."""
    value = first_value(dataset, tag)
    if not re.fullmatch(r"[0-9]{1,5}", value) or int(value) > 65535:
        return 0
    return int(value)
