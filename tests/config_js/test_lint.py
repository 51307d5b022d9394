"""The rules for configurations that somebody wrote, each with one that breaks it."""

from __future__ import annotations

import time

import pytest

from ohif_setup.config_js.lint.lint import lint
from ohif_setup.config_js.lint.remark import Remark
from ohif_setup.config_js.lint.secrets import in_code
from ohif_setup.config_js.read.config import read_config
from tests.config_js.configs import CLIENT, CLINIC, DICOM, SECRETS, SMALL, TENANT, V2, VIEWER, answers, generated

GOOD = generated(answers())
KEYCLOAK = {"authority": "https://keycloak.example.org/realms/imaging", "client_id": "ohif"}
OPTIONS = "dataSources[0].configuration"
ORTHANC = {"kind": "orthanc", "url": "http://127.0.0.1:8042/dicom-web", "uploads": True}


def remarks(text: str, served_from: str | None = VIEWER) -> dict[str, Remark]:
    return {one.id: one for one in lint(read_config(text), served_from=served_from)}


@pytest.mark.parametrize("version", ["3.9", "3.11", "3.13", "3.14"])
@pytest.mark.parametrize("flow", ["code", "implicit"])
def test_what_the_tool_writes_for_azure_is_right(version: str, flow: str) -> None:
    given = answers(
        viewer={"url": f"{VIEWER}/ohif", "ohif_version": version},
        sign_in={"tenant_id": TENANT, "client_id": CLIENT, "flow": flow},
    )
    found = remarks(generated(given), f"{VIEWER}/ohif")
    assert set(found) == ({"implicit-flow"} if flow == "implicit" else set())


@pytest.mark.parametrize("sign_in", [None, KEYCLOAK], ids=["open", "keycloak"])
@pytest.mark.parametrize("route", ["reverse-proxy", "cors"])
def test_what_the_tool_writes_for_orthanc_is_right(route: str, sign_in: dict[str, str] | None) -> None:
    proxy = {"url": "https://dicom.example.org"} if route == "cors" else {}
    given = answers(server={**ORTHANC, "route": route}, sign_in=sign_in, proxy=proxy)
    assert {one.level for one in lint(read_config(generated(given)), served_from=VIEWER)} <= {"note"}


@pytest.mark.parametrize(
    ("old", "new", "id", "fm", "path"),
    [
        ('routerBasename: "/"', 'routerBasename: "/ohif/"', "basename-slash", "FM53", "routerBasename"),
        ('routerBasename: "/"', "routerBasename: null", "basename-unset", "FM53", "routerBasename"),
        ('routerBasename: "/"', 'routerBasename: "/x"', "basename-path", "FM69", "routerBasename"),
        ("modes: []", "modes: [], useSharedArrayBuffer: 'TRUE'", "dead-key", "", "useSharedArrayBuffer"),
        ("modes: []", "modes: [], acceptHeader: ['x']", "dead-key", "", "acceptHeader"),
        ("modes: []", "modes: [], whiteLabelling: {}", "misspelt-key", "FM27", "whiteLabelling"),
        ("modes: []", "modes: [], servers: {}", "dead-key", "FM27", "servers"),
        ("oidc: [", "oauth: [", "oauth", "FM52", "oauth"),
        ("oidc: [", "oidc2: [", "no-sign-in", "FM48", "oidc"),
        (
            "modes: []",
            "modes: [], customizationService: { dicomUploadComponent: 'x' }",
            "upload-component",
            "",
            "customizationService",
        ),
        (
            "modes: []",
            "modes: [], dangerouslyUseDynamicConfig: { enabled: true, regex: /.*/ }",
            "dynamic-config",
            "",
            "dangerouslyUseDynamicConfig",
        ),
        ("httpErrorHandler: function", "onError: function", "no-error-handler", "", "httpErrorHandler"),
        ("showStudyList: true", "a: 1", "no-study-list", "", "showStudyList"),
        ("profile offline_access", "profile", "offline-access", "FM46", "oidc[0].scope"),
        ("https://dicom.healthcareapis.azure.com/Dicom.ReadWrite", "email", "dicom-scope", "FM48", "oidc[0].scope"),
        ('redirect_uri: "/callback"', 'redirect_uri: "/"', "redirect-loop", "FM58", "oidc[0].redirect_uri"),
        ('redirect_uri: "/callback"', 'redirect_uri: "callback"', "uri-slash", "FM53", "oidc[0].redirect_uri"),
        (
            'redirect_uri: "/callback"',
            'redirect_uri: "https://x.example/callback"',
            "uri-origin",
            "FM40",
            "oidc[0].redirect_uri",
        ),
        ('"/logout-redirect.html"', '"/"', "after-sign-out", "", "oidc[0].post_logout_redirect_uri"),
        ("revokeAccessTokenOnSignout: false", "x: 1", "revocation", "", "oidc[0].revokeAccessTokenOnSignout"),
        ("loadUserInfo: false", "loadUserInfo: true", "user-info", "FM45", "oidc[0].loadUserInfo"),
        (f"{TENANT}/v2.0", "common/v2.0", "no-tenant", "FM50", "oidc[0].authority"),
        (f"{TENANT}/v2.0", TENANT, "authority-version", "FM48", "oidc[0].authority"),
        (f'"{CLIENT}"', "'<client-id>'", "placeholder", "", "oidc[0].client_id"),
        ("loadUserInfo: false", "loadUserInfo: false, grantType: 'x'", "dead-key", "", "oidc[0].grantType"),
        ("loadUserInfo: false,\n    },", "loadUserInfo: false,\n    }, {},", "second-provider", "FM54", "oidc[1]"),
        (
            "supportsWildcard: false",
            "supportsWildcard: true",
            "azure-wildcard",
            "FM34",
            "dataSources[0].configuration.supportsWildcard",
        ),
        ('imageRendering: "wadors"', "x: 1", "azure-rendering", "", "dataSources[0].configuration.imageRendering"),
        ("queryLimit: 101", "queryLimit: 500", "azure-limit", "FM35", "dataSources[0].configuration.queryLimit"),
        ("supportsReject: false", "supportsReject: true", "reject", "", "dataSources[0].configuration.supportsReject"),
        (
            f'qidoRoot: "{DICOM}"',
            f'qidoRoot: "{DICOM[:-3]}"',
            "azure-version",
            "FM22",
            "dataSources[0].configuration.qidoRoot",
        ),
        (
            f'qidoRoot: "{DICOM}"',
            f'qidoRoot: "{DICOM}/studies"',
            "studies-suffix",
            "FM20",
            "dataSources[0].configuration.qidoRoot",
        ),
        (f'wadoRoot: "{DICOM}"', "x: 1", "no-root", "", "dataSources[0].configuration.wadoRoot"),
    ],
)
def test_each_rule_names_the_key_and_the_failure_mode(old: str, new: str, id: str, fm: str, path: str) -> None:
    assert old in GOOD
    found = remarks(GOOD.replace(old, new, 1))
    assert (found[id].fm, found[id].path) == (fm, path)
    key = path.rpartition(".")[2].partition("[")[0]
    here = GOOD.replace(old, new, 1).split("\n")[found[id].line - 1]
    assert key in here or "{" in here


@pytest.mark.parametrize(
    ("root", "id", "level", "fm"),
    [
        ("/dicom-web", "relative-root", "note", "FM23"),
        ("dicom-web", "root-slash", "error", "FM23"),
        ("http://orthanc:8042/dicom-web", "docker-name", "error", "FM21"),
        ("http://localhost:8042/dicom-web", "loopback-root", "error", "FM21"),
        ("http://pacs.example.org/dicom-web", "mixed-content", "error", "FM17"),
        ("https://pacs.example.org:8042", "rest-root", "error", "FM18"),
        ("https://d14fa38qiwhyfd.cloudfront.net/dicomweb", "demo-server", "error", "FM63"),
    ],
)
def test_each_root_is_judged(root: str, id: str, level: str, fm: str) -> None:
    found = remarks(SMALL.replace("qidoRoot: '/dicom-web'", f"qidoRoot: '{root}'"))
    assert (found[id].level, found[id].fm) == (level, fm)


def test_this_machine_may_be_named_on_this_machine() -> None:
    text = SMALL.replace("'/dicom-web'", "'http://localhost:8042/dicom-web'")
    assert "loopback-root" not in remarks(text, "http://localhost:3000")
    assert "loopback-root" not in remarks(text, None)


@pytest.mark.parametrize("unit", ["a", "a ", "a:", "'a"])
def test_code_is_looked_through_in_no_more_time_than_its_length_asks_for(unit: str) -> None:
    start = time.process_time()
    assert not in_code("() => " + unit * 50_000)
    assert time.process_time() - start < 2


def test_port_of_an_ipv6_address_is_none_of_its_colons() -> None:
    text = SMALL.replace("'/dicom-web'", "'http://[::1]:8042'")
    assert {"loopback-root", "rest-root"} <= remarks(text).keys()
    assert "loopback-root" not in remarks(text, "http://[::1]:3000")


@pytest.mark.parametrize("host", ["login.windows.net", "login.chinacloudapi.cn", "eu.login.microsoftonline.com"])
def test_every_host_of_entra_id_is_judged_as_entra_id(host: str) -> None:
    text = GOOD.replace("https://login.microsoftonline.com/", f"https://{host}/").replace("/v2.0", "/v1.0")
    assert "authority-version" in remarks(text)
    assert "authority-version" not in remarks(text.replace(host, f"{host}.example.org"))


def test_a_configuration_of_ohif_2_is_explained() -> None:
    assert remarks(V2)["does-not-start"].fm == "FM27"


@pytest.mark.parametrize(
    "member",
    [
        "requestOptions: { auth: 'orthanc:sesame99' }",
        "requestOptions: { auth: () => 'orthanc:sesame99' }",
        "headers: { Authorization: 'sesame99' }",
        "apiKey: 'sesame99'",
        "password: 'sesame99'",
        "stowRoot: 'https://a:sesame99@pacs.example.org/x'",
        "onConfiguration: c => ({ ...c, h: 'Basic ' + btoa('orthanc:sesame99') })",
        "onConfiguration: c => ({ ...c, h: 'Basic b3J0aGFuYzpzZXNhbWU5OQ==' })",
        "note: 'eyJhbGciOiJIUzI1NiJ9.sesame99.eyJhbGciOiJIUzI1NiJ9XX'",
    ],
)
def test_a_secret_is_found_and_never_shown(member: str) -> None:
    found = lint(read_config(SMALL.replace("imageRendering", f"{member},\n imageRendering")), served_from=VIEWER)
    assert [(one.level, one.fm) for one in found if one.id == "secret"] == [("error", "FM56")]
    assert "sesame99" not in repr(found)


@pytest.mark.parametrize(
    "member",
    [
        "client_id: 'Zy7aB2cD3eF4gH5iJ6kL7mN8oP9qR0sT'",
        "token_endpoint: 'https://keycloak.example.org/token'",
        "accessTokenExpiringNotificationTimeInSeconds: 60",
        "logo: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ'",
        "getToken: () => service.token",
        "requestOptions: { auth: service.login }",
        "note: 'Basic annotations'",
    ],
)
def test_what_is_public_is_no_secret(member: str) -> None:
    assert "secret" not in remarks(SMALL.replace("imageRendering", f"{member},\n imageRendering"))


@pytest.mark.parametrize(
    "code",
    [
        "() => 'Bearer ' + new URLSearchParams(window.location.search).get('token')",
        "() => `Bearer ${window.localStorage.getItem('access_token')}`",
        "() => 'Bearer ' + document.cookie.split('; ').find(c => c.startsWith('token=')).split('=')[1]",
        "() => 'Basic ' + window['login']",
        "function (options) { return 'Bearer ' + getCookie('kc-access'); }",
    ],
)
def test_function_that_looks_a_login_up_holds_no_secret_and_is_never_called(code: str) -> None:
    found = remarks(SMALL.replace("imageRendering", f"requestOptions: {{ auth: {code} }},\n imageRendering"))
    assert "secret" not in found
    assert (found["dead-key"].level, found["dead-key"].path) == ("warning", f"{OPTIONS}.requestOptions")
    assert "oidc" in found["dead-key"].do
    assert "token=" in found["dead-key"].do


@pytest.mark.parametrize(
    "code",
    [
        "() => 'Bearer ' + 'sesame99'",
        "() => `Basic sesame99`",
        "() => 'Basic ' + atob('sesame99')",
        "() => window.localStorage.getItem('token') || 'sesame99'",
        "() => ['ada', 'sesame99'].join(':')",
    ],
)
def test_function_with_a_login_written_in_it_holds_a_secret(code: str) -> None:
    found = remarks(SMALL.replace("imageRendering", f"requestOptions: {{ auth: {code} }},\n imageRendering"))
    assert {"secret", "dead-key"} <= found.keys()
    assert "sesame99" not in repr(found)


@pytest.mark.parametrize(
    "member", ["headers: { 'X-Tenant': 'north' }", "headers: {}", "requestOptions: { logRequests: true }"]
)
def test_what_no_request_of_ohif_3_carries_is_said(member: str) -> None:
    found = remarks(SMALL.replace("imageRendering", f"{member},\n imageRendering"))
    assert found["dead-key"].path == f"{OPTIONS}.{member.partition(':')[0]}"
    assert "dead-key" not in remarks(SMALL)


@pytest.mark.parametrize(
    "member",
    [
        "onConfiguration: (config, { params }) => ({ ...config, qidoRoot: root(params), wadoRoot: root(params) })",
        "onConfiguration(config, { query }) { return Object.assign(config, { wadoRoot: query.get('root') }); }",
        "onConfiguration: byAddress",
        "onConfiguration: window.rootsOfThisHospital",
    ],
)
def test_roots_that_code_sets_are_not_missing(member: str) -> None:
    text = "function byAddress(config) { return config; }\nfunction root(params) { return params.x; }\n" + SMALL
    bare = text.replace("        qidoRoot: '/dicom-web',\n        wadoRoot: '/dicom-web',\n", "")
    assert "no-root" in remarks(bare)
    found = remarks(bare.replace("imageRendering", f"{member},\n imageRendering"))
    assert "no-root" not in found
    assert (found["computed-roots"].level, found["computed-roots"].path) == ("note", f"{OPTIONS}.onConfiguration")


def test_roots_beside_something_that_is_no_function_are_missing() -> None:
    bare = SMALL.replace("qidoRoot: '/dicom-web',", "onConfiguration: { wadoRoot: '/x' },")
    assert "no-root" in remarks(bare)
    assert "computed-roots" not in remarks(bare) | remarks(SMALL)


PLACEHOLDERS = [
    "${ARCHIVE}", "$ARCHIVE_ROOT", "%archive%", "__ARCHIVE__", "{{ .Values.archive }}", "<ARCHIVE>", "{archive}", "@ROOT@",
]  # fmt: skip


@pytest.mark.parametrize("left", PLACEHOLDERS)
@pytest.mark.parametrize("value", ["{}", "https://pacs.example.org/{}/dicom-web", "{}/dicom-web"])
def test_root_that_no_template_filled_in_is_said_and_nothing_else(left: str, value: str) -> None:
    found = remarks(SMALL.replace("'/dicom-web'", f"'{value.format(left)}'"))
    assert {one.id for one in found.values() if one.level == "error"} == {"placeholder"}
    assert (found["placeholder"].path, left in found["placeholder"].wrong) == (f"{OPTIONS}.qidoRoot", True)
    assert found["placeholder"].wrong.endswith("does not know this name.") == left.startswith("$")


@pytest.mark.parametrize("left", PLACEHOLDERS)
@pytest.mark.parametrize(
    ("old", "path"),
    [
        ('routerBasename: "/"', "routerBasename"),
        (f'client_id: "{CLIENT}"', "oidc[0].client_id"),
        ('redirect_uri: "/callback"', "oidc[0].redirect_uri"),
        (f'authority: "https://login.microsoftonline.com/{TENANT}/v2.0"', "oidc[0].authority"),
    ],
)
def test_place_that_no_template_filled_in_is_said(left: str, old: str, path: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, f"{old.partition(':')[0]}: '{left}'")
    found = lint(read_config(text), served_from=VIEWER)
    assert ("placeholder", "error", path) in {(one.id, one.level, one.path) for one in found}
    assert not {one.id for one in found} & {"basename-slash", "basename-path", "uri-slash"}


def test_label_that_no_template_filled_in_stops_nothing() -> None:
    found = remarks(SMALL.replace("qidoRoot", "friendlyName: 'Images of ${SITE}', qidoRoot", 1))
    assert (found["placeholder"].level, found["placeholder"].path) == ("warning", f"{OPTIONS}.friendlyName")


@pytest.mark.parametrize(
    "root",
    [
        "/pacs%20of%20ward/dicom-web",
        "/%D0%BF%D0%B0%D0%BA%D1%81/rs",
        "/aets/DCM__4__CHEE/rs",
        "/~ada/a$b/rs",
        "/x_$$_y/rs",
    ],
)
def test_signs_of_an_address_are_no_placeholder(root: str) -> None:
    assert "placeholder" not in remarks(SMALL.replace("'/dicom-web'", f"'{root}'"))
    template = SMALL.replace("'/dicom-web'", "`${window.location.origin}/dicom-web`")
    assert "placeholder" not in remarks(template)
    help_text = SMALL.replace("modes: []", "modes: [], whiteLabeling: { text: '<b>Ask {{ward}}</b>' }")
    assert "placeholder" not in remarks(help_text)


def test_remarks_come_grave_ones_first_and_repeat_no_secret() -> None:
    found = lint(read_config(CLINIC), served_from=f"{VIEWER}/ohif")
    assert [one.level for one in found] == sorted((one.level for one in found), key=["error", "warning", "note"].index)
    assert {"secret", "basename-slash", "upload-component", "second-provider", "orthanc-pdf", "reject"} <= {
        one.id for one in found
    }
    assert not any(secret in repr(found) for secret in SECRETS)
    assert all(one.wrong.endswith(".") and one.do and one.line > 0 for one in found)


@pytest.mark.parametrize(
    "value",
    ["http://ada:sesame99@pacs.example.org/x", "x?token=sesame99", "eyJsesame99sesame99sesame99sesame99sesame99Aa"],
)
@pytest.mark.parametrize(
    "old",
    ['"/"', '"/callback"', f'"{DICOM}"', f'"{CLIENT}"', '"dicomweb"', '"code"', '"/logout-redirect.html"', '"wadors"'],
)
def test_no_value_that_may_be_secret_is_repeated(old: str, value: str) -> None:
    assert old in GOOD
    read = read_config(GOOD.replace(old, f"'{value}'"))
    assert "sesame99" not in repr(lint(read, served_from=VIEWER))
