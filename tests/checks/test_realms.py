"""What a realm of Keycloak answers before anybody signs in, over a socket, and what the checks of the sign-in make of it."""

from __future__ import annotations

import json

import pytest

from ohif_setup.checks.look import Look
from ohif_setup.checks.sign_in import cors_sign_in, tenant_exists
from ohif_setup.network.wire.http import Http
from tests.checks.observed import keycloak
from tests.checks.test_run import NoScreen
from tests.servers.raw import RawRequest, RawServer, always, answer


def keycloaks(request: RawRequest, url: str, *, origins: str) -> bytes:
    """What a realm answers: its document to every page, its token endpoint to pages of one origin."""
    if request.path.endswith("/.well-known/openid-configuration"):
        document = {"issuer": f"{url}/realms/imaging", "authorization_endpoint": url, "token_endpoint": f"{url}/token"}
        return answer(200, json.dumps(document), ("Access-Control-Allow-Origin", request.header("Origin") or "*"))
    refusal = '{"error": "invalid_grant", "error_description": "Code not valid"}'
    allowed = [("Access-Control-Allow-Origin", origins)] if request.header("Origin") == origins else []
    return answer(400, refusal, *allowed)


@pytest.mark.parametrize(
    ("origins", "status"), [("https://pacs.example.org", "pass"), ("https://pacs.example.org:8443", "fail")]
)
def test_web_origins_of_a_realm_decide(origins: str, status: str) -> None:
    with RawServer(lambda request: [keycloaks(request, server.url, origins=origins)]) as server:
        site = keycloak(sign_in__authority=f"{server.url}/realms/imaging")
        (found,) = cors_sign_in.judge(site, cors_sign_in.look(Look(site, Http(5), "none", NoScreen())))
    assert found.status == status
    assert status == "pass" or found.fix[0].text.endswith("Web origins: add https://pacs.example.org")


def test_realm_that_wants_https_says_so() -> None:
    refusal = '{"error": "invalid_request", "error_description": "HTTPS required"}'
    with RawServer(always(answer(403, refusal))) as server:
        site = keycloak(sign_in__authority=f"{server.url}/realms/imaging")
        (found,) = tenant_exists.judge(site, tenant_exists.look(Look(site, Http(5), "none", NoScreen())))
    assert (found.status, "HTTPS required" in found.cause) == ("fail", True)
    assert "Require SSL" in found.fix[0].text
