"""The list with its filters at servers that search in different ways, over real sockets."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl

import pytest

from ohif_setup.checks.dicomweb.filters import FilterObservations, ServerFilters, judge
from ohif_setup.checks.finding import Finding
from ohif_setup.network.look.filters import look_at_filters
from ohif_setup.network.wire.http import Http
from tests.checks.archives import archive, attribute
from tests.checks.observed import own
from tests.servers.raw import Handler, RawRequest, RawServer, answer

TAGS = {
    "PatientName": "00100010",
    "00100020": "00100020",
    "StudyDate": "00080020",
    "StudyDescription": "00081030",
    "ModalitiesInStudy": "00080061",
    "AccessionNumber": "00080050",
}


def _study(uid: str, name: str, day: str, modality: str) -> dict[str, Any]:
    values = {
        "0020000D": uid,
        "00100020": f"P-{uid}",
        "00080020": day,
        "00081030": f"Knee of {uid}",
        "00080061": modality,
    }
    shown = {tag: attribute(value) for tag, value in values.items()}
    return shown | {"00100010": attribute({"Alphabetic": name}), "00080050": attribute(f"A{uid}")}


STUDIES = [_study("1.1", "ROE^RICHARD", "20240102", "CT"), _study("1.2", "DOE^JANE", "20240203", "MR")]


def _value(study: dict[str, Any], tag: str) -> str:
    first = study[tag]["Value"][0]
    return str(first["Alphabetic"] if isinstance(first, dict) else first)


def searching(*, refuses: str = "", ignores: str = "", exact: bool = False, cased: bool = False) -> Handler:
    """A search that refuses or ignores one parameter, knows no asterisk (`exact`), or compares letters exactly (`cased`)."""

    def matches(study: dict[str, Any], parameter: str, wanted: str) -> bool:
        value = _value(study, TAGS[parameter])
        if parameter == "StudyDate":
            first, _, last = wanted.partition("-")
            return first <= value <= last
        if parameter == "ModalitiesInStudy":
            return value in wanted.split(",")
        if not cased:
            value, wanted = value.lower(), wanted.lower()
        return value == wanted if exact else fnmatchcase(value, wanted)

    def handler(request: RawRequest) -> list[bytes]:
        query = [(key, value) for key, value in parse_qsl(request.target.partition("?")[2]) if key in TAGS]
        if any(key == refuses for key, _ in query):
            return [answer(400, "no such parameter")]
        kept = [(key, value) for key, value in query if key != ignores]
        found = [study for study in STUDIES if all(matches(study, key, value) for key, value in kept)]
        return [answer(200, json.dumps(found))]

    return handler


def judged(handler: Handler, *, wildcard: bool = True, fuzzy: bool = False) -> tuple[list[Finding], list[str]]:
    with RawServer(handler) as server:
        root = f"{server.url}/dicom-web"
        seen = look_at_filters(Http(2), root, version="3.13", fuzzy=fuzzy, wildcard=wildcard, decodes=True)
        assert {one.method for one in server.requests} == {"GET"}
        targets = [one.target for one in server.requests]
    observed = ServerFilters(archive(), seen, wildcard=None)
    return list(judge(own(), FilterObservations((observed,)))), targets


def test_healthy_server_finds_by_every_filter_as_ohif_sends_it() -> None:
    found, targets = judged(searching())
    title = "studies are found by patient name, MRN, date, description, modality, accession number"
    assert [(one.status, one.title) for one in found] == [("pass", title)]
    always = "limit=101&offset=0&fuzzymatching=false&includefield="
    assert all(always in target for target in targets)
    for sent in ("PatientName=*richard*", "00100020=*P-1.1*", "StudyDate=20240102-20240102", "StudyDescription=*knee*",
                 "ModalitiesInStudy=CT", "ModalitiesInStudy=CT%2CMR", "AccessionNumber=*A1.1*"):  # fmt: skip
        assert any(target.endswith(f"&{sent}") for target in targets), sent


def test_whole_values_are_sent_to_a_server_without_asterisks() -> None:
    found, targets = judged(searching(exact=True), wildcard=False)
    assert [one.status for one in found] == ["pass"]
    assert any(target.endswith("&PatientName=ROE%5ERICHARD") for target in targets)
    assert not any("*" in target for target in targets)


@pytest.mark.parametrize("parameter", list(TAGS))
def test_each_refused_filter_is_named(parameter: str) -> None:
    (found,), _ = judged(searching(refuses=parameter))
    assert (found.status, found.evidence["fault"], parameter in found.cause) == ("warn", "filter-refused", True)


@pytest.mark.parametrize("parameter", list(TAGS))
def test_each_ignored_filter_is_named(parameter: str) -> None:
    (found,), _ = judged(searching(ignores=parameter))
    assert (found.status, found.evidence["fault"], parameter in found.cause) == ("warn", "filter-ignored", True)


def test_asterisks_that_are_taken_literally_lose_the_studies() -> None:
    (found,), _ = judged(searching(exact=True))
    assert found.title == "the list filtered by patient name, MRN, description and accession number loses the study"
    assert "between asterisks" in found.cause


def test_letters_that_must_be_exact_are_told_from_values_that_are_not_there() -> None:
    (found,), _ = judged(searching(cased=True))
    assert found.title == "the list filtered by patient name and description distinguishes small and capital letters"


def test_value_that_would_have_to_be_encoded_is_not_sent_where_nobody_decodes() -> None:
    with RawServer(searching(exact=True)) as server:
        look_at_filters(Http(2), f"{server.url}/dicom-web", version="3.11", fuzzy=False, wildcard=False, decodes=False)
        assert not any("%5E" in one.target for one in server.requests)
