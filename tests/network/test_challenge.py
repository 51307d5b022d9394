from __future__ import annotations

import time

import pytest

from ohif_setup.network.look.challenge import Challenge, challenge_of
from ohif_setup.network.wire.exchange import Received

TENANT = "11111111-2222-4333-8444-555555555555"
AUTHORITY = f"https://login.microsoftonline.com/{TENANT}"
AUDIENCE = "https://dicom.healthcareapis.azure.com"
FULL = Challenge(AUTHORITY, TENANT, AUDIENCE)


def challenge(*fields: str) -> Challenge | None:
    return challenge_of(Received(401, tuple(("WWW-Authenticate", field) for field in fields)))


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param((f'Bearer authorization_uri="{AUTHORITY}", resource_id="{AUDIENCE}"',), id="as Azure sends it"),
        pytest.param((f'bearer AUTHORIZATION_URI="{AUTHORITY}/",RESOURCE_ID="{AUDIENCE}"',), id="case and slash"),
        pytest.param((f"Bearer authorization_uri={AUTHORITY} , resource_id = {AUDIENCE}",), id="bare values"),
        pytest.param(
            (f'Bearer resource_id="{AUDIENCE}", authorization_uri="{AUTHORITY.upper().replace("HTTPS", "https")}"',),
            id="upper",
        ),
        pytest.param(
            (f'Basic realm="a, b", Bearer authorization_uri="{AUTHORITY}", resource_id="{AUDIENCE}"',),
            id="second in a field",
        ),
        pytest.param(
            (f'Bearer authorization_uri="{AUTHORITY}", resource_id="{AUDIENCE}", Basic realm="x"',),
            id="first in a field",
        ),
        pytest.param(
            ("Negotiate YII=", f'Bearer authorization_uri="{AUTHORITY}", resource_id="{AUDIENCE}"'),
            id="field of its own",
        ),
        pytest.param(
            ("Bearer", f'Bearer authorization_uri="{AUTHORITY}", resource_id="{AUDIENCE}"'), id="a bare one before"
        ),
        pytest.param((f', ,Bearer  authorization_uri="{AUTHORITY}",, resource_id="{AUDIENCE}"',), id="empty elements"),
    ],
)
def test_challenge_is_understood_however_it_is_written(fields: tuple[str, ...]) -> None:
    found = challenge(*fields)
    assert found is not None
    assert (found.tenant_id, found.audience) == (TENANT, AUDIENCE)


@pytest.mark.parametrize(
    "fields",
    [(), ("",), ('Basic realm="x"',), ('Basic realm="the Bearer club"',), ('Basic realm="x", charset="Bearer"',)],
)
def test_other_schemes_are_no_bearer_challenge(fields: tuple[str, ...]) -> None:
    assert challenge(*fields) is None


def test_parameters_of_another_scheme_are_not_taken() -> None:
    assert challenge(f'PoP authorization_uri="{AUTHORITY}", Bearer realm="x"') == Challenge()


def test_error_and_escapes_are_read() -> None:
    found = challenge(r'Bearer error="invalid_token", error_description="The \"aud\" is wrong, sorry"')
    assert found == Challenge(error="invalid_token", description='The "aud" is wrong, sorry')


@pytest.mark.parametrize(
    "address",
    [
        "https://[broken",
        "http://login.microsoftonline.com/" + TENANT,
        "https://x/common",
        f"https://x/{TENANT}x",
        "//",
        "",
    ],
)
def test_odd_address_names_no_tenant(address: str) -> None:
    found = challenge(f'Bearer authorization_uri="{address}"')
    assert found is not None
    assert found.tenant_id == ""


@pytest.mark.parametrize("piece", ['"', "\\", " ", ",", "a ", 'a="', "a=", '="\\'])
def test_long_field_is_read_quickly(piece: str) -> None:
    start = time.process_time()
    challenge("Bearer " + piece * 30_000)
    assert time.process_time() - start < 2


def test_nothing_is_no_challenge() -> None:
    assert challenge_of(None) is None
