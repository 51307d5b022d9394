from __future__ import annotations

from dataclasses import replace

import pytest

from ohif_setup.demo.cors import StandInCors, preflight, response_headers
from ohif_setup.demo.exchange import Reply, Request

VIEWER = "https://viewer.example.org"
ONE = StandInCors((VIEWER,), ("authorization", "accept"), ("GET", "POST"), 600)


def ask(
    settings: StandInCors, origin: str | None = VIEWER, method: str | None = "GET", headers: str = ""
) -> Reply | None:
    fields = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }
    sent = tuple((name, value) for name, value in fields.items() if value)
    return preflight(settings, Request("OPTIONS", "/", (), sent))


def test_an_allowed_origin_is_shown_the_whole_list() -> None:
    assert ask(ONE, headers="accept,authorization") == Reply(
        204,
        (
            ("Access-Control-Allow-Origin", VIEWER),
            ("Access-Control-Allow-Headers", "authorization,accept"),
            ("Access-Control-Allow-Methods", "GET,POST"),
            ("Access-Control-Max-Age", "600"),
        ),
    )


@pytest.mark.parametrize(
    ("settings", "origin"),
    [
        pytest.param(ONE, "https://other.example.org", id="another-origin"),
        pytest.param(StandInCors(), VIEWER, id="never-set"),
        pytest.param(replace(ONE, origins=(f"{VIEWER}/",)), VIEWER, id="trailing-slash"),
        pytest.param(replace(ONE, origins=(f"{VIEWER}:443",)), VIEWER, id="default-port"),
        pytest.param(ONE, VIEWER.upper(), id="upper-case-request"),
    ],
)
def test_a_preflight_of_another_origin_is_204_without_cors_headers(settings: StandInCors, origin: str) -> None:
    assert ask(settings, origin) == Reply(204)


def test_a_configured_origin_is_lower_cased() -> None:
    reply = ask(replace(ONE, origins=("HTTPS://Viewer.example.org",)))
    assert reply is not None
    assert ("Access-Control-Allow-Origin", VIEWER) in reply.headers


@pytest.mark.parametrize(
    ("method", "headers"), [pytest.param("DELETE", "", id="method"), pytest.param("GET", "x-other", id="header")]
)
def test_what_is_not_allowed_is_left_to_the_browser_to_refuse(method: str, headers: str) -> None:
    assert ask(ONE, method=method, headers=headers) == ask(ONE)


def test_wildcards_echo_what_was_asked_for() -> None:
    reply = ask(replace(ONE, headers=("*",), methods=("*",)), method="PUT", headers="accept,authorization")
    assert reply is not None
    assert ("Access-Control-Allow-Headers", "accept,authorization") in reply.headers
    assert ("Access-Control-Allow-Methods", "PUT") in reply.headers


def test_any_origin_is_answered_with_a_star() -> None:
    reply = ask(replace(ONE, origins=("*",)))
    assert reply is not None
    assert reply.headers[0] == ("Access-Control-Allow-Origin", "*")


def test_empty_lists_and_no_age_leave_their_headers_out() -> None:
    assert ask(StandInCors((VIEWER,))) == Reply(204, (("Access-Control-Allow-Origin", VIEWER),))


@pytest.mark.parametrize(
    ("origin", "method"), [pytest.param(None, "GET", id="no-origin"), pytest.param(VIEWER, None, id="no-method")]
)
def test_options_without_origin_or_method_is_no_preflight(origin: str | None, method: str | None) -> None:
    assert ask(ONE, origin, method) is None


def test_vary_comes_only_with_several_origins() -> None:
    request = Request("GET", "/", (), (("Origin", VIEWER),))
    assert response_headers(ONE, request) == (("Access-Control-Allow-Origin", VIEWER),)
    several = replace(ONE, origins=(VIEWER, "http://localhost:3000"))
    assert response_headers(several, request)[1:] == (("Vary", "Origin"),)
    assert response_headers(several, Request("GET", "/", (), ())) == ()


def test_credentials_are_granted_only_to_named_origins() -> None:
    request = Request("GET", "/", (), (("Origin", VIEWER),))
    granted = response_headers(replace(ONE, allow_credentials=True), request)
    assert ("Access-Control-Allow-Credentials", "true") in granted
    with pytest.raises(ValueError, match="any origin"):
        replace(ONE, origins=("*",), allow_credentials=True)
