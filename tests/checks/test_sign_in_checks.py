"""What the pages of `sign-in`, `client-known`, `redirect-uri` and `token` in `docs/reference/checks/` say."""

from __future__ import annotations

import pytest

from ohif_setup.checks.finding import Finding
from ohif_setup.checks.sign_in import client_known, redirect_uri, sign_in, token
from ohif_setup.network.look.authorize import AuthorizeProbe
from ohif_setup.network.sign_in.sign_in import Method, SignInResult
from tests.checks.observed import (
    AUDIENCE,
    AUTHORITY,
    CLIENT,
    OTHER_TENANT,
    PIPELINE,
    TENANT,
    VIEWER,
    answers,
    got,
    not_signed_in,
    signed_in,
    trouble,
    words,
)

URI = f"{VIEWER}/callback"


def signing(seen: SignInResult | None) -> Finding:
    (found,) = sign_in.judge(answers(), sign_in.SignInObservations(seen))
    return found


def test_sign_in_passes_when_a_token_came() -> None:
    assert signing(signed_in()).title == "ada@contoso.org, token for the DICOM service, Dicom.ReadWrite"
    assert "by role alone" in signing(signed_in("service-principal", {"scp": None})).title


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("browser", 50011),
        ("browser", 500113),
        ("browser", 7000218),
        ("browser", 9002327),
        ("device-code", 70002),
        ("device-code", 7000218),
    ],
)
def test_sign_in_warns_when_only_the_terminal_lacks_something(method: Method, code: int) -> None:
    found = signing(not_signed_in(f"AADSTS{code}: no", method=method))
    assert found.status == "warn"
    assert "The viewer is not affected" in found.symptom
    assert ("Allow public client flows" if method == "device-code" else "http://localhost") in words(found)
    assert "--sign-in none" in words(found)
    assert f"AADSTS{code}" in found.title


@pytest.mark.parametrize(
    ("description", "error", "expected"),
    [
        ("AADSTS65001: no consent", "invalid_grant", "Grant admin consent"),
        ("AADSTS90094: admin", "access_denied", "/adminconsent?client_id="),
        ("", "consent_required", "Grant admin consent"),
        ("AADSTS650057: resource", "invalid_resource", "API permissions"),
        ("AADSTS500011: principal", "invalid_resource", "DICOM"),
        ("AADSTS50105: not assigned", "invalid_grant", "Users and groups"),
        ("AADSTS53003: blocked", "invalid_grant", "workload identities"),
        ("AADSTS7000215: wrong", "invalid_client", "Value"),
        ("AADSTS7000222: expired", "invalid_client", "secret"),
        ("AADSTS4242424: new", "server_error", "https://login.microsoftonline.com/error?code=4242424"),
        ("something", "odd_error", "Sign-in logs"),
    ],
)
def test_sign_in_fails_when_the_viewer_would_be_refused_too(description: str, error: str, expected: str) -> None:
    found = signing(not_signed_in(description, method="service-principal", error=error))
    assert found.status == "fail"
    assert expected in words(found)
    assert found.cause
    assert found.fix


def test_refusal_shows_the_ticket_but_no_trace() -> None:
    text = "AADSTS65001: no. Trace ID: 1 Correlation ID: 11111111-aaaa-4bbb-8ccc-222222222222 Timestamp: 2026-01-02 03:04:05Z"
    found = signing(not_signed_in(text))
    assert "(Correlation ID 11111111-aaaa-4bbb-8ccc-222222222222, 2026-01-02 03:04:05Z)" in found.cause
    assert "Trace ID" not in words(found)


@pytest.mark.parametrize("method", ["browser", "device-code"])
def test_sign_in_fails_when_nobody_finished(method: Method) -> None:
    found = signing(SignInResult(method, "nobody", waited=180))
    assert (found.status, found.title.startswith("the ")) == ("fail", True)
    assert "service principal" in words(found)


def test_sign_in_is_skipped_when_none_was_chosen_or_the_tenant_does_not_exist() -> None:
    assert signing(SignInResult("none", "not-asked")).status == "skipped"
    assert "see tenant-exists" in signing(None).title


def test_sign_in_is_skipped_when_the_client_itself_is_refused() -> None:
    assert "see client-known" in signing(not_signed_in("AADSTS700016: no such")).title


def test_pipelines_own_client_is_named_by_sign_in() -> None:
    found = signing(not_signed_in("AADSTS700016: no such", method="service-principal", client_id=PIPELINE))
    assert found.status == "fail"


@pytest.mark.parametrize("reason", ["no-credential", "bad-credential"])
def test_missing_credential_names_the_variables(reason: str) -> None:
    seen = SignInResult(
        "service-principal", "no-credential" if reason == "no-credential" else "bad-credential", description=""
    )
    assert "OHIF_SETUP_CLIENT_SECRET" in words(signing(seen))
    assert "OHIF_SETUP_CLIENT_CERTIFICATE" in words(signing(seen))


def test_trouble_on_the_way_is_named() -> None:
    found = signing(SignInResult("browser", "no-answer", exchange=trouble("timeout", f"{AUTHORITY}/oauth2/v2.0/token")))
    assert found.title == "login.microsoftonline.com: no answer in time"
    busy = SignInResult("browser", "no-answer", exchange=got(503, "", (), f"{AUTHORITY}/oauth2/v2.0/token"))
    assert "internal error (503)" in signing(busy).title
    odd = SignInResult("browser", "no-answer", exchange=got(403, "no", (), f"{AUTHORITY}/oauth2/v2.0/token"))
    assert "status 403, but no JSON object" in signing(odd).cause


def client(seen: SignInResult | None, *probes: AuthorizeProbe) -> Finding:
    (found,) = client_known.judge(answers(), client_known.ClientObservations(seen, probes))
    return found


def probe(error: str = "", description: str = "", page: str = "", status: int = 200) -> AuthorizeProbe:
    exchange = got(status, page, url=f"{AUTHORITY}/authorize")
    return AuthorizeProbe(URI, exchange, returned=bool(error), error=error, description=description, page=page)


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("AADSTS53003: Access has been blocked by Conditional Access policies.", "workload identities"),
        ("AADSTS530035: Access has been blocked by security defaults.", "Service principal sign-ins"),
        ("AADSTS50076: Due to a configuration change, you must use multi-factor authentication.", "service principal"),
        ("AADSTS7000218: The request body must contain client_assertion or client_secret.", "OHIF_SETUP_CLIENT_SECRET"),
    ],
)
def test_refusal_of_a_service_principal_sends_nobody_to_a_browser(description: str, expected: str) -> None:
    found = signing(not_signed_in(description, method="service-principal", client_id=PIPELINE))
    said = words(found).casefold()
    assert (found.status, expected.casefold() in said) == ("fail", True)
    assert not any(word in said for word in ("device code", "--sign-in", "device-code"))


@pytest.mark.parametrize("method", ["browser", "device-code"])
def test_person_refused_by_a_policy_is_sent_to_the_browser(method: Method) -> None:
    found = words(signing(not_signed_in("AADSTS53003: no", method=method)))
    assert "Use --sign-in browser" in found
    assert "workload" not in found


def test_application_without_a_service_principal_gets_the_command() -> None:
    text = f"AADSTS7000229: The client application {PIPELINE} is missing service principal in the tenant {TENANT}."
    found = signing(not_signed_in(text, method="service-principal", client_id=PIPELINE))
    assert f"az: az ad sp create --id {PIPELINE} " in words(found)
    assert "az ad app create makes the registration alone" in found.cause


def test_consent_is_given_to_the_application_that_signed_in() -> None:
    found = signing(not_signed_in("no", error="consent_required", method="service-principal", client_id=PIPELINE))
    assert f"az ad app permission admin-consent --id {PIPELINE}" in words(found)


def test_client_known_passes_when_the_sign_in_came_far_enough() -> None:
    assert client(signed_in()).status == "pass"
    assert client(not_signed_in("AADSTS70002: must be marked as 'mobile'")).status == "pass"


@pytest.mark.parametrize("error", ["temporarily_unavailable", "server_error", "invalid_tenant"])
def test_refusal_that_may_come_before_the_client_was_looked_for_proves_nothing(error: str) -> None:
    assert client(not_signed_in("AADSTS90033: busy", error=error)).status == "skipped"


@pytest.mark.parametrize("code", [700016, 700011, 70001, 7000112, 1000031, 65002])
def test_client_known_fails_when_the_client_is_refused(code: int) -> None:
    found = client(not_signed_in(f"AADSTS{code}: no", error="unauthorized_client"))
    assert found.status == "fail"
    assert f"AADSTS{code}" in found.symptom
    assert found.fix


def test_client_known_is_skipped_without_a_sign_in() -> None:
    assert client(SignInResult("none", "not-asked")).status == "skipped"
    assert client(None).status == "skipped"


def test_pipelines_own_client_says_nothing_of_the_viewers() -> None:
    assert client(signed_in("service-principal", client_id=PIPELINE)).status == "skipped"


def test_page_of_the_authorize_endpoint_is_a_hint() -> None:
    assert client(None, probe(page="AADSTS700016: not found")).status == "warn"
    assert client(None, probe("login_required")).status == "pass"


def redirect(seen: AuthorizeProbe) -> Finding:
    (found,) = redirect_uri.judge(answers(), redirect_uri.RedirectUriObservations((seen,)))
    return found


@pytest.mark.parametrize("error", ["login_required", "interaction_required", "consent_required"])
def test_redirect_uri_passes_when_the_answer_goes_there(error: str) -> None:
    assert redirect(probe(error)).status == "pass"


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (probe(page="AADSTS50011: mismatch"), 50011),
        (probe(page="AADSTS500113: none"), 500113),
        (probe("unsupported_response_type", "AADSTS700054: off"), 700054),
        (probe("unsupported_response_type", "AADSTS700051: off"), 700051),
    ],
    ids=["50011", "500113", "700054", "700051"],
)
def test_redirect_uri_warns_when_entra_names_a_fault(seen: AuthorizeProbe, code: int) -> None:
    found = redirect(seen)
    assert (found.status, found.title) == ("warn", f"refused with AADSTS{code}")
    assert found.cause
    assert found.fix


def test_unregistered_uri_is_printed_for_portal_and_az() -> None:
    found = redirect(probe(page="AADSTS50011: mismatch"))
    assert f"Single-page application: {URI}" in words(found)
    assert f'["{URI}"]' in words(found)


@pytest.mark.parametrize(
    "seen",
    [
        probe(page="<html>Sign in</html>"),
        probe("server_error"),
    ],
    ids=["page", "other error"],
)
def test_redirect_uri_is_skipped_when_anything_else_comes(seen: AuthorizeProbe) -> None:
    found = redirect(seen)
    assert (found.status, "could not tell" in found.title) == ("skipped", True)


@pytest.mark.parametrize(
    ("seen", "word"),
    [
        (probe(page="AADSTS90033: busy", status=503), "(503)"),
        (probe(page="AADSTS50196: loop", status=429), "(429)"),
        (AuthorizeProbe(URI, trouble("timeout", f"{AUTHORITY}/authorize")), "no answer in time"),
    ],
    ids=["503", "429", "timeout"],
)
def test_provider_that_does_not_answer_is_a_warning_of_redirect_uri(seen: AuthorizeProbe, word: str) -> None:
    found = redirect(seen)
    assert (found.status, "could not tell" in found.title, word in found.title) == ("warn", True, True)
    assert found.fix


def test_login_in_front_of_the_provider_is_named() -> None:
    guarded = got(401, "", (("WWW-Authenticate", 'Basic realm="Imaging"'),), f"{AUTHORITY}/authorize?client_id=x")
    found = redirect(AuthorizeProbe(URI, guarded))
    assert found.status == "skipped"
    assert f"a login is in front of {AUTHORITY}/authorize: basic authentication (401" in found.title


def test_unknown_client_is_left_to_client_known() -> None:
    assert "see client-known" in redirect(probe(page="AADSTS700016: no")).title
    assert redirect_uri.judge(answers(), redirect_uri.RedirectUriObservations(()))[0].status == "skipped"


NOW = 1_900_000_000.0


def claims(seen: SignInResult | None, tenant: str = TENANT) -> Finding:
    (found,) = token.judge(answers(), token.TokenObservations(seen, tenant, NOW))
    return found


@pytest.mark.parametrize("audience", [AUDIENCE, f"{AUDIENCE}/", "75e725bf-66ce-4cea-9b9a-5c4caae57f33"])
def test_token_passes_with_each_form_of_the_audience(audience: str) -> None:
    assert claims(signed_in("browser", {"aud": audience})).status == "pass"


def test_token_of_a_service_principal_needs_no_scope() -> None:
    assert "its role decides" in claims(signed_in("service-principal", {"scp": None})).title


def test_token_may_name_its_client_as_azp() -> None:
    assert claims(signed_in("browser", {"appid": None, "azp": CLIENT.upper()})).status == "pass"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"aud": "00000003-0000-0000-c000-000000000000"}, "the token is for 00000003-0000-0000-c000-000000000000"),
        ({"aud": None}, "the token is for no audience"),
        ({"aud": [AUDIENCE]}, "the token is for"),
        ({"tid": OTHER_TENANT}, "from tenant"),
        ({"scp": "openid profile"}, "lacks the scope Dicom.ReadWrite"),
        ({"scp": ["Dicom.ReadWrite.All"]}, "lacks the scope"),
        ({"scp": "NotDicom.ReadWrite"}, "lacks the scope"),
        ({"appid": PIPELINE}, "issued to another application"),
        ({"appid": None, "azp": PIPELINE}, "issued to another application"),
        ({"exp": NOW}, "already expired"),
        ({"exp": 1}, "already expired"),
    ],
    ids=str,
)
def test_token_fails_when_a_claim_does_not_hold(changed: dict[str, object], expected: str) -> None:
    found = claims(signed_in("browser", changed))
    assert (found.status, expected in found.title) == ("fail", True), found.title
    assert found.fix


@pytest.mark.parametrize(
    "expires", [10**400, -(10**400), float("inf"), float("nan"), True, "soon", [], {}, None, 1e300], ids=repr
)
def test_odd_time_of_expiry_is_passed_over(expires: object) -> None:
    found = claims(signed_in("browser", {"exp": expires}))
    assert (found.status, "valid" in found.title) == ("pass", False)


@pytest.mark.parametrize("value", [{"a": 1}, ["x"] * 10_000, "y" * 100_000, 10**4000, [[["z"]]]], ids=type)
def test_odd_claims_are_shown_short(value: object) -> None:
    for name in ("aud", "scp", "iss", "ver"):
        found = claims(signed_in("browser", {name: value}))
        assert len(words(found)) < 2000
        assert all(len(str(shown)) < 1000 for shown in found.evidence.values())


def test_token_is_skipped_when_there_is_none_or_it_cannot_be_read() -> None:
    assert claims(None).status == "skipped"
    assert claims(SignInResult("none", "not-asked")).status == "skipped"
    assert claims(SignInResult("browser", token=signed_in().token, client_id=CLIENT)).status == "skipped"
