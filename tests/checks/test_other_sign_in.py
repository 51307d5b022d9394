"""Sites where nobody signs in, and sites with another provider than Entra ID."""

from __future__ import annotations

import pytest

from ohif_setup.checks.finding import Finding
from ohif_setup.checks.look import Look
from ohif_setup.checks.sign_in import client_known, cors_sign_in, redirect_uri, sign_in, tenant_exists, token
from ohif_setup.network.look.authorize import AuthorizeProbe
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.wire.http import Http
from tests.checks.observed import HTML, Fields, got, keycloak, own, words
from tests.checks.test_run import NoScreen

ISSUER = "https://login.example.org/realms/imaging"
DOCUMENT: dict[str, object] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/protocol/openid-connect/auth",
    "token_endpoint": f"{ISSUER}/protocol/openid-connect/token",
}
CALLBACK = "https://pacs.example.org/callback"
MODULES = (tenant_exists, client_known, redirect_uri, sign_in, token, cors_sign_in)


def document(**changed: object) -> Discovery:
    found = DOCUMENT | changed
    return Discovery(got(200, found, url=f"{ISSUER}/.well-known/openid-configuration"), found, clock_skew=0.0)


def probe(page: str = "", *, error: str = "", status: int = 400) -> AuthorizeProbe:
    headers: Fields = HTML
    return AuthorizeProbe(CALLBACK, got(status, page, headers), returned=bool(error), error=error, page=page)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.ID)
def test_nobody_signs_in(module: object) -> None:
    site = Look(own(), Http(1), "browser", NoScreen())
    (found,) = module.judge(own(), module.look(site))  # type: ignore[attr-defined]
    assert (found.status, found.title) == ("skipped", "skipped: this site has no sign-in")


@pytest.mark.parametrize("module", [sign_in, token], ids=lambda module: module.ID)
def test_msal_is_for_entra_alone(module: object) -> None:
    site = Look(keycloak(), Http(1), "browser", NoScreen())
    (found,) = module.judge(keycloak(), module.look(site))  # type: ignore[attr-defined]
    assert "MSAL supports Entra ID only" in found.title


def test_entra_without_an_azure_service_has_nothing_to_sign_in_for() -> None:
    site = own(
        sign_in__tenant_id="11111111-2222-4333-8444-555555555555",
        sign_in__client_id="aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
    )
    (found,) = sign_in.judge(site, sign_in.look(Look(site, Http(1), "browser", NoScreen())))
    assert "no Azure DICOM service" in found.title


def provider(discovery: Discovery, **changed: str) -> Finding:
    (found,) = tenant_exists.judge(keycloak(**changed), tenant_exists.TenantObservations(discovery, None))
    return found


def test_provider_passes_by_its_issuer() -> None:
    assert (provider(document()).status, provider(document()).title) == ("pass", ISSUER)


def test_provider_with_endpoints_elsewhere_passes() -> None:
    assert provider(document(token_endpoint="https://oauth2.example.org/token")).status == "pass"


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize(
    "url", [r"https://evil.example.net\@login.example.org/x", "https://login.example.org@evil.example.net/x"]
)
def test_address_that_can_be_read_in_two_ways_fails(name: str, url: str) -> None:
    found = provider(document(**{name: url}))
    assert (found.status, found.title) == ("fail", "the identity provider hands out an address that cannot be used")
    assert name in found.cause


def test_issuer_that_can_be_read_in_two_ways_is_not_advised() -> None:
    found = provider(document(issuer=r"https://evil.example.net\@login.example.org/x"))
    assert found.status == "warn"
    assert not any("evil.example.net" in fix.text for fix in found.fix)


@pytest.mark.parametrize(("flow", "status"), [("code", "warn"), ("implicit", "fail")])
def test_issuer_of_another_name(flow: str, status: str) -> None:
    found = provider(document(issuer="http://keycloak:8080/realms/imaging"), sign_in__flow=flow)
    assert (found.status, found.title) == (status, "the identity provider's issuer differs from sign_in.authority")


def test_endpoint_that_only_containers_reach() -> None:
    found = provider(document(token_endpoint="http://keycloak:8080/realms/imaging/token"))
    assert (found.status, found.evidence["failure_mode"]) == ("fail", "FM21")


def test_realm_that_does_not_exist() -> None:
    unknown = Discovery(got(404, {"error": "Realm does not exist"}), error="Realm does not exist")
    found = provider(unknown)
    assert (found.status, "It said: Realm does not exist" in found.cause) == ("fail", True)


HTTPS_REQUIRED = Discovery(
    got(403, {"error": "invalid_request"}), error="invalid_request", description="HTTPS required", clock_skew=0.0
)


@pytest.mark.parametrize(
    ("authority", "fix"),
    [
        ("https://login.example.org/realms/imaging", "KC_PROXY_HEADERS=xforwarded"),
        ("http://127.0.0.1:8080/realms/imaging", "Require SSL: None"),
        ("https://login.example.org", "X-Forwarded-Proto"),
        ("http://127.0.0.1:8080", "https"),
    ],
)
def test_https_required_is_no_fault_of_the_issuers_form(authority: str, fix: str) -> None:
    found = provider(HTTPS_REQUIRED, sign_in__authority=authority)
    assert (found.status, found.title) == ("fail", "the identity provider refuses the viewer's requests (403)")
    assert "It said: invalid_request: HTTPS required." in found.cause
    assert fix in words(found)
    assert "is the issuer" not in words(found)


def test_redirect_uri_that_keycloak_refuses() -> None:
    (found,) = redirect_uri.judge(
        keycloak(), redirect_uri.RedirectUriObservations((probe("Invalid parameter: redirect_uri"),))
    )
    assert (found.status, found.evidence["failure_mode"]) == ("warn", "FM57")
    assert f"Valid redirect URIs: add {CALLBACK}" in words(found)


@pytest.mark.parametrize(
    ("authority", "setting"),
    [
        ("https://login.example.org/realms/imaging", "Valid post logout redirect URIs"),
        ("https://radiology.okta.com", "Sign-out redirect URIs"),
        ("https://radiology.eu.auth0.com", "Allowed Logout URLs"),
        ("https://sso.example.org", "post-logout redirect URIs"),
    ],
)
def test_addresses_after_signing_out_are_named_with_a_refused_redirect_uri(authority: str, setting: str) -> None:
    (found,) = redirect_uri.judge(
        keycloak(sign_in__authority=authority),
        redirect_uri.RedirectUriObservations((probe("Invalid parameter: redirect_uri"),)),
    )
    said = words(found)
    assert f"{setting}" in said
    assert "https://pacs.example.org/logout-redirect.html and https://pacs.example.org/" in said


def test_google_has_no_address_after_signing_out() -> None:
    site = keycloak(sign_in__authority="https://accounts.google.com", sign_in__flow="implicit")
    (found,) = redirect_uri.judge(site, redirect_uri.RedirectUriObservations((probe("redirect_uri_mismatch"),)))
    assert found.status == "warn"
    assert "logout-redirect.html" not in words(found)


@pytest.mark.parametrize("issuer", ["https://radiology.eu.auth0.com/", "https://radiology.eu.auth0.com"])
def test_slash_at_the_end_of_an_issuer_is_no_difference(issuer: str) -> None:
    assert provider(document(issuer=issuer), sign_in__authority="https://radiology.eu.auth0.com/").status == "pass"


def test_redirect_uri_that_is_registered() -> None:
    (found,) = redirect_uri.judge(
        keycloak(), redirect_uri.RedirectUriObservations((probe(error="login_required", status=302),))
    )
    assert (found.status, found.title) == ("pass", f"{CALLBACK}  (registered)")


def test_flow_that_is_switched_off() -> None:
    (found,) = redirect_uri.judge(
        keycloak(), redirect_uri.RedirectUriObservations((probe(error="unauthorized_client", status=302),))
    )
    assert (found.status, "enable the standard flow" in words(found)) == ("warn", True)


def test_page_that_says_nothing_could_not_tell() -> None:
    (found,) = redirect_uri.judge(
        keycloak(), redirect_uri.RedirectUriObservations((probe("Sign in to imaging", status=200),))
    )
    assert (found.status, "could not tell" in found.title) == ("skipped", True)


@pytest.mark.parametrize(
    ("one", "status"),
    [
        (probe("Client not found."), "warn"),
        (probe("Invalid parameter: redirect_uri"), "pass"),
        (probe(error="login_required", status=302), "pass"),
        (probe("Sign in", status=200), "skipped"),
    ],
    ids=["unknown", "known-by-its-uri", "known", "silent"],
)
def test_client_by_the_page_of_keycloak(one: AuthorizeProbe, status: str) -> None:
    (found,) = client_known.judge(keycloak(), client_known.ClientObservations(None, (one,)))
    assert found.status == status
