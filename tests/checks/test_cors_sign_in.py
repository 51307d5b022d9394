"""What `docs/reference/checks/cors-sign-in.md` says."""

from __future__ import annotations

import pytest

from ohif_setup.checks.finding import Finding
from ohif_setup.checks.sign_in import cors_sign_in
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.wire.exchange import Exchange
from tests.checks.observed import (
    DISCOVERY_URL,
    HOST,
    JSON,
    VIEWER,
    Fields,
    answers,
    discovery,
    got,
    no_document,
    trouble,
    words,
)

KEYS_URL = f"{HOST}/keys"


def provider(
    seen: Discovery, keys: Exchange | None = None, plain: Discovery | None = None, flow: str = "code"
) -> Finding:
    by_origin = (cors_sign_in.ByOrigin(VIEWER, seen, keys),)
    (found,) = cors_sign_in.judge(
        answers(sign_in__flow=flow), cors_sign_in.SignInCorsObservations(plain or discovery(), by_origin)
    )
    return found


OPEN: Fields = (*JSON, ("Access-Control-Allow-Origin", "*"))


def test_cors_sign_in_passes_when_every_origin_may_read_the_document() -> None:
    found = provider(discovery(headers=OPEN))
    assert (found.status, "only a browser can test the token endpoint" in found.title) == ("pass", True)


def test_cors_sign_in_fails_when_the_document_may_not_be_read() -> None:
    found = provider(discovery())
    assert (found.status, found.title) == ("fail", f"{VIEWER} may not read the discovery document")
    assert "blocked by CORS policy" in found.symptom
    assert "sign_in.authority" in words(found)


def test_cors_sign_in_is_skipped_when_the_provider_cannot_be_reached() -> None:
    away = no_document(trouble("dns", DISCOVERY_URL))
    assert provider(away, plain=away).status == "skipped"


@pytest.mark.parametrize(
    "asked",
    [
        no_document(got(403, "", OPEN, DISCOVERY_URL)),
        no_document(trouble("timeout", DISCOVERY_URL)),
        no_document(got(503, url=DISCOVERY_URL)),
    ],
    ids=["403", "timeout", "503"],
)
def test_provider_that_treats_pages_differently_is_no_silent_pass(asked: Discovery) -> None:
    found = provider(asked)
    assert found.status == "fail"
    assert found.fix


def test_implicit_flow_needs_the_keys_too() -> None:
    readable = got(200, {"keys": []}, OPEN, KEYS_URL)
    assert provider(discovery(headers=OPEN), readable, flow="implicit").status == "pass"
    closed = got(200, {"keys": []}, JSON, KEYS_URL)
    found = provider(discovery(headers=OPEN), closed, flow="implicit")
    assert (found.status, found.title) == ("fail", f"{VIEWER} may not read the keys (jwks_uri)")
    assert (
        provider(discovery(headers=OPEN), None, flow="implicit").title
        == "the discovery document does not name the keys (jwks_uri)"
    )
