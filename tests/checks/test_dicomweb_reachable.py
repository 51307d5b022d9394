"""What `docs/reference/checks/dicomweb-reachable.md` says."""

from __future__ import annotations

import pytest

from ohif_setup.checks.dicomweb.reachable import ReachableObservations, judge
from ohif_setup.checks.dicomweb.reachable_token import SeenWithToken
from ohif_setup.checks.finding import Finding
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.network.wire.exchange import Exchange, Trouble
from tests.checks.archives import study
from tests.checks.observed import (
    AUDIENCE,
    AUTHORITY,
    DISCOVERY_URL,
    HOST,
    HTML,
    OTHER_TENANT,
    ROOT,
    Fields,
    answers,
    discovery,
    got,
    no_document,
    trouble,
    words,
)


def challenged(tenant: str = AUTHORITY.rsplit("/", 1)[1], more: str = "") -> Exchange:
    value = f'Bearer authorization_uri="{HOST}/{tenant}", resource_id="{AUDIENCE}"{more}'
    return got(401, "", (("WWW-Authenticate", value),))


def one(
    with_token: Exchange | None = None,
    anonymous: Exchange | None = None,
    provider: Discovery | None = None,
    **changed: str,
) -> Finding:
    (finding,) = judge(
        answers(**changed),
        ReachableObservations((SeenWithToken(anonymous or challenged(), with_token, provider or discovery()),)),
    )
    return finding


def test_passes_when_the_401_agrees_and_the_token_gives_200() -> None:
    found = one(got(200, [study()]))
    assert (found.status, found.title) == ("pass", "200 from /v2/studies, 100 ms")


def test_passes_without_a_token_when_the_401_agrees() -> None:
    assert one().title.startswith("401 without a token, its challenge names the tenant")
    assert one(anonymous=got(401)).status == "pass"


def test_warns_when_the_token_gives_204() -> None:
    found = one(got(204))
    assert (found.status, "connected, nothing found" in found.title) == ("warn", True)


@pytest.mark.parametrize("body", [b"", b"null", b'"x"', b"{}", b"[[]]", b"[" * 100_000, b"\xff"], ids=repr)
@pytest.mark.parametrize("with_token", [True, False])
def test_fails_when_200_brings_something_else_than_studies(body: bytes, with_token: bool) -> None:
    found = one(got(200, body)) if with_token else one(anonymous=got(200, body))
    assert (found.status, found.title) == ("fail", "the answer is not DICOM JSON")


@pytest.mark.parametrize("exchange", [got(200, [study()]), got(204)], ids=["200", "204"])
def test_warns_when_anybody_can_search(exchange: Exchange) -> None:
    found = one(anonymous=exchange)
    assert (found.status, "anyone can search" in found.title) == ("warn", True)


@pytest.mark.parametrize(("uploads", "role"), [("false", "DICOM Data Reader"), ("true", "DICOM Data Owner")])
def test_403_with_a_token_means_no_role(uploads: str, role: str) -> None:
    found = one(got(403), server__uploads=uploads)
    assert (found.status, "no role" in found.title) == ("fail", True)
    assert role in words(found)
    assert "--assignee-principal-type User" in words(found)
    assert "wait 5" in words(found)


def test_role_of_a_pipeline_is_for_a_service_principal() -> None:
    (found,) = judge(
        answers(),
        ReachableObservations((SeenWithToken(challenged(), got(403), discovery(), principal="ServicePrincipal"),)),
    )
    assert "--assignee-principal-type ServicePrincipal" in words(found)
    assert "Enterprise applications, its Object ID" in words(found)


def test_403_before_anybody_signed_in_is_the_network() -> None:
    assert "403 without a token" in one(anonymous=got(403)).title


@pytest.mark.parametrize("with_token", [True, False])
def test_404_is_the_version_segment(with_token: bool) -> None:
    missing = got(404, "", (("api-supported-versions", "1.0"),))
    found = one(missing) if with_token else one(anonymous=missing)
    assert "404" in found.title
    assert "serves the versions: 1.0" in found.cause
    assert f"server.url={ROOT.replace('/v2', '/v1')}" in words(found)


def test_version_that_the_service_has_is_not_the_fault() -> None:
    found = one(got(404, "", (("api-supported-versions", "1.0, 2.0"),)))
    assert found.title == "nothing at this address (404)"
    assert "server.url=" not in words(found)


def test_other_version_is_offered_in_the_path_alone() -> None:
    found = one(got(404), server__url="https://v2.example.org/v2")
    assert "server.url=https://v2.example.org/v1" in words(found)


def test_406_is_the_accept_header() -> None:
    assert "forward the Accept header unchanged" in words(one(got(406)))


def test_401_with_a_token_points_to_its_claims() -> None:
    found = one(challenged(more=', error="invalid_token", error_description="The audience is invalid"'))
    assert "refuses the token" in found.title
    assert "The audience is invalid" in found.cause
    assert "--only token" in words(found)


def test_challenge_of_another_tenant_fails() -> None:
    found = one(got(200, [study()]), challenged(OTHER_TENANT))
    assert (found.status, found.title) == ("fail", "the DICOM service trusts another tenant")
    assert f"sign_in.tenant_id = {OTHER_TENANT}" in words(found)


def test_tenant_that_does_not_exist_is_left_to_the_check_of_that_name() -> None:
    unknown = Discovery(got(400, {}, url=DISCOVERY_URL), error="invalid_tenant")
    assert one(None, challenged(OTHER_TENANT), unknown).status == "pass"


def test_400_for_want_of_a_partition_says_what_to_write() -> None:
    found = one(got(400, "PartitionName value is missing in the route segment."))
    assert f"server.url = {ROOT}/partitions/Microsoft.Default" in words(found)


def test_424_is_the_storage_or_the_key() -> None:
    assert "Resource health" in words(one(got(424, "failed dependency")))


def test_web_page_with_200_is_named() -> None:
    assert "a web page was returned" in one(anonymous=got(200, "<html>", HTML)).title


def test_redirect_is_named_with_its_target() -> None:
    moved: Fields = (("Location", "https://new.example.org/v2/studies"),)
    found = one(anonymous=got(301, "", moved))
    assert found.title == "redirect (301) to https://new.example.org/v2/studies"
    assert "the token is not sent to the new address" in found.cause


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_busy_service_is_named(status: int) -> None:
    assert str(status) in one(anonymous=got(status)).title
    assert str(status) in one(got(status)).title


def test_unreachable_service_is_named() -> None:
    assert "does not resolve" in one(anonymous=trouble("dns")).title
    assert "no answer in time" in one(trouble("timeout")).title


@pytest.mark.parametrize("named", [True, False], ids=["seen by tls", "not seen by tls"])
def test_bad_certificate_is_left_to_tls_where_tls_sees_it(named: bool) -> None:
    fault = Trouble("tls-untrusted", "x") if named else None
    certificate = Certificate("ws-dicom.dicom.azurehealthcareapis.com:443", trouble=fault)
    (found,) = judge(
        answers(),
        ReachableObservations((SeenWithToken(trouble("tls-untrusted"), None, no_document(got(400)), (certificate,)),)),
    )
    assert found.status == ("skipped" if named else "fail")


def test_what_a_server_says_is_shown_on_one_line_and_not_long() -> None:
    found = one(got(400, "line\n" * 10_000))
    assert len(words(found)) < 1000
    assert "\n" not in found.cause


@pytest.mark.parametrize("asked", ["with_token", "anonymous"])
def test_answer_of_another_form_and_bare_studies_are_named(asked: str) -> None:
    xml = (("Content-Type", "application/dicom+xml"),)
    other, bare = got(200, "<NativeDicomModel/>", xml), got(200, [study(), {}])
    found = [one(answer) if asked == "with_token" else one(anonymous=answer) for answer in (other, bare)]
    assert [finding.evidence["fault"] for finding in found] == ["other-form", "no-uid"]
    assert "nginx" not in words(found[0])
