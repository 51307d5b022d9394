"""What the token endpoint's answer to a made-up code means: for the client, for the viewer's origin, and for the redirect URI."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ohif_setup.answers.model import Answers
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.sign_in import client_known, cors_sign_in, redirect_uri
from ohif_setup.network.look.authorize import AuthorizeProbe
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.look.token_endpoint import TokenProbe
from ohif_setup.network.wire.exchange import Sent
from tests.checks.observed import HTML, JSON, OWN, Fields, answers, got, keycloak, oidc, trouble, words

TOKEN = "https://login.example.org/token"
CALLBACK = f"{OWN}/callback"
OPEN: Fields = (*JSON, ("Access-Control-Allow-Origin", OWN))
OTHER: Fields = (*JSON, ("Access-Control-Allow-Origin", "https://other.example.org"))


def token(status: int, error: str, description: str = "", headers: Fields = OPEN) -> TokenProbe:
    exchange = replace(got(status, {"error": error}, headers, TOKEN), sent=Sent("POST", TOKEN))
    return TokenProbe(OWN, exchange, error, description, accepted=error == "invalid_grant")


GOOD = token(400, "invalid_grant", "Code not valid")


def authorize(error: str = "", page: str = "", status: int = 400) -> AuthorizeProbe:
    return AuthorizeProbe(CALLBACK, got(status, page, HTML), returned=bool(error), error=error, page=page)


KNOWN = authorize("login_required", status=302)
SILENT = authorize(page="Sign in", status=200)


def client(one: TokenProbe, page: AuthorizeProbe = KNOWN, site: Answers | None = None) -> Finding:
    (found,) = client_known.judge(site or oidc(), client_known.ClientObservations(None, (page,), (one,)))
    return found


def origin(one: TokenProbe | None, site: Answers | None = None) -> Finding:
    document = {"issuer": "x", "authorization_endpoint": "x", "token_endpoint": TOKEN}
    seen = Discovery(got(200, document, OPEN), document, clock_skew=0.0)
    by_origin = (cors_sign_in.ByOrigin(OWN, seen, token=one),)
    (found,) = cors_sign_in.judge(site or oidc(), cors_sign_in.SignInCorsObservations(seen, by_origin))
    return found


def uri(one: TokenProbe | None, page: AuthorizeProbe = SILENT) -> Finding:
    tokens = (one,) if one else ()
    (found,) = redirect_uri.judge(oidc(), redirect_uri.RedirectUriObservations((page,), tokens))
    return found


@pytest.mark.parametrize("page", [KNOWN, SILENT], ids=["known", "silent"])
def test_public_client_passes(page: AuthorizeProbe) -> None:
    assert (client(GOOD, page).status, client(GOOD, page).title) == ("pass", "ohif  (without a secret)")
    assert (origin(GOOD).status, "token endpoint" in origin(GOOD).title, origin(GOOD).unseen) == ("pass", True, "")


CONFIDENTIAL = [
    token(401, "unauthorized_client", "Invalid client or Invalid client credentials"),
    token(401, "invalid_client", "client authentication failed"),
    token(401, "access_denied", "Unauthorized"),
    token(400, "invalid_request", "client_secret is missing"),
    token(400, "invalid_client", headers=JSON),
]


@pytest.mark.parametrize("one", CONFIDENTIAL, ids=lambda one: f"{one.exchange.status}-{one.error}")
def test_client_with_a_secret_fails(one: TokenProbe) -> None:
    found = client(one)
    assert (found.status, found.evidence["fault"]) == ("fail", "client-confidential")
    assert one.error in found.cause
    assert one.description in found.cause
    assert "token_endpoint_auth_method none" in words(found)
    assert (origin(one).status, origin(one).see) == ("skipped", ("client-known", "redirect-uri"))


def test_fix_for_a_client_with_a_secret_is_the_providers() -> None:
    found = client(CONFIDENTIAL[0], site=keycloak())
    assert found.fix[0].text.startswith("Clients › ohif › Settings › Capability config: Client authentication off")


@pytest.mark.parametrize("one", CONFIDENTIAL, ids=lambda one: f"{one.exchange.status}-{one.error}")
def test_refused_redirect_uri_may_be_all_that_the_token_endpoint_refuses(one: TokenProbe) -> None:
    found = client(one, authorize(page="The request fails due to a mismatching redirection URI (redirect_uri)."))
    assert (found.status, found.unseen.partition(":")[0]) == ("pass", "whether the client needs a secret")


def test_client_is_public_where_one_origin_gets_as_far_as_the_code() -> None:
    tokens = (CONFIDENTIAL[1], replace(GOOD, origin="https://two.example.org"))
    (found,) = client_known.judge(oidc(), client_known.ClientObservations(None, (KNOWN,), tokens))
    assert found.status == "pass"


@pytest.mark.parametrize(
    "page", ["Client not found.", "<p>error: invalid_client</p>"], ids=["Keycloak", "by the name of the error"]
)
def test_client_that_page_and_token_endpoint_refuse_is_unknown(page: str) -> None:
    found = client(token(401, "invalid_client", "client authentication failed"), authorize(page=page))
    assert (found.status, found.title) == ("fail", "the provider does not know this client ID")
    assert "invalid_client: client authentication failed" in found.cause
    assert "hint" not in found.cause


def test_client_without_the_grant_type_needs_no_other_client() -> None:
    one = token(400, "unauthorized_client", "The client is not authorized to use the provided grant type")
    found = client(one)
    assert (found.status, found.evidence["fault"]) == ("fail", "client-grant")
    assert "authorization_code" in words(found)
    assert "secret" not in words(found)


def test_client_that_only_the_token_endpoint_refuses_is_either() -> None:
    found = client(token(401, "invalid_client"), SILENT)
    assert (found.status, found.evidence["fault"]) == ("fail", "client-refused")
    assert "sign_in.client_id" in words(found)


@pytest.mark.parametrize(
    "one",
    [
        token(400, "invalid_grant", "Code not valid", JSON),
        token(403, "invalid_grant", "Invalid authorization code", OTHER),
        token(400, "invalid_request", f"origin {OWN} not allowed for client: ohif", JSON),
    ],
    ids=["without header", "another origin", "named"],
)
def test_origin_that_may_not_read_tokens_fails(one: TokenProbe) -> None:
    found = origin(one, keycloak())
    assert (found.status, found.title) == ("fail", f"{OWN} may not read the token endpoint's answer")
    assert "blocked by CORS policy" in found.symptom
    assert one.description in found.cause
    (fix,) = found.fix
    assert fix.text == f"Clients › ohif › Settings › Web origins: add {OWN}"


@pytest.mark.parametrize("headers", [OPEN, JSON], ids=["readable", "not readable"])
@pytest.mark.parametrize(
    ("status", "error", "description"),
    [
        (403, "invalid_request", "HTTPS required"),
        (403, "access_denied", "Realm not enabled"),
        (400, "unsupported_grant_type", ""),
        (400, "invalid_request", "requested grant type is not allowed for this client"),
        (400, "invalid_scope", "no such scope"),
    ],
)
def test_other_refusal_is_a_warning_in_the_providers_words(
    status: int, error: str, description: str, headers: Fields
) -> None:
    found = origin(token(status, error, description, headers))
    assert (found.status, error in found.title, description in found.title) == ("warn", True, True)
    assert found.fix


def test_https_required_is_no_fault_of_the_client() -> None:
    found = origin(token(403, "invalid_request", "HTTPS required"), keycloak())
    assert "X-Forwarded-Proto: https" in found.fix[0].text
    assert "KC_PROXY_HEADERS=xforwarded" in found.fix[1].text


@pytest.mark.parametrize(
    "description",
    ["AADSTS9002326: Cross-origin token redemption is permitted only for SPA", "AADB2C90085: The service has failed"],
)
def test_microsofts_refusal_shows_nothing(description: str) -> None:
    for one in (
        token(400, "invalid_grant", description, JSON),
        token(400, "invalid_request", description, JSON),
        token(401, "invalid_client", description, JSON),
    ):
        found = origin(one)
        assert (found.status, found.unseen.partition(":")[0]) == ("pass", "the token endpoint")
        assert client(one).status == "pass"


def test_endpoint_that_was_not_asked_is_said_to_be_unseen() -> None:
    assert (origin(None).status, origin(None).unseen.partition(":")[0]) == ("pass", "the token endpoint")
    found = origin(None, answers(viewer__url=OWN))
    assert (found.status, found.unseen.partition(":")[0]) == ("pass", "the token endpoint")


def test_implicit_flow_does_not_use_the_token_endpoint() -> None:
    document = {"issuer": "x", "authorization_endpoint": "x", "token_endpoint": TOKEN}
    seen = Discovery(got(200, document, OPEN), document, clock_skew=0.0)
    page = cors_sign_in.ByOrigin(OWN, seen, keys=got(200, {}, OPEN), token=CONFIDENTIAL[0])
    (found,) = cors_sign_in.judge(oidc(sign_in__flow="implicit"), cors_sign_in.SignInCorsObservations(seen, (page,)))
    assert (found.status, found.unseen) == ("pass", "")


@pytest.mark.parametrize(
    ("one", "status"),
    [
        (TokenProbe(OWN, trouble("refused", TOKEN)), "fail"),
        (TokenProbe(OWN, got(503, "busy", HTML, TOKEN)), "fail"),
        (TokenProbe(OWN, got(429, "", JSON, TOKEN)), "fail"),
        (TokenProbe(OWN, got(200, "<html>Welcome", HTML, TOKEN)), "fail"),
        (TokenProbe(OWN, got(404, "no such page", HTML, TOKEN)), "fail"),
        (TokenProbe(OWN, got(405, "", JSON, TOKEN)), "fail"),
        (TokenProbe(OWN, got(403, "blocked", HTML, TOKEN)), "warn"),
        (TokenProbe(OWN, got(401, "", (("WWW-Authenticate", "Basic realm=x"),), TOKEN)), "skipped"),
    ],
    ids=["refused", "503", "429", "portal", "404", "405", "firewall", "login"],
)
def test_answer_of_somebody_else_is_no_silent_pass(one: TokenProbe, status: str) -> None:
    found = origin(one)
    assert found.status == status
    assert found.fix or status == "skipped"
    assert client(one, SILENT).status == "skipped"


def test_redirect_uri_that_only_the_token_endpoint_refuses() -> None:
    found = uri(token(400, "redirect_uri_mismatch", "no such URI"))
    assert (found.status, found.evidence["failure_mode"]) == ("warn", "FM57")
    assert "redirect_uri_mismatch: no such URI" in found.cause
    assert uri(GOOD).status == uri(None).status == "skipped"
    # A confirmed URI stays one.
    assert uri(token(400, "redirect_uri_mismatch"), KNOWN).status == "pass"


def test_words_of_a_provider_at_its_own_address_are_shown() -> None:
    page = replace(authorize(status=400), error="invalid_scope", description="no such scope: dicom")
    assert "the provider says: invalid_scope: no such scope: dicom" in uri(None, page).title


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        (
            "<pre><strong>error</strong>: invalid_redirect_uri</pre><p>did not match any of the client&#39;s</p>",
            "client's",
        ),
        ("<p>Invalid parameter: redirect_uri</p>", "Invalid parameter: redirect_uri"),
    ],
)
def test_words_on_a_page_are_shown_without_its_tags(page: str, shown: str) -> None:
    found = uri(None, authorize(page=page))
    assert found.evidence["failure_mode"] == "FM57"
    assert shown in found.cause
    assert "<" not in found.cause
