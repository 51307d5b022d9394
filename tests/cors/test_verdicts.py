"""What is asked, and what is made of it: strangers, errors, redirects, same origin, certificates, tokens, stores."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ohif_setup.demo.certificates import CertificateAuthority
from ohif_setup.demo.site import DemoSite
from tests.cors.conftest import Ask
from tests.cors.services import ANY, DICOM_JSON, KEPT, LISTS, ORIGIN, VARY, VIEWER, Fields, Service
from tests.servers.raw import Handler, RawRequest, RawServer, answer
from tests.servers.stage import PIPELINE, FrontDoor, Stage

Serve = Callable[..., RawServer]
HEALTHY = Service()
TRUE = ("Access-Control-Allow-Credentials", "true")
FOREIGN = "https://not-listed.invalid"


def reflecting(*listed: str, credentials: bool = False) -> Service:
    more = (TRUE,) if credentials else ()
    return Service((ORIGIN, *more, *LISTS, KEPT, VARY), (ORIGIN, *more, VARY), listed=(VIEWER, *listed))


@pytest.mark.parametrize(
    ("service", "arguments", "faults", "status"),
    [
        pytest.param(reflecting(FOREIGN), (), {"any-origin-reflected"}, "warn", id="foreign"),
        pytest.param(reflecting("null"), (), {"any-origin-reflected"}, "warn", id="null"),
        pytest.param(
            reflecting(FOREIGN, "null", credentials=True),
            (),
            {"any-origin-with-credentials", "credentials-unneeded"},
            "fail",
            id="with credentials",
        ),
        pytest.param(
            Service((ANY, *LISTS, KEPT), (ANY,), open_to_all=True),
            ("--no-auth",),
            {"archive-open"},
            "warn",
            id="* open",
        ),
        pytest.param(
            Service((ANY, *LISTS, KEPT), (ANY,), open_to_all=True),
            (),
            {"archive-open"},
            "warn",
            id="* open all the same",
        ),
        pytest.param(Service((ANY, *LISTS, KEPT), (ANY,)), (), set(), "pass", id="* behind a sign-in"),
    ],
)
def test_strangers(  # noqa: PLR0917 - the columns of a table
    ask: Ask, serve: Serve, service: Service, arguments: tuple[str, ...], faults: set[str], status: str
) -> None:
    asked = ask(f"{serve(service).url}/dicom-web", *arguments)
    assert (asked.faults, asked.report["status"]) == (faults, status)
    assert all(one["allowed"] for one in asked.requests)


def test_any_origin_on_azure_is_a_warning_in_microsofts_words(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    with DemoSite() as site:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", site.environment["REQUESTS_CA_BUNDLE"])
        site.dicom.cors = replace(site.dicom.cors, origins=("*",))
        asked = ask(f"{site.dicom.url}/v2")
    assert (asked.faults, asked.report["status"]) == ({"any-origin"}, "warn")
    assert "because it is a security risk" in " ".join(asked.text.split())
    # Only taking the place of what is there gets rid of the star.
    assert f'| .origins = ["{VIEWER}"]' in asked.text


def test_every_kind_is_asked_as_the_browser_would(ask: Ask, serve: Serve) -> None:
    server = serve(HEALTHY)
    ask(f"{server.url}/dicom-web", "--uploads", "--ohif-version", "3.11")
    asked = {
        (one.method, re.sub(r"/1\.[\d.]{9,}", "/UID", one.path), one.header("Access-Control-Request-Headers"))
        for one in server.requests
        if one.header("Origin") == VIEWER
    }
    series = "/dicom-web/studies/UID/series"
    assert asked == {
        ("OPTIONS", "/dicom-web/studies", "authorization"),
        ("OPTIONS", series, "accept,authorization"),
        ("OPTIONS", f"{series}/UID/metadata", "accept,authorization"),
        ("OPTIONS", f"{series}/UID/instances/UID/frames/1", "accept,authorization"),
        ("OPTIONS", f"{series}/UID/instances/UID/bulk/00420011", "accept,authorization"),
        ("OPTIONS", "/dicom-web/studies", "authorization,content-type"),
        ("GET", "/dicom-web/studies", ""),
        ("GET", series, ""),
        ("GET", f"{series}/UID/metadata", ""),
        ("GET", f"{series}/UID/instances/UID/frames/1", ""),
        ("GET", f"{series}/UID/instances/UID/bulk/00420011", ""),
    }
    preflights = [one for one in server.requests if one.method == "OPTIONS"]
    assert not any(one.header("Authorization") or one.header("Cookie") for one in server.requests)
    assert {one.header("Accept") for one in preflights} == {"*/*"}
    assert any("?limit=101&offset=0" in one.target for one in preflights)
    assert {one.header("Origin") for one in server.requests} == {VIEWER, FOREIGN, "null", ""}


def test_no_token_no_preflight_for_what_needs_none(ask: Ask, serve: Serve) -> None:
    asked = ask(f"{serve(Service(open_to_all=True)).url}/dicom-web", "--no-auth")
    needed = {one["request"]: one["preflight"] for one in asked.requests}
    assert needed == {"search": False, "series": False, "metadata": False, "frames": True, "bulk": True}


def archive(image: bytes, *, errors: Fields) -> Handler:
    """An open server with one image, whose errors carry these headers."""

    def handler(request: RawRequest) -> Iterator[bytes]:
        found = {"studies": "0020000D", "series": "0020000E", "instances": "00080018"}
        tag = found.get(request.path.rsplit("/", 1)[1])
        if request.method == "OPTIONS" or "1338" in request.path:
            yield from Service(errors=errors, open_to_all=True)(request)
        else:
            cors = (ORIGIN[0], VIEWER) if request.header("Origin") == VIEWER else ("X", "")
            yield answer(200, f'[{{"{tag}": {{"Value": ["1.2"]}}}}]' if tag else image, cors, VARY, kind=DICOM_JSON)

    return handler


def test_long_image_is_not_read_to_its_end(ask: Ask, serve: Serve) -> None:
    asked = ask(f"{serve(archive(bytes(4 * 1024 * 1024), errors=(ORIGIN, VARY))).url}/dicom-web", "--no-auth")
    assert (asked.faults, asked.of("frames")["evidence"]["response"]["status"]) == (set(), 200)


def test_error_answers_must_carry_the_header_where_images_pass(ask: Ask, serve: Serve) -> None:
    asked = ask(f"{serve(archive(b'x', errors=())).url}/dicom-web", "--no-auth")
    assert (asked.faults, asked.kinds("errors-without-cors")) == ({"errors-without-cors"}, {"metadata"})
    assert asked.of("metadata")["allowed"]
    assert asked.report["services"][0]["unseen"] == []


@pytest.mark.parametrize("arguments", [(), ("--no-auth",)])
def test_redirect_of_the_root_is_named(ask: Ask, serve: Serve, arguments: tuple[str, ...]) -> None:
    target = serve(Service(open_to_all=True))

    def moved(request: RawRequest) -> Iterator[bytes]:
        yield answer(301, b"", ("Location", f"{target.url}{request.target}"))

    asked = ask(f"{serve(moved).url}/dicom-web", *arguments)
    assert (asked.faults, asked.report["status"]) == ({"redirect"}, "fail")
    assert (asked.blocks, f"the address redirects to {target.url}/dicom-web\n" in asked.text) == (1, True)


def test_redirect_that_passes_is_a_warning(ask: Ask, serve: Serve) -> None:
    server = serve(None)
    server.handler = Service(moved=("/studies", f"{server.url}/new/studies"), open_to_all=True)
    server.handler = replace(server.handler, moved=("/dicom-web/studies", f"{server.url}/new/studies"))
    asked = ask(f"{server.url}/dicom-web", "--no-auth")
    assert asked.kinds("redirect-passes") == {"search"}
    assert asked.of("search")["allowed"]


def index_page(request: RawRequest) -> Iterator[bytes]:
    yield answer(200, "<!DOCTYPE html><title>OHIF</title>", kind="text/html")


def test_index_page_at_the_same_origin_fails(ask: Ask, serve: Serve) -> None:
    server = serve(index_page)
    asked = ask(f"{server.url}/dicom-web", "--no-auth", viewer=(server.url,))
    assert (asked.faults, asked.status, asked.report["status"]) == ({"web-page"}, 1, "fail")
    assert {(one["allowed"], one["step"]) for one in asked.requests} == {(True, "same-origin")}
    assert "is the service's own, so no CORS is needed" in " ".join(asked.text.split())
    assert asked.blocks == 1


def test_index_page_at_another_origin_is_named_not_its_cors(ask: Ask, serve: Serve) -> None:
    assert ask(f"{serve(index_page).url}/dicom-web").faults == {"web-page"}


def test_gateway_in_trouble_is_not_taken_for_cors(ask: Ask, serve: Serve) -> None:
    def down(request: RawRequest) -> Iterator[bytes]:
        yield answer(503, "down")

    assert ask(f"{serve(down).url}/dicom-web").faults == {"server-in-trouble"}


def test_refused_connection_is_named(ask: Ask) -> None:
    with RawServer(None) as gone:
        pass
    asked = ask(f"{gone.url}/dicom-web")
    assert (asked.status, asked.faults) == (1, {"no-answer"})
    assert asked.requests[0]["evidence"]["trouble"]["kind"] == "refused"
    assert "the connection was refused" in asked.text


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return CertificateAuthority()


@pytest.fixture
def trusted(authority: CertificateAuthority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CertificateAuthority:
    """Trusted by this machine alone."""
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes(authority.pem)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    return authority


@pytest.mark.parametrize(
    ("host", "faults"), [("dicom.example.org", {"certificate-private"}), ("127.0.0.1", set())], ids=["name", "loopback"]
)
def test_certificate_that_only_this_machine_trusts(  # noqa: PLR0917 - the columns of a table
    ask: Ask,
    serve: Serve,
    names: Callable[[str, str], None],
    trusted: CertificateAuthority,
    host: str,
    faults: set[str],
) -> None:
    names("dicom.example.org", "127.0.0.1")
    server = serve(HEALTHY, trusted.server_context((host,)))
    asked = ask(f"https://{host}:{server.port}/dicom-web")
    assert asked.faults == faults
    assert asked.report["status"] == ("warn" if faults else "pass")


def test_certificate_that_nobody_trusts(ask: Ask, serve: Serve, authority: CertificateAuthority) -> None:
    server = serve(HEALTHY, authority.server_context(("127.0.0.1",)))
    asked = ask(f"{server.url}/dicom-web")
    assert (asked.faults, asked.blocks) == ({"certificate"}, 1)


@pytest.mark.parametrize(
    ("service", "allowed", "step"),
    [
        pytest.param(HEALTHY, True, "allowed", id="healthy"),
        pytest.param(Service(errors=()), False, "cors-missing", id="answers without the header"),
        pytest.param(
            Service((ORIGIN, LISTS[0], ("Access-Control-Allow-Headers", "authorization,accept"), KEPT, VARY)),
            False,
            "preflight-header",
            id="own preflight",
        ),
    ],
)
def test_store_is_judged_by_its_preflight_and_the_other_answers(
    ask: Ask, serve: Serve, service: Service, allowed: bool, step: str
) -> None:
    server = serve(service)
    store = ask(f"{server.url}/dicom-web", "--uploads").of("store")
    assert (store["allowed"], store["step"], store["preflight"]) == (allowed, step, True)
    assert {one.method for one in server.requests} == {"GET", "OPTIONS"}


def test_services_are_recognised_by_their_answers(ask: Ask, monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
    def fhir(request: RawRequest) -> Iterator[bytes]:
        yield answer(404, '{"resourceType": "OperationOutcome"}', kind="application/fhir+json")

    with DemoSite(with_fhir=True) as site:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", site.environment["REQUESTS_CA_BUNDLE"])
        assert site.fhir is not None
        urls = {
            f"{site.dicom.url}/v2": "azure-dicom",
            site.fhir.url: "fhir",
            f"{serve(fhir).url}/fhir": "fhir",
            f"{serve(HEALTHY).url}/dicom-web": "dicomweb",
        }
        assert {url: ask(url).report["services"][0]["server"] for url in urls} == urls


def test_kinds_of_a_fhir_service(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    with DemoSite(with_fhir=True) as site:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", site.environment["REQUESTS_CA_BUNDLE"])
        assert site.fhir is not None
        asked = ask(site.fhir.url)
    seen = {
        one["request"]: (one["method"], one["preflight"], one["allowed"], one["evidence"]["response"]["status"])
        for one in asked.requests
    }
    assert seen == {
        "capabilities": ("GET", False, True, 200),
        "read": ("GET", True, True, 401),
        "write": ("POST", True, True, 204),
    }


def test_check_asks_with_the_token_too_and_never_the_fhir_service(door: FrontDoor, site: Stage) -> None:
    ran = door.check(site.answers, "--sign-in", "service-principal", environment={**site.environment, **PIPELINE})
    assert ran.failed == set()
    asked = [one for one in site.dicom.requests if one.header("Origin") == VIEWER and one.header("Authorization")]
    assert {one.path.rsplit("/", 1)[1] for one in asked} == {"studies", "series", "metadata", "1"}
    assert not any(one.method == "OPTIONS" for one in asked)
    assert not any(one.header("Authorization") for one in site.fhir.requests)
    # What decided is what a signed-in viewer meets.
    assert ran.of("cors", "search")["evidence"]["response"]["status"] in (200, 204)


def test_cors_alone_makes_nobody_sign_in(door: FrontDoor, site: Stage) -> None:
    site.entra.requests.clear()
    door.check(
        site.answers, "--only", "cors", "--sign-in", "service-principal", environment={**site.environment, **PIPELINE}
    )
    assert not any(one.method == "POST" for one in site.entra.requests)


def test_error_without_the_header_is_a_warning_once_the_token_passes(door: FrontDoor, site: Stage) -> None:
    def bare_401(request: RawRequest) -> Iterator[bytes]:
        if request.method == "GET" and not request.header("Authorization"):
            yield answer(401, b"", ("WWW-Authenticate", "Bearer"))
        elif request.method == "GET":
            yield answer(200, "[]", (ORIGIN[0], VIEWER), kind=DICOM_JSON)
        else:
            yield answer(204, b"", (ORIGIN[0], VIEWER), *LISTS, KEPT)

    site.dicom.faults["/frames/1"] = bare_401
    ran = door.check(site.answers, "--sign-in", "service-principal", environment={**site.environment, **PIPELINE})
    frames = ran.of("cors", "frames")
    assert (frames["status"], frames["evidence"]["fault"]) == ("warn", "errors-without-cors")
