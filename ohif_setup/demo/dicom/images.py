"""The images of the demo: a CT of three slices and an MR of one, 16 by 16 pixels each, made in code."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass

from ohif_setup.demo.dicom.query import Dataset

SIZE = 16
CT_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
MR_STORAGE = "1.2.840.10008.5.1.4.1.1.4"
# UIDs of the 2.25 arc, which need no registration (PS3.5 B.2).
CT_STUDY, CT_SERIES = "2.25.90001", "2.25.90011"
MR_STUDY, MR_SERIES = "2.25.90002", "2.25.90012"


@dataclass(frozen=True)
class SampleImage:
    """One image: its metadata as DICOM JSON without pixels, and its pixels as signed 16-bit little-endian integers."""

    dataset: Dataset
    pixels: bytes
    rows: int = SIZE
    columns: int = SIZE

    @property
    def uids(self) -> tuple[str, str, str]:
        """The UIDs of study, series and instance."""
        return (self._text("0020000D"), self._text("0020000E"), self._text("00080018"))

    def _text(self, tag: str) -> str:
        found = self.dataset[tag]["Value"]
        assert isinstance(found, list)
        return str(found[0])


def demo_instances() -> tuple[SampleImage, ...]:
    """All images of the demo."""
    ct = [_instance(_CT, MODALITY_CT, f"2.25.9010{number}", number) for number in (1, 2, 3)]
    return (*ct, _instance(_MR, MODALITY_MR, "2.25.90201", 1))


MODALITY_CT = {"modality": "CT", "storage": CT_STORAGE, "series": CT_SERIES, "description": "Head, axial"}
MODALITY_MR = {"modality": "MR", "storage": MR_STORAGE, "series": MR_SERIES, "description": "Knee, sagittal"}


def _element(vr: str, *content: object) -> dict[str, object]:
    return {"vr": vr, "Value": list(content)}


def _name(text: str) -> dict[str, object]:
    return _element("PN", {"Alphabetic": text})


_CT: Dataset = {
    "0020000D": _element("UI", CT_STUDY),
    "00080020": _element("DA", "20240611"),
    "00080030": _element("TM", "101500"),
    "00080050": _element("SH", "A-1001"),
    "00080090": _name("Hopper^Grace"),
    "00081030": _element("LO", "CT head"),
    "00100010": _name("Doe^Jane"),
    "00100020": _element("LO", "DEMO-1"),
    "00100030": _element("DA", "19700101"),
    "00100040": _element("CS", "F"),
    "00200010": _element("SH", "1"),
}
_MR: Dataset = {
    "0020000D": _element("UI", MR_STUDY),
    "00080020": _element("DA", "20240702"),
    "00080030": _element("TM", "143000"),
    "00080050": _element("SH", "A-1002"),
    "00080090": _name("Hopper^Grace"),
    "00081030": _element("LO", "MR knee"),
    "00100010": _name("Roe^Richard"),
    "00100020": _element("LO", "DEMO-2"),
    "00100030": _element("DA", "19650321"),
    "00100040": _element("CS", "M"),
    "00200010": _element("SH", "2"),
}


def _instance(study: Dataset, kind: dict[str, str], uid: str, number: int) -> SampleImage:
    dataset = study | {
        "00080005": _element("CS", "ISO_IR 192"),
        "00080008": _element("CS", "ORIGINAL", "PRIMARY", "AXIAL"),
        "00080016": _element("UI", kind["storage"]),
        "00080018": _element("UI", uid),
        "00080060": _element("CS", kind["modality"]),
        "0008103E": _element("LO", kind["description"]),
        "00081090": _element("LO", "Demo scanner"),
        "0020000E": _element("UI", kind["series"]),
        "00200011": _element("IS", 1),
        "00200013": _element("IS", number),
        "00200032": _element("DS", 0.0, 0.0, 5.0 * number),
        "00200037": _element("DS", 1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
        "00200052": _element("UI", f"{kind['series']}.1"),
        "00180050": _element("DS", 5.0),
        "00400244": study["00080020"],
        "00280002": _element("US", 1),
        "00280004": _element("CS", "MONOCHROME2"),
        "00280010": _element("US", SIZE),
        "00280011": _element("US", SIZE),
        "00280030": _element("DS", 10.0, 10.0),
        "00280100": _element("US", 16),
        "00280101": _element("US", 16),
        "00280102": _element("US", 15),
        "00280103": _element("US", 1),
        "00281050": _element("DS", 40.0),
        "00281051": _element("DS", 400.0),
        "00281052": _element("DS", 0.0),
        "00281053": _element("DS", 1.0),
    }
    return SampleImage(dict(sorted(dataset.items())), _disc(3 + number))


def _disc(radius: int) -> bytes:
    """The pixels of a bright disc with a gradient on a dark background, with values like those of a CT."""
    numbers = [
        (row + column) * 8 if (row - 7.5) ** 2 + (column - 7.5) ** 2 <= radius**2 else -150
        for row in range(SIZE)
        for column in range(SIZE)
    ]
    return struct.pack(f"<{SIZE * SIZE}h", *numbers)


# A grey disc, 16 by 16 pixels: the `/rendered` form of every image here, because Python's standard library cannot write JPEG.
SMALLEST_JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8yb"
    "qmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAQ"
    "ABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAeEAACAQQDAQAAAAAAAAAAAAABAgUAAxEhBBIxFP/EABQBAQAAAAAAAAAAAA"
    "AAAAAAAAD/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCVFRg53Z7jlbanGvSaSsYOD1e25a2xxv0GkVJ/CGR0L22Odeg0lZP7"
    "gqIhS2pzv0mg/9k="
)
