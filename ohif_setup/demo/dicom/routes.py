"""The DICOMweb routes that the stand-in serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["search", "metadata", "retrieve", "frames", "rendered", "store"]
Level = Literal["studies", "series", "instances"]

_LEVELS: tuple[Level, ...] = ("studies", "series", "instances")


@dataclass(frozen=True)
class DicomRoute:
    """The meaning of a path. `level` is searched or retrieved; `uids` are those in the path, from the study down."""

    kind: Kind
    level: Level
    uids: tuple[str, ...] = ()
    frames: tuple[int, ...] = ()


def find_route(method: str, segments: tuple[str, ...]) -> DicomRoute | None:
    """The route of the path segments below the DICOMweb root; None where nothing is served (PS3.18 10.1)."""
    if method == "POST":
        known = segments[:1] == ("studies",) and len(segments) <= 2
        if not known:
            return None
        return DicomRoute("store", "studies", segments[1:])
    if method not in {"GET", "HEAD"} or not all(segments):
        return None
    uids, rest = _uids(segments)
    if rest in {("studies",), ("series",), ("instances",)} and not uids:
        return DicomRoute("search", _level(rest[0]))
    if not uids:
        return None
    own = _LEVELS[len(uids) - 1]
    if not rest:
        return DicomRoute("retrieve", own, uids)
    if rest == ("metadata",):
        return DicomRoute("metadata", own, uids)
    # Only downwards: a search for series below a series makes no sense.
    if rest in {("series",), ("instances",)} and _LEVELS.index(_level(rest[0])) >= len(uids):
        return DicomRoute("search", _level(rest[0]), uids)
    if own != "instances":
        return None
    return _below_instance(uids, rest)


def _below_instance(uids: tuple[str, ...], rest: tuple[str, ...]) -> DicomRoute | None:
    if rest == ("rendered",):
        return DicomRoute("rendered", "instances", uids, (1,))
    if rest[0] != "frames" or len(rest) not in {2, 3} or rest[2:] not in {(), ("rendered",)}:
        return None
    numbers = rest[1].split(",")
    if not all(number.isascii() and number.isdigit() and int(number) > 0 for number in numbers):
        return None
    kind: Kind = "rendered" if rest[2:] else "frames"
    return DicomRoute(kind, "instances", uids, tuple(map(int, numbers)))


def _uids(segments: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Splits `studies/{uid}/series/{uid}/instances/{uid}` into its UIDs, as far as it goes, and the remaining segments."""
    uids: list[str] = []
    for index, level in enumerate(_LEVELS):
        if len(segments) < 2 * index + 2 or segments[2 * index] != level:
            break
        uids.append(segments[2 * index + 1])
    return tuple(uids), segments[2 * len(uids) :]


def _level(word: str) -> Level:
    return next(level for level in _LEVELS if level == word)
