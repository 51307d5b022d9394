"""One question model: the prompt's check is the model's check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ohif_setup.answers.keys import KEYS
from ohif_setup.answers.questions import (
    ASKED,
    LOGIN,
    SIGN_IN,
    applies,
    asked,
    check_answer,
    is_needed,
    server_urls,
    understood,
)

TENANT = "11111111-2222-4333-8444-555555555555"
CLIENT = "66666666-7777-4888-9999-aaaaaaaaaaaa"
QUESTIONS = asked({})


def test_questions_come_in_the_order_of_the_wizard() -> None:
    assert [question.key for question in QUESTIONS] == [
        "server.url",
        "sign_in.tenant_id",
        "sign_in.client_id",
        "viewer.url",
        "viewer.ohif_version",
        "server.uploads",
        "sign_in.flow",
        "fhir.url",
        "output.directory",
    ]


def test_only_four_questions_need_an_answer() -> None:
    needed = [question.key for question in QUESTIONS if not question.optional]
    assert needed == ["server.url", "sign_in.tenant_id", "sign_in.client_id", "viewer.url"]


def test_every_default_passes_its_own_check() -> None:
    for question in QUESTIONS:
        assert question.prompt
        assert question.hint
        if question.default is not None:
            assert check_answer(question.key, question.default) == KEYS[question.key].default
            assert check_answer(question.key, "") == KEYS[question.key].default


def test_every_choice_passes_its_own_check() -> None:
    for question in QUESTIONS:
        for choice in question.choices:
            check_answer(question.key, choice)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("server.url", "ws.dicom.azurehealthcareapis.com", "https://ws.dicom.azurehealthcareapis.com/v2"),
        ("sign_in.tenant_id", f"{{{TENANT}}}", TENANT),
        ("server.uploads", "y", True),
        ("server.uploads", "no", False),
        ("viewer.ohif_version", "3.12.10", "3.12"),
        ("fhir.url", " ", None),
        ("viewer.extra_urls", "http://localhost:1, http://localhost:2", ("http://localhost:1", "http://localhost:2")),
    ],
)
def test_answer_is_normalised(key: str, text: str, value: object) -> None:
    assert check_answer(key, text) == value


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("server.url", "", "Service URL on the Overview page"),
        ("server.url", "https://x.fhir.azurehealthcareapis.com", "This is the address of a FHIR service"),
        ("sign_in.tenant_id", "common", "one tenant only"),
        ("sign_in.flow", "device", '"code" or "implicit"'),
        ("server.uploads", "perhaps", "true or false"),
        ("viewer.extra_urls", "[3]", "whole number"),
        ("viewer.extra_urls", "[", "list"),
    ],
)
def test_wrong_answer_is_refused_in_a_sentence(key: str, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        check_answer(key, text)
    sentence = str(caught.value)
    assert words in sentence
    assert sentence[0].isupper()
    assert "pydantic" not in sentence
    assert type(caught.value) is ValueError


def test_rules_that_look_at_two_answers_hold_at_the_prompt_too() -> None:
    with pytest.raises(ValueError, match=r"same as sign_in\.tenant_id"):
        check_answer("sign_in.client_id", TENANT, {"sign_in.tenant_id": TENANT, "viewer.url": "https://h.example"})
    assert check_answer("sign_in.client_id", CLIENT, {"sign_in.tenant_id": TENANT}) == CLIENT


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("viewer.url", "viewer.example.org", "https://viewer.example.org"),
        ("viewer.url", " https://viewer.example.org ", ""),
        ("viewer.url", "https://viewer.example.org/", "https://viewer.example.org"),
        (
            "server.url",
            "Service URL : https://a.dicom.azurehealthcareapis.com",
            "https://a.dicom.azurehealthcareapis.com/v2",
        ),
        ("sign_in.client_id", f"{{{CLIENT.upper()}}}", CLIENT),
        ("sign_in.client_id", CLIENT, ""),
        ("viewer.ohif_version", "3.12.10", "3.12"),
        ("viewer.ohif_version", "", ""),
        ("viewer.extra_urls", "http://localhost:1, http://localhost:2", ""),
        ("viewer.extra_urls", "http://localhost:1/,HTTP://localhost:2", "http://localhost:1, http://localhost:2"),
        ("server.uploads", "y", ""),
        ("fhir.url", "", ""),
        ("output.directory", " deploy", ""),
        ("output.directory", "a\u202eb", ""),
    ],
)
def test_what_was_understood_is_told_where_it_differs(key: str, text: str, words: str) -> None:
    assert understood(key, text, check_answer(key, text)) == words


OWN: Mapping[str, object] = {"server.kind": "orthanc", "server.url": "http://127.0.0.1:8042/dicom-web"}
ALWAYS = ["server.url", "server.route", "viewer.url", "viewer.ohif_version", "server.uploads", "output.directory"]


@pytest.mark.parametrize(
    ("so_far", "more"),
    [
        pytest.param({}, ["server.proxy", "viewer.folder"], id="least"),
        pytest.param({"server.route": "serve-folders"}, ["viewer.folder"], id="serve-folders"),
        pytest.param({"server.route": "cors"}, ["proxy.url"], id="cors"),
        pytest.param(
            {"viewer.url": "http://localhost:8080"}, ["server.proxy", "viewer.folder", "proxy.listen"], id="port"
        ),
        pytest.param(
            {"viewer.url": "https://v.example"}, ["server.proxy", "viewer.folder", "proxy.tls_certificate"], id="tls"
        ),
        pytest.param(
            {"viewer.url": "https://v.example", "proxy.tls_certificate": "/c"},
            ["server.proxy", "viewer.folder", "proxy.tls_certificate", "proxy.tls_key"],
            id="tls-with-certificate",
        ),
        pytest.param(
            {"viewer.url": "https://v.example:8443", "server.proxy": "iis", LOGIN: True},
            ["server.proxy", "viewer.folder", "proxy.orthanc_credentials_file"],
            id="iis",
        ),
        pytest.param(
            {"server.route": "cors", "viewer.url": "https://v.example", "proxy.url": "https://d.example:444"},
            ["proxy.url", "proxy.listen", "proxy.tls_certificate"],
            id="cors-port",
        ),
        pytest.param({"server.route": "serve-folders", LOGIN: True}, ["viewer.folder"], id="serve-folders-login"),
        pytest.param(
            {SIGN_IN: "oidc"},
            ["server.proxy", "viewer.folder", "sign_in.authority", "sign_in.client_id", "sign_in.flow"],
            id="oidc",
        ),
        pytest.param(
            {SIGN_IN: "entra"},
            ["server.proxy", "viewer.folder", "sign_in.tenant_id", "sign_in.client_id", "sign_in.flow"],
            id="entra",
        ),
        pytest.param(
            {"sign_in.tenant_id": TENANT},
            ["server.proxy", "viewer.folder", "sign_in.tenant_id", "sign_in.client_id", "sign_in.flow"],
            id="entra-of-last-time",
        ),
        pytest.param(
            {"sign_in.client_id": "ohif"},
            ["server.proxy", "viewer.folder", "sign_in.authority", "sign_in.client_id", "sign_in.flow"],
            id="oidc-of-last-time",
        ),
        pytest.param({"sign_in.tenant_id": TENANT, SIGN_IN: False}, ["server.proxy", "viewer.folder"], id="no-more"),
    ],
)
@pytest.mark.parametrize("kind", ["orthanc", "dicomweb"])
def test_only_what_the_route_needs_is_asked(kind: str, so_far: dict[str, object], more: list[str]) -> None:
    keys = [question.key for question in asked({**OWN, **so_far, "server.kind": kind})]
    assert set(keys) == {*ALWAYS, *more}
    assert keys == [key for key in ASKED if key in keys]


def test_questions_of_azure_stay_what_they_were() -> None:
    assert asked({"server.kind": "azure-dicom", SIGN_IN: False, LOGIN: True, "server.route": "cors"}) == QUESTIONS
    assert not applies("server.route", {})
    assert not applies("fhir.url", OWN)


def defaults_of(so_far: Mapping[str, object]) -> dict[str, str | None]:
    return {question.key: question.default for question in asked({**OWN, **so_far})}


def test_defaults_follow_from_answers_so_far() -> None:
    assert defaults_of({})["viewer.url"] == "http://localhost"
    assert defaults_of({})["viewer.folder"] == "/var/www/ohif-localhost"
    assert defaults_of({"server.proxy": "iis"})["viewer.folder"] == "C:\\inetpub\\ohif-localhost"
    assert defaults_of({"viewer.url": "https://v.example/o"})["viewer.folder"] == "/var/www/ohif-v_example-o"
    assert defaults_of({"server.route": "serve-folders"})["viewer.url"] == "http://127.0.0.1:8042/ohif"
    assert defaults_of({"server.route": "cors"})["viewer.url"] is None
    assert defaults_of({"viewer.url": "http://[::1]:3000/ohif"})["proxy.listen"] == "3000"
    assert defaults_of({})["server.route"] == "reverse-proxy"


def test_other_servers_cannot_serve_folders() -> None:
    choices = {question.key: question.choices for question in asked({**OWN, "server.kind": "dicomweb"})}
    assert choices["server.route"] == ("reverse-proxy", "cors", "direct")
    assert {question.key: question.choices for question in asked(OWN)}["server.route"][1] == "serve-folders"


def test_every_default_of_a_site_passes_its_own_check() -> None:
    sites: list[dict[str, object]] = [{}, {"server.route": "serve-folders"}, {"server.proxy": "iis"}]
    for site in sites:
        answers: dict[str, object] = {**OWN, **site}
        while True:
            left = [question for question in asked(answers) if question.key not in answers]
            if not left:
                break
            assert not left[0].optional or left[0].default is not None
            answers[left[0].key] = check_answer(left[0].key, left[0].default or "", answers)
        assert answers["output.directory"] == "deploy"


@pytest.mark.parametrize(
    ("key", "others", "needed"),
    [
        ("server.url", {}, True),
        ("server.name", {}, False),
        ("fhir.url", {}, False),
        ("sign_in.tenant_id", {}, True),
        ("sign_in.tenant_id", OWN, False),
        ("sign_in.tenant_id", {**OWN, SIGN_IN: "entra"}, True),
        ("sign_in.tenant_id", {**OWN, SIGN_IN: "oidc", "sign_in.authority": "https://k.example"}, False),
        ("sign_in.authority", {}, False),
        ("sign_in.authority", OWN, False),
        ("sign_in.authority", {**OWN, SIGN_IN: "entra"}, False),
        ("sign_in.authority", {**OWN, SIGN_IN: "oidc"}, True),
        ("proxy.tls_key", OWN, False),
        ("proxy.tls_key", {**OWN, "proxy.tls_certificate": "/c"}, True),
        ("proxy.tls_certificate", OWN, False),
        ("proxy.orthanc_credentials_file", OWN, False),
        ("proxy.orthanc_credentials_file", {**OWN, LOGIN: True}, True),
        ("proxy.url", OWN, False),
        ("proxy.url", {**OWN, "server.route": "cors", "viewer.url": "http://localhost"}, True),
        ("proxy.url", {**OWN, "server.route": "cors", "viewer.url": "http://localhost", "proxy.listen": 81}, False),
    ],
)
def test_empty_answer_is_taken_where_it_can_be(key: str, others: dict[str, Any], needed: bool) -> None:
    assert is_needed(key, others) is needed
    if needed:
        with pytest.raises(ValueError, match="An answer is needed"):
            check_answer(key, " ", others)
    else:
        assert check_answer(key, "", others) in (None, "")


@pytest.mark.parametrize(
    ("key", "text", "others", "words"),
    [
        ("server.url", "ftp://x", OWN, "begins with ftp:"),
        ("viewer.url", "http://v.example", {}, "begins with http://"),
        ("viewer.url", "http://v.example", {**OWN, "sign_in.client_id": "ohif"}, "begins with http://"),
        ("viewer.url", "http://v.example", {**OWN, SIGN_IN: "oidc"}, "begins with http://"),
        ("viewer.url", "http://localhost", {**OWN, "server.route": "serve-folders"}, "has no path"),
        ("viewer.folder", "/a.b", {**OWN, "server.route": "serve-folders"}, "full stop"),
        ("viewer.folder", "C:\\ohif", OWN, "path of Windows"),
        ("viewer.extra_urls", "http://v.example", {"viewer.url": "https://v.example"}, "begins with http://"),
        ("server.route", "serve-folders", {"server.kind": "dicomweb"}, "Orthanc alone"),
        ("server.route", "somehow", OWN, '"reverse-proxy" or'),
        ("server.proxy", "apache", {**OWN, "server.route": "cors"}, "choose nginx"),
        (
            "proxy.url",
            "http://localhost",
            {**OWN, "server.route": "cors", "viewer.url": "http://localhost"},
            "own origin",
        ),
        (
            "proxy.url",
            "http://d.example",
            {**OWN, "server.route": "cors", "viewer.url": "https://v.example"},
            "browsers block",
        ),
        ("proxy.listen", "80a", OWN, "whole number"),
        ("proxy.listen", "70000", OWN, "1 to 65535"),
        ("proxy.listen", "80", {}, "no effect"),
        (
            "proxy.tls_key",
            "/var/www/ohif-localhost/k",
            {**OWN, "viewer.url": "http://localhost", "proxy.tls_certificate": "/c"},
            "everyone can read",
        ),
        ("sign_in.client_id", "a b", {**OWN, "sign_in.authority": "https://k.example"}, "space"),
        ("sign_in.authority", "https://login.microsoftonline.com/x", OWN, "sign_in.tenant_id"),
        ("server.capabilities.fuzzy", "perhaps", OWN, "true or false"),
        ("servers.2.url", "http://o", {"servers.1.kind": "orthanc", "servers.1.url": "http://o/x"}, "http://"),
    ],
)
def test_rules_of_the_whole_site_hold_at_the_prompt(key: str, text: str, others: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=r"^This ") as caught:
        check_answer(key, text, others)
    assert words in str(caught.value)
    assert type(caught.value) is ValueError


@pytest.mark.parametrize(
    ("key", "text", "others", "value"),
    [
        ("server.url", "http://o:8042", {"server.kind": "orthanc"}, "http://o:8042/dicom-web"),
        ("viewer.url", "http://v.example", OWN, "http://v.example"),
        ("viewer.url", "http://v.example", {**OWN, "sign_in.client_id": "a", SIGN_IN: False}, "http://v.example"),
        ("viewer.folder", "/a.b", OWN, "/a.b"),
        ("proxy.listen", " 8080 ", OWN, 8080),
        ("proxy.tls_certificate", "/c", OWN, "/c"),
        ("proxy.tls_key", "/k", {**OWN, "proxy.tls_certificate": "/c"}, "/k"),
        ("proxy.url", "http://d.example/", {**OWN, "server.route": "cors"}, "http://d.example"),
        ("sign_in.client_id", "ohif", {**OWN, "sign_in.authority": "https://k.example"}, "ohif"),
        ("sign_in.client_id", CLIENT.upper(), {**OWN, "sign_in.tenant_id": TENANT}, CLIENT),
        ("server.capabilities.fuzzy", "no", OWN, False),
        (
            "servers.2.url",
            "http://o:8042",
            {"servers.1.url": "x", "servers.2.kind": "orthanc"},
            "http://o:8042/dicom-web",
        ),
        ("viewer.url", "https://v.example", {"server.url": "wrong", "output.directory": ""}, "https://v.example"),
        ("viewer.ohif_version", "3.12.1", {"viewer.url": "wrong"}, "3.12"),
    ],
)
def test_answer_is_normalised_beside_others(key: str, text: str, others: dict[str, Any], value: object) -> None:
    before = dict(others)
    assert check_answer(key, text, others) == value
    assert others == before


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("https://a-b.dicom.azurehealthcareapis.com", {"azure-dicom": "https://a-b.dicom.azurehealthcareapis.com/v2"}),
        (
            "http://o.example:8042",
            {"orthanc": "http://o.example:8042/dicom-web", "dicomweb": "http://o.example:8042"},
        ),
        (
            "https://127.0.0.1:8443",
            {
                "azure-dicom": "https://127.0.0.1:8443/v2",
                "orthanc": "https://127.0.0.1:8443/dicom-web",
                "dicomweb": "https://127.0.0.1:8443",
            },
        ),
    ],
)
def test_address_says_which_kinds_it_may_be(text: str, urls: dict[str, str]) -> None:
    assert server_urls(text) == urls


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("https://portal.azure.com/#home", "Service URL"),
        ("https://x.fhir.azurehealthcareapis.com", "FHIR service"),
        ("orthanc.local:8042", "http:// or https://"),
        ("http://ada:pw@o:8042", "user name"),
        ("", "empty"),
    ],
)
def test_address_that_no_kind_has_is_refused_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"^This ") as caught:
        server_urls(text)
    assert words in str(caught.value)
