"""What `docs/reference/checks/capabilities.md` says, and what a look at a server amounts to."""

from __future__ import annotations

from typing import Any

import pytest

from ohif_setup.answers.tables.capabilities import Capabilities
from ohif_setup.checks.dicomweb.capabilities import CapabilityObservations, ServerCapabilities, judge
from ohif_setup.checks.dicomweb.capability_values import capabilities_of
from ohif_setup.checks.finding import Finding
from ohif_setup.network.look.capabilities import CapabilityLook
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.output.plan import plan
from tests.checks.archives import archive, empty, listing, study
from tests.checks.observed import HTML, JSON, Fields, got, own, trouble, words

JPEG: Fields = (("Content-Type", "image/jpeg"),)
FOUND = listing(study())
NONE = listing()


def look(**changed: Any) -> CapabilityLook:
    """Orthanc 1.10 of Debian 12."""
    seen: dict[str, Any] = {
        "study": "1.2",
        "plain": FOUND,
        "encoded": FOUND,
        "raw_limit": got(400, {"OrthancError": "Bad request"}),
        "wildcard": FOUND,
        "fuzzy_off": NONE,
        "fuzzy_on": NONE,
        "fuzzy_sound": NONE,
        "rendered": got(200, "x", JPEG),
        "bulk": got(200, "x"),
        "quoted": got(200, "x"),
        "unquoted": got(200, "x"),
    }
    return CapabilityLook(archive(), **(seen | changed))


ORTHANC = {
    "wildcard": True,
    "fuzzy": False,
    "includefield": True,
    "rendered": True,
    "bulk_data": True,
    "quoted_accept": True,
    "percent_decoding": False,
}
ANSWERED = {f"server__capabilities__{name}": str(value).lower() for name, value in ORTHANC.items()}


def one(seen: CapabilityLook, **changed: str) -> Finding:
    (finding,) = judge(own(**changed), CapabilityObservations((ServerCapabilities(seen),)))
    return finding


@pytest.mark.parametrize("exchange", [got(429), got(503), trouble("timeout")], ids=["429", "503", "silent"])
def test_question_that_was_not_answered_is_a_warning(exchange: Exchange) -> None:
    found = one(look(wildcard=exchange, rendered=exchange), **ANSWERED)
    assert found.status == "warn"
    assert found.title.startswith("could not be tested (parts of names, rendered images): ")
    assert found.fix


@pytest.mark.parametrize("exchange", [got(404), got(500), trouble("endless"), trouble("proxy")])
def test_question_that_was_answered_or_not_asked_is_none(exchange: Exchange) -> None:
    assert "could not be tested" not in one(look(rendered=exchange), **ANSWERED).title


def test_what_debians_orthanc_can_do() -> None:
    assert capabilities_of(look()).model_dump() == ORTHANC


@pytest.mark.parametrize(
    ("name", "changed", "value"),
    [
        ("wildcard", {"wildcard": NONE}, False),
        ("wildcard", {"wildcard": got(204)}, False),
        ("wildcard", {"wildcard": got(400)}, False),
        ("wildcard", {"wildcard": None}, None),
        ("wildcard", {"wildcard": got(503)}, None),
        ("fuzzy", {"fuzzy_on": FOUND}, True),
        ("fuzzy", {"fuzzy_on": FOUND, "fuzzy_off": FOUND}, False),
        ("fuzzy", {"fuzzy_sound": FOUND}, True),
        ("fuzzy", {"fuzzy_on": got(400), "fuzzy_sound": got(400)}, False),
        ("includefield", {"plain": got(400)}, False),
        ("rendered", {"rendered": got(404)}, False),
        ("rendered", {"rendered": got(200, "x", JSON)}, False),
        ("bulk_data", {"bulk": None}, None),
        ("bulk_data", {"bulk": got(200, "<html>", HTML)}, None),
        ("quoted_accept", {"quoted": got(406)}, False),
        ("quoted_accept", {"quoted": got(406), "unquoted": got(406)}, None),
        ("percent_decoding", {"raw_limit": FOUND}, True),
        ("percent_decoding", {"raw_limit": got(400), "plain": got(400)}, None),
        ("percent_decoding", {"raw_limit": trouble("proxy")}, None),
    ],
)
def test_value_follows_from_what_came(name: str, changed: dict[str, Any], value: bool | None) -> None:
    assert getattr(capabilities_of(look(**changed)), name) is value


def test_what_was_not_shown_stays_as_it_was_known() -> None:
    known = Capabilities(bulk_data=True, wildcard=False)
    assert capabilities_of(CapabilityLook(empty()), known) == known


def test_passes_when_the_answers_say_the_same() -> None:
    found = one(look(), **ANSWERED)
    assert found.status == "pass"
    assert "a search with a space, ^ or an accent in it finds nothing" in found.title


def test_warns_when_the_answers_say_otherwise() -> None:
    found = one(look(wildcard=NONE), **ANSWERED)
    assert (found.status, found.evidence["failure_mode"]) == ("warn", "FM34")
    assert "parts of names: no" in found.cause
    assert "supportsWildcard false" in found.cause
    assert "ohif-setup check --save" in words(found)


def test_warns_when_nobody_looked_and_the_web_server_should_know() -> None:
    found = one(look())
    assert (found.status, found.title) == ("warn", "the answers file does not have the server's capabilities yet")
    assert '"No Description"' in found.symptom


def test_passes_when_nobody_looked_and_nothing_would_change() -> None:
    assert one(look(raw_limit=FOUND)).status == "pass"


def test_skipped_without_anything_to_ask_about() -> None:
    assert "the archive is empty" in one(CapabilityLook(empty())).title


def test_quotes_that_are_left_out_do_no_harm() -> None:
    safe = ANSWERED | {"server__capabilities__quoted_accept": "false"}
    found = one(look(), **safe)
    assert (found.status, "images come with quotes too" in found.title) == ("pass", True)
    assert one(look(quoted=got(406)), **ANSWERED).symptom == "images stay black"


@pytest.mark.parametrize(("proxy", "named"), [("apache", True), ("nginx", False)])
def test_module_that_decodes_is_named_for_apache(proxy: str, named: bool) -> None:
    found = words(one(look(), server__proxy=proxy))
    assert ("sudo a2enmod rewrite" in found) is named
    assert "put nginx.conf and app-config.js in their places" in found or proxy == "apache"


@pytest.mark.parametrize(
    ("name", "changed"), [("includefield", {"plain": got(400)}), ("rendered", {"rendered": got(404)})]
)
def test_what_decides_nothing_is_no_difference(name: str, changed: dict[str, Any]) -> None:
    key = f"server__capabilities__{name}"
    assert plan(own(**ANSWERED)) == plan(own(**ANSWERED | {key: "false"}))
    assert getattr(capabilities_of(look(**changed)), name) is False
    assert one(look(**changed), **ANSWERED).status == "pass"


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("wildcard", {"wildcard": NONE}),
        ("fuzzy", {"fuzzy_on": FOUND}),
        ("bulk_data", {"bulk": got(404)}),
        ("quoted_accept", {"quoted": got(406)}),
        ("percent_decoding", {"raw_limit": FOUND}),
    ],
)
def test_what_decides_about_the_generated_files_is_a_difference(name: str, changed: dict[str, Any]) -> None:
    key = f"server__capabilities__{name}"
    assert plan(own(**ANSWERED)) != plan(own(**ANSWERED | {key: str(not ORTHANC[name]).lower()}))
    assert one(look(**changed), **ANSWERED).status == "warn"
