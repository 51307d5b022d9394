"""Each known failure of CORS (FM01 to FM17) before real sockets: the tool names exactly it, as JSON and as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from ohif_setup.demo.cors import StandInCors
from ohif_setup.demo.site import DemoSite
from tests.cors.conftest import Ask
from tests.cors.services import ANY, KEPT, LISTS, ORIGIN, VARY, VIEWER, Fields, Service, allowing
from tests.servers.interposer import Interposer
from tests.servers.raw import RawRequest, RawServer, answer
from tests.servers.stage import DISCOVERY, FrontDoor, Stage

Serve = Callable[..., RawServer]
HEALTHY = Service()
CREDENTIALS = ("Access-Control-Allow-Credentials", "true")
EVERY = {"search", "series", "metadata", "frames", "bulk"}


def fixed(value: str) -> Service:
    """The same Access-Control-Allow-Origin for everybody."""
    field = ("Access-Control-Allow-Origin", value)
    return Service((field, *LISTS, KEPT), (field,))


@dataclass(frozen=True)
class Known:
    """`kinds` are the requests that show it, `words` what the text says."""

    number: str
    fault: str
    service: Service
    kinds: set[str]
    words: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    viewer: tuple[str, ...] = (VIEWER,)


KNOWN = (
    Known(
        "FM01",
        "no-cors",
        Service((), ()),
        EVERY,
        (
            "has no CORS",
            "No 'Access-Control-Allow-Origin' header",
            "was not told of this origin",
            f"in its own CORS settings: Origins: {VIEWER} Methods: GET, OPTIONS Headers: authorization, accept "
            "Exposed headers: none Credentials: off Proxy or, where it has none,",
            "map $http_",
        ),
    ),
    Known(
        "FM02",
        "options-needs-sign-in",
        Service(options_status=401),
        EVERY,
        ("sign in (401)", "doesn't pass access control check", "exempt OPTIONS"),
    ),
    Known(
        "FM02-403-bare", "options-needs-sign-in", Service(preflight=(), options_status=403), EVERY, ("sign in (403)",)
    ),
    Known(
        "FM03",
        "options-unanswered",
        Service(options_status=405),
        EVERY,
        ("answers the preflight (405)", "HTTP ok status"),
    ),
    Known(
        "FM03-404-bare", "options-unanswered", Service(preflight=(), options_status=404), EVERY, ("preflight (404)",)
    ),
    Known(
        "FM04",
        "header-authorization",
        Service((ORIGIN, *allowing("accept, content-type"), KEPT, VARY)),
        EVERY,
        (
            'header "authorization" is not allowed',
            "add authorization to",
            "authorization is not allowed by Access-Control",
        ),
    ),
    Known(
        "FM04-tutorial",
        "header-authorization",
        Service((ORIGIN, *allowing("X-Requested-With, Content-Type"), KEPT, VARY)),
        EVERY,
        ('headers "accept" and "authorization" are not allowed', "add accept, authorization to"),
    ),
    Known(
        "FM05",
        "header-accept",
        Service((ORIGIN, *allowing("authorization"), KEPT, VARY)),
        {"frames", "bulk"},
        (
            "images stay black",
            'header "accept" is not allowed',
            "quotes in it",
            "Request header field accept is not allowed",
        ),
    ),
    Known("FM06", "errors-without-cors", Service(errors=()), EVERY, ("the answer 401 hides", "add_header ... always")),
    Known(
        "FM06-open",
        "errors-without-cors",
        Service(errors=(), open_to_all=True),
        EVERY - {"search"},
        ("the answer 404 hides",),
        ("--no-auth",),
    ),
    Known(
        "FM07",
        "origin-repeated",
        Service((ORIGIN, ORIGIN, *LISTS, KEPT, VARY), (ORIGIN, ORIGIN, VARY)),
        EVERY,
        ("contains multiple values", "proxy_hide_header"),
    ),
    Known("FM07-stars", "origin-repeated", Service((ANY, ANY, *LISTS, KEPT), (ANY, ANY)), EVERY, ("'*, *'",)),
    Known("FM07-comma", "origin-repeated", fixed(f"{VIEWER}, {VIEWER}"), EVERY, ("more than one value",)),
    *(
        Known(f"FM08-{name}", "origin-different", fixed(value), EVERY, (f"write it exactly so: {VIEWER}", words))
        for name, value, words in (
            ("slash", f"{VIEWER}/", "remove the slash at the end"),
            ("port", f"{VIEWER}:443", "without a default port"),
            ("capitals", VIEWER.upper(), "lower case"),
            ("no scheme", "viewer.example.org", "the scheme is missing"),
            ("path", f"{VIEWER}/ohif", "without a default port, a path or capital letters"),
            ("server", "https://dicom.example.org", "it is a different origin"),
        )
    ),
    Known(
        "FM09",
        "wildcard-with-credentials",
        Service((ANY, CREDENTIALS, *LISTS, KEPT), (ANY, CREDENTIALS)),
        EVERY,
        ("browsers refuse the combination",),
    ),
    Known(
        "FM10",
        "headers-wildcard",
        Service((ORIGIN, *allowing("*"), KEPT, VARY)),
        EVERY,
        ("list authorization by name",),
    ),
    Known(
        "FM11",
        "origin-other-name",
        fixed("http://localhost:3000"),
        EVERY,
        ("http://localhost:3000 is allowed, http://127.0.0.1:3000 is not", "different origins"),
        viewer=("http://localhost:3000", "http://127.0.0.1:3000"),
    ),
    Known(
        "FM11-undeclared",
        "origin-other-name",
        fixed("http://localhost:3000"),
        EVERY,
        ("or open the viewer at http://localhost:3000",),
        viewer=("http://127.0.0.1:3000",),
    ),
    Known(
        "FM11-LAN",
        "origin-other-name",
        fixed(VIEWER),
        EVERY,
        ("allow https://viewer.lan as well",),
        viewer=(VIEWER, "https://viewer.lan"),
    ),
    Known(
        "FM08-other port",
        "origin-different",
        fixed("http://localhost:8080"),
        EVERY,
        ("write it exactly so: http://127.0.0.1:3000",),
        viewer=("http://127.0.0.1:3000",),
    ),
    Known("FM15", "vary-missing", Service((ORIGIN, *LISTS, KEPT), (ORIGIN,)), {"search"}, ("send Vary: Origin",)),
    Known(
        "FM16",
        "local-network",
        Service(listed=("https://203.0.113.9",)),
        {"search"},
        ("Local Network Access", "allow the prompt"),
        viewer=("https://203.0.113.9",),
    ),
)
WARNINGS = {"wildcard-with-credentials", "headers-wildcard", "vary-missing", "local-network"}


def test_healthy_service_is_let_alone(ask: Ask, serve: Serve) -> None:
    asked = ask(f"{serve(HEALTHY).url}/dicom-web", "--uploads")
    assert (asked.status, asked.report["status"], asked.faults, asked.blocks) == (0, "pass", set(), 0)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.number)
def test_exactly_this_fault_is_named(ask: Ask, serve: Serve, known: Known) -> None:
    asked = ask(f"{serve(known.service).url}/dicom-web", *known.arguments, viewer=known.viewer)
    assert asked.faults == {known.fault}
    assert asked.kinds(known.fault) == known.kinds
    assert asked.report["status"] == ("warn" if known.fault in WARNINGS else "fail")
    said = " ".join(asked.text.split())
    for words in known.words:
        assert words in said
    assert asked.blocks == 1


@pytest.fixture(scope="module")
def azure() -> Iterator[DemoSite]:
    with DemoSite(with_fhir=True) as site:
        yield site


@pytest.mark.parametrize("origins", [(), ("https://account.z6.web.core.windows.net",)], ids=["unset", "storage host"])
@pytest.mark.parametrize("service", ["dicom", "fhir"])
def test_fm12_azure_without_the_origin(
    ask: Ask, azure: DemoSite, monkeypatch: pytest.MonkeyPatch, origins: tuple[str, ...], service: str
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", azure.environment["REQUESTS_CA_BUNDLE"])
    assert azure.fhir is not None
    server = azure.dicom if service == "dicom" else azure.fhir
    monkeypatch.setattr(server, "cors", replace(server.cors, origins=origins) if origins else StandInCors())
    asked = ask(server.url + ("/v2" if service == "dicom" else ""))
    assert (asked.faults, asked.blocks) == ({"origin-not-listed"}, 1)
    assert {one["evidence"]["response"]["status"] for one in asked.requests} <= {204, 200}
    said = " ".join(asked.text.split())
    assert f"{'DICOM' if service == 'dicom' else 'FHIR'} service › CORS › Origins: add {VIEWER}" in said
    assert "The status 204 says nothing" in said


def test_fm13_identity_provider_does_not_let_the_viewer_in(door: FrontDoor, site: Stage) -> None:
    def without_cors(request: RawRequest) -> Iterator[bytes]:
        import requests

        url = f"{site.site.entra.listen_url}{request.target}"
        body = requests.get(url, verify=site.site.environment["REQUESTS_CA_BUNDLE"], timeout=5).text
        yield answer(200, body)

    front: Interposer = site.entra
    front.faults[DISCOVERY] = without_cors
    ran = door.check(site.answers, environment=site.environment)
    assert ran.failed == {"cors-sign-in"}
    finding = ran.of("cors-sign-in")
    assert finding["evidence"]["fault"] == "sign-in-origin"
    assert "No 'Access-Control-Allow-Origin' header is present" in finding["symptom"]
    assert "sign_in.authority" in str(finding["fix"])


@pytest.mark.parametrize("arguments", [(), ("--no-auth",)], ids=["preflight", "no token"])
def test_fm14_bucket_without_cors(ask: Ask, serve: Serve, arguments: tuple[str, ...]) -> None:
    bucket = serve(Service((), (), options_status=403, open_to_all=True))
    service = Service(moved=("/frames/1", f"{bucket.url}/signed?key=1"), open_to_all=True)
    asked = ask(f"{serve(service).url}/dicom-web", "--server", "dicomweb", *arguments)
    assert (asked.faults, asked.kinds("elsewhere-without-cors"), asked.blocks) == (
        {"elsewhere-without-cors"},
        {"frames"},
        1,
    )
    assert f"127.0.0.1:{bucket.port}" in asked.text
    assert "bucket: its CORS rules" in " ".join(asked.text.split())


def test_fm14_bulk_data_at_a_bucket_without_cors(ask: Ask, serve: Serve) -> None:
    bucket = serve(Service((), (), options_status=403, open_to_all=True))
    found: dict[str, Any] = {
        "/studies": '[{"0020000D": {"Value": ["1.2"]}}]',
        "/series": '[{"0020000E": {"Value": ["1.3"]}}]',
        "/instances": '[{"00080018": {"Value": ["1.4"]}}]',
        "/metadata": f'[{{"00420011": {{"vr": "OB", "BulkDataURI": "{bucket.url}/pdf"}}}}]',
        "/frames/1": "pixels",
    }

    def service(request: RawRequest) -> Iterator[bytes]:
        if request.method == "OPTIONS":
            yield from HEALTHY(request)
            return
        body = next((text for end, text in found.items() if request.path.endswith(end)), "")
        cors: Fields = (("Access-Control-Allow-Origin", VIEWER),) if request.header("Origin") == VIEWER else ()
        yield answer(
            200 if body and "1338" not in request.path else 404, body, *cors, VARY, kind="application/dicom+json"
        )

    asked = ask(f"{serve(service).url}/dicom-web", "--no-auth")
    assert (asked.faults, asked.kinds("elsewhere-without-cors")) == ({"elsewhere-without-cors"}, {"bulk"})
    assert "/studies/1.2/series/1.3/instances/1.4/frames/1" in asked.of("frames")["url"]
    assert asked.of("bulk")["url"] == f"{bucket.url}/pdf"


def test_fm16_follows_the_addresses_that_names_have(ask: Ask, serve: Serve, names: Callable[[str, str], None]) -> None:
    names("viewer.clinic-north.health", "203.0.113.9")
    names("dicom.clinic-north.health", "127.0.0.1")
    viewer = "http://viewer.clinic-north.health"
    port = serve(Service(listed=(viewer,))).port
    assert ask(f"http://dicom.clinic-north.health:{port}/dicom-web", viewer=(viewer,)).faults == {"local-network"}
    names("viewer.clinic-north.health", "192.168.1.9")
    assert ask(f"http://dicom.clinic-north.health:{port}/dicom-web", viewer=(viewer,)).faults == set()


def test_fm17_http_server_behind_an_https_page(ask: Ask, serve: Serve, names: Callable[[str, str], None]) -> None:
    names("dicom.example.org", "127.0.0.1")
    port = serve(HEALTHY).port
    asked = ask(f"http://dicom.example.org:{port}/dicom-web", "--uploads")
    assert (asked.faults, asked.kinds("mixed-content"), asked.blocks) == ({"mixed-content"}, EVERY | {"store"}, 1)
    assert "before anything is sent" in " ".join(asked.text.split())
    # The loopback address of the same server is exempt.
    assert ask(f"http://127.0.0.1:{port}/dicom-web").faults == set()
