"""Providers that are recognised by their authority: what each of them has of its own."""

from __future__ import annotations

import pytest

from ohif_setup.answers.tables.tables import SignIn, provider_answered
from ohif_setup.config_js.lint.sign_in import provider_at
from ohif_setup.providers import PROVIDERS

AUTHORITIES = (
    ("https://login.hospital.example/realms/radiology", "keycloak"),
    ("https://login.hospital.example/auth/realms/radiology", "keycloak"),
    ("http://127.0.0.1:8080/sso/realms/radiology/", "keycloak"),
    ("https://login.hospital.example/realms/radiology/.well-known/openid-configuration", "keycloak"),
    ("https://radiology.eu.auth0.com", "auth0"),
    ("https://radiology.us.auth0.com/", "auth0"),
    ("https://radiology.okta.com", "okta"),
    ("https://radiology.okta-emea.com/oauth2/aus1a2b3c4", "okta"),
    ("https://cognito-idp.us-east-2.amazonaws.com/us-east-2_Zy9Xw8Vu7", "cognito"),
    ("https://auth.hospital.example/application/o/ohif/", "authentik"),
    ("https://hospital.example/auth/application/o/ohif", "authentik"),
    ("https://accounts.google.com", "google"),
    ("https://fs.hospital.example/adfs", "adfs"),
    ("https://fs.hospital.example/ADFS/", "adfs"),
    ("https://sso.hospital.example", "oidc"),
    ("https://sso.hospital.example/realms", "oidc"),
    ("https://sso.hospital.example/adfs/oauth2", "oidc"),
    ("https://notauth0.com", "oidc"),
    ("https://radiology.b2clogin.com/tfp", "oidc"),
    ("https://radiology.okta.com.hospital.example", "oidc"),
    ("https://accounts.google.com.hospital.example", "oidc"),
)


@pytest.mark.parametrize(("authority", "name"), AUTHORITIES)
def test_authority_tells_the_provider(authority: str, name: str) -> None:
    assert provider_answered({"authority": authority}).name == name
    assert provider_at(authority).name == name


@pytest.mark.parametrize("name", [name for name in PROVIDERS if name not in ("entra", "oidc")])
def test_made_up_answers_belong_to_their_provider(name: str) -> None:
    made_up = PROVIDERS[name].made_up
    assert provider_answered(SignIn.model_validate(made_up).model_dump()).name == name


def test_tenant_is_entra_whatever_the_authority() -> None:
    answered = {"tenant_id": "11111111-2222-4333-8444-555555555555", "authority": "https://radiology.okta.com"}
    assert provider_answered(answered).name == "entra"


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=lambda provider: provider.name)
def test_console_names_the_client_where_it_can(provider: object) -> None:
    console = provider.console.of("viewer-{client}-7")  # type: ignore[attr-defined]
    texts = (console.client, console.redirect_uris, console.sign_out_uris, console.origins, console.public)
    assert not any("{client}" in text.replace("viewer-{client}-7", "") for text in texts)
    assert not any(text.endswith((".", " ")) for text in texts)


@pytest.mark.parametrize(
    ("authority", "issuer"),
    [
        ("https://radiology.eu.auth0.com", "https://radiology.eu.auth0.com/"),
        ("https://auth.hospital.example/application/o/ohif", "https://auth.hospital.example/application/o/ohif/"),
        ("https://login.hospital.example/realms/radiology", "https://login.hospital.example/realms/radiology"),
    ],
)
def test_issuer_ends_in_a_slash_where_the_provider_writes_one(authority: str, issuer: str) -> None:
    assert provider_answered({"authority": authority}).issuer(authority) == issuer
