"""Each program on the way is named for its own answers, with its own words, and for no others."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from ohif_setup.checks.front_login import front_login
from ohif_setup.checks.silence import says_nothing
from ohif_setup.checks.speakers import SPEAKERS, fault_spoken_by, marked_by, spoken_by
from ohif_setup.checks.trouble_words import explain_status, from_speaker
from ohif_setup.network.wire.exchange import Exchange
from tests.checks.observed import HTML, OWN, got, words
from tests.checks.speakers.answers import LOGINS, NOBODY, SAID, SEARCH, Said

NGINXS = ("chmod", "proxy_pass", "try_files", "sudo nginx", "apachectl")
"""What mends a web server of the site, and nothing else."""


@pytest.mark.parametrize("said", SAID, ids=[f"{place}-{said.speaker}" for place, said in enumerate(SAID)])
def test_answer_is_named(said: Said) -> None:
    spoken = fault_spoken_by(said.exchange)
    assert spoken is not None
    assert spoken.speaker.name == said.speaker
    title, cause, _ = explain_status(said.exchange) or ("", "", ())
    assert title.startswith(said.title.replace("*", said.speaker))
    assert "{" not in title + cause
    found = from_speaker("cors", "", said.exchange, "the list stays empty")
    assert found is not None
    assert found.evidence["answered_by"] == said.speaker
    assert not [word for word in NGINXS if word in words(found)]
    # A preflight that no operation answers is mended by the setting for preflights, which the check `cors` adds.
    assert found.fix or said.exchange.sent.method == "OPTIONS"
    assert "{host}" not in words(found)


@pytest.mark.parametrize("said", SAID, ids=[f"{place}-{said.speaker}" for place, said in enumerate(SAID)])
def test_it_is_no_login_of_the_site_and_no_answer_to_the_question(said: Said) -> None:
    assert front_login(said.exchange) == ""
    assert says_nothing(said.exchange)


@pytest.mark.parametrize("name", LOGINS)
def test_sign_in_in_front_is_named(name: str) -> None:
    speaker, exchange = LOGINS[name]
    spoken = spoken_by(exchange)
    assert spoken is not None
    assert (spoken.speaker.name, spoken.speaker.role) == (speaker, "login")
    assert front_login(exchange).endswith(f", by {speaker}")
    # It is there on purpose.
    assert fault_spoken_by(exchange) is None
    assert not says_nothing(exchange)


@pytest.mark.parametrize("name", NOBODY)
def test_nobody_spoke_for_the_site(name: str) -> None:
    assert spoken_by(NOBODY[name]) is None


def test_every_speaker_has_two_answers() -> None:
    kinds = Counter(said.speaker for said in SAID) + Counter(speaker for speaker, _ in LOGINS.values())
    # Their other answers are pages that anybody may write.
    once = {"Sucuri", "FortiWeb", "the authentik outpost", "Authelia"}
    assert {speaker.name for speaker in SPEAKERS} == set(kinds)
    assert {name for name, number in kinds.items() if number < 2} == once


def test_names_are_of_one_speaker_and_in_the_list() -> None:
    names = [speaker.name for speaker in SPEAKERS]
    assert len(names) == len(set(names))
    page = (Path(__file__).parents[3] / "docs/explanation/who-answers.md").read_text()
    assert [name for name in names if name not in page] == []


@pytest.mark.parametrize("speaker", SPEAKERS, ids=lambda speaker: str(speaker.name))
def test_patterns_can_be_read(speaker: object) -> None:
    patterns = [
        pattern
        for each in SPEAKERS
        if each is speaker
        for saying in each.sayings
        for pattern in (saying.field[1], saying.body, saying.location)
    ]
    assert all(re.compile(pattern) for pattern in patterns)


def test_proxy_of_the_environment_is_named_by_its_variable() -> None:
    refused = got(403, "<html><title>Blocked</title></html>", (*HTML, ("Server", "gate")), SEARCH)
    assert spoken_by(refused) is None
    through = replace(refused, proxy="HTTP_PROXY=http://gate.example.org:3128")
    found = from_speaker("dicomweb-reachable", "", through, "")
    assert found is not None
    assert found.title == (
        "the proxy of HTTP_PROXY=http://gate.example.org:3128 (Server: gate) refuses the address (403)"
    )
    assert found.fix[0].text.endswith("NO_PROXY=pacs.example.org ohif-setup check")


def test_page_of_the_web_server_is_its_own_though_a_proxy_passed_it_on() -> None:
    through = replace(NOBODY["403 of nginx"], proxy="HTTP_PROXY=http://gate.example.org:3128")
    assert spoken_by(through) is None
    # The site may answer JSON with 403; a proxy that refuses shows a page.
    assert spoken_by(replace(got(403, {"no": 1}, url=SEARCH), proxy="http_proxy=http://gate:3128")) is None


def test_challenge_for_people_warns_and_leaves_the_rest_unseen() -> None:
    challenge = next(said.exchange for said in SAID if said.title == "* asks for a person")
    found = from_speaker("viewer-served", OWN, challenge, "")
    assert found is not None
    assert (found.status, found.unseen) == ("warn", "what lies behind Cloudflare: it asks for a person")


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("CF-RAY", "Cloudflare"),
        ("X-Amz-Cf-Id", "Amazon CloudFront"),
        ("X-Azure-Ref", "Azure Front Door"),
        ("X-Iinfo", "Imperva"),
    ],
)
def test_field_shows_who_is_on_the_way_and_not_who_spoke(field: str, name: str) -> None:
    exchange = got(404, "{}", ((field, "1"),), SEARCH)
    marked = marked_by(exchange)
    assert marked is not None
    assert marked.name == name
    assert spoken_by(exchange) is None


def test_without_an_answer_nobody_spoke() -> None:
    nothing = Exchange(got(200).sent)
    assert (spoken_by(nothing), marked_by(nothing)) == (None, None)
