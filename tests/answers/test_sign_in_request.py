"""`sign_in.scope` and `sign_in.extra_parameters`: what the viewer asks the provider for."""

from __future__ import annotations

import tomllib

import pytest

from ohif_setup.answers.file.removing import without_answers
from ohif_setup.answers.file.writing import render_answers, updated_answers
from ohif_setup.answers.model import Answers
from ohif_setup.answers.problems import AnswersError
from ohif_setup.answers.sources import load
from ohif_setup.config_js.read.config import read_config
from ohif_setup.ohif import configuration
from tests.answers.sites import AZURE, ORTHANC, accepted, changed, only_problem
from tests.config_js.configs import generated

SITE = changed(ORTHANC, viewer__url="https://viewer.example.org")
OKTA = {"authority": "https://radiology.okta.com/oauth2/default", "client_id": "0oaZx9Yw8Vu7Ts6Rq5d7"}
HOSTILE = "'\"</script>\\u0027 `${x}` ✓"


def asked(raw: Answers) -> dict[str, object]:
    found: dict[str, object] = read_config(generated(raw)).config["oidc"][0]
    return found


def sets(*pairs: str) -> Answers:
    usual = ("viewer.url=https://v.example.org", "server.kind=orthanc", "server.url=http://127.0.0.1:8042/dicom-web")
    return load(None, [*usual, *(f"sign_in.{key}={value}" for key, value in OKTA.items()), *pairs], {})


@pytest.mark.parametrize(
    ("authority", "scope"),
    [
        ("https://radiology.okta.com/oauth2/default", "openid profile offline_access"),
        ("https://radiology.eu.auth0.com", "openid profile offline_access"),
        ("https://auth.hospital.example/application/o/ohif", "openid profile offline_access"),
        ("https://login.hospital.example/realms/radiology", "openid profile"),
        ("https://cognito-idp.us-east-2.amazonaws.com/us-east-2_Zy9Xw8Vu7", "openid profile"),
        ("https://fs.hospital.example/adfs", "openid profile"),
        ("https://sso.hospital.example", "openid profile"),
    ],
)
def test_scope_follows_from_the_provider(authority: str, scope: str) -> None:
    assert asked(accepted(SITE, sign_in=OKTA | {"authority": authority}))["scope"] == scope
    implicit = accepted(SITE, sign_in=OKTA | {"authority": authority, "flow": "implicit"})
    assert asked(implicit)["scope"] == "openid profile"


def test_scope_that_is_answered_is_what_the_viewer_asks_for() -> None:
    site = accepted(SITE, sign_in=OKTA | {"scope": "  openid   api://pacs/read openid "})
    assert asked(site)["scope"] == "openid api://pacs/read"
    assert "extraQueryParams" not in asked(site)


@pytest.mark.parametrize(
    ("scope", "why"),
    [("profile email", "lacks openid"), ('openid "x"', "no scope has"), ("openid a\\b", "no scope has")],
)
def test_scope_that_cannot_work_is_refused(scope: str, why: str) -> None:
    found = only_problem(SITE, sign_in=OKTA | {"scope": scope})
    assert (found.key, why in found.wrong) == ("sign_in.scope", True)


def test_scope_of_the_servers_token_cannot_be_left_out() -> None:
    found = only_problem(AZURE, sign_in__scope="openid profile")
    assert (found.key, "Dicom.ReadWrite" in found.wrong) == ("sign_in.scope", True)
    scope = "openid offline_access https://dicom.healthcareapis.azure.com/.default"
    assert asked(accepted(AZURE, sign_in__scope=scope))["scope"] == scope


def test_parameters_are_quoted_for_javascript_and_read_back() -> None:
    site = accepted(SITE, sign_in=OKTA | {"extra_parameters": {"audience": HOSTILE, "acr_values": "mfa"}})
    assert asked(site)["extraQueryParams"] == {"audience": HOSTILE, "acr_values": "mfa"}
    assert Answers.model_validate(site.model_dump(by_alias=True)) == site


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("client_id", "x", "which the viewer sends itself"),
        ("redirect_uri", "https://evil.example", "which the viewer sends itself"),
        ("client_secret", "x", "looks like a secret"),
        ("audience", "abc8Q~Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0Fe", "looks like a secret"),
        ("a b", "x", "no parameter"),
        ("audience", " ", "no text"),
        ("audience", "a\nb", "line break"),
    ],
)
def test_parameter_that_does_harm_is_refused(name: str, value: str, why: str) -> None:
    found = only_problem(SITE, sign_in=OKTA | {"extra_parameters": {name: value}})
    assert (found.key, why in found.wrong) == ("sign_in.extra_parameters", True)
    assert "abc8Q~" not in repr(found)


def test_each_parameter_is_set_by_option_and_by_variable() -> None:
    assert (
        sets("sign_in.extra_parameters.audience=https://pacs.example.org/api=1").sign_in
        == sets("sign_in.extra_parameters.audience=https://pacs.example.org/api=1").sign_in
    )
    variable = {"OHIF_SETUP_SIGN_IN__EXTRA_PARAMETERS__AUDIENCE": "https://pacs.example.org"}
    pairs = [f"sign_in.{key}={value}" for key, value in OKTA.items()]
    site = load(
        None,
        ["viewer.url=https://v.example.org", "server.kind=orthanc", "server.url=http://127.0.0.1:8042", *pairs],
        variable,
    )
    assert site.sign_in is not None
    assert site.sign_in.extra_parameters == {"audience": "https://pacs.example.org"}
    with pytest.raises(AnswersError):
        sets("sign_in.extra_parameters.client_secret=hunter2")
    with pytest.raises(AnswersError):
        sets("sign_in.extra_parameters=audience")


def test_last_parameter_takes_its_table_along() -> None:
    one, two = (sets(*(f"sign_in.extra_parameters.{name}=x" for name in names)) for names in ("a", "ab"))
    text = render_answers(two)
    assert without_answers(text, ["sign_in.extra_parameters.b"]) != text
    assert Answers.model_validate(tomllib.loads(without_answers(text, ["sign_in.extra_parameters.b"]))) == one
    assert without_answers(render_answers(one), ["sign_in.extra_parameters.a"]) == render_answers(sets())


def test_example_of_a_whole_table_is_one_of_its_entries() -> None:
    with pytest.raises(AnswersError) as caught:
        sets("sign_in.extra_parameters=audience")
    (found,) = caught.value.problems
    assert found.example == "--set sign_in.extra_parameters.audience=https://pacs.example.org/api"


def test_file_with_parameters_is_written_edited_and_read_back() -> None:
    plain, more = sets(), sets("sign_in.extra_parameters.audience=x", "sign_in.scope=openid email")
    assert 'extra_parameters = { audience = "x" }\n' in render_answers(more)
    assert updated_answers(render_answers(plain), more) == render_answers(more)
    assert updated_answers(render_answers(more), plain) == render_answers(plain)
    header = render_answers(plain).replace(
        "\n# Optional: ", '\n[sign_in.extra_parameters]\naudience = "y" # why\n\n# Optional: ', 1
    )
    edited = updated_answers(header, sets("sign_in.extra_parameters.audience=x"))
    assert "audience" in edited
    assert '"y"' not in edited


def test_addresses_after_signing_out_are_the_list_and_the_configured_page() -> None:
    site = accepted(
        SITE, sign_in=OKTA, viewer={"url": "https://h.example.org/ohif", "extra_urls": ["http://localhost:3000/ohif"]}
    )
    assert configuration.sign_out_uris(site) == (
        "https://h.example.org/ohif/logout-redirect.html",
        "https://h.example.org/ohif/",
        "http://localhost:3000/ohif/logout-redirect.html",
        "http://localhost:3000/ohif/",
    )
    assert configuration.sign_out_uris(accepted(SITE)) == ()
