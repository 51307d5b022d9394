"""Writes DICOM files: the elements of an image or a document in explicit VR little endian (PS3.10, PS3.5)."""

from __future__ import annotations

import struct
from collections.abc import Mapping

Value = str | int | bytes
Elements = Mapping[int, tuple[str, Value]]
"""Tag (`0x00100010`) to VR and value; an integer where the VR is binary, bytes for OB and OW."""

EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
_IMPLEMENTATION = "2.25.90000"
# These VRs have two reserved bytes and a length of four bytes (PS3.5, 7.1.2).
_LONG = {"OB", "OW", "UN", "UT"}
_BINARY = {"US": "<H", "UL": "<I", "SS": "<h"}
_SOP_CLASS, _SOP_INSTANCE = 0x00080016, 0x00080018


def part10(elements: Elements) -> bytes:
    """A whole file: preamble, file meta information, and the elements in the order of their tags."""
    meta: dict[int, tuple[str, Value]] = {
        0x00020001: ("OB", b"\x00\x01"),
        0x00020002: ("UI", elements[_SOP_CLASS][1]),
        0x00020003: ("UI", elements[_SOP_INSTANCE][1]),
        0x00020010: ("UI", EXPLICIT_LITTLE_ENDIAN),
        0x00020012: ("UI", _IMPLEMENTATION),
    }
    written = _encoded(meta)
    # The group length counts the bytes after itself, so it is written last (PS3.10, 7.1).
    length = _element(0x00020000, "UL", len(written))
    return b"\0" * 128 + b"DICM" + length + written + _encoded(elements)


def _encoded(elements: Elements) -> bytes:
    return b"".join(_element(tag, vr, value) for tag, (vr, value) in sorted(elements.items()))


def _element(tag: int, vr: str, value: Value) -> bytes:
    if isinstance(value, int):
        content = struct.pack(_BINARY[vr], value)
    else:
        content = value.encode("utf-8") if isinstance(value, str) else value
    if len(content) % 2:
        # Values have an even length: UI and OB are padded with a null byte, text with a space (PS3.5, 6.2).
        content += b"\0" if vr in ("UI", "OB") else b" "
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode("ascii")
    if vr in _LONG:
        return head + b"\0\0" + struct.pack("<I", len(content)) + content
    return head + struct.pack("<H", len(content)) + content
