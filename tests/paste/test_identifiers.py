"""What is made of tenant IDs and client IDs, and the reasons why some are refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ohif_setup.paste.identifiers import parse_client_id, parse_tenant
from ohif_setup.paste.showing import looks_secret

GUID = "aabbccdd-2222-4333-8444-eeff00112233"
OTHER = "66666666-7777-4888-9999-aaaaaaaaaaaa"
SECRET = "abc8Q~" + "x1Y2z3" * 6

PASTED = [
    pytest.param(GUID, id="plain"),
    pytest.param(GUID.upper(), id="upper"),
    pytest.param(f"{{{GUID}}}", id="braces"),
    pytest.param(f" ( {GUID.upper()} ) ", id="parentheses"),
    pytest.param(f"\t'{GUID}'\n", id="quotes"),
    pytest.param(f"\u200b{GUID}\ufeff", id="zero-width"),
    pytest.param(f"<{GUID}>", id="angle-brackets"),
    pytest.param(GUID.replace("-", ""), id="no-hyphens"),
    pytest.param(GUID.replace("-", "\u2011"), id="other-hyphens"),
]


@pytest.mark.parametrize("text", PASTED)
def test_id_is_understood_as_pasted(text: str) -> None:
    assert parse_tenant(text) == GUID
    assert parse_client_id(text) == GUID


OVERVIEW = f"Application (client) ID : {GUID}\nObject ID : {OTHER}\nDirectory (tenant) ID\t: {OTHER.replace('6', '5')}"


def test_the_right_line_of_the_portal_is_taken() -> None:
    assert parse_client_id(OVERVIEW) == GUID
    assert parse_tenant(OVERVIEW) == OTHER.replace("6", "5")


@pytest.mark.parametrize(
    ("text", "tenant"),
    [
        (f"https://login.microsoftonline.com/{GUID}", GUID),
        (f"https://login.microsoftonline.com/{GUID}/oauth2/v2.0/token", GUID),
        (f"https://sts.windows.net/{GUID}/", GUID),
        ("https://login.microsoftonline.com/contoso.onmicrosoft.com/", "contoso.onmicrosoft.com"),
        ("Contoso.OnMicrosoft.com", "contoso.onmicrosoft.com"),
        (" bücher.example ", "xn--bcher-kva.example"),
        ("MyVeryLongHospitalName2OfTheNorth.onmicrosoft.com", "myverylonghospitalname2ofthenorth.onmicrosoft.com"),
        ("my-clinic.org", "my-clinic.org"),
    ],
)
def test_tenant_may_be_an_address_or_a_domain(text: str, tenant: str) -> None:
    assert parse_tenant(text) == tenant


def test_client_id_may_be_an_application_id_uri() -> None:
    assert parse_client_id(f"api://{GUID}") == GUID


PLACEHOLDERS = [
    "00000000-0000-0000-0000-000000000000",
    "{tenant-id}",
    "<client-id>",
    "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
]
PLACEHOLDERS += [
    "your-client-id",
    "YOUR_TENANT_ID",
    "$TENANT_ID",
    "${CLIENT_ID}",
    "%CLIENT_ID%",
    "[tenant]",
    "…",
    "tenantId",
    "0" * 32,
]
PLACEHOLDERS += [
    "{{ client_id }}",
    "<your tenant>",
    "********-****-****-****-************",
    "your-tenant.onmicrosoft.com",
    "changeme",
]


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_placeholder_is_refused_as_one(text: str) -> None:
    with pytest.raises(ValueError, match="placeholder"):
        parse_tenant(text)
    with pytest.raises(ValueError, match="placeholder"):
        parse_client_id(text)


@pytest.mark.parametrize("word", ["common", "Organizations", "consumers", "https://login.microsoftonline.com/common"])
def test_tenant_that_stands_for_many_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="one tenant only"):
        parse_tenant(word)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("contoso", "neither", id="one-word"),
        pytest.param(GUID[:-1], "neither", id="too-short"),
        pytest.param(GUID + "a", "neither", id="too-long"),
        pytest.param("ada@contoso.org", "name of a user", id="user"),
        pytest.param("10.0.0.1", "neither", id="ip"),
        pytest.param("login.microsoftonline.com", "of a Microsoft service", id="login-host"),
        pytest.param("contoso.org:443", "neither", id="port"),
        pytest.param("*.contoso.org", "neither", id="star"),
        pytest.param("con_toso.org", "neither", id="underscore"),
        pytest.param(f"Application (client) ID : {GUID}", "another ID", id="client-label"),
        pytest.param(f"Object ID: {GUID}", "another ID", id="object-label"),
        pytest.param(f"{GUID} {OTHER}", "more than one", id="two"),
        pytest.param("https://portal.azure.com/#x", "portal", id="portal"),
        pytest.param("https://login.microsoftonline.com", "names no tenant", id="login-url"),
        pytest.param(SECRET, "secret", id="secret"),
    ],
)
def test_tenant_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_tenant(text)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("ohif-viewer", "not a client ID", id="name"),
        pytest.param("contoso.onmicrosoft.com", "not a client ID", id="domain"),
        pytest.param("https://portal.azure.com/x", "an address", id="address"),
        pytest.param(f"Directory (tenant) ID : {GUID}", "another ID", id="tenant-label"),
        pytest.param(f"Object ID\n{GUID}\nObject ID {OTHER}", "another ID", id="object-label"),
        pytest.param("75e725bf-66ce-4cea-9b9a-5c4caae57f33", "Azure API for DICOM", id="api-for-dicom"),
        pytest.param(SECRET, "secret", id="secret"),
        pytest.param("eyJ" + "hbGciOiJSUzI1NiJ9." * 4, "secret", id="token"),
    ],
)
def test_client_id_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_client_id(text)
    assert reason in str(caught.value)
    assert text not in str(caught.value) or not text


@pytest.mark.parametrize("text", [SECRET, f" {SECRET}\n", "eyJ" + "a" * 60, "Ab1" + "x" * 32 + "=="])
def test_secret_is_recognised(text: str) -> None:
    assert looks_secret(text)


@pytest.mark.parametrize("text", [GUID, GUID.replace("bb", "BB"), "https://h.example/" + "aB1" * 20, "deploy", ""])
def test_ordinary_values_are_no_secrets(text: str) -> None:
    assert not looks_secret(text)


@settings(deadline=None)
@given(st.uuids(version=4), st.sampled_from(["{%s}", " %s ", "'%s'", "(%s)", "%s\n"]), st.booleans())
def test_any_wrapped_id_is_understood_and_normalising_is_idempotent(uuid: object, form: str, upper: bool) -> None:
    text = str(uuid)
    once = parse_client_id(form % (text.upper() if upper else text))
    assert once == text == parse_client_id(once) == parse_tenant(once)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_hostile_text_is_refused_or_normalised(text: str) -> None:
    for parse in (parse_tenant, parse_client_id):
        try:
            once = parse(text)
        except ValueError:
            continue
        assert parse(once) == once
        assert once.isascii()
