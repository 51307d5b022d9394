"""A text that is longer than any answer is refused before anything looks at it, by whichever way it comes."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable

import pytest

from ohif_setup.answers.checking import check_answer
from ohif_setup.answers.model import Answers
from ohif_setup.answers.problems import AnswersError
from ohif_setup.answers.sources import load
from ohif_setup.commands.cors import run as cors
from ohif_setup.errors import SetupError
from ohif_setup.network.look.find import addresses_of
from ohif_setup.paste.dicomweb import parse_dicomweb_url, parse_oidc_authority, parse_oidc_client, parse_proxy_url
from ohif_setup.paste.identifiers import parse_client_id, parse_tenant
from ohif_setup.paste.pasted import LONGEST, is_placeholder
from ohif_setup.paste.services import parse_authority, parse_dicom_url, parse_fhir_url
from ohif_setup.paste.showing import may_hold_secret
from ohif_setup.paste.urls import parse_address
from ohif_setup.paste.viewer_url import parse_viewer_url
from tests.answers.sites import AZURE
from tests.growth import grows_with_its_input

PARSERS = (
    parse_address,
    parse_authority,
    parse_client_id,
    parse_dicom_url,
    lambda text: parse_dicomweb_url(text, orthanc=True),
    parse_fhir_url,
    parse_oidc_authority,
    parse_oidc_client,
    parse_proxy_url,
    parse_tenant,
    parse_viewer_url,
    addresses_of,
)


def wrapped(size: int) -> str:
    return "( " * size + " )" * size


def from_file(text: str) -> None:
    Answers.model_validate(copy.deepcopy(AZURE) | {"viewer": {"url": text}})


def from_environment(text: str) -> None:
    load(None, [], {"OHIF_SETUP_VIEWER__URL": text})


def from_set(text: str) -> None:
    load(None, [f"viewer.url={text}"], {})


def from_wizard(text: str) -> None:
    check_answer("viewer.url", text)


@pytest.mark.parametrize("read", [from_file, from_environment, from_set, from_wizard, is_placeholder, *PARSERS])
def test_long_text_takes_no_more_time_than_its_length_asks_for(read: Callable[[str], object]) -> None:
    def run(size: int) -> None:
        with contextlib.suppress(ValueError, AnswersError):
            read(wrapped(size))

    assert grows_with_its_input(run, 40_000)


@pytest.mark.parametrize("parse", PARSERS)
def test_long_text_is_refused_for_its_length(parse: Callable[[str], object]) -> None:
    with pytest.raises(ValueError, match=f"is longer than {LONGEST} characters"):
        parse("https://viewer.example.org/" + "a" * LONGEST)


def test_long_address_of_cors_is_refused_for_its_length() -> None:
    from ohif_setup.cli import parse

    address = "https://viewer.example.org/" + "a" * LONGEST
    arguments = parse(["cors", "--service-url", address, "--viewer-url", address])
    with pytest.raises(SetupError) as caught:
        cors.run(arguments)
    assert caught.value.message.count(f"is longer than {LONGEST} characters") == 2


def test_comment_is_looked_through_in_no_more_time_than_its_words_ask_for() -> None:
    assert grows_with_its_input(lambda size: may_hold_secret("a" * size), 500)
