"""Sign-ins of other authors at the providers that are recognised: what is remarked, and what becomes answers."""

from __future__ import annotations

from typing import Any

import pytest

from ohif_setup.config_js.convert.to_answers import to_answers
from ohif_setup.config_js.lint.lint import lint
from ohif_setup.config_js.lint.remark import Remark
from ohif_setup.config_js.read.config import read_config
from tests.config_js.configs import SMALL, TENANT, VIEWER, answers, generated

ORTHANC = {"kind": "orthanc", "url": "http://127.0.0.1:8042/dicom-web"}
AUTHORITIES = {
    "keycloak": "https://login.hospital.example/realms/radiology",
    "auth0": "https://radiology.eu.auth0.com/",
    "okta": "https://radiology.okta.com/oauth2/aus1a2b3c4",
    "cognito": "https://cognito-idp.us-east-2.amazonaws.com/us-east-2_Zy9Xw8Vu7",
    "authentik": "https://auth.hospital.example/application/o/ohif/",
    "google": "https://accounts.google.com",
    "adfs": "https://fs.hospital.example/adfs",
    "oidc": "https://sso.hospital.example",
}


def config(authority: str, more: str = "scope: 'openid profile', response_type: 'code'", client: str = "viewer") -> str:
    entry = (
        f"authority: '{authority}', client_id: '{client}', redirect_uri: '/callback', "
        f"post_logout_redirect_uri: '/logout-redirect.html', {more}"
    )
    return SMALL.replace("extensions: [],", f"extensions: [],\n  oidc: [ {{ {entry} }} ],")


def remarks(text: str) -> dict[str, Remark]:
    found = lint(read_config(text), served_from=VIEWER)
    return {one.id: one for one in found if one.path.startswith("oidc")}


def sign_in(text: str) -> Any:
    return to_answers(read_config(text), viewer_url=VIEWER).tables["sign_in"]


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("okta", "warning"),
        ("auth0", "warning"),
        ("authentik", "warning"),
        ("oidc", "note"),
        ("keycloak", None),
        ("cognito", None),
        ("adfs", None),
        ("google", None),
    ],
)
def test_code_flow_without_refresh_token_is_remarked_where_the_scope_decides(name: str, level: str | None) -> None:
    found = remarks(config(AUTHORITIES[name])).get("offline-access")
    assert (found and found.level) == level
    with_scope = config(AUTHORITIES[name], "scope: 'openid offline_access', response_type: 'code'")
    assert "offline-access" not in remarks(with_scope)


@pytest.mark.parametrize("more", ["response_type: 'code'", "response_type: 'code', scope: 'openid email'"])
def test_refresh_token_is_missed_without_any_scope_too(more: str) -> None:
    assert remarks(config(AUTHORITIES["okta"], more))["offline-access"].fm == "FM46"


def test_implicit_flow_and_code_in_place_of_a_scope_need_no_refresh_token() -> None:
    assert "offline-access" not in remarks(config(AUTHORITIES["okta"], "response_type: 'id_token token'"))
    assert "offline-access" not in remarks(config(AUTHORITIES["okta"], "response_type: 'code', scope: scopes()"))


def test_auth0_without_an_audience_gives_an_opaque_token() -> None:
    code = "response_type: 'code', scope: 'openid offline_access'"
    found = remarks(config(AUTHORITIES["auth0"], code))
    assert (found["token-audience"].level, "opaque" in found["token-audience"].wrong) == ("warning", True)
    given = config(AUTHORITIES["auth0"], f"{code}, extraQueryParams: {{ audience: 'https://pacs.hospital.example' }}")
    assert "token-audience" not in remarks(given)
    assert "token-audience" not in remarks(config(AUTHORITIES["okta"], code))


@pytest.mark.parametrize("name", list(AUTHORITIES))
def test_sign_out_that_is_not_openid_connects_is_noted(name: str) -> None:
    found = remarks(config(AUTHORITIES[name])).get("sign-out")
    assert (found is not None) == (name in ("cognito", "google"))
    if name == "cognito":
        assert found is not None
        assert ("logout_uri" in found.wrong, found.level) == (True, "note")


def test_google_alone_refuses_the_code_flow() -> None:
    assert [name for name in AUTHORITIES if "google-code" in remarks(config(AUTHORITIES[name]))] == ["google"]


@pytest.mark.parametrize(
    ("name", "client"),
    [
        ("auth0", "Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0Fe"),
        ("authentik", "Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0FeDcBa9876"),
        ("cognito", "7abc6def5ghi4jkl3mno2pqr1s"),
        ("okta", "0oaZx9Yw8Vu7Ts6Rq5d7"),
        ("google", "123456789012-abcdefghijklmnopqrstuvwxyz012345.apps.googleusercontent.com"),
        ("adfs", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"),
        ("oidc", "Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0Fe"),
        ("keycloak", "ohif-viewer"),
    ],
)
def test_client_id_of_each_provider_is_imported(name: str, client: str) -> None:
    assert sign_in(config(AUTHORITIES[name], client=client))["client_id"] == client


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("keycloak", "Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0Fe"),
        ("okta", "Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0FeDcBa9876"),
        ("auth0", "Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0Fe-Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0F"),
        ("authentik", "Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0FeZx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0Fe"),
        ("oidc", "abc8Q~Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0Fe"),
    ],
)
def test_secret_in_place_of_a_client_id_is_refused_and_not_shown(name: str, secret: str) -> None:
    draft = to_answers(read_config(config(AUTHORITIES[name], client=secret)), viewer_url=VIEWER)
    (missing,) = [one for one in draft.missing if one.key == "sign_in.client_id"]
    assert "looks like a secret" in missing.why
    assert secret not in repr(draft.missing) + repr(draft.tables)


def test_request_for_a_sign_in_becomes_answers() -> None:
    more = "response_type: 'code', scope: 'email openid', extraQueryParams: { audience: \"it's\", acr_values: 'mfa' }"
    found = sign_in(config(AUTHORITIES["auth0"], more))
    assert (found["scope"], found["extra_parameters"]) == ("email openid", {"audience": "it's", "acr_values": "mfa"})
    site = answers(server=ORTHANC, sign_in=found)
    oidc = read_config(generated(site)).config["oidc"][0]
    assert (oidc["scope"], oidc["extraQueryParams"]) == ("email openid", {"audience": "it's", "acr_values": "mfa"})


@pytest.mark.parametrize("scope", ["openid profile offline_access", "offline_access profile openid"])
def test_usual_scope_is_no_answer(scope: str) -> None:
    assert "scope" not in sign_in(config(AUTHORITIES["okta"], f"response_type: 'code', scope: '{scope}'"))


def test_scope_of_an_api_of_the_sites_own_is_kept_at_entra() -> None:
    authority = f"https://login.microsoftonline.com/{TENANT}/v2.0"
    client = "66666666-7777-4888-9999-aaaaaaaaaaaa"
    scope = "openid offline_access api://pacs/Images.Read"
    found = sign_in(config(authority, f"response_type: 'code', scope: '{scope}'", client))
    assert found["scope"] == scope
    assert "scope" not in sign_in(config(authority, "response_type: 'code', scope: 'openid profile'", client))


def test_parameters_that_the_answers_do_not_take_stay_by_hand() -> None:
    more = "response_type: 'code', extraQueryParams: { audience: location.host, state: 'x' }"
    draft = to_answers(read_config(config(AUTHORITIES["auth0"], more)), viewer_url=VIEWER)
    assert "extra_parameters" not in draft.tables["sign_in"]
    assert any("extraQueryParams" in kept.source for kept in draft.kept)
