"""The configuration as OHIF needs it: the traps of the published recipes, and the gates by version."""

from __future__ import annotations

from typing import Any

import pytest

from ohif_setup.answers.model import Answers
from ohif_setup.files.plan import plan
from ohif_setup.servers import azure_dicom
from ohif_setup.viewer import configuration, versions

ROOT = "https://ws-dicom.dicom.azurehealthcareapis.com/v2"


def site(**groups: dict[str, Any]) -> Answers:
    base: dict[str, dict[str, Any]] = {
        "viewer": {"url": "https://viewer.example.org"},
        "server": {"kind": "azure-dicom", "url": ROOT},
        "sign_in": {
            "tenant_id": "11111111-2222-4333-8444-555555555555",
            "client_id": "66666666-7777-4888-9999-aaaaaaaaaaaa",
        },
    }
    return Answers.model_validate({name: base.get(name, {}) | groups.get(name, {}) for name in {**base, **groups}})


def config(answers: Answers) -> dict[str, Any]:
    return configuration.window_config(answers, azure_dicom.data_source(answers), azure_dicom.SCOPE)


def test_default_source_exists() -> None:
    made = config(site())
    assert made["defaultDataSourceName"] == made["dataSources"][0]["sourceName"]
    assert made["extensions"] == made["modes"] == []


def test_azure_knows_no_wildcards_and_only_wado_rs() -> None:
    options = config(site())["dataSources"][0]["configuration"]
    assert options["qidoRoot"] == options["wadoRoot"] == ROOT
    assert (options["supportsWildcard"], options["supportsFuzzyMatching"]) == (False, True)
    assert options["imageRendering"] == options["thumbnailRendering"] == "wadors"
    assert options["bulkDataURI"] == {"enabled": True}
    assert "friendlyName" in options


@pytest.mark.parametrize("version", versions.KNOWN)
@pytest.mark.parametrize("uploads", [False, True])
def test_keys_follow_the_version(version: str, uploads: bool) -> None:
    made = config(site(viewer={"ohif_version": version}, server={"uploads": uploads}))
    options = made["dataSources"][0]["configuration"]
    number = versions.parse(version)
    assert ("queryLimit" in options) == (number >= (3, 13))
    assert options.get("queryLimit", 101) <= 200
    assert ("stowRoot" in options) == (uploads and number >= (3, 14))
    assert options.get("dicomUploadEnabled", False) == uploads
    assert "customizationService" not in made


def test_code_flow_renews_and_signs_out() -> None:
    (oidc,) = config(site())["oidc"]
    assert oidc["authority"] == "https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0"
    assert oidc["response_type"] == "code"
    assert "offline_access" in oidc["scope"].split()
    assert azure_dicom.SCOPE in oidc["scope"].split()
    assert oidc["revokeAccessTokenOnSignout"] is False
    assert oidc["loadUserInfo"] is False
    assert oidc["post_logout_redirect_uri"].startswith("/logout")
    assert "client_secret" not in oidc


def test_implicit_flow_has_no_refresh_token_and_registers_the_renewal_page() -> None:
    answers = site(sign_in={"flow": "implicit"})
    (oidc,) = config(answers)["oidc"]
    assert oidc["response_type"] == "id_token token"
    assert "offline_access" not in oidc["scope"]
    assert oidc["loadUserInfo"] is False
    assert configuration.redirect_uris(answers) == (
        "https://viewer.example.org/callback",
        "https://viewer.example.org/silent-refresh.html",
    )
    assert "**both** boxes" in plan(answers)[1].text


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://h.example", "/"),
        ("https://h.example/", "/"),
        ("https://h.example/ohif/", "/ohif"),
        ("https://h.example/a/b", "/a/b"),
    ],
)
def test_router_basename_has_no_slash_at_its_end(url: str, base: str) -> None:
    answers = site(viewer={"url": url})
    assert config(answers)["routerBasename"] == base
    assert configuration.redirect_uris(answers)[0] == f"https://h.example{'' if base == '/' else base}/callback"


def test_further_keys_are_merged_in() -> None:
    made = config(
        site(ohif={"showStudyList": False, "whiteLabeling": {"a": {"b": 1}}, "maxNumRequests": {"prefetch": 5}})
    )
    assert made["showStudyList"] is False
    assert made["maxNumRequests"] == {"prefetch": 5}


def test_next_steps_name_every_origin_and_the_role_that_uploads_need() -> None:
    answers = site(viewer={"extra_urls": ["http://localhost:3000"]}, server={"uploads": True})
    text = plan(answers)[1].text
    assert "`http://localhost:3000/callback`" in text
    assert "`http://localhost:3000`" in text
    assert "DICOM Data Owner" in text
    assert "Microsoft.HealthcareApis" in text
    assert "`content-type`" in text


def test_next_steps_of_a_sub_path_tell_of_the_build() -> None:
    text = plan(site(viewer={"url": "https://h.example/ohif"}))[1].text
    assert "PUBLIC_URL=/ohif/" in text
    assert "/usr/share/nginx/html/ohif/app-config.js" in text


def test_next_steps_of_a_fhir_service() -> None:
    assert "FHIR service › CORS" in plan(site(fhir={"url": "https://ws-fhir.fhir.azurehealthcareapis.com"}))[1].text
