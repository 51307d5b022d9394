"""Any answers file that a person may have written: only what was asked changes, and every other comment stays where it is."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ohif_setup.answers.file.removing import without_answers
from ohif_setup.answers.file.writing import updated_answers
from ohif_setup.answers.model import Answers
from tests.answers.documents import AZURE, SEVERAL, Document, comments_in, documents

pytestmark = pytest.mark.slow
GONE = {
    "azure": (AZURE, ["viewer.extra_urls", "server.uploads", "sign_in.flow", "output.directory", "fhir", "ohif"]),
    "azure-ohif": (AZURE, ["ohif.showStudyList", "ohif.whiteLabeling", "ohif.whiteLabeling.a", "ohif.hotkeys"]),
    "several": (SEVERAL, ["viewer.folder", "servers.3", "servers.3.capabilities", "servers.1.capabilities", "proxy"]),
}
CHANGED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "azure": (
        AZURE,
        {"viewer.ohif_version": "3.12", "viewer.url": "https://other.example.org", "fhir.url": "http://[::1]"},
    ),
    "azure-lists": (AZURE, {"viewer.extra_urls": ["http://localhost:2", "http://localhost:3"]}),
    "azure-flags": (AZURE, {"server.uploads": True, "sign_in.flow": "implicit", "output.directory": "here"}),
    "azure-ohif": (
        AZURE,
        {"ohif.whiteLabeling.a": True, "ohif.whiteLabeling.z": 2.5, "ohif.maxNumRequests": [1]},
    ),
    "several": (SEVERAL, {"servers.2.uploads": True, "servers.3.url": "http://[::1]/c", "proxy.listen": 81}),
    "several-looked-at": (
        SEVERAL,
        {"servers.2.capabilities": {"wildcard": True}, "servers.1.capabilities.fuzzy": False},
    ),
    "several-more": (SEVERAL, {"servers.4": {"kind": "dicomweb", "url": "http://127.0.0.1:8045/d", "name": "d"}}),
}
settings.register_profile("documents", deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
DOCUMENTS = settings.get_profile("documents")


def place(tables: dict[str, Any], name: str) -> tuple[Any, Any]:
    """The table or list that has a dotted name, and the key or index there."""
    *above, last = name.split(".")
    for part in above:
        tables = tables[int(part) - 1] if isinstance(tables, list) else tables[part]
    return tables, int(last) - 1 if isinstance(tables, list) else last


def without(tables: dict[str, Any], name: str) -> dict[str, Any]:
    left = copy.deepcopy(tables)
    table, last = place(left, name)
    del table[last]
    return left


def changed(tables: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    new = copy.deepcopy(tables)
    for name, value in changes.items():
        table, last = place(new, name)
        if isinstance(table, list) and last == len(table):
            table.append(value)
        else:
            table[last] = value
    return new


def assert_comments_stay(document: Document, new: str, *, gone: Sequence[str] = ()) -> None:
    """All but those of what is gone, and in their order."""
    may_go = set[str]()
    for owner, comments in document.comments.items():
        if any(f"{owner}.".startswith(f"{name}.") for name in gone):
            may_go |= comments
    old = [comment for comment in comments_in(document.text) if comment not in may_go]
    assert [comment for comment in comments_in(new) if comment not in may_go] == old


def assert_line_ends_stay(document: Document, new: str) -> None:
    windows = "\r\n" in document.text
    assert new.count("\r\n") == (new.count("\n") if windows else 0)
    assert new.endswith("\n") == document.text.endswith("\n")


@pytest.mark.parametrize("case", GONE)
@DOCUMENTS
@given(st.data())
def test_only_what_was_named_is_taken_out(case: str, data: st.DataObject) -> None:
    tables, names = GONE[case]
    document = data.draw(documents(tables))
    name = data.draw(st.sampled_from(names))
    new = without_answers(document.text, [name])
    left = without(tables, name)
    # A table that may be left away goes with its last key.
    assert tomllib.loads(new) in (left, {group: table for group, table in left.items() if table != {}})
    assert_comments_stay(document, new, gone=[name])
    assert_line_ends_stay(document, new)
    kept = iter(document.text.splitlines())
    inline = re.compile(r"\s*(?:\w+\.)*\"?\w+\"?\s*=\s*[\[{]")
    assert [line for line in new.splitlines() if not inline.match(line) and line not in kept] == []


@pytest.mark.parametrize("case", GONE)
@DOCUMENTS
@given(st.data())
def test_an_answer_that_is_gone_takes_only_its_own_comments_along(case: str, data: st.DataObject) -> None:
    tables, names = GONE[case]
    document = data.draw(documents(tables))
    name = data.draw(st.sampled_from(names))
    answers = Answers.model_validate(without(tables, name))
    new = updated_answers(document.text, answers)
    assert Answers.model_validate(tomllib.loads(new)) == answers
    assert updated_answers(new, answers) == new
    assert_comments_stay(document, new, gone=[name])


@pytest.mark.parametrize("case", CHANGED)
@DOCUMENTS
@given(st.data())
def test_an_answer_that_changes_takes_no_comment_along(case: str, data: st.DataObject) -> None:
    tables, changes = CHANGED[case]
    document = data.draw(documents(tables))
    names = data.draw(st.lists(st.sampled_from(sorted(changes)), min_size=1, unique=True))
    answers = Answers.model_validate(changed(tables, {name: changes[name] for name in names}))
    new = updated_answers(document.text, answers)
    assert Answers.model_validate(tomllib.loads(new)) == answers
    assert updated_answers(new, answers) == new
    assert_comments_stay(document, new)
    assert_line_ends_stay(document, new)


@DOCUMENTS
@given(documents(AZURE) | documents(SEVERAL))
def test_nothing_changes_where_nothing_was_asked(document: Document) -> None:
    assert updated_answers(document.text, Answers.model_validate(document.tables)) == document.text
    assert without_answers(document.text, ["viewer.landing_page", "servers.7", "ohif.other"]) == document.text


@DOCUMENTS
@given(documents({name: table for name, table in SEVERAL.items() if name != "version"}))
def test_file_without_a_version_stays_without(document: Document) -> None:
    assert updated_answers(document.text, Answers.model_validate(document.tables)) == document.text
