"""What is missing, or does not fit, only because of other answers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules import defaults
from ohif_setup.providers import provider_of
from tests.answers.sites import (
    AZURE,
    BOTH,
    CLIENT,
    KEYCLOAK,
    ORTHANC,
    TENANT,
    accepted,
    changed,
    only_problem,
    problems,
)

CERTIFICATE = {"tls_certificate": "/etc/ssl/v.pem", "tls_key": "/etc/ssl/v.key"}
WINDOWS = {"server__proxy": "iis", "viewer__folder": "C:\\inetpub\\ohif"}


def test_two_answers_are_enough_for_orthanc() -> None:
    answers = accepted(ORTHANC)
    assert answers.server.url == "http://127.0.0.1:8042/dicom-web"
    assert (answers.server.route, answers.server.proxy, answers.server.name) == ("reverse-proxy", "nginx", "dicomweb")
    assert answers.viewer.folder == "/var/www/ohif-localhost"
    assert answers.sign_in is None
    assert answers.default_authority == ""
    assert defaults.listen(answers) == 80


@pytest.mark.parametrize(
    ("raw", "missing"),
    [
        pytest.param(
            {"version": 1}, ["viewer.url", "server.url", "sign_in.tenant_id", "sign_in.client_id"], id="nothing"
        ),
        pytest.param(
            {"version": 1, "servers": []},
            ["viewer.url", "server.url", "sign_in.tenant_id", "sign_in.client_id"],
            id="no-servers",
        ),
        pytest.param({"version": 1, "server": {"kind": "orthanc"}}, ["viewer.url", "server.url"], id="orthanc"),
        pytest.param(
            {"version": 1, "server": {"kind": "dicomweb"}, "sign_in": {}, "proxy": {"tls_key": "/k"}},
            ["viewer.url", "server.url", "sign_in.client_id", "sign_in.authority", "proxy.tls_certificate"],
            id="other",
        ),
        pytest.param(
            {"version": 1, "servers": [{"kind": "orthanc"}, {}], "sign_in": {"authority": "https://a.example"}},
            ["viewer.url", "servers.1.url", "servers.2.url", "sign_in.client_id", "sign_in.tenant_id"],
            id="both",
        ),
        pytest.param(changed(AZURE, sign_in__tenant_id=""), ["sign_in.tenant_id"], id="empty-tenant"),
        pytest.param(changed(ORTHANC, proxy__tls_certificate="/c"), ["proxy.tls_key"], id="key"),
    ],
)
def test_everything_missing_is_listed_at_once(raw: dict[str, Any], missing: list[str]) -> None:
    found = problems(raw)
    assert [each.key for each in found] == missing
    assert all(each.kind == "missing" and each.example for each in found)


def test_either_tenant_or_authority_will_do_for_orthanc() -> None:
    found = only_problem(ORTHANC, sign_in={"client_id": "ohif"})
    assert found.key == "sign_in.authority"
    assert "or for Entra ID the tenant" in found.wrong
    entra = accepted(ORTHANC, sign_in={"tenant_id": TENANT, "client_id": CLIENT}).sign_in
    other = accepted(ORTHANC, sign_in=KEYCLOAK).sign_in
    assert entra is not None
    assert other is not None
    assert (provider_of(entra).name, entra.authority) == ("entra", f"https://login.microsoftonline.com/{TENANT}")
    assert (provider_of(other).name, other.authority, other.tenant_id) == ("keycloak", KEYCLOAK["authority"], "")


def test_missing_address_is_shown_for_its_kind() -> None:
    assert "8042" in only_problem(ORTHANC, server__url=None).example
    assert "azure" in only_problem(AZURE, server__url=None).example


@pytest.mark.parametrize(
    ("authority", "kept"),
    [
        ("https://k.example/realms/x/.well-known/openid-configuration", "https://k.example/realms/x"),
        ("http://127.0.0.1:8080/realms/x/", "http://127.0.0.1:8080/realms/x"),
    ],
)
def test_authority_of_another_provider_is_normalised(authority: str, kept: str) -> None:
    sign_in = accepted(ORTHANC, sign_in=KEYCLOAK | {"authority": authority}).sign_in
    assert sign_in is not None
    assert sign_in.authority == kept


@pytest.mark.parametrize(
    ("authority", "words"),
    [
        ("http://k.example/realms/x", "begins with http://"),
        (f"https://login.microsoftonline.com/{TENANT}/v2.0", "sign_in.tenant_id"),
        (f"https://login.windows.net/{TENANT}", "sign_in.tenant_id"),
        (f"https://login.chinacloudapi.cn/{TENANT}", "sign_in.tenant_id"),
        ("https://portal.azure.com/#home", "portal"),
        ('https://k.example/realms/x"y', "that no OIDC provider has"),
        ("https://k.example/../x", "that no OIDC provider has"),
        ("https://*.example", "a * in it"),
    ],
)
def test_authority_of_another_provider_is_refused(authority: str, words: str) -> None:
    assert words in only_problem(ORTHANC, sign_in=KEYCLOAK | {"authority": authority}).wrong


@pytest.mark.parametrize(
    ("site", "changes", "key", "words"),
    [
        pytest.param(AZURE, {"viewer__url": "http://v.example"}, "viewer.url", "http://", id="insecure-azure"),
        pytest.param(
            ORTHANC,
            {"viewer__url": "http://v.example", "sign_in": KEYCLOAK},
            "viewer.url",
            "browsers sign nobody in",
            id="insecure-orthanc",
        ),
        pytest.param(
            AZURE, {"viewer__extra_urls": ["http://v.example"]}, "viewer.extra_urls[0]", "http://", id="insecure-extra"
        ),
        pytest.param(AZURE, {"server__route": "reverse-proxy"}, "server.route", "has no effect", id="azure-route"),
        pytest.param(AZURE, {"server__proxy": "apache"}, "server.proxy", "has no effect", id="azure-proxy"),
        pytest.param(
            AZURE, {"server__capabilities": {"fuzzy": True}}, "server.capabilities", "has no effect", id="azure-found"
        ),
        pytest.param(
            AZURE, {"proxy": {"listen": 8080}}, "proxy.listen", "(ohif-setup unset proxy.listen)", id="azure-listen"
        ),
        pytest.param(
            AZURE, {"viewer__url": "https://my_viewer.example.org"}, "viewer.url", "underscore", id="azure-underscore"
        ),
        pytest.param(
            BOTH,
            {"viewer__extra_urls": ["https://my_viewer.example.org"]},
            "viewer.extra_urls[0]",
            "underscore",
            id="azure-underscore-extra",
        ),
        pytest.param(
            ORTHANC,
            {"server__route": "serve-folders"},
            "viewer.url",
            "give http://localhost/ohif",
            id="serve-folders-root",
        ),
        pytest.param(
            ORTHANC,
            {"server__route": "serve-folders", "viewer__url": "http://localhost/o", "viewer__folder": "/a.b/c"},
            "viewer.folder",
            "full stop",
            id="serve-folders-dot",
        ),
        pytest.param(
            ORTHANC,
            {"server__kind": "dicomweb", "server__route": "serve-folders", "viewer__url": "http://localhost/o"},
            "server.route",
            "Orthanc alone",
            id="serve-folders-other",
        ),
        pytest.param(ORTHANC, {"server__route": "cors"}, "proxy.url", "own origin", id="cors-one-origin"),
        pytest.param(
            ORTHANC,
            {"server__route": "cors", "proxy": {"listen": 81}, "viewer__extra_urls": ["http://localhost:81"]},
            "proxy.url",
            "own origin",
            id="cors-extra-origin",
        ),
        pytest.param(
            ORTHANC,
            {"server__route": "cors", "server__proxy": "apache", "proxy": {"listen": 81}},
            "server.proxy",
            "choose nginx",
            id="cors-apache",
        ),
        pytest.param(
            ORTHANC,
            {"server__route": "cors", "viewer__url": "https://v.example", "proxy": {"url": "http://d.example"}},
            "proxy.url",
            "browsers block",
            id="cors-mixed-content",
        ),
        pytest.param(
            ORTHANC,
            {"server__route": "cors", "viewer__url": "https://v.example", "proxy": {"listen": 8443}},
            "proxy.url",
            "has no certificate",
            id="cors-without-certificate",
        ),
        pytest.param(
            ORTHANC,
            {
                "server__kind": "dicomweb",
                "server__route": "cors",
                "server__url": "http://d.example:8080/rs",
                "proxy": {"url": "http://d.example:8080"},
            },
            "proxy.url",
            "or server.route = direct, if browsers ask the server itself",
            id="cors-at-the-server-itself",
        ),
        pytest.param(
            ORTHANC,
            {"server__kind": "dicomweb", "server__url": "http://d.example:8080/"},
            "server.url",
            "has no path",
            id="root",
        ),
        pytest.param(
            ORTHANC, {"viewer__url": "http://localhost/dicom-web"}, "server.url", "move one of them", id="same-path"
        ),
        pytest.param(ORTHANC, {"viewer__folder": "C:\\ohif"}, "viewer.folder", "proxy = iis", id="windows-nginx"),
        pytest.param(
            ORTHANC,
            {"server__proxy": "iis", "viewer__folder": "/srv"},
            "viewer.folder",
            "not a Windows path",
            id="posix-iis",
        ),
        pytest.param(
            ORTHANC,
            {"proxy": {"orthanc_credentials_file": "/var/www/ohif-localhost/login.conf"}},
            "proxy.orthanc_credentials_file",
            "everyone can read",
            id="published-login",
        ),
        pytest.param(
            ORTHANC,
            {"proxy": CERTIFICATE | {"tls_key": "/var/www/ohif-localhost/./tls//v.key"}},
            "proxy.tls_key",
            "everyone can read",
            id="published-key",
        ),
        pytest.param(
            ORTHANC,
            WINDOWS | {"proxy": {"orthanc_credentials_file": "c:/INETPUB/ohif/login.config"}},
            "proxy.orthanc_credentials_file",
            "everyone can read",
            id="published-windows",
        ),
        pytest.param(ORTHANC, {"proxy": {"listen": 65536}}, "proxy.listen", "1 to 65535", id="port"),
        pytest.param(
            ORTHANC,
            {"proxy": {"listen_addresses": ["localhost"]}},
            "proxy.listen_addresses[0]",
            "is not an IP address",
            id="listen-name",
        ),
        pytest.param(
            ORTHANC,
            {"proxy": {"listen_addresses": ["::1", "fe80::1%eth0"]}},
            "proxy.listen_addresses[1]",
            "a zone",
            id="listen-zone",
        ),
        pytest.param(
            ORTHANC,
            WINDOWS | {"proxy": {"listen_addresses": ["::1"]}},
            "proxy.listen_addresses",
            "ohif-setup unset proxy.listen_addresses",
            id="listen-iis",
        ),
        pytest.param(ORTHANC, {"proxy": {"listen": "80"}}, "proxy.listen", "whole number", id="port-text"),
        pytest.param(
            AZURE,
            {"server__url": "http://orthanc.example:8042"},
            "server.url",
            'write kind = "orthanc"',
            id="forgotten-kind",
        ),
        pytest.param(
            ORTHANC,
            {"server__url": "https://a-b.dicom.azurehealthcareapis.com/v2"},
            "server.url",
            "kind is azure-dicom",
            id="wrong-kind",
        ),
    ],
)
def test_what_does_not_fit_is_refused(site: dict[str, Any], changes: dict[str, Any], key: str, words: str) -> None:
    found = only_problem(site, **changes)
    assert found.key == key
    assert words in found.wrong


@pytest.mark.parametrize(
    ("site", "changes"),
    [
        pytest.param(AZURE, {"viewer__folder": "/srv/ohif"}, id="azure-folder"),
        pytest.param(AZURE, {"viewer__folder": "C:\\ohif"}, id="azure-folder-windows"),
        pytest.param(AZURE, {"proxy": {}}, id="azure-empty-proxy"),
        pytest.param(AZURE, {"server__capabilities": {}}, id="azure-nothing-found"),
        pytest.param(ORTHANC, {"viewer__url": "http://v.example"}, id="insecure-without-sign-in"),
        pytest.param(ORTHANC, {"sign_in": KEYCLOAK}, id="insecure-on-this-machine"),
        pytest.param(
            ORTHANC,
            {"server__route": "serve-folders", "server__proxy": "nginx", "viewer__url": "http://localhost/o"},
            id="serve-folders",
        ),
        pytest.param(
            ORTHANC,
            {"server__route": "serve-folders", "viewer__url": "http://localhost/o", "viewer__folder": "C:\\o"},
            id="serve-folders-windows",
        ),
        pytest.param(ORTHANC, {"server__route": "cors", "proxy": {"listen": 8080}}, id="cors-port"),
        pytest.param(ORTHANC, {"server__route": "cors", "proxy": {"url": "https://d.example"}}, id="cors-host"),
        pytest.param(
            ORTHANC,
            {"viewer__url": "https://v.example", "server__route": "cors", "proxy": CERTIFICATE | {"listen": 8443}},
            id="cors-certificate",
        ),
        pytest.param(
            ORTHANC,
            {"viewer__url": "https://v.example", "server__route": "cors", "proxy": {"url": "http://127.0.0.1:1"}},
            id="cors-loopback",
        ),
        pytest.param(ORTHANC, {"viewer__url": "http://localhost/dicom"}, id="path-with-same-beginning"),
        pytest.param(ORTHANC, WINDOWS, id="iis"),
        pytest.param(
            ORTHANC, WINDOWS | {"viewer__url": "http://v.example:81", "proxy": {"listen": 81}}, id="iis-same-port"
        ),
        pytest.param(ORTHANC, {"viewer__url": "http://my_viewer.example.org"}, id="underscore"),
        pytest.param(ORTHANC, {"viewer__url": "http://localhost/dicom-web/ohif"}, id="viewer-below-the-server"),
        pytest.param(
            ORTHANC,
            {"server__route": "serve-folders", "viewer__url": "http://localhost/dicom-web/ohif"},
            id="serve-folders-below-the-server",
        ),
        pytest.param(
            ORTHANC,
            {"viewer__url": "https://v.example", "server__url": "https://127.0.0.1:443/x"},
            id="tls-ends-elsewhere",
        ),
        pytest.param(
            ORTHANC, {"proxy": CERTIFICATE | {"tls_key": "/var/www/ohif-localhost-tls/v.key"}}, id="beside-the-folder"
        ),
        pytest.param(ORTHANC, {"proxy": {"tls_certificate": "", "tls_key": "", "url": ""}}, id="empty-texts"),
    ],
)
def test_what_fits_is_accepted(site: dict[str, Any], changes: dict[str, Any]) -> None:
    accepted(site, **changes)


def test_insecure_viewer_is_said_with_everything_else() -> None:
    raw = changed(ORTHANC, sign_in={"client_id": "a b"}, viewer__url="http://v.example", server__url=None)
    assert {each.key for each in problems(raw)} == {
        "server.url",
        "sign_in.client_id",
        "sign_in.authority",
        "viewer.url",
    }


@pytest.mark.parametrize(
    ("changes", "folder"),
    [
        ({}, "/var/www/ohif-localhost"),
        ({"server__proxy": "iis"}, "C:\\inetpub\\ohif-localhost"),
        (
            {"server__route": "serve-folders", "viewer__url": "http://localhost:8042/o.x"},
            "/var/www/ohif-localhost-8042-o_x",
        ),
        ({"viewer__url": "http://a.b-c.example:81/x/y"}, "/var/www/ohif-a_b-c_example-81-x-y"),
        ({"viewer__url": "http://[::1]:81"}, "/var/www/ohif---1-81"),
        ({"server__route": "cors", "proxy": {"listen": 81}}, ""),
        ({"viewer__folder": "/srv/ohif/"}, "/srv/ohif"),
    ],
)
def test_folder_follows_from_route_and_web_server(changes: dict[str, Any], folder: str) -> None:
    assert accepted(ORTHANC, **changes).viewer.folder == folder


@pytest.mark.parametrize(
    ("viewer", "proxy", "url", "listen"),
    [
        ("http://localhost", {}, "http://localhost", 80),
        ("http://localhost:3000", {"listen": 8080}, "http://localhost:8080", 8080),
        ("https://v.example/ohif", {}, "https://v.example:80", 80),
        ("https://v.example/ohif", CERTIFICATE, "https://v.example", 443),
        ("http://[::1]:3000", {"listen": 81}, "http://[::1]:81", 81),
        ("http://localhost", {"url": "https://d.example:444/"}, "https://d.example:444", 80),
    ],
)
def test_address_of_the_web_server_follows_from_viewer_and_port(
    viewer: str, proxy: dict[str, Any], url: str, listen: int
) -> None:
    answers = accepted(ORTHANC, viewer__url=viewer, proxy=proxy)
    assert (defaults.proxy_url(answers), defaults.listen(answers)) == (url, listen)


@pytest.mark.parametrize("site", [AZURE, ORTHANC, BOTH, changed(ORTHANC, sign_in=KEYCLOAK)], ids=["a", "o", "b", "k"])
def test_answers_survive_being_dumped(site: dict[str, Any]) -> None:
    answers = accepted(site)
    assert Answers.model_validate(answers.model_dump(by_alias=True)) == answers
    assert Answers.model_validate_json(answers.model_dump_json(by_alias=True)) == answers
    assert answers.with_tenant_id(TENANT) == answers


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"viewer__url": "http://localhost:8042"}, "viewer.url"),
        ({"server__url": "http://127.0.0.1:80/dicom-web"}, "viewer.url"),
        ({"viewer__url": "http://o.local:8042/ohif", "server__url": "http://o.local:8042"}, "viewer.url"),
        ({"viewer__extra_urls": ["http://localhost:8042"]}, "viewer.extra_urls[0]"),
        ({"server__proxy": "iis", "viewer__url": "http://localhost:8042"}, "viewer.url"),
        ({"proxy": {"listen": 8042}}, "proxy.listen"),
        ({"viewer__url": "http://v.example", "proxy": {"listen": 8042}}, "proxy.listen"),
        ({"viewer__url": "https://v.example", "server__url": "http://[::1]/x"}, "proxy.listen"),
        (
            {"viewer__url": "https://v.example", "server__url": "https://127.0.0.1/x", "proxy": CERTIFICATE},
            "proxy.listen",
        ),
        (
            {"viewer__url": "https://v.example", "server__url": "http://v.example:81/x", "proxy": {"listen": 81}},
            "proxy.listen",
        ),
        ({"server__route": "cors", "proxy": {"listen": 8042}}, "proxy.listen"),
        (
            {
                "server__route": "cors",
                "viewer__url": "http://v.example",
                "server__url": "http://d.example:8042",
                "proxy": {"url": "http://d.example:8042", "listen": 81},
            },
            "proxy.url",
        ),
        ({"viewer__url": "http://localhost:8080"}, ""),
        ({"viewer__url": "http://viewer.local", "server__url": "http://orthanc.local"}, ""),
        ({"viewer__url": "http://viewer.local", "server__url": "http://orthanc.local:81", "proxy": {"listen": 81}}, ""),
        ({"server__proxy": "iis", "viewer__url": "http://v.example:81", "server__url": "http://localhost/x"}, ""),
    ],
)
def test_web_server_cannot_listen_where_the_server_does(changes: dict[str, Any], found: str) -> None:
    if not found:
        accepted(ORTHANC, **changes)
        return
    problem = only_problem(ORTHANC, **changes)
    assert problem.key == found
    assert "the server itself" in problem.wrong
    assert "as in " in problem.wrong


BELOW = {"viewer__url": "http://localhost/dicom-web/ohif"}


@pytest.mark.parametrize(
    "changes",
    [
        BELOW | {"server__proxy": "apache"},
        BELOW | {"server__proxy": "iis"},
        {"viewer__url": "http://localhost/dicom-web/studies/1"},
        {"viewer__url": "http://localhost/dicom-web/series", "server__route": "serve-folders"},
        {"viewer__url": "http://localhost/dicom-web", "server__route": "serve-folders"},
        {"viewer__url": "http://localhost/a", "server__url": "http://o/a/dicom-web", "server__route": "serve-folders"},
    ],
)
def test_viewer_in_the_way_of_dicomweb_is_refused(changes: dict[str, Any]) -> None:
    found = only_problem(ORTHANC, **changes)
    assert found.key == "viewer.url"
    assert "DICOMweb" in found.wrong


def nested(**both: object) -> dict[str, Any]:
    servers = [{"kind": "dicomweb", "url": f"http://o:8042/dicom-web{path}", **both} for path in ("/b", "")]
    return {"version": 1, "viewer": ORTHANC["viewer"], "servers": servers, "proxy": {"listen": 81}}


@pytest.mark.parametrize("proxy", ["apache", "iis"])
def test_server_below_another_one_is_refused(proxy: str) -> None:
    found = problems(changed(nested(proxy=proxy), proxy=None))
    assert [each.key for each in found] == ["servers.1.url"]
    assert "(/dicom-web)" in found[0].wrong
    accepted(nested())
    accepted(nested(route="cors"))


EVERYTHING = CERTIFICATE | {"listen": 81, "url": "http://d.example", "orthanc_credentials_file": "/etc/l"}


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        (
            {
                "server__route": "serve-folders",
                "server__proxy": "apache",
                "viewer__url": "http://localhost/o",
                "proxy": EVERYTHING,
            },
            ["server.proxy", *(f"proxy.{name}" for name in EVERYTHING)],
        ),
        (
            WINDOWS | {"viewer__url": "http://localhost:8080", "proxy": CERTIFICATE | {"listen": 81}},
            ["proxy.tls_certificate", "proxy.tls_key", "proxy.listen"],
        ),
    ],
)
def test_what_would_have_no_effect_is_refused_with_the_command(changes: dict[str, Any], keys: list[str]) -> None:
    found = problems(changed(ORTHANC, **changes))
    assert {each.key for each in found} == set(keys)
    for each in found:
        assert each.wrong.startswith("has no effect")
        (names,) = re.findall(r"remove it \(ohif-setup unset (.+)\)$", each.wrong)
        assert set(names.split()) == set(keys)
        assert not each.example


def test_new_kind_names_what_the_old_one_leaves_behind() -> None:
    old = {"route": "cors", "proxy": "nginx", "capabilities": {"fuzzy": False}}
    found = problems(changed(AZURE, server=AZURE["server"] | old, proxy={"listen": 81}))
    command = "ohif-setup unset server.route server.proxy server.capabilities proxy.listen"
    assert [f"({command})" in each.wrong for each in found] == [True] * 4
    raw = changed(BOTH, servers=[BOTH["servers"][0], AZURE["server"] | old])
    assert {re.findall(r"\((.+)\)", each.wrong)[0] for each in problems(raw)} == {
        "ohif-setup unset servers.2.route servers.2.proxy servers.2.capabilities"
    }


ANOTHER = {"kind": "dicomweb", "url": "https://pacs.example.org/rs"}


def test_login_goes_to_one_place_alone() -> None:
    login = {"orthanc_credentials_file": "/etc/l"}

    def with_login(*servers: dict[str, Any]) -> dict[str, Any]:
        return {"version": 1, "viewer": ORTHANC["viewer"], "servers": list(servers), "proxy": login}

    first, second = ORTHANC["server"], {"kind": "orthanc", "url": "http://localhost:8042/b"}
    for servers, wanted in (
        ((ANOTHER, first), [1]),
        ((first, ANOTHER, second), [0, 2]),
        ((ANOTHER,), [0]),
        ((ANOTHER, ANOTHER | {"url": "https://pacs.example.org/other"}), [0, 1]),
    ):
        answers = accepted(with_login(*servers))
        assert defaults.logged_in(answers) == tuple(answers.servers[number] for number in wanted)
    for servers in (
        (first, second | {"url": "http://localhost:8043/b"}),
        (ANOTHER, ANOTHER | {"url": "https://d.example/b"}),
    ):
        (found,) = problems(with_login(*servers))
        assert found.key == "proxy.orthanc_credentials_file"
        assert "one login for servers at several addresses" in found.wrong
        accepted(changed(with_login(*servers), proxy=None))
    assert defaults.logged_in(accepted(ORTHANC)) == ()


def test_route_that_the_kind_cannot_take_is_refused() -> None:
    pacs = {"kind": "dicomweb", "url": "https://pacs.example.org/rs", "route": "serve-folders"}
    (problem,) = (found for found in problems(changed(ORTHANC, server=pacs)) if found.key == "server.route")
    assert problem.wrong == "is a way of Orthanc alone: choose reverse-proxy, cors or direct"
