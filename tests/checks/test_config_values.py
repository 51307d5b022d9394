"""The served configuration against the answers: by value, whatever the text looks like."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ohif_setup.answers.model import Answers
from ohif_setup.answers.sources import load
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.generated import Generated
from ohif_setup.checks.viewer.config import ViewerConfigObservations, judge
from ohif_setup.output.plan import plan
from tests.checks.observed import CLIENT, OWN, TENANT, VIEWER, answers, got, keycloak, own, words
from tests.checks.pages import NO_CACHE, page, served

OTHER_CLIENT = "aaaaaaaa-bbbb-4ccc-8ddd-000000000000"


def wanted(site: Answers) -> str:
    return next(file.text for file in plan(site) if file.name == "app-config.js")


def judged(site: Answers, text: str, written: str | None = None, last: str | None = None) -> list[Finding]:
    """The findings where `text` is served, and the output folder has `written`."""
    exchange = got(200, text, NO_CACHE, f"{site.viewer.url}/app-config.js")
    viewer = served(page=got(200, page(), (("Content-Type", "text/html"),), f"{site.viewer.url}/"))
    seen = replace(viewer, config=exchange, config_packed=exchange)
    return list(judge(site, ViewerConfigObservations(seen, Generated(wanted(site), written, last))))


def only(found: list[Finding]) -> Finding:
    (one,) = found
    return one


def keys(found: Finding) -> list[str]:
    differences: Any = found.evidence["differences"]
    return [one["key"].rpartition(".")[2] for one in differences]


@pytest.mark.parametrize("site", [own(), answers(), keycloak()], ids=["own", "azure", "keycloak"])
def test_generated_text_passes_whatever_lies_in_the_folder(site: Answers) -> None:
    text = wanted(site)
    for written in (None, text, "window.config = { older: 1 };"):
        found = judged(site, f"\ufeff{text}".replace("\n", "\r\n"), written)
        assert [(one.status, one.title) for one in found] == [("pass", "app-config.js, as generated")]


@pytest.mark.parametrize(
    ("site", "was", "becomes", "key"),
    [
        (answers(), CLIENT, OTHER_CLIENT, "client_id"),
        (keycloak(), 'client_id: "ohif"', 'client_id: "viewer"', "client_id"),
        (answers(), TENANT, "99999999-2222-4333-8444-555555555555", "authority"),
        (keycloak(), "/realms/imaging", "/realms/test", "authority"),
        (answers(), '"code"', '"id_token token"', "response_type"),
        (answers(), " offline_access", "", "scope"),
        (answers(), "Dicom.ReadWrite", "Dicom.Read", "scope"),
        (keycloak(), '"/callback"', '"/cb"', "redirect_uri"),
        (keycloak(), '"/callback"', '"/callback/"', "redirect_uri"),
        (answers(), '"/callback"', '"https://viewer.example.org/callback/"', "redirect_uri"),
        (answers(), '"/logout-redirect.html"', '"/logout-redirect.html/"', "post_logout_redirect_uri"),
        (answers(), '"/callback"', '"https://other.example.org/callback"', "redirect_uri"),
        (answers(), '"/logout-redirect.html"', '"/"', "post_logout_redirect_uri"),
        (own(), 'qidoRoot: "/dicom-web"', 'qidoRoot: "/pacs/dicom-web"', "qidoRoot"),
        (own(), 'wadoRoot: "/dicom-web"', 'wadoRoot: "/wado"', "wadoRoot"),
        (answers(), "ws-dicom.dicom", "ws-other.dicom", "qidoRoot"),
    ],
)
@pytest.mark.parametrize("in_folder", [True, False], ids=["folder-too", "served-alone"])
def test_value_that_matters_fails(site: Answers, was: str, becomes: str, key: str, in_folder: bool) -> None:
    text = wanted(site)
    changed = text.replace(was, becomes)
    assert changed != text
    found = judged(site, changed, changed if in_folder else text, changed if in_folder else text)
    failed = [one for one in found if one.status == "fail"]
    assert any(key in one.title or key in one.subject or key in str(one.evidence.get("differences")) for one in failed)
    said = " ".join(words(one) for one in failed)
    assert "answers give" in said
    assert "install-viewer" in said
    # The older file is replaced first, then installed.
    places = [fix.where for fix in failed[-1].fix]
    assert ("Generated" in places) == in_folder
    if in_folder:
        assert places.index("Generated") < places.index("Viewer")


def test_basename_of_another_path_is_named_once_with_both_values() -> None:
    site = own()
    text = wanted(site).replace('routerBasename: "/"', 'routerBasename: "/ohif"')
    found = only(judged(site, text, wanted(site)))
    assert (found.status, found.evidence["failure_mode"]) == ("fail", "FM69")
    assert "routerBasename is /ohif where the answers give /" in found.cause


def test_client_id_of_letters_and_digits_is_shown_and_a_secret_is_not() -> None:
    site = keycloak()
    auth0 = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE"
    text = wanted(site).replace('client_id: "ohif"', f'client_id: "{auth0}"')
    found = only(judged(site, text, wanted(site)))
    assert auth0 in found.title
    assert f"ohif-setup set sign_in.client_id={auth0}" in words(found)
    secret = "Xy8Q~abcdefghijklmnopqrstuvwxyz0123456"
    leaked = judged(site, wanted(site).replace('client_id: "ohif"', f'client_id: "{secret}"'), wanted(site))
    assert secret not in repr(leaked)


def test_several_differences_are_one_finding_with_each_key() -> None:
    site = answers()
    text = wanted(site).replace(CLIENT, OTHER_CLIENT).replace("ws-dicom.dicom", "ws-other.dicom")
    found = only(judged(site, text, wanted(site)))
    assert keys(found) == ["client_id", "qidoRoot", "wadoRoot"]
    assert "client_id, qidoRoot, wadoRoot" in found.title


@pytest.mark.parametrize(
    ("site", "was", "becomes"),
    [
        (own(), '"/dicom-web"', f'"{OWN}/dicom-web"'),
        (own(), '"/dicom-web"', 'window.location.origin + "/dicom-web"'),
        (own(), '"/dicom-web"', "`${location.protocol}//${location.host}/dicom-web`"),
        (own(), 'routerBasename: "/",', ""),
        (own(), '  routerBasename: "/",', "  // the path of the build\n  routerBasename: null,"),
        (answers(), '"/callback"', f'"{VIEWER}/callback"'),
        (answers(), 'redirect_uri: "/callback",', ""),
        (answers(), "/v2.0", "/v2.0/"),
        (keycloak(), "https://login.example.org/", "https://LOGIN.example.org:443/"),
        (answers(), "openid profile offline_access", "offline_access openid profile"),
        (keycloak(), "openid profile", "profile  openid"),
        (answers(), "automaticSilentRenew: true,", ""),
        (answers(), "loadUserInfo: false,", ""),
    ],
)
def test_value_that_means_the_same_passes(site: Answers, was: str, becomes: str) -> None:
    text = wanted(site).replace(was, becomes)
    assert text != wanted(site)
    found = only([one for one in judged(site, text, text, wanted(site)) if one.evidence.get("failure_mode") != "FM53"])
    assert (found.status, found.title) == ("pass", "app-config.js, as the answers give it, in other words")
    assert found.unseen == ""


def test_order_of_keys_quotes_and_comments_mean_nothing() -> None:
    site = own()
    lines = wanted(site).splitlines()
    found = only(judged(site, "\n".join(["// copied", *(line.replace('"', "'") for line in lines)])))
    assert (found.status, "in other words" in found.title) == ("pass", True)


def test_hand_edit_of_other_keys_is_told_and_no_failure() -> None:
    site = own()
    edited = (
        wanted(site)
        .replace('friendlyName: "Orthanc"', 'friendlyName: "Archive"')
        .replace("showStudyList: true,", "showStudyList: true, maxNumberOfWebWorkers: 3,")
    )
    meant = only(judged(site, edited, edited, wanted(site)))
    assert meant.status == "pass"
    assert meant.title.startswith("app-config.js, edited by hand: 2 other keys differ (maxNumberOfWebWorkers, ")
    there = only(judged(site, edited, wanted(site), wanted(site)))
    assert (there.status, there.evidence["failure_mode"]) == ("warn", "FM64")
    assert "2 other keys differ" in there.title


def test_old_file_in_the_folder_is_generated_again_before_it_is_installed() -> None:
    site = own()
    old = wanted(site).replace("supportsWildcard: true", "supportsWildcard: false")
    found = only(judged(site, old, old, old))
    assert (found.status, [fix.where for fix in found.fix][:2]) == ("warn", ["Generated", "Viewer"])
    assert "supportsWildcard" in found.title


def test_second_root_that_no_answer_can_hold_is_not_seen_and_no_failure() -> None:
    site = own()
    two = wanted(site).replace('wadoRoot: "/dicom-web"', 'wadoRoot: "/wado"')
    found = only(judged(site, two, two, wanted(site)))
    assert (found.status, "wadoRoot" in found.unseen) == ("warn", True)


def test_placeholder_of_a_recipe_is_never_advised_as_an_answer() -> None:
    site = keycloak()
    text = wanted(site).replace('client_id: "ohif"', 'client_id: "$OIDC_CLIENT_ID"')
    found = only(judged(site, text, wanted(site)))
    assert (found.status, "never filled in" in found.cause) == ("fail", True)
    assert "oidc[0].client_id is $OIDC_CLIENT_ID where the answers give ohif" in found.cause
    assert "ohif-setup set" not in words(found)


@pytest.mark.parametrize(
    ("was", "becomes", "key"),
    [
        ('"/dicom-web"', "`${localStorage.getItem('root')}/dicom-web`", "wadoRoot"),
        ('qidoRoot: "/dicom-web"', "qidoRoot: localStorage.getItem('root')", "qidoRoot"),
        ("friendlyName:", "onConfiguration: (config, { params }) => config, friendlyName:", "qidoRoot"),
        ('routerBasename: "/"', "routerBasename: window.BASE", "routerBasename"),
    ],
)
def test_value_that_only_the_browser_computes_is_not_seen(was: str, becomes: str, key: str) -> None:
    site = own()
    text = wanted(site).replace(was, becomes)
    found = judged(site, text, text, wanted(site))
    assert [one.status for one in found] == ["pass"]
    assert key in found[0].unseen


STOCK = """window.config = {
  name: '%s', routerBasename: null, extensions: [], modes: [], showStudyList: true, defaultDataSourceName: 'main',
  httpErrorHandler: error => console.warn(error),
  dataSources: [{ namespace: '@ohif/extension-default.dataSourcesModule.dicomweb', sourceName: 'main', configuration: {
    friendlyName: 'x', name: 'x', qidoRoot: '%s', wadoRoot: '%s', imageRendering: 'wadors', thumbnailRendering: 'wadors',
    acceptHeader: ['x'], supportsReject: true } }],
};"""


@pytest.mark.parametrize(
    ("name", "root"),
    [
        ("config/default.js", "https://d14fa38qiwhyfd.cloudfront.net/dicomweb"),
        ("", "https://d33do7qe4w26qo.cloudfront.net/dicomweb"),
        ("config/local_orthanc.js", "http://localhost/dicom-web"),
        ("config/docker-nginx-orthanc.js", "/pacs"),
    ],
)
def test_configuration_that_ohif_ships_is_one_finding(name: str, root: str) -> None:
    found = only(judged(own(), STOCK % (name, root, root), wanted(own())))
    assert (found.status, found.evidence["failure_mode"]) == ("fail", "FM63")
    assert found.title.startswith("the generated file is not installed")
    assert "ohif-setup install-viewer BUILD" in words(found)


def test_configuration_of_google_is_one_finding() -> None:
    text = (
        wanted(keycloak())
        .replace("https://login.example.org/realms/imaging", "https://accounts.google.com")
        .replace('"/dicom-web"', '"https://healthcare.googleapis.com/v1/projects/x/dicomWeb"')
    )
    found = only(judged(keycloak(), text, wanted(keycloak())))
    assert (found.status, found.evidence["failure_mode"]) == ("fail", "FM66")


def test_own_configuration_that_began_as_one_of_ohif_is_not_taken_for_it() -> None:
    site = own()
    text = wanted(site).replace("routerBasename:", "name: 'config/default.js', routerBasename:")
    assert only(judged(site, text, text, wanted(site))).status == "pass"


def test_sign_in_on_one_side_only_fails() -> None:
    without = judged(answers(), wanted(answers()).partition("  oidc: [")[0] + "};", wanted(answers()))
    assert any("oidc is nothing where the answers give a sign-in at" in one.cause for one in without)
    other_kind = judged(own(), wanted(keycloak()), wanted(own()))
    assert any("oidc is a sign-in at https://login.example.org/realms/imaging" in one.cause for one in other_kind)


def test_text_that_is_cut_short_is_named_as_that() -> None:
    site = own()
    whole = wanted(site)
    found = only(judged(site, whole[: len(whole) // 2], whole))
    assert (found.status, found.evidence["fault"]) == ("fail", "wrong-bytes")
    assert f"of {len(whole.rstrip())} characters" in found.title


def two_servers() -> Answers:
    return load(
        None,
        [
            f"viewer.url={OWN}",
            "servers.1.kind=orthanc",
            "servers.1.url=http://127.0.0.1:8042/dicom-web",
            "servers.1.name=main",
            "servers.2.kind=dicomweb",
            "servers.2.url=http://127.0.0.1:8080/archive/dicom-web",
            "servers.2.name=archive",
        ],
        {},
    )


def test_default_data_source_is_found_by_its_roots() -> None:
    site = two_servers()
    text = wanted(site)
    assert only(judged(site, text)).status == "pass"
    other = text.replace('defaultDataSourceName: "main"', 'defaultDataSourceName: "archive"')
    found = only(judged(site, other, text))
    assert (found.status, keys(found)) == ("fail", ["defaultDataSourceName"])
    assert "is archive, the answers give main" in found.title
    renamed = text.replace('"main"', '"first"')
    assert only(judged(site, renamed, renamed, text)).status == "pass"


def test_server_that_the_served_file_does_not_have_fails() -> None:
    site = two_servers()
    text = wanted(site).replace("/archive/dicom-web", "/old/dicom-web")
    found = only([one for one in judged(site, text, wanted(site)) if one.status == "fail"])
    assert keys(found) == ["dataSources"]
    assert "/archive/dicom-web" in found.title
