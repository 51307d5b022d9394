"""Exhibits that nobody of the product knows: answers, questions and schema treat them as they ask for."""

from __future__ import annotations

import json

import pytest

from ohif_setup.answers.file.schema import schema_text
from ohif_setup.answers.model import Answers
from ohif_setup.answers.questions import SIGN_IN, asked
from ohif_setup.talk.wizard import words
from tests.answers.sites import accepted, only_problem, problems

pytestmark = pytest.mark.usefixtures("exhibits")
VIEWER = {"version": 1, "viewer": {"url": "https://viewer.example.org"}}


def keys(**so_far: object) -> list[str]:
    return [question.key for question in asked({key.replace("__", "."): value for key, value in so_far.items()})]


def test_sign_in_of_the_token_is_asked_before_the_viewer() -> None:
    assert keys(server__kind="cloud") == [
        "server.url",
        "sign_in.authority",
        "sign_in.client_id",
        "viewer.url",
        "viewer.ohif_version",
        "server.uploads",
        "output.directory",
    ]


def test_server_that_answers_browsers_is_asked_for_its_route_and_for_no_web_server() -> None:
    (route,) = (one for one in asked({"server.kind": "archive"}) if one.key == "server.route")
    assert route.choices == ("reverse-proxy", "cors", "direct", "gateway")
    found = keys(server__kind="archive", server__route="direct", **{SIGN_IN: False})
    assert found == [
        "server.url",
        "server.route",
        "viewer.url",
        "viewer.ohif_version",
        "server.uploads",
        "output.directory",
    ]


def test_provider_is_asked_for_its_own_answers() -> None:
    found = keys(server__kind="orthanc", **{SIGN_IN: "cloud-id"})
    assert [key for key in found if key.startswith("sign_in.")] == ["sign_in.authority", "sign_in.client_id"]


def test_every_web_server_that_can_take_the_route_is_a_choice() -> None:
    (one,) = (one for one in asked({"server.kind": "orthanc", "server.route": "cors"}) if one.key == "server.proxy")
    assert one.choices == ("nginx", "caddy")


def test_missing_sign_in_is_that_of_the_token() -> None:
    found = problems(VIEWER | {"server": {"kind": "cloud", "url": "https://images.cloud.example/dicomweb"}})
    assert [problem.key for problem in found] == ["sign_in.authority", "sign_in.client_id"]


def test_route_of_a_server_decides_which_answers_apply() -> None:
    server = {"kind": "archive", "url": "https://images.example/dicomweb", "route": "direct"}
    answers = accepted(VIEWER | {"server": server})
    assert answers.viewer.folder == ""
    problem = only_problem(VIEWER | {"server": server, "proxy": {"listen": 8080}})
    assert problem.wrong.startswith("has no effect, because no web server is in front of the Archive: remove it")


def test_web_server_is_refused_where_none_stands_before_the_server() -> None:
    server = {"kind": "archive", "url": "https://images.example/dicomweb", "route": "direct", "proxy": "caddy"}
    problem = only_problem(VIEWER | {"server": server})
    assert (problem.key, problem.wrong.partition(":")[0]) == (
        "server.proxy",
        "has no effect on the Archive, which browsers reach by themselves",
    )


def test_choices_say_what_they_mean() -> None:
    assert words.title("cloud") == "cloud: an archive of the cloud"
    assert words.title("caddy") == "caddy: Caddy 2"
    assert ("at the cloud", "cloud-id") in words.providers()


def test_web_server_has_its_own_folders() -> None:
    raw = VIEWER | {"server": {"kind": "orthanc", "url": "http://127.0.0.1:8042", "proxy": "caddy"}}
    assert Answers.model_validate(raw).viewer.folder == "/srv/ohif-viewer_example_org"


def test_schema_asks_for_the_sign_in_of_each_token() -> None:
    schema = json.loads(schema_text())
    assert schema["properties"]["server"]["properties"]["kind"]["enum"] == [
        "azure-dicom",
        "orthanc",
        "cloud",
        "archive",
        "dicomweb",
    ]
    (more,) = schema["allOf"]
    assert more["then"]["properties"]["sign_in"] == {"required": ["authority"]}
    assert more["if"]["anyOf"][0]["properties"]["server"]["required"] == ["kind"]
