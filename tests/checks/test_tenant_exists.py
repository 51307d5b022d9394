"""What `docs/reference/checks/tenant-exists.md` says."""

from __future__ import annotations

import pytest

from ohif_setup.checks.finding import Finding
from ohif_setup.checks.sign_in.tenant_exists import TenantObservations, judge
from ohif_setup.network.look.challenge import Challenge
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.network.wire.exchange import Trouble
from tests.checks.observed import (
    AUTHORITY,
    DISCOVERY_URL,
    HOST,
    HTML,
    OTHER_TENANT,
    TENANT,
    answers,
    discovery,
    got,
    keycloak,
    no_document,
    refused,
    trouble,
    words,
)


def one(seen: Discovery, challenge: Challenge | None = None, **changed: str) -> Finding:
    (finding,) = judge(answers(**changed), TenantObservations(seen, challenge))
    return finding


def test_passes_when_issuer_and_addresses_are_the_tenants_own() -> None:
    assert one(discovery()).status == "pass"


def test_tenant_that_is_a_domain_passes_and_is_named_by_its_id() -> None:
    found = one(discovery(), sign_in__tenant_id="contoso.onmicrosoft.com", sign_in__authority=AUTHORITY)
    assert (found.status, found.title) == ("pass", f"contoso.onmicrosoft.com is {TENANT}")


@pytest.mark.parametrize("skew", [301, 3600, -3600])
def test_warns_when_the_clocks_differ_too_much(skew: float) -> None:
    passed, clock = judge(answers(), TenantObservations(discovery(skew=skew), None))
    assert (passed.status, clock.status, clock.subject) == ("pass", "warn", "clock")
    assert ("ahead" if skew > 0 else "behind") in clock.title


@pytest.mark.parametrize("skew", [None, 0.0, 299.0, -300.0])
def test_says_nothing_of_clocks_that_agree(skew: float | None) -> None:
    assert one(discovery(skew=skew)).status == "pass"


def test_clock_is_mentioned_beside_another_fault_too() -> None:
    wrong = Discovery(
        got(400, {}, url=DISCOVERY_URL), error="invalid_tenant", description="AADSTS90002", clock_skew=7200
    )
    assert [found.status for found in judge(answers(), TenantObservations(wrong, None))] == ["fail", "warn"]


def test_fails_for_an_unknown_tenant_and_offers_the_one_of_the_service() -> None:
    found = one(
        refused("AADSTS90002: Tenant not found. Trace ID: 1", error="invalid_tenant"), Challenge(tenant_id=OTHER_TENANT)
    )
    assert (found.status, found.title) == ("fail", "the identity provider does not know this tenant")
    assert OTHER_TENANT in words(found)
    assert "Trace ID" not in words(found)


@pytest.mark.parametrize("document", [{"issuer": 7}, {"token_endpoint": ""}, {"authorization_endpoint": None}])
def test_fails_when_the_document_is_none(document: dict[str, object]) -> None:
    assert one(discovery(document)).status == "fail"


@pytest.mark.parametrize(
    "issuer",
    [
        "https://evil.example.org/x/v2.0",
        f"http://login.microsoftonline.com/{TENANT}/v2.0",
        "https://[",
        "",
        f"{HOST}.evil.org/{TENANT}/",
    ],
)
def test_fails_when_it_names_another_host(issuer: str) -> None:
    assert "issuer is on another host" in one(discovery({"issuer": issuer})).title


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "device_authorization_endpoint"])
@pytest.mark.parametrize(
    "url", ["https://evil.example.org/token", f"http://login.microsoftonline.com/{TENANT}", "https://[", "/token"]
)
def test_fails_when_an_address_for_sign_in_is_on_another_host(name: str, url: str) -> None:
    found = one(discovery({name: url}))
    assert (found.status, found.title) == ("fail", "the identity provider sends sign-ins to another host")
    assert name in found.cause


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "device_authorization_endpoint"])
@pytest.mark.parametrize(
    "url", [rf"https://evil.example.org\@login.microsoftonline.com/{TENANT}", f"{HOST}:443@evil.example.org/"]
)
def test_fails_when_an_address_for_sign_in_can_be_read_in_two_ways(name: str, url: str) -> None:
    found = one(discovery({name: url}))
    assert (found.status, found.title) == ("fail", "the identity provider sends sign-ins to another host")
    assert "which has a " in found.cause


@pytest.mark.parametrize("name", ["jwks_uri", "userinfo_endpoint", "end_session_endpoint"])
def test_fails_when_another_address_can_be_read_in_two_ways(name: str) -> None:
    found = one(discovery({name: rf"https://evil.example.org\@login.microsoftonline.com/{TENANT}"}))
    assert (found.status, found.title) == ("fail", "the identity provider hands out an address that cannot be used")
    assert name in found.cause


def test_passes_when_another_address_is_on_a_host_of_its_own() -> None:
    assert (
        one(
            discovery({"jwks_uri": "https://keys.example.org/keys", "userinfo_endpoint": "https://graph.example.org"})
        ).status
        == "pass"
    )


@pytest.mark.parametrize("issuer", [f"{HOST}/{OTHER_TENANT}/v2.0", f"{HOST}/common/v2.0", f"{HOST}/{{tenantid}}/v2.0"])
def test_fails_when_it_names_another_tenant(issuer: str) -> None:
    assert "answers for another tenant" in one(discovery({"issuer": issuer})).title


def test_login_in_front_of_a_provider_is_named() -> None:
    guarded = got(401, "", (("WWW-Authenticate", 'Basic realm="Imaging"'),), "https://login.example.org/x")
    (found,) = judge(keycloak(), TenantObservations(no_document(guarded), None))
    assert (found.status, "basic authentication (401" in found.title) == ("skipped", True)


def test_redirect_of_a_guest_network_is_no_authority() -> None:
    to = "https://login.hotel.example/?url=x"
    found = one(no_document(got(302, "", (("Location", to),), DISCOVERY_URL)))
    assert found.title == "redirect (302) to the sign-in at login.hotel.example"
    assert to not in words(found)


def test_page_in_between_is_told_from_a_tenant_that_is_unknown() -> None:
    assert "a web page was returned" in one(no_document(got(200, "<html>", HTML, DISCOVERY_URL))).title


@pytest.mark.parametrize("status", [407, 429, 500, 503])
def test_busy_provider_is_not_taken_for_an_unknown_tenant(status: int) -> None:
    found = one(refused("AADSTS90033: busy", error="temporarily_unavailable", status=status))
    assert "does not know this tenant" not in found.title
    assert str(status) in found.title


def certificate(*, seen: bool) -> tuple[Certificate, ...]:
    fault = Trouble("tls-expired", "expired") if seen else None
    return (Certificate("login.microsoftonline.com:443", proxy="" if seen else "HTTPS_PROXY=x", trouble=fault),)


def test_trouble_that_tls_names_is_skipped() -> None:
    seen = TenantObservations(no_document(trouble("tls-expired", DISCOVERY_URL)), None, certificate(seen=True))
    assert [found.status for found in judge(answers(), seen)] == ["skipped"]


def test_trouble_that_tls_cannot_see_is_named_here() -> None:
    seen = TenantObservations(no_document(trouble("tls-untrusted", DISCOVERY_URL)), None, certificate(seen=False))
    (found,) = judge(answers(), seen)
    assert found.status == "fail"
    assert "REQUESTS_CA_BUNDLE=" in words(found)
