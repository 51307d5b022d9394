"""When a check posts a made-up code to the token endpoint, and when nothing is sent there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from ohif_setup.answers.model import Answers
from ohif_setup.checks.look import Look
from ohif_setup.demo.certificates import CertificateAuthority
from ohif_setup.network.wire.http import Http
from tests.checks.observed import keycloak
from tests.checks.test_run import NoScreen
from tests.servers.raw import RawRequest, RawServer, always, answer


@pytest.fixture
def provider() -> Iterator[RawServer]:
    """It names its own token endpoint."""

    def handler(request: RawRequest) -> Iterator[bytes]:
        if not request.path.endswith("/.well-known/openid-configuration"):
            yield answer(400, '{"error": "invalid_grant"}')
            return
        document = {"authorization_endpoint": f"{server.url}/auth", "token_endpoint": f"{server.url}/token"}
        yield answer(200, json.dumps(document))

    with RawServer(handler) as server:
        yield server


def posted(site: Answers, provider: RawServer) -> list[RawRequest]:
    look = Look(site, Http(5), "none", NoScreen())
    look.token_probes()
    look.token_probes()
    return [request for request in provider.requests if request.method == "POST"]


def at(provider: RawServer, **changed: str) -> Answers:
    return keycloak(**({"sign_in__authority": f"{provider.url}/realms/imaging"} | changed))


def test_each_origin_is_asked_once_with_its_own_redirect_uri(provider: RawServer) -> None:
    sent = posted(at(provider, viewer__extra_urls='["https://two.example.org"]'), provider)
    assert sorted((request.header("Origin"), parse_qs(request.body)["redirect_uri"][0]) for request in sent) == [
        ("https://pacs.example.org", "https://pacs.example.org/callback"),
        ("https://two.example.org", "https://two.example.org/callback"),
    ]


def test_few_origins_are_asked(provider: RawServer) -> None:
    extra = json.dumps([f"https://viewer-{number}.example.org" for number in range(20)])
    assert len(posted(at(provider, viewer__extra_urls=extra), provider)) == 4


def test_implicit_flow_has_no_code(provider: RawServer) -> None:
    assert posted(at(provider, sign_in__flow="implicit"), provider) == []


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:{port}/token", "https://127.0.0.1:{port}@login.example.org/x"])
def test_nothing_is_posted_to_an_address_that_the_document_should_not_name(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = CertificateAuthority()
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes(authority.pem)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with RawServer(always(answer(400, "{}"))) as other:
        named = endpoint.format(port=other.port)
        document = json.dumps({"authorization_endpoint": named, "token_endpoint": named})
        with RawServer(always(answer(200, document)), authority.server_context(("127.0.0.1",))) as secure:
            assert posted(at(secure), secure) == []
            assert secure.requests
        assert other.connections == 0
