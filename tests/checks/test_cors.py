"""What `docs/reference/checks/cors.md` says, on values: when the check of a site names a fault itself, and when another does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ohif_setup.browser.safety import FOREIGN_ORIGIN
from ohif_setup.browser.values import OPAQUE_ORIGIN, Headers, ScriptRequest
from ohif_setup.checks.check import all_checks
from ohif_setup.checks.cors.cors import judge
from ohif_setup.checks.cors.look import CorsCase, CorsLook
from ohif_setup.checks.finding import Finding
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.network.wire.exchange import Exchange, Received, Sent, TroubleKind
from tests.checks.observed import HTML, OWN, ROOT, VIEWER, answers, got, own, trouble, words

ALLOWED: Headers = (
    ("Access-Control-Allow-Origin", VIEWER),
    ("Access-Control-Allow-Headers", "authorization,accept"),
    ("Access-Control-Allow-Methods", "GET"),
    ("Access-Control-Max-Age", "600"),
)
WANTED = CorsCase(ROOT, "azure-dicom", (VIEWER,), "3.13", uploads=False, signs_in=True)


def sent(method: str, url: str, status: int, headers: Headers) -> Exchange:
    return Exchange(Sent(method, url), Received(status, headers, url))


def seen(preflight: Headers = ALLOWED, actual: Headers = ALLOWED[:1]) -> CorsCase:
    """A service that answers each preflight and each GET with these headers."""
    looks = tuple(
        CorsLook(
            VIEWER,
            request,
            ScriptRequest(request.method, request.url, (*request.headers, ("authorization", "Bearer token"))),
            (sent("OPTIONS", request.url, 204, preflight),),
            (sent("GET", request.url, 401, actual),),
        )
        for request in WANTED.requests
    )
    mute = sent("GET", f"{ROOT}/studies", 401, ())
    return came(WANTED, looks, mute)


def came(case: CorsCase, looks: tuple[CorsLook, ...], stranger: Exchange) -> CorsCase:
    """The case with these answers, where strangers all get the same one."""
    strangers = dict.fromkeys((FOREIGN_ORIGIN, OPAQUE_ORIGIN, ""), stranger)
    return replace(case, looks=looks, strangers=strangers, origin_addresses=dict.fromkeys(case.origins, ()))


def judged(
    case: CorsCase, anonymous: Exchange | None = None, certificates: tuple[Certificate, ...] = ()
) -> list[Finding]:
    return list(judge(answers(), [replace(case, anonymous=anonymous or got(401), certificates=certificates)]))


def silent(case: CorsCase, kind: TroubleKind) -> CorsCase:
    mute = (trouble(kind),)
    return replace(case, looks=tuple(replace(look, preflights=mute, answers=mute) for look in case.looks))


def test_passes_for_each_kind_of_request() -> None:
    found = judged(seen())
    assert [(one.status, one.aspect) for one in found] == [
        ("pass", "search"),
        ("pass", "series"),
        ("pass", "metadata"),
        ("pass", "frames"),
    ]


def test_204_without_the_headers_fails() -> None:
    found = judged(seen((), ()))
    assert {one.status for one in found} == {"fail"}
    assert {one.evidence["fault"] for one in found} == {"origin-not-listed"}
    assert "CORS › Origins: add  https://viewer.example.org" in words(found[0])


def test_401_with_the_header_passes() -> None:
    assert {one.evidence["response"]["status"] for one in judged(seen())} == {401}  # type: ignore[index]


def test_header_that_is_missing_is_named_where_it_is_sent() -> None:
    lacking = tuple((name, value.replace(",accept", "")) for name, value in ALLOWED)
    found = {one.aspect: one for one in judged(seen(lacking))}
    assert {kind for kind, one in found.items() if one.status == "fail"} == {"frames"}
    assert found["frames"].evidence["fault"] == "header-accept"
    assert "images stay black" in found["frames"].symptom
    assert "Request header field accept is not allowed" in found["frames"].symptom


def test_literal_star_passes_with_a_warning() -> None:
    star = tuple((name, "*" if name.endswith("Headers") else value) for name, value in ALLOWED)
    assert {(one.status, one.evidence["fault"]) for one in judged(seen(star))} == {("warn", "headers-wildcard")}


@pytest.mark.parametrize("kind", ["refused", "dns", "timeout"])
def test_service_that_is_not_there_is_named_by_another_check(kind: TroubleKind) -> None:
    (found,) = judged(silent(seen(), kind), trouble(kind))
    assert (found.status, found.title) == (
        "skipped",
        "skipped: the service cannot be asked, see dicomweb-reachable",
    )


def test_bad_certificate_is_named_by_tls() -> None:
    bad = trouble("tls-expired")
    host = "ws-dicom.dicom.azurehealthcareapis.com:443"
    (found,) = judged(silent(seen(), "tls-expired"), bad, (Certificate(host, trouble=bad.trouble),))
    assert (found.status, found.title) == ("skipped", "skipped: the service cannot be asked, see tls")


@pytest.mark.parametrize("anonymous", [got(503), got(429), got(200, "<html>", HTML)], ids=["503", "429", "page"])
def test_service_in_trouble_is_named_by_another_check(anonymous: Exchange) -> None:
    (found,) = judged(seen((), ()), anonymous)
    assert found.title == "skipped: no DICOM service answers, see dicomweb-reachable"


def test_shared_origin_needs_no_cors() -> None:
    (found,) = judge(own(), ())
    assert (found.status, found.title) == ("pass", f"viewer and images have one origin ({OWN}), so no CORS is needed")


@pytest.mark.parametrize("generated", [True, False])
def test_server_across_origins_gets_the_lines_for_its_web_server(generated: bool) -> None:
    site = own(server__route="cors", proxy__url="https://dicom.example.org")
    server = site.server if generated else None
    root = "https://dicom.example.org/dicom-web"
    wanted = CorsCase(root, "orthanc", (OWN,), "3.13", uploads=False, signs_in=False, server=server)
    bare = sent("GET", f"{root}/studies", 200, ())
    looks = tuple(
        CorsLook(OWN, one, ScriptRequest("GET", one.url, one.headers), (None,), (bare,))
        for one in wanted.requests
        if one.kind == "search"
    )
    (found,) = judge(site, [replace(came(wanted, looks, bare), anonymous=got(200, [{"0020000D": {}}]))])
    assert (found.status, found.evidence["fault"]) == ("fail", "no-cors")
    assert ("ohif-setup generate, put nginx-cors.conf in its place" in words(found)) == generated
    # The lines know neither the address of the server nor its login.
    assert ("location ~ ^/dicom-web/(studies|series|instances)(/|$)" in words(found)) != generated
    assert ("proxy_pass" in words(found)) != generated
    assert "az resource" not in words(found)
    assert "Orthanc leaves CORS out on purpose" in words(found)
    # Orthanc has no settings of CORS.
    assert "its own CORS settings" not in words(found)


def test_fhir_service_of_somebody_else_is_not_sent_to_azure() -> None:
    fhir = "https://fhir.example.org"
    wanted = CorsCase(fhir, "fhir", (VIEWER,), "3.13", uploads=False, signs_in=True, recognised=False)
    bare = sent("GET", f"{fhir}/metadata", 200, ())
    looks = tuple(
        CorsLook(VIEWER, one, ScriptRequest("GET", one.url, one.headers), (None,), (bare,))
        for one in wanted.requests
        if one.kind == "capabilities"
    )
    *_, found = judge(answers(fhir__url=fhir), [replace(seen(), anonymous=got(401)), came(wanted, looks, bare)])
    assert found.aspect == "fhir capabilities"
    assert [fix.where for fix in found.fix] == ["Server", "Proxy", "nginx"]
    assert "Methods: GET, POST, OPTIONS" in found.fix[0].text
    assert "Orthanc" not in words(found)
    assert "az resource" not in words(found)


def test_the_checks_that_it_points_to_are_its_needs() -> None:
    (cors,) = [one for one in all_checks() if one.id == "cors"]
    assert set(cors.needs) == {"dicomweb-reachable", "tls"}
