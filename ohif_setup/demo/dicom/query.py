"""Searches as the DICOM service accepts them: which parameters are valid, and what matches.

From Microsoft's conformance statement for version 2 and the source of the open server: exact matches, date ranges, prefixes of the
words of a name with fuzzy matching, and no wildcards.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from ohif_setup.demo.dicom.routes import Level
from ohif_setup.demo.exchange import Fields

Dataset = dict[str, dict[str, object]]
"""DICOM JSON: tag to `vr` and `Value`."""

TAGS = {
    "StudyDate": "00080020",
    "AccessionNumber": "00080050",
    "Modality": "00080060",
    "ModalitiesInStudy": "00080061",
    "ReferringPhysicianName": "00080090",
    "StudyDescription": "00081030",
    "ManufacturerModelName": "00081090",
    "PatientName": "00100010",
    "PatientID": "00100020",
    "PatientBirthDate": "00100030",
    "StudyInstanceUID": "0020000D",
    "SeriesInstanceUID": "0020000E",
    "PerformedProcedureStepStartDate": "00400244",
    "SOPInstanceUID": "00080018",
}
NAMES = {TAGS["PatientName"], TAGS["ReferringPhysicianName"]}
RANGES = {TAGS["StudyDate"], TAGS["PatientBirthDate"], TAGS["PerformedProcedureStepStartDate"]}
_SERIES = {"Modality", "SeriesInstanceUID", "PerformedProcedureStepStartDate", "ManufacturerModelName"}
_INSTANCE = {"SOPInstanceUID"}
_STUDY = set(TAGS) - _SERIES - _INSTANCE
_SEARCHABLE: dict[Level, set[str]] = {
    "studies": {TAGS[name] for name in _STUDY},
    "series": {TAGS[name] for name in _STUDY | _SERIES},
    "instances": set(TAGS.values()),
}
_TAG = re.compile(r"[0-9A-Fa-f]{8}")


class QueryError(Exception):
    """The search is refused with 400 and this text."""


@dataclass(frozen=True)
class Query:
    """A parsed search: `filters` by tag; `include` are the additional tags in the result (`all` for every one)."""

    filters: tuple[tuple[str, str], ...]
    include: frozenset[str]
    fuzzy: bool
    limit: int
    offset: int


def parse_query(level: Level, fields: Fields, unsearchable: Collection[str] = ()) -> Query:
    """Parses the parameters of a search. Raises `QueryError` for what the service refuses with 400, and for `unsearchable`."""
    filters: list[tuple[str, str]] = []
    include: set[str] = set()
    numbers = {"limit": 100, "offset": 0}
    fuzzy = False
    for name, value in fields:
        key = name.lower()
        # As in the open server: an empty parameter is an error, not "any value".
        if not value.strip():
            raise QueryError(f"The query parameter {name} has no value.")
        if name in unsearchable:
            raise QueryError(f"AttributeId {name} is not queryable.")
        if key in numbers:
            numbers[key] = _number(name, value)
        elif key == "fuzzymatching":
            fuzzy = _truth(value)
        elif key == "includefield":
            include |= {_included(part) for part in value.split(",")}
        else:
            filters.append((_searchable(level, name), value))
    # The limits of the service. OHIF sends 101 by default, and more only where `queryLimit` is raised.
    if not 1 <= numbers["limit"] <= 200:
        raise QueryError("The field Limit must be between 1 and 200.")
    if "all" in include and len(include) > 1:
        raise QueryError("includefield=all cannot be combined with other attributes.")
    if fuzzy and any(tag in NAMES and '"' in value for tag, value in filters):
        raise QueryError("A fuzzy value must not contain a quotation mark.")
    return Query(tuple(filters), frozenset(include), fuzzy, numbers["limit"], numbers["offset"])


def matches(dataset: Dataset, query: Query) -> bool:
    """Whether a dataset matches every filter."""
    return all(_matches(dataset, tag, wanted, query.fuzzy) for tag, wanted in query.filters)


def words_match(name: str, wanted: str) -> bool:
    """Fuzzy matching: each wanted word is a prefix of some word of the name, in any order and case."""
    words = re.split(r"[\s^=]+", name.casefold())
    return all(any(word.startswith(part) for word in words) for part in re.split(r"[\s^=]+", wanted.casefold()) if part)


def values(dataset: Dataset, tag: str) -> list[str]:
    """The values of an attribute as text; for a name, its alphabetic form."""
    found = dataset.get(tag, {}).get("Value")
    if not isinstance(found, list):
        return []
    return [str(value.get("Alphabetic", "")) if isinstance(value, dict) else str(value) for value in found]


def _matches(dataset: Dataset, tag: str, wanted: str, fuzzy: bool) -> bool:
    found = values(dataset, tag)
    if tag in NAMES:
        if fuzzy:
            return any(words_match(name, wanted) for name in found)
        return any(name.casefold() == wanted.casefold() for name in found)
    if tag in RANGES and "-" in wanted:
        first, _, last = wanted.partition("-")
        # Dates are YYYYMMDD, so text order is date order; an open end matches everything on its side.
        return any((first or "0") <= date <= (last or "9") for date in found)
    return wanted in found


def _searchable(level: Level, name: str) -> str:
    tag = TAGS.get(name, "")
    if _TAG.fullmatch(name):
        tag = name.upper()
    if tag not in _SEARCHABLE[level]:
        raise QueryError(f"AttributeId {name} is not queryable.")
    return tag


def _included(part: str) -> str:
    part = part.strip()
    if _TAG.fullmatch(part):
        return part.upper()
    return TAGS.get(part, part)


def _number(name: str, value: str) -> int:
    try:
        number = int(value)
    except ValueError:
        number = -1
    if number < 0:
        raise QueryError(f"The value '{value}' is not valid for {name}.")
    return number


def _truth(value: str) -> bool:
    if value.lower() not in {"true", "false"}:
        raise QueryError(f"The value '{value}' is not valid for FuzzyMatching.")
    return value.lower() == "true"
