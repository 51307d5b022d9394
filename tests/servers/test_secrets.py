"""No secret and no token comes out, whatever the servers do with what they were sent."""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, quote_plus, unquote

import pytest

from ohif_setup.demo.site import PIPELINE_CLIENT_ID, PIPELINE_SECRET
from tests.servers.adas_browser import AdasBrowser
from tests.servers.raw import Handler, RawRequest, answer
from tests.servers.stage import DEVICE_CODE, PIPELINE, SEARCH, TOKEN, FrontDoor, Ran, Stage

METHODS = ("service-principal", "device-code", "browser")
PIECE = 16
"""Characters of a secret in a row that may never come out."""
SECRET_FIELDS = ("client_secret", "code", "device_code", "code_verifier", "client_assertion")


@pytest.fixture(autouse=True)
def _browser(site: Stage, adas_browser: AdasBrowser) -> None:
    adas_browser.person = site.person


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that any library logs, as if somebody had attached a handler to the root logger."""
    caplog.set_level(logging.DEBUG)
    return caplog


def secrets_of(site: Stage) -> set[str]:
    """Every secret that went over the wire in either direction."""
    found = {PIPELINE_SECRET}
    for request in site.entra.requests:
        form = parse_qs(request.body)
        found.update(value for name in SECRET_FIELDS for value in form.get(name, ()))
    for request in site.dicom.requests:
        found.update(re.findall(r"(?im)^authorization: bearer (\S+)", request.text))
    return {secret for secret in found if len(secret) > 5}


def check(door: FrontDoor, site: Stage, method: str, *, as_json: bool = True) -> Ran:
    return door.check(site.answers, "--sign-in", method, environment={**site.environment, **PIPELINE}, as_json=as_json)


def assert_nothing_came_out(site: Stage, ran: Ran, log: pytest.LogCaptureFixture) -> None:
    secrets = secrets_of(site)
    assert secrets
    said = unquote(ran.out + ran.err + log.text).replace("\\/", "/")
    pieces = {said[at : at + PIECE] for at in range(len(said))}
    for secret in secrets:
        for form in (secret, quote_plus(secret), json.dumps(secret)[1:-1]):
            assert form not in said
        for text in (secret, *(in_base64(secret, before) for before in range(3))):
            assert not pieces & {text[at : at + PIECE] for at in range(len(text) - PIECE + 1)}


def in_base64(secret: str, before: int) -> str:
    """Without what depends on its surroundings, where it begins behind so many bytes (of three)."""
    return base64.b64encode(b"\0" * before + secret.encode()).decode()[before + 1 : -4]


def derived(secret: str) -> list[str]:
    """What a server may make of a secret: encoded, with an ID before it, in part, as a JSON or header parser will undo it."""
    encoded = base64.b64encode(f"{PIPELINE_CLIENT_ID}:{secret}".encode()).decode()
    safe = base64.urlsafe_b64encode(f"x{secret}".encode()).decode().rstrip("=")
    halves = [secret[: len(secret) // 2], secret[len(secret) // 2 :]] if len(secret) >= 2 * PIECE else []
    percent = re.sub("%..", lambda found: found[0].lower(), quote(secret, safe=""))
    return [
        secret,
        encoded,
        safe,
        quote(encoded, safe=""),
        percent,
        quote_plus(percent),
        *halves,
        *secret.split(".")[:2],
    ]


def echo(status: int) -> Handler:
    """Repeats everything that it was ever sent, in every place that is ever shown."""

    def handler(request: RawRequest) -> Iterable[bytes]:
        form = {name: values[0] for name, values in parse_qs(request.body).items()}
        token = request.header("Authorization").removeprefix("Bearer ")
        secrets = [form[name] for name in SECRET_FIELDS if name in form] + [token] * bool(token)
        said = " ".join([*form.values(), token, *(one for secret in secrets for one in derived(secret))])
        body = {
            "error": f"invalid_client {said}",
            "error_description": f"AADSTS7000215: {said} Trace ID: {said} Correlation ID: {said}",
            "suberror": said,
            "correlation_id": said,
            "error_codes": [said],
        }
        challenge = f'Bearer error="invalid_token", error_description="{said}", authorization_uri="https://x/{said}"'
        yield answer(
            status,
            json.dumps(body),
            ("WWW-Authenticate", challenge),
            ("X-Said", said),
            (token or "X-Nothing", "name"),
            ("Location", said),
        )

    return handler


@pytest.mark.parametrize(
    "asked",
    [
        (path, status, method)
        for path, status in ((TOKEN, 400), (TOKEN, 302), (DEVICE_CODE, 400), (SEARCH, 400), (SEARCH, 401))
        for method in (("device-code",) if path == DEVICE_CODE else METHODS)
    ],
    ids=str,
)
def test_what_a_server_repeats_is_taken_out(
    door: FrontDoor, site: Stage, log: pytest.LogCaptureFixture, asked: tuple[str, int, str]
) -> None:
    path, status, method = asked
    front = site.front_of(path)
    front.faults[path] = echo(status)
    for as_json in (True, False):
        ran = check(door, site, method, as_json=as_json)
        assert_nothing_came_out(site, ran, log)


def escaped(text: str) -> str:
    """As JSON may write every letter."""
    return "".join(f"\\u{ord(one):04x}" for one in text)


@pytest.mark.parametrize("path", [TOKEN, SEARCH])
def test_what_only_a_parser_makes_plain_is_taken_out(
    door: FrontDoor, site: Stage, log: pytest.LogCaptureFixture, path: str
) -> None:
    def handler(request: RawRequest) -> Iterable[bytes]:
        form = {name: values[0] for name, values in parse_qs(request.body).items()}
        secret = form.get("client_secret") or request.header("Authorization").removeprefix("Bearer ")
        body = f'{{"error": "invalid_client", "error_description": "AADSTS7000215: {escaped(secret)}"}}'
        quoted = "".join(f"\\{one}" for one in secret)
        challenge = f'Bearer error="invalid_token", error_description="{quoted}", resource_id="x"'
        yield answer(401, body, ("WWW-Authenticate", challenge))

    site.front_of(path).faults[path] = handler
    for as_json in (True, False):
        ran = check(door, site, "service-principal", as_json=as_json)
        assert_nothing_came_out(site, ran, log)


@pytest.mark.parametrize("method", METHODS)
def test_healthy_run_shows_no_secret(door: FrontDoor, site: Stage, log: pytest.LogCaptureFixture, method: str) -> None:
    ran = check(door, site, method)
    assert ran.status == 0
    assert ran.of("dicomweb-reachable")["title"].startswith("200 ")
    assert len(secrets_of(site)) >= 2
    assert_nothing_came_out(site, ran, log)


@pytest.mark.parametrize("method", METHODS)
def test_answer_that_is_no_json_is_neither_logged_nor_shown(
    door: FrontDoor, site: Stage, log: pytest.LogCaptureFixture, method: str
) -> None:
    site.entra.faults[TOKEN] = lambda request: [answer(200, f"<html>{request.body}</html>", kind="text/plain")]
    ran = check(door, site, method)
    assert ran.failed == {"sign-in"}
    assert_nothing_came_out(site, ran, log)


@pytest.mark.parametrize("mark", ["\n", "\u2028", "\u1234", '"', " "], ids=ascii)
def test_token_that_no_header_can_hold_is_not_shown(
    door: FrontDoor, site: Stage, log: pytest.LogCaptureFixture, mark: str
) -> None:
    token = f"eyJ-first-half{mark}second-half"
    body = json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": 3600})
    site.entra.faults[TOKEN] = lambda _: [answer(200, body)]
    ran = check(door, site, "service-principal")
    assert ran.failed == {"sign-in"}
    assert "second-half" not in ran.out + ran.err + log.text


@pytest.mark.parametrize("method", METHODS)
def test_token_goes_to_the_dicom_service_alone(door: FrontDoor, site: Stage, method: str) -> None:
    assert check(door, site, method).status == 0
    assert {one.method for one in site.dicom.requests if one.header("Authorization")} == {"GET"}
    tokens = {one.header("Authorization").removeprefix("Bearer ") for one in site.dicom.requests} - {""}
    assert len(tokens) == 1
    for server in (site.entra, site.fhir):
        assert server.requests
        for request in server.requests:
            assert not request.header("Authorization")
            assert not request.header("Cookie")
            assert not any(token in request.text for token in tokens)


def test_secret_goes_to_the_token_endpoint_alone(door: FrontDoor, site: Stage) -> None:
    check(door, site, "service-principal")
    with_secret = [one.path for server in site.fronts for one in server.requests if PIPELINE_SECRET in one.text]
    assert len(with_secret) == 1
    assert with_secret[0].endswith(TOKEN)


def test_passwords_of_netrc_stay_where_they_are(
    door: FrontDoor, site: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".netrc").write_text("machine 127.0.0.1 login ada password netrc-password\n")
    (home / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(home))
    door.check(site.answers, environment=site.environment)
    for server in site.fronts:
        assert server.requests
        assert not any(request.header("Authorization") for request in server.requests)


def test_no_cookie_is_kept(door: FrontDoor, site: Stage) -> None:
    front = site.dicom

    def setting(request: RawRequest) -> Iterator[bytes]:
        yield answer(401, "{}", ("Set-Cookie", "session=c00kie; Path=/"), ("Set-Cookie", 'broken="; Max-Age=\x00'))

    front.faults["/"] = setting
    ran = check(door, site, "service-principal")
    assert not any(request.header("Cookie") for request in front.requests)
    assert "c00kie" not in ran.out
