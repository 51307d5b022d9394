"""The kinds of request to the FHIR service, each with each CORS fault, over real sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from ohif_setup.demo.cors import StandInCors
from tests.servers.stage import FrontDoor, Ran, Stage

KINDS = ("fhir capabilities", "fhir read", "fhir write")
Change = Callable[[StandInCors], StandInCors]


@pytest.fixture(autouse=True)
def _settings(site: Stage) -> Iterator[None]:
    assert site.site.fhir is not None
    before = site.site.fhir.cors
    yield
    site.site.fhir.cors = before


def check(door: FrontDoor, site: Stage, change: Change) -> Ran:
    assert site.site.fhir is not None
    site.site.fhir.cors = change(site.site.fhir.cors)
    return door.check(site.answers, "--only", "cors", environment=site.environment)


def test_healthy_service_passes_for_every_kind(door: FrontDoor, site: Stage) -> None:
    ran = check(door, site, lambda settings: settings)
    assert {
        one["subject"].rsplit(" ", 1)[0]: one["status"] for one in ran.findings if "fhir" in one["subject"]
    } == dict.fromkeys(KINDS, "pass")
    sent = [(one.method, one.header("Access-Control-Request-Headers")) for one in site.fhir.requests]
    assert ("OPTIONS", "authorization") in sent
    assert ("OPTIONS", "authorization,content-type") in sent
    assert not any(method == "POST" for method, _ in sent)


@pytest.mark.parametrize(
    ("change", "broken", "word"),
    [
        pytest.param(
            lambda old: replace(old, origins=("https://other.example.org",)), set(KINDS), "not allowed", id="origin"
        ),
        pytest.param(lambda old: replace(old, origins=()), set(KINDS), "not allowed", id="no CORS"),
        pytest.param(
            lambda old: replace(old, headers=("accept", "content-type")),
            {"fhir read", "fhir write"},
            "authorization",
            id="authorization",
        ),
        pytest.param(
            lambda old: replace(old, headers=("authorization", "accept")),
            {"fhir write"},
            "content-type",
            id="content-type",
        ),
    ],
)
def test_fault_is_named_for_the_kinds_that_it_breaks(
    door: FrontDoor, site: Stage, change: Change, broken: set[str], word: str
) -> None:
    ran = check(door, site, change)
    failed = [one for one in ran.findings if one["status"] == "fail"]
    assert {one["subject"].rsplit(" ", 1)[0] for one in failed} == broken
    for one in failed:
        assert word in one["title"]
        assert "FHIR" in " ".join(fix["text"] for fix in one["fix"])
    assert ran.status == 1


def test_fhir_service_gets_no_token(door: FrontDoor, site: Stage) -> None:
    check(door, site, lambda settings: settings)
    assert not any(one.header("Authorization") for one in site.fhir.requests)
