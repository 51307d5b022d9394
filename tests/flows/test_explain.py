"""`explain`: the list of all pages, failure modes by their number, and names that are none."""

from __future__ import annotations

import pytest

from ohif_setup.checks.check import all_checks
from tests.flows.front_door import ohif_setup


def test_without_an_id_all_pages_are_listed_within_80_columns() -> None:
    run = ohif_setup("explain")
    assert run.status == 0
    checks, errors = run.out.split("\nErrors\n")
    assert {one.id for one in all_checks()} <= set(checks.split())
    assert {"answers-invalid", "viewer-path-missing"} <= set(errors.split())
    assert max(map(len, run.out.splitlines())) <= 80


@pytest.mark.parametrize("name", ["FM56", "fm56"])
def test_a_failure_mode_is_found_in_the_pages_of_checks(name: str) -> None:
    run = ohif_setup("explain", name)
    assert run.status == 0
    assert run.out.startswith("FM56 is a known failure mode; see dicomweb-reachable, viewer-config.\n")
    assert "\n# dicomweb-reachable\n" in run.out
    assert "\n# viewer-config\n" in run.out


def test_a_failure_mode_without_a_page_is_known_all_the_same() -> None:
    run = ohif_setup("explain", "FM22")
    assert (run.status, run.out.startswith("FM22 is a known failure mode, but no page ")) == (0, True)


@pytest.mark.parametrize("name", ["FM0", "FM79", "FM560"])
def test_no_such_failure_mode(name: str) -> None:
    assert ohif_setup("explain", name).status == 2


def test_a_typing_error_names_the_nearest_alone() -> None:
    run = ohif_setup("explain", "viewer-serve")
    assert run.status == 2
    assert "the nearest: viewer-served, viewer-routes" in run.err
    assert "What to do  ohif-setup explain " in run.err
    assert "answers-invalid" not in run.err
