"""The archive behind the DICOM service, which answers requests that the service has already checked."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ohif_setup.demo.dicom.accept import EXPLICIT_LITTLE_ENDIAN, OCTET_STREAM, MediaType
from ohif_setup.demo.dicom.images import SMALLEST_JPEG, SampleImage, demo_instances
from ohif_setup.demo.dicom.query import TAGS, Dataset, Query, matches
from ohif_setup.demo.dicom.routes import DicomRoute, Level
from ohif_setup.demo.exchange import Reply, Request

DICOM_JSON = "application/dicom+json"
BOUNDARY = "frames-of-the-demo"

_ALWAYS: dict[Level, tuple[str, ...]] = {
    "studies": ("0020000D",),
    "series": ("0020000D", "0020000E"),
    "instances": ("0020000D", "0020000E", "00080018"),
}
_STUDY = ("00080020", "00080050", "00080090", "00100010", "00100020", "00100030", "00081030")
# The default attributes of version 2; version 1 also returned those of the second table.
_USUAL: dict[Level, tuple[str, ...]] = {
    "studies": _STUDY,
    "series": ("00080060", "00400244", "00081090"),
    "instances": (),
}
_USUAL_V1: dict[Level, tuple[str, ...]] = {
    "studies": ("00080030", "00080056", "00100040", "00200010"),
    "series": ("0008103E", "00200011"),
    "instances": ("00080016", "00200013", "00280010", "00280011"),
}


@dataclass(frozen=True)
class Judged:
    """A request that the service accepted, with its parsed parts. `media` is the form chosen for pixels or objects."""

    request: Request
    route: DicomRoute
    version: str
    query: Query | None = None
    media: MediaType | None = None


class DicomArchive(Protocol):
    """The source of the images."""

    def answer(self, judged: Judged) -> Reply:
        """Answers one request: 204 for a search without a match, 404 for a missing object."""
        ...


class BuiltInArchive:
    """Two small studies made in code. It accepts uploads without keeping them, and does not return whole objects."""

    def __init__(self, instances: Sequence[SampleImage] | None = None) -> None:
        if instances is None:
            instances = demo_instances()
        self.instances = list(instances)

    def answer(self, judged: Judged) -> Reply:
        """Answers from memory."""
        route = judged.route
        # Accepted and dropped: the checks of the upload need a success, and the demo must not change.
        if route.kind == "store":
            return Reply.json(200, {}, kind=DICOM_JSON)
        # A prefix of the UIDs: a route on a study or series means all instances in it.
        found = [instance for instance in self.instances if instance.uids[: len(route.uids)] == route.uids]
        if route.kind == "search" and judged.query is not None:
            return _search(found, route.level, judged.query, judged.version)
        if not found or route.kind == "retrieve":
            return Reply.text(404, "The specified instance cannot be found.")
        if route.kind == "metadata":
            return Reply.json(200, [instance.dataset for instance in found], kind=DICOM_JSON)
        if any(number > 1 for number in route.frames):
            return Reply.text(404, "The specified frame cannot be found.")
        media = judged.media or MediaType("*/*")
        if route.kind == "rendered":
            return _rendered(found[0], media)
        return _frame(found[0], media)


def _search(found: Iterable[SampleImage], level: Level, query: Query, version: str) -> Reply:
    entries: dict[tuple[str, ...], Dataset] = {}
    depth = len(_ALWAYS[level])
    for instance in found:
        # The first instance stands for its study or series; only the modalities are collected from all.
        entry = entries.setdefault(instance.uids[:depth], dict(instance.dataset))
        entry[TAGS["ModalitiesInStudy"]] = {"vr": "CS", "Value": _modalities(entry, instance)}
    hits = [entry for entry in entries.values() if matches(entry, query)]
    page = hits[query.offset : query.offset + query.limit]
    if not page:
        return Reply(204)
    return Reply.json(200, [_shown(entry, level, query, version) for entry in page], kind=DICOM_JSON)


def _modalities(entry: Dataset, instance: SampleImage) -> list[object]:
    seen = entry.get(TAGS["ModalitiesInStudy"], {}).get("Value")
    own = instance.dataset[TAGS["Modality"]]["Value"]
    every = [value for values in (seen, own) if isinstance(values, list) for value in values]
    return list(dict.fromkeys(every))


def _shown(entry: Dataset, level: Level, query: Query, version: str) -> Dataset:
    if "all" in query.include:
        return entry
    # The filters too: an attribute that was searched for is part of the result (PS3.18, 10.6.3.3).
    tags = {*_ALWAYS[level], *_USUAL[level], *query.include, *(tag for tag, _ in query.filters)}
    if version == "v1":
        tags |= set(_USUAL_V1[level])
    return {tag: element for tag, element in sorted(entry.items()) if tag in tags}


def _frame(instance: SampleImage, media: MediaType) -> Reply:
    if media.inner != OCTET_STREAM:
        return Reply.text(406, "The specified Transfer Syntax value is not supported.")
    kind = f"{OCTET_STREAM}; transfer-syntax={EXPLICIT_LITTLE_ENDIAN}"
    if media.name == OCTET_STREAM:
        return Reply(200, (("Content-Type", kind),), instance.pixels)
    # OHIF requires that the body begins with the boundary, and looks for `Content-Type:` case-sensitively.
    part = (
        f"--{BOUNDARY}\r\nContent-Type: {kind}\r\n\r\n".encode() + instance.pixels + f"\r\n--{BOUNDARY}--\r\n".encode()
    )
    return Reply(200, (("Content-Type", f'multipart/related; type="{OCTET_STREAM}"; boundary="{BOUNDARY}"'),), part)


def _rendered(instance: SampleImage, media: MediaType) -> Reply:
    if media.name == "image/png":
        return Reply(200, (("Content-Type", "image/png"),), _png(instance))
    return Reply(200, (("Content-Type", "image/jpeg"),), SMALLEST_JPEG)


def _png(instance: SampleImage) -> bytes:
    """The image as an 8-bit greyscale PNG."""
    stored = struct.unpack(f"<{instance.rows * instance.columns}h", instance.pixels)
    low, high = min(stored), max(stored)
    grey = bytes((value - low) * 255 // ((high - low) or 1) for value in stored)
    lines = b"".join(
        b"\0" + grey[row * instance.columns : (row + 1) * instance.columns] for row in range(instance.rows)
    )
    header = struct.pack(">IIBBBBB", instance.columns, instance.rows, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
