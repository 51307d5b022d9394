"""The content of the demo's archive: a synthetic CT of twelve slices, and a letter as PDF, which needs bulk data."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

from ohif_setup.demo.orthanc.part10 import Value, part10

SIZE = 128
SLICES = 12
CT_STUDY, CT_SERIES = "2.25.90101", "2.25.90111"
PDF_STUDY, PDF_SERIES = "2.25.90102", "2.25.90112"

_CT_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
_PDF_STORAGE = "1.2.840.10008.5.1.4.1.1.104.1"
_Elements = dict[int, tuple[str, Value]]

# Half axes and centre as fractions of the picture, and Hounsfield units: skin, skull, brain, two ventricles, a bright spot.
# A later ellipse is drawn over the earlier ones.
_ELLIPSES = (
    (0.42, 0.50, 0.00, 0.00, 60),
    (0.40, 0.48, 0.00, 0.00, 900),
    (0.36, 0.44, 0.00, 0.00, 38),
    (0.05, 0.16, -0.09, 0.04, 6),
    (0.05, 0.16, 0.09, 0.04, 6),
    (0.06, 0.06, 0.17, -0.22, 75),
)
_AIR = -1000


def demo_files() -> Iterator[bytes]:
    """The DICOM files."""
    for number in range(1, SLICES + 1):
        yield part10(_slice(number))
    yield part10(_letter())


def _patient(name: str, identifier: str, study: str, date: str, description: str) -> _Elements:
    return {
        0x00080005: ("CS", "ISO_IR 192"),
        0x00080020: ("DA", date),
        0x00080030: ("TM", "101500"),
        0x00080050: ("SH", f"A-{identifier}"),
        0x00080090: ("PN", "Hopper^Grace"),
        0x00081030: ("LO", description),
        0x00100010: ("PN", name),
        0x00100020: ("LO", identifier),
        0x00100030: ("DA", "19700101"),
        0x00100040: ("CS", "F"),
        0x0020000D: ("UI", study),
        0x00200010: ("SH", "1"),
    }


def _slice(number: int) -> _Elements:
    place = 5.0 * (number - 1)
    return _patient("Doe^Jane", "DEMO-1", CT_STUDY, "20240611", "CT head") | {
        0x00080008: ("CS", "ORIGINAL\\PRIMARY\\AXIAL"),
        0x00080016: ("UI", _CT_STORAGE),
        0x00080018: ("UI", f"{CT_SERIES}.{number}"),
        0x00080060: ("CS", "CT"),
        0x0008103E: ("LO", "Head, axial"),
        0x00180050: ("DS", "5"),
        0x0020000E: ("UI", CT_SERIES),
        0x00200011: ("IS", "1"),
        0x00200013: ("IS", str(number)),
        0x00200032: ("DS", f"-115.2\\-115.2\\{place}"),
        0x00200037: ("DS", "1\\0\\0\\0\\1\\0"),
        0x00200052: ("UI", f"{CT_SERIES}.0"),
        0x00280002: ("US", 1),
        0x00280004: ("CS", "MONOCHROME2"),
        0x00280010: ("US", SIZE),
        0x00280011: ("US", SIZE),
        0x00280030: ("DS", "1.8\\1.8"),
        0x00280100: ("US", 16),
        0x00280101: ("US", 16),
        0x00280102: ("US", 15),
        0x00280103: ("US", 1),
        0x00281050: ("DS", "40"),
        0x00281051: ("DS", "120"),
        0x00281052: ("DS", "0"),
        0x00281053: ("DS", "1"),
        0x7FE00010: ("OW", _head(number)),
    }


def _head(number: int) -> bytes:
    """The pixels of one slice: the ellipses shrink towards the top, and the brain has a gradient to see the window by."""
    scale = math.sqrt(max(0.05, 1 - ((number - 4) / (SLICES - 2)) ** 2))
    rows = [[_AIR] * SIZE for _ in range(SIZE)]
    for half_width, half_height, right, down, value in _ELLIPSES:
        middle, height = SIZE * (0.5 + down * scale), SIZE * half_height * scale
        for row in range(max(0, math.ceil(middle - height)), min(SIZE, math.floor(middle + height) + 1)):
            half = SIZE * half_width * scale * math.sqrt(max(0.0, 1 - ((row - middle) / height) ** 2))
            first = max(0, round(SIZE * (0.5 + right * scale) - half))
            last = min(SIZE, round(SIZE * (0.5 + right * scale) + half))
            shade = value if value > 100 else value + row // 16
            rows[row][first:last] = [shade] * max(0, last - first)
    return b"".join(struct.pack(f"<{SIZE}h", *row) for row in rows)


def _letter() -> _Elements:
    return _patient("Roe^Ruth", "DEMO-2", PDF_STUDY, "20240702", "Letter") | {
        0x00080016: ("UI", _PDF_STORAGE),
        0x00080018: ("UI", f"{PDF_SERIES}.1"),
        0x00080060: ("CS", "DOC"),
        0x00080064: ("CS", "WSD"),
        0x0008103E: ("LO", "Letter"),
        0x0020000E: ("UI", PDF_SERIES),
        0x00200011: ("IS", "1"),
        0x00200013: ("IS", "1"),
        0x00280301: ("CS", "YES"),
        0x00420010: ("ST", "Letter"),
        0x00420011: (
            "OB",
            pdf(b"BT /F1 28 Tf 40 300 Td (A letter of the demo) Tj ET 0.1 0.4 0.7 rg 40 270 218 6 re f", 340),
        ),
        0x00420012: ("LO", "application/pdf"),
    }


def pdf(drawing: bytes, width: int) -> bytes:
    """A PDF 1.4 with one page of `width` by 420 points and that drawing (a content stream): objects, cross-reference table,
    trailer."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d 420] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>" % width,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        # The cross-reference table needs the byte offset of each object.
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer
