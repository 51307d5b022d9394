"""What the token endpoint may answer to a made-up code."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest

from ohif_setup.network.look.token_endpoint import TokenProbe, probe
from ohif_setup.network.wire.http import Http
from tests.servers.raw import RawRequest, RawServer, answer, cut

VIEWER = "https://viewer.example.org"


def asked(raw: bytes) -> tuple[TokenProbe, list[RawRequest]]:
    with RawServer(lambda _: [raw]) as server:
        found = probe(
            Http(5), f"{server.url}/token", client_id="ohif", redirect_uri=f"{VIEWER}/callback", origin=VIEWER
        )
        return found, server.requests


def test_request_is_the_viewers_but_for_its_code() -> None:
    _, (request,) = asked(answer(400, '{"error": "invalid_grant"}'))
    form = parse_qs(request.body, strict_parsing=True)
    assert (request.method, request.header("Origin"), request.header("Authorization")) == ("POST", VIEWER, "")
    assert request.header("Content-Type") == "application/x-www-form-urlencoded"
    assert form.keys() == {"grant_type", "client_id", "redirect_uri", "code", "code_verifier"}
    assert (form["grant_type"], form["client_id"]) == (["authorization_code"], ["ohif"])
    assert form["redirect_uri"] == [f"{VIEWER}/callback"]


@pytest.mark.parametrize(
    ("status", "body", "accepted", "refused"),
    [
        (400, '{"error": "invalid_grant", "error_description": "Code not valid"}', True, False),
        (403, '{"error": "invalid_grant", "error_description": "Invalid authorization code"}', True, False),
        (200, '{"access_token": "t0ken", "token_type": "Bearer"}', True, False),
        (401, '{"error": "invalid_client"}', False, True),
        (400, '{"error": "invalid_client"}', False, True),
        (401, '{"error": "unauthorized_client"}', False, True),
        (401, '{"error": "access_denied", "error_description": "Unauthorized"}', False, True),
        (400, '{"error": "invalid_request", "error_description": "client_secret is missing."}', False, True),
        (403, '{"error": "invalid_request", "error_description": "HTTPS required"}', False, False),
        (401, '{"message": "Unauthorized"}', False, False),
        (401, '{"status": 401, "error": "Unauthorized"}', False, False),
        (401, "<html>Sign in</html>", False, False),
        (200, "<html>Welcome to this hotel</html>", False, False),
        (400, '["error"]', False, False),
        (400, '{"error": {"code": "invalid_client"}}', False, False),
        (200, '{"error": "invalid_grant"}', True, False),
    ],
)
def test_answers_are_told_apart(status: int, body: str, accepted: bool, refused: bool) -> None:
    found, _ = asked(answer(status, body))
    assert (found.accepted, found.refused_client) == (accepted, refused)


def test_words_of_the_provider_are_kept_and_a_token_is_not() -> None:
    found, _ = asked(answer(400, '{"error": "invalid_grant", "error_description": "Code not valid"}'))
    assert (found.error, found.description) == ("invalid_grant", "Code not valid")
    found, _ = asked(answer(200, '{"access_token": "t0ken"}'))
    assert found.exchange.received
    assert found.exchange.received.body == b""


def test_cut_connection_is_not_asked_again() -> None:
    with RawServer(cut) as server:
        found = probe(Http(5), f"{server.url}/token", client_id="c", redirect_uri=f"{VIEWER}/callback", origin=VIEWER)
        assert (found.exchange.trouble is not None, len(server.requests)) == (True, 1)
