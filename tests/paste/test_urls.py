"""What is made of addresses, and the reasons why some are refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ohif_setup.browser import origin
from ohif_setup.paste.dicomweb import parse_dicomweb_url, parse_oidc_authority, parse_proxy_url
from ohif_setup.paste.services import (
    complete_authority,
    default_authority,
    parse_authority,
    parse_dicom_url,
    parse_fhir_url,
)
from ohif_setup.paste.urls import (
    host_of,
    is_loopback,
    is_secure,
    netloc_of,
    origin_of,
    parse_address,
    path_of,
    port_of,
)
from ohif_setup.paste.viewer_url import parse_viewer_url

DICOM = "https://ws-dicom.dicom.azurehealthcareapis.com"
FHIR = "https://ws-fhir.fhir.azurehealthcareapis.com"
GUID = "11111111-2222-4333-8444-555555555555"
LOGIN = f"https://login.microsoftonline.com/{GUID}"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://viewer.example.org", "https://viewer.example.org"),
        ("https://viewer.example.org/", "https://viewer.example.org"),
        ("HTTPS://Viewer.Example.ORG:443", "https://viewer.example.org"),
        ("https://viewer.example.org:", "https://viewer.example.org"),
        ("https://viewer.example.org:8443/ohif/", "https://viewer.example.org:8443/ohif"),
        ("https://viewer.example.org/a/B-c_d.e~f", "https://viewer.example.org/a/B-c_d.e~f"),
        ("https://viewer.example.org:0443", "https://viewer.example.org"),
        ("  <https://viewer.example.org>\n", "https://viewer.example.org"),
        ("\u201chttps://viewer.example.org\u201d\u200b", "https://viewer.example.org"),
        ("viewer.example.org/ohif", "https://viewer.example.org/ohif"),
        ("viewer.example.org:8443", "https://viewer.example.org:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://LOCALHOST:80/", "http://localhost"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
        ("https://[2001:DB8::1]", "https://[2001:db8::1]"),
        ("https://[::ffff:192.0.2.7]", "https://[::ffff:c000:207]"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://faß.example", "https://xn--fa-hia.example"),
        ("https://intranet", "https://intranet"),
        ("https://192.0.2.7", "https://192.0.2.7"),
        ("http://viewer.example.org:80/ohif/", "http://viewer.example.org/ohif"),
        (" <HTTP://viewer.example.org>", "http://viewer.example.org"),
    ],
)
def test_viewer_url_is_normalised(text: str, url: str) -> None:
    assert parse_viewer_url(text) == url


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param(" \n", "empty", id="blank"),
        pytest.param("ftp://viewer.example.org", "begins with ftp:", id="ftp"),
        pytest.param("javascript:alert(1)", "begins with javascript:", id="javascript"),
        pytest.param("file:///etc/passwd", "begins with file:", id="file"),
        pytest.param("https:viewer.example.org", "no // after", id="no-slashes"),
        pytest.param("https:/viewer.example.org", "no // after", id="one-slash"),
        pytest.param("https:///ohif", "no host", id="no-host"),
        pytest.param("https://", "no host", id="nothing-after-scheme"),
        pytest.param("localhost:3000", "http:// or https://", id="loopback-without-scheme"),
        pytest.param("localhost:3000?a", "http:// or https://", id="loopback-without-scheme-query"),
        pytest.param("viewer", "not an address", id="one-word"),
        pytest.param("https://ada:pw@viewer.example.org", "user name", id="userinfo"),
        pytest.param("https://viewer.example.org@evil.example", "user name", id="userinfo-trick"),
        pytest.param("https://viewer.example.org/viewer?StudyInstanceUIDs=1.2", "question mark", id="query"),
        pytest.param("https://viewer.example.org/#/list", "after #", id="fragment"),
        pytest.param("https://viewer.example.org?#", "after #", id="empty-fragment"),
        pytest.param("https://*.example.org", "extra_urls", id="star"),
        pytest.param("https://viewer.example.org.", "full stop", id="trailing-dot"),
        pytest.param("https://viewer..example.org", "invalid host name", id="two-dots"),
        pytest.param("https://-.example.org", "invalid host name", id="hyphen"),
        pytest.param("https://" + "a" * 64 + ".example.org", "invalid host name", id="long-label"),
        pytest.param("https://" + "a." * 130 + "org", "invalid host name", id="long-name"),
        pytest.param("https://viewer.example.org:0", "1 to 65535", id="port-0"),
        pytest.param("https://viewer.example.org:65536", "1 to 65535", id="port-65536"),
        pytest.param("https://viewer.example.org:999999999999", "not a number", id="port-endless"),
        pytest.param("https://viewer.example.org:٣", "not a number", id="port-arabic-digit"),
        pytest.param("https://viewer.example.org:https", "not a number", id="port-word"),
        pytest.param("https://::1", "brackets", id="ipv6-bare"),
        pytest.param("https://[::1", "without its ]", id="ipv6-open"),
        pytest.param("https://[::1]x", "not a number", id="ipv6-tail"),
        pytest.param("https://[::g]", "not an IPv6", id="ipv6-bad"),
        pytest.param("https://[fe80::1%25eth0]", "zone", id="ipv6-zone"),
        pytest.param("https://1.2.3", "nor an IP", id="ipv4-short"),
        pytest.param("https://0x7f.1", "nor an IP", id="ipv4-hex"),
        pytest.param("https://127.0.0.01", "nor an IP", id="ipv4-octal"),
        pytest.param("https://viewer%2eexample.org", "percent", id="host-percent"),
        pytest.param("https://view er.example.org", "space", id="blank-inside"),
        pytest.param("https://viewer.example.org\nhttps://b.example", "control", id="two-lines"),
        pytest.param("https://viewer.example.org/\x00", "control", id="nul"),
        pytest.param("https://viewer.example.org/\udc80", "control", id="surrogate"),
        pytest.param("https:\\\\viewer.example.org", "backslash", id="backslash"),
        pytest.param("https://viewer.example.org/a/../b", ". or ..", id="dots"),
        pytest.param("https://viewer.example.org/a//b", "two slashes in a row", id="double-slash"),
        pytest.param("https://viewer.example.org/a%20b", "percent", id="path-percent"),
        pytest.param("https://viewer.example.org/ohïf", "router", id="path-accent"),
        pytest.param("https://viewer.example.org/a;b", "router", id="path-semicolon"),
        pytest.param("https://viewer.example.org/a'b", "router", id="path-quote"),
        pytest.param("https://viewer.example.org/index.html", "give https://viewer.example.org", id="index-html"),
        pytest.param("https://viewer.example.org/app-config.js", "names a file", id="app-config"),
        pytest.param("https://viewer.example.org/callback", "adds /callback", id="callback"),
        pytest.param("https://h.example/ohif/callback/", "give https://h.example/ohif", id="callback-below-path"),
        pytest.param("https://{viewer}.example.org", "placeholder", id="braces"),
        pytest.param("https://<viewer-host>/", "placeholder", id="angle-brackets"),
        pytest.param("your-viewer-url", "placeholder", id="your-viewer"),
        pytest.param(DICOM, "health service", id="dicom-service"),
        pytest.param("https://portal.azure.com/#home", "portal", id="portal-fragment"),
        pytest.param("https://portal.azure.com/", "portal", id="portal"),
    ],
)
def test_viewer_url_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_viewer_url(text)
    assert reason in str(caught.value)


def test_path_without_percent_is_kept_in_case() -> None:
    assert path_of(parse_viewer_url("https://H.example/OHIF/")) == "/OHIF"
    assert path_of("https://h.example") == "/"
    assert origin_of("https://h.example:1/a/b") == "https://h.example:1"


@pytest.mark.parametrize(
    ("url", "host", "port", "secure"),
    [
        ("https://h.example/a:1", "h.example", None, True),
        ("http://h.example:8080/a", "h.example", 8080, False),
        ("http://[::1]", "[::1]", None, True),
        ("http://[::1]:81", "[::1]", 81, True),
        ("http://[2001:db8::1]:81/x", "[2001:db8::1]", 81, False),
        ("http://localhost:1", "localhost", 1, True),
    ],
)
def test_address_is_taken_apart(url: str, host: str, port: int | None, secure: bool) -> None:
    assert (host_of(url), port_of(url), is_secure(url)) == (host, port, secure)


@pytest.mark.parametrize(
    ("url", "netloc", "host"),
    [
        ("HTTP://ada:pw@Pacs.Example.ORG:8042?x", "pacs.example.org:8042", "pacs.example.org"),
        ("http://a@[2001:DB8::1]:8042#/x", "[2001:db8::1]:8042", "[2001:db8::1]"),
        ("http://[::1]/a@b:1", "[::1]", "[::1]"),
        ("http://[::1", "[::1", ""),
        ("pacs:8042/rs", "pacs:8042", "pacs"),
        ("http://", "", ""),
        ("", "", ""),
    ],
)
def test_host_of_an_address_of_somebody_else(url: str, netloc: str, host: str) -> None:
    assert (netloc_of(url), host_of(url)) == (netloc, host)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("[::1]", True),
        ("::1", True),
        ("[::ffff:7f00:1]", False),
        ("::ffff:7f00:1", False),
        ("128.0.0.1", False),
        ("[::2]", False),
        ("pacs", False),
        ("", False),
    ],
)
def test_loopback_is_what_browsers_take_for_secure(host: str, loopback: bool) -> None:
    assert is_loopback(host) is origin.is_loopback(host) is loopback


def test_name_below_localhost_is_loopback_for_browsers_alone() -> None:
    assert origin.is_loopback("viewer.localhost")
    assert not is_loopback("viewer.localhost")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (DICOM, f"{DICOM}/v2"),
        (f"{DICOM}/", f"{DICOM}/v2"),
        (f"{DICOM}/v1", f"{DICOM}/v1"),
        (f"{DICOM}/v2/", f"{DICOM}/v2"),
        (f"{DICOM}/V2//", f"{DICOM}/v2"),
        (f"{DICOM}/v2/studies", f"{DICOM}/v2"),
        (f"{DICOM}/studies/", f"{DICOM}/v2"),
        (f"{DICOM}/v1/studies/1.2/series/3.4/instances/5/frames/1", f"{DICOM}/v1"),
        (f"{DICOM}/v2/changefeed", f"{DICOM}/v2"),
        (f"{DICOM}/v2/api.yaml", f"{DICOM}/v2"),
        (f"{DICOM}/v2/partitions/Microsoft.Default", f"{DICOM}/v2/partitions/Microsoft.Default"),
        (f"{DICOM}/partitions/Ward_7-a/studies", f"{DICOM}/v2/partitions/Ward_7-a"),
        (f"{DICOM}/v1/partitions/{'a' * 64}/", f"{DICOM}/v1/partitions/{'a' * 64}"),
        ("WS-Dicom.DICOM.azurehealthcareapis.com", f"{DICOM}/v2"),
        ("ws-dicom.dicom.azurehealthcareapis.com/v1", f"{DICOM}/v1"),
        (f"Service URL : {DICOM}", f"{DICOM}/v2"),
        (f"Service URL\n\n{DICOM}\nLocation\nWest Europe", f"{DICOM}/v2"),
        (f"Service URL: <{DICOM}/v1>.", f"{DICOM}/v1"),
        ("Service URL : ws-dicom.dicom.azurehealthcareapis.com", f"{DICOM}/v2"),
        (f"'{DICOM}'", f"{DICOM}/v2"),
        (f'"{DICOM}/v2/",', f"{DICOM}/v2"),
        (f"{DICOM} ({DICOM})", f"{DICOM}/v2"),
        ("https://ws-d.dicom.azurehealthcareapis.us", "https://ws-d.dicom.azurehealthcareapis.us/v2"),
        ("http://127.0.0.1:8042", "http://127.0.0.1:8042/v2"),
        ("https://[::1]:8042/v2", "https://[::1]:8042/v2"),
        ("https://dicom_test.internal", "https://dicom_test.internal/v2"),
    ],
)
def test_dicom_url_becomes_the_root_with_its_version(text: str, url: str) -> None:
    assert parse_dicom_url(text) == url


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(f"{DICOM}/v1.0-prerelease", "preview", id="prerelease"),
        pytest.param(f"{DICOM}/v3", "v1 and v2", id="v3"),
        pytest.param(f"{DICOM}/dicom-web", "/dicom-web", id="foreign-path"),
        pytest.param(f"{DICOM}/v2/v2", "end the address in /v2", id="version-twice"),
        pytest.param(f"{DICOM}/v2/partitions", "name the partition", id="partition-unnamed"),
        pytest.param(f"{DICOM}/v2/partitions//studies", "name the partition", id="partition-empty"),
        pytest.param(f"{DICOM}/v2/partitions/{'a' * 65}", "64", id="partition-long"),
        pytest.param(f"{DICOM}/v2/partitions/a%20b", "partition name", id="partition-percent"),
        pytest.param(f"{DICOM}/v2/partitions/..", "partition name", id="partition-dots"),
        pytest.param(FHIR, "a FHIR service", id="fhir"),
        pytest.param("https://ws.workspace.azurehealthcareapis.com", "the workspace", id="workspace"),
        pytest.param("https://old.azurehealthcareapis.com", "Service URL", id="old-fhir"),
        pytest.param("https://dicom.azurehealthcareapis.com", "Service URL", id="zone-only"),
        pytest.param("https://dicom.healthcareapis.azure.com", "audience", id="audience"),
        pytest.param("https://ws-d.privatelink.dicom.azurehealthcareapis.com", "privatelink", id="privatelink"),
        pytest.param("https://portal.azure.com/#@contoso/resource/subscriptions/x", "Service URL", id="portal-deep"),
        pytest.param("https://portal.azure.com/", "Service URL", id="portal"),
        pytest.param("https://management.azure.com/subscriptions/x", "resource manager", id="management"),
        pytest.param(LOGIN, "sign in", id="login"),
        pytest.param(
            "/subscriptions/x/resourceGroups/r/providers/Microsoft.HealthcareApis/workspaces/w/dicomservices/d",
            "resource ID",
            id="arm-id",
        ),
        pytest.param("Resource ID: /subscriptions/x/resourceGroups/r", "resource ID", id="arm-id-labelled"),
        pytest.param(f"{DICOM} and https://b.dicom.azurehealthcareapis.com", "more than one", id="two-services"),
        pytest.param("https://{workspace}-{dicom}.dicom.azurehealthcareapis.com", "placeholder", id="template"),
        pytest.param(
            "Service URL : https://<workspace>-<name>.dicom.azurehealthcareapis.com", "", id="template-labelled"
        ),
        pytest.param("https://*.dicom.azurehealthcareapis.com", "*", id="star"),
        pytest.param(f"{DICOM}/v2?x=1", "question mark", id="query"),
        pytest.param("https://a:b@ws-dicom.dicom.azurehealthcareapis.com", "user name", id="userinfo"),
        pytest.param("https://ws-dicom.dicom.azurehealthcareapis.com.", "full stop", id="trailing-dot"),
        pytest.param("Service URL", "placeholder", id="label-only"),
        pytest.param("", "empty", id="empty"),
    ],
)
def test_dicom_url_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_dicom_url(text)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    "text", [FHIR, f"{FHIR}/", f"{FHIR}/metadata", f"{FHIR}/.well-known/smart-configuration", FHIR.upper(), FHIR[8:]]
)
def test_fhir_url_is_an_origin(text: str) -> None:
    assert parse_fhir_url(text) == FHIR


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(DICOM, "a DICOM service", id="dicom"),
        pytest.param("https://ws.workspace.azurehealthcareapis.com", "the workspace", id="workspace"),
        pytest.param(f"{FHIR}/Patient", f"give {FHIR}", id="path"),
    ],
)
def test_fhir_url_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_fhir_url(text)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("text", "authority"),
    [
        (LOGIN, LOGIN),
        (f"{LOGIN}/", LOGIN),
        (f"{LOGIN}/v2.0", LOGIN),
        (f"{LOGIN.upper()}/V2.0/", LOGIN),
        (f"{LOGIN}/oauth2/v2.0/authorize", LOGIN),
        (f"{LOGIN}/v2.0/.well-known/openid-configuration", LOGIN),
        ("https://login.microsoftonline.us", "https://login.microsoftonline.us"),
        ("https://login.microsoftonline.us/", "https://login.microsoftonline.us"),
        (f"https://127.0.0.1:8443/{GUID}", f"https://127.0.0.1:8443/{GUID}"),
        (f"https://[::1]:8443/{GUID}/v2.0", f"https://[::1]:8443/{GUID}"),
        (
            "https://login.microsoftonline.com/Contoso.onmicrosoft.com",
            "https://login.microsoftonline.com/contoso.onmicrosoft.com",
        ),
    ],
)
def test_authority_ends_after_the_tenant(text: str, authority: str) -> None:
    assert parse_authority(text) == authority


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("https://login.microsoftonline.com/common", "one tenant only", id="common"),
        pytest.param("https://login.microsoftonline.com/Organizations/v2.0", "one tenant only", id="organizations"),
        pytest.param("https://b2c.example/contoso.example/B2C_1_x", "more than a tenant", id="b2c"),
        pytest.param("https://adfs.example/adfs", "no tenant", id="adfs"),
        pytest.param(f"http://localhost:8443/{GUID}", "on this machine too", id="http-loopback"),
        pytest.param(f"http://login.microsoftonline.com/{GUID}", "http://", id="http"),
        pytest.param(DICOM, "health service", id="dicom"),
        pytest.param("https://portal.azure.com/", "portal", id="portal"),
        pytest.param(f"https://*.example/{GUID}", "*", id="star"),
        pytest.param("localhost:8443", "write https://", id="no-scheme"),
        pytest.param("https://login.microsoftonline.com/{tenant}", "placeholder", id="template"),
    ],
)
def test_authority_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_authority(text)
    assert reason in str(caught.value)


def test_authority_without_a_tenant_gets_it() -> None:
    assert complete_authority("https://127.0.0.1:8443", GUID) == f"https://127.0.0.1:8443/{GUID}"


def test_authority_by_id_goes_with_a_tenant_by_domain() -> None:
    assert complete_authority(LOGIN, "contoso.onmicrosoft.com") == LOGIN


def test_authority_of_another_tenant_is_refused() -> None:
    with pytest.raises(ValueError, match="another tenant"):
        complete_authority(LOGIN, GUID.replace("1", "9"))


@pytest.mark.parametrize(
    ("server", "host"),
    [
        (f"{DICOM}/v2", "login.microsoftonline.com"),
        ("https://x.dicom.azurehealthcareapis.us/v2", "login.microsoftonline.us"),
        ("https://azurehealthcareapis.us.example/v2", "login.microsoftonline.com"),
        ("http://127.0.0.1:1/v2", "login.microsoftonline.com"),
    ],
)
def test_default_authority_follows_the_cloud_of_the_service(server: str, host: str) -> None:
    assert default_authority(server, GUID) == f"https://{host}/{GUID}"


_HOSTS = ["h.example", "localhost", "[::1]", "127.0.0.1", "ws.dicom.azurehealthcareapis.com", "é"]
_PATHS = [
    "/",
    "/dicom-web",
    "/app",
    "/.well-known/openid-configuration",
    "/ohif",
    "/v1",
    "/v2",
    "/studies",
    "/partitions/a",
    "/..",
    "/v2.0",
    "/metadata",
    f"/{GUID}",
    "%41",
]
_SIGNS = [
    "https://",
    "http://",
    ":443",
    ":80",
    ":8443",
    ".",
    "_",
    "*",
    "@",
    "?",
    "#",
    "\\",
    " ",
    "\n",
    "<",
    ">",
    '"',
    "\u200b",
]
_PIECES = st.lists(st.sampled_from([*_SIGNS, *_HOSTS, *_PATHS]), max_size=7).map("".join)


def parse_orthanc_url(text: str) -> str:
    return parse_dicomweb_url(text, orthanc=True)


def parse_other_url(text: str) -> str:
    return parse_dicomweb_url(text, orthanc=False)


ANYWHERE = [parse_viewer_url, parse_orthanc_url, parse_other_url, parse_proxy_url]
"""These take http off this machine too."""


@pytest.mark.parametrize(
    "parse",
    [*ANYWHERE, parse_dicom_url, parse_fhir_url, parse_authority, parse_oidc_authority],
    ids=lambda parse: parse.__name__,
)
@settings(deadline=None)
@given(text=_PIECES | st.text(max_size=60))
def test_normalising_twice_changes_nothing(parse: object, text: str) -> None:
    assert callable(parse)
    try:
        once = parse(text)
    except ValueError:
        return
    assert parse(once) == once
    assert once.startswith("https://") or (once.startswith("http://") and (parse in ANYWHERE or is_secure(once)))
    assert not set(once) & set(" \n\t<>\"'`{}|\\?#@")


@pytest.mark.parametrize(
    "text",
    ["${DICOMWEB_URL}/dicom-web", "https://$PACS_HOST/rs", "https://pacs.example.org/__AET__/rs", "https://%host%/rs"],
)
def test_address_that_a_template_was_to_fill_in_is_a_placeholder(text: str) -> None:
    with pytest.raises(ValueError, match="still a placeholder"):
        parse_address(text)


@pytest.mark.parametrize("path", ["/a$b/rs", "/x__y__z", "/100%25/rs", "/%C3%A9t%C3%A9"])
def test_signs_of_an_address_are_no_placeholder(path: str) -> None:
    assert parse_address(f"https://pacs.example.org{path}").path == path
