"""What `docs/reference/checks/filters.md` says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ohif_setup.checks.dicomweb.filters import FilterObservations, ServerFilters, judge
from ohif_setup.checks.dicomweb.token_there import WithoutToken
from ohif_setup.checks.finding import Finding
from ohif_setup.network.look.archive import Archive
from ohif_setup.network.look.filters import Filter, FilterLook
from ohif_setup.network.wire.exchange import Exchange
from tests.checks.archives import archive, attribute, empty, listing, study
from tests.checks.observed import HTML, OWN_ROOT, answers, got, keycloak, own, trouble, words

FOUND, NONE = listing(study()), listing()
OTHER = listing({"0020000D": attribute("9.9")})
PARAMETERS = {
    "patient name": "PatientName",
    "MRN": "00100020",
    "date": "StudyDate",
    "description": "StudyDescription",
    "modality": "ModalitiesInStudy",
    "two modalities at once": "ModalitiesInStudy",
}
SECRET = "lovelace"


def asked(exchange: Exchange, parameter: str, value: str = f"*{SECRET}*") -> Exchange:
    url = f"{OWN_ROOT}/studies?limit=101&{parameter}={value}"
    return replace(exchange, sent=replace(exchange.sent, url=url))


def one_filter(name: str, answer: Exchange = FOUND, nobody: Exchange = NONE, **more: Any) -> Filter:
    parameter = PARAMETERS[name]
    return Filter(name, parameter, "1.2", asked(answer, parameter), asked(nobody, parameter, "*zz*"), **more)


GOOD = tuple(one_filter(name) for name in PARAMETERS)


def judged(
    *changed: Filter, direct: Exchange | None = None, by: str = "", wildcard: bool | None = True
) -> list[Finding]:
    """All filters are good but the changed ones."""
    names = {one.name for one in changed}
    filters = (*(one for one in GOOD if one.name not in names), *changed)
    seen = ServerFilters(archive(), FilterLook(FOUND, filters, direct, by or filters[0].name), wildcard=wildcard)
    return list(judge(own(), FilterObservations((seen,))))


def one(*changed: Filter, **more: Any) -> Finding:
    (finding,) = judged(*changed, **more)
    # A patient's name stays out of every report.
    assert SECRET not in (words(finding) + str(finding.evidence)).lower()
    return finding


def test_passes_where_every_filter_finds_its_study() -> None:
    found = one()
    assert found.title == "studies are found by patient name, MRN, date, description, modality"
    assert (found.status, found.unseen) == ("pass", "")


def test_filter_without_an_example_is_named() -> None:
    found = one(replace(one_filter("MRN"), study="", asked=NONE))
    assert (found.status, "none has a value for MRN" in found.title) == ("pass", True)


@pytest.mark.parametrize("name", ["modality", "date", "patient name"])
@pytest.mark.parametrize("status", [400, 404, 415, 500, 501])
def test_filter_that_is_refused_is_named(name: str, status: int) -> None:
    found = one(one_filter(name, got(status, f"unknown parameter for {SECRET if status == 501 else 'x'}")))
    assert (found.status, found.evidence["fault"]) == ("warn", "filter-refused")
    assert found.title == f"the list filtered by {name} is refused ({status})"
    assert PARAMETERS[name] in found.cause
    assert ("It said: unknown parameter" in found.cause) == (status != 501)


def test_refused_filters_are_one_finding() -> None:
    found = one(one_filter("date", got(400, "<html>", HTML)), one_filter("modality", got(400)))
    assert found.title == "the list filtered by date and modality is refused (400)"


@pytest.mark.parametrize("status", [403, 406, 501])
def test_filter_that_a_page_refuses_and_the_server_takes_is_refused_on_the_way(status: int) -> None:
    refused = one_filter("patient name", got(status, "<html>Request blocked", HTML))
    others = GOOD[1:]
    found = one(refused, *others, direct=NONE)
    assert (found.status, found.evidence["fault"]) == ("warn", "filter-refused")
    assert "takes such a search when asked past nginx" in found.cause
    assert [fix.where for fix in found.fix] == ["On the way"]
    # The server refuses it too, was not asked for this filter, or speaks itself.
    assert "does not accept" in one(refused, *others, direct=got(status)).cause
    assert "does not accept" in one(*others, refused, direct=NONE).cause
    assert "does not accept" not in one(*others, refused, direct=NONE, by="patient name").cause
    assert "does not accept" in one(one_filter("patient name", got(status, "no")), *others, direct=NONE).cause


def test_filter_that_is_ignored_is_named() -> None:
    found = one(one_filter("description", nobody=OTHER))
    assert (found.status, found.evidence["fault"]) == ("warn", "filter-ignored")
    assert found.title == "the list filtered by description shows what does not match"
    assert "nginx" not in words(found)


def test_query_that_is_lost_on_the_way_is_the_web_servers() -> None:
    every = [one_filter(name, nobody=OTHER) for name in PARAMETERS]
    assert "nginx drops the query" in one(*every, direct=NONE).cause
    assert "nginx" not in one(*every, direct=OTHER).cause
    assert "nginx" not in one(*every[:2], direct=NONE).cause


@pytest.mark.parametrize("answer", [NONE, OTHER, got(204)], ids=["[]", "other", "204"])
def test_filter_that_loses_its_study_is_named(answer: Exchange) -> None:
    found = one(one_filter("MRN", answer), one_filter("date", answer))
    assert (found.status, found.evidence["fault"]) == ("warn", "filter-loses")
    assert found.title == "the list filtered by MRN and date loses the study"


def test_study_may_come_behind_many_others() -> None:
    many = listing(*({"0020000D": attribute(f"9.{number}")} for number in range(101)))
    assert one(one_filter("modality", many)).status == "pass"


def test_letters_that_must_be_exact_are_named() -> None:
    found = one(one_filter("patient name", NONE, other_case=FOUND))
    assert (found.status, found.evidence["fault"]) == ("warn", "filter-case")
    lost = one(one_filter("patient name", NONE, other_case=NONE))
    assert lost.evidence["fault"] == "filter-loses"


def test_two_modalities_at_once_are_a_note() -> None:
    found = one(one_filter("two modalities at once", NONE))
    assert (found.status, found.title.endswith("; two modalities at once find nothing")) == ("pass", True)


def test_asterisks_are_left_to_capabilities() -> None:
    lost = [one_filter(name, NONE) for name in ("patient name", "MRN", "description")]
    assert one(*lost, wildcard=False).status == "pass"
    assert one(*lost, wildcard=True).status == "warn"


def test_filter_that_is_refused_is_named_also_where_asterisks_mean_nothing() -> None:
    assert one(one_filter("patient name", got(400)), wildcard=False).evidence["fault"] == "filter-refused"


@pytest.mark.parametrize("exchange", [got(429), got(503), trouble("timeout")], ids=["429", "503", "silent"])
def test_filter_that_is_not_answered_is_a_warning(exchange: Exchange) -> None:
    found = one(one_filter("date", exchange))
    assert (found.status, found.title.startswith("the list filtered by date: ")) == ("warn", True)


def test_several_faults_are_several_findings() -> None:
    found = judged(one_filter("date", got(400)), one_filter("MRN", nobody=OTHER), one_filter("modality", NONE))
    assert [one.evidence["fault"] for one in found] == ["filter-refused", "filter-ignored", "filter-loses"]


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (ServerFilters(empty(), None), "the archive is empty"),
        (ServerFilters(Archive(OWN_ROOT, got(401)), None), "nobody signed in"),
        (ServerFilters(Archive(OWN_ROOT, got(302)), None, "a portal"), "a login is in front"),
    ],
)
def test_what_was_not_seen_is_said(seen: ServerFilters, why: str) -> None:
    (found,) = judge(keycloak(), FilterObservations((seen,)))
    assert (found.status, found.unseen) == ("skipped", f"the filters of the study list: {why}")


def test_list_that_does_not_come_is_left_to_the_check_of_the_list() -> None:
    seen = ServerFilters(archive(), FilterLook(got(400)))
    (found,) = judge(own(), FilterObservations((seen,)))
    assert (found.status, found.see) == ("skipped", ("dicomweb-answers",))


def test_server_that_wants_a_token_is_judged_alike() -> None:
    (found,) = judge(answers(), FilterObservations((WithoutToken(),)))
    assert (found.status, found.unseen) == ("skipped", "the filters of the study list: nobody signed in")
    refused = FilterLook(FOUND, (one_filter("modality", got(400)),))
    (found,) = judge(answers(), FilterObservations((ServerFilters(archive(), refused),)))
    assert found.status == "warn"
