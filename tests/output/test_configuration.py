"""The configuration as OHIF needs it: the traps of the published recipes, and the gates by version."""

from __future__ import annotations

from typing import Any

import pytest

from ohif_setup.answers.model import Answers
from ohif_setup.kinds.azure_dicom import tokens
from ohif_setup.ohif import configuration, versions
from ohif_setup.output.artefacts import app_config
from ohif_setup.output.plan import plan

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
    made: dict[str, Any] = app_config.context(answers)["config"]
    return made


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
    assert tokens.SCOPE in oidc["scope"].split()
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


def own(**server: Any) -> Answers:
    """A site with one Orthanc, or another DICOMweb server, behind a web server of its own."""
    raw: dict[str, Any] = {"viewer": {"url": "http://viewer.example.org/ohif"}, "proxy": {"listen": 8080}}
    raw["server"] = {"kind": "orthanc", "url": "http://orthanc:8042/dicom-web"} | server
    return Answers.model_validate(raw)


def options_of(answers: Answers) -> dict[str, Any]:
    options: dict[str, Any] = config(answers)["dataSources"][0]["configuration"]
    return options


def test_behind_one_origin_the_roots_are_paths_and_nobody_signs_in() -> None:
    made = config(own())
    options = made["dataSources"][0]["configuration"]
    assert options["qidoRoot"] == options["wadoRoot"] == "/dicom-web"
    assert "omitQuotationForMultipartRequest" not in options
    assert "oidc" not in made
    assert "orthanc:8042" not in plan(own())[0].text


def test_across_origins_the_roots_are_those_of_the_proxy_and_frames_need_no_preflight() -> None:
    options = options_of(own(route="cors"))
    assert options["qidoRoot"] == options["wadoRoot"] == "http://viewer.example.org:8080/dicom-web"
    assert options["omitQuotationForMultipartRequest"] is True
    assert options["singlepart"] == "bulkdata"


@pytest.mark.parametrize(
    ("found", "option", "value"),
    [
        ({}, "supportsWildcard", True),
        ({"wildcard": False}, "supportsWildcard", False),
        ({"fuzzy": True}, "supportsFuzzyMatching", True),
        ({"bulk_data": False}, "bulkDataURI", {"enabled": False}),
        ({"quoted_accept": False}, "omitQuotationForMultipartRequest", True),
    ],
)
def test_what_a_look_found_decides_about_the_options(found: dict[str, bool], option: str, value: object) -> None:
    assert options_of(own(kind="dicomweb", capabilities=found))[option] == value


def test_several_servers_are_several_sources_and_the_first_is_the_default() -> None:
    answers = Answers.model_validate(
        {
            "viewer": {"url": "https://viewer.example.org"},
            "servers": [{"kind": "orthanc", "url": "http://orthanc:8042"}, {"url": ROOT}],
            "sign_in": {
                "tenant_id": "11111111-2222-4333-8444-555555555555",
                "client_id": "66666666-7777-4888-9999-aaaaaaaaaaaa",
            },
        }
    )
    made = config(answers)
    assert [one["sourceName"] for one in made["dataSources"]] == ["orthanc", "azure-dicom"]
    assert made["defaultDataSourceName"] == "orthanc"
    assert tokens.SCOPE in made["oidc"][0]["scope"].split()


def test_another_provider_than_entra_is_named_as_it_is() -> None:
    answers = Answers.model_validate(
        {
            "viewer": {"url": "https://viewer.example.org"},
            "server": {"kind": "orthanc", "url": "http://orthanc:8042"},
            "sign_in": {
                "client_id": "ohif",
                "authority": "https://keycloak.example.org/realms/x/.well-known/openid-configuration",
            },
        }
    )
    (oidc,) = config(answers)["oidc"]
    assert oidc["authority"] == "https://keycloak.example.org/realms/x"
    assert oidc["scope"].split() == ["openid", "profile"]
