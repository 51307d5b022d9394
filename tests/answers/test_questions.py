"""One question model: the prompt's check is the model's check."""

from __future__ import annotations

import pytest

from ohif_setup.answers.keys import KEYS
from ohif_setup.answers.questions import QUESTIONS, check_answer, understood

TENANT = "11111111-2222-4333-8444-555555555555"
CLIENT = "66666666-7777-4888-9999-aaaaaaaaaaaa"


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
