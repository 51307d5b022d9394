"""What is at an address that somebody typed: real Orthancs, the stand-ins, and servers that say odd things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ohif_setup.demo.site import DemoSite
from ohif_setup.kinds.orthanc.find import INSTALL_PLUGIN
from ohif_setup.network.look.find import Found, addresses_of, find
from ohif_setup.network.wire.http import Http
from tests.parts import nginx
from tests.parts import orthanc as parts
from tests.parts.orthanc import Login, Orthanc, orthanc
from tests.parts.samples import ADA
from tests.servers.raw import Handler, RawRequest, RawServer

Start = Callable[..., Orthanc]
Serve = Callable[[Handler], RawServer]

pytestmark = pytest.mark.skipif(bool(parts.missing()), reason=parts.missing() or "all there")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with ExitStack() as open_:
        yield lambda **named: open_.enter_context(orthanc(tmp_path, **named))


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as open_:
        yield lambda handler: open_.enter_context(RawServer(handler))


def at(url: str) -> Found:
    return find(Http(5), url)


def answer(status: int, body: str, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body.encode())}", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def test_orthanc_is_found_from_any_of_its_addresses(start: Start) -> None:
    server = start(studies=[ADA])
    typed = [
        server.url,
        f"{server.url}/",
        server.root,
        f"{server.root}/",
        f"{server.root}/studies/{ADA.uid}",
        f"{server.url}/app/explorer.html#upload",
        f"{server.url}/studies",
        f"{server.url}/nothing-there",
        server.url.removeprefix("http://"),
        f"localhost:{server.port}",
    ]
    for text in typed:
        found = at(text)
        host = "localhost" if "localhost" in text else "127.0.0.1"
        assert found.url == f"http://{host}:{server.port}/dicom-web", text
        assert (found.kind, found.fits, found.proven, found.login) == ("orthanc", True, True, ""), text


def test_orthanc_with_another_root_is_asked_for_it(start: Start) -> None:
    server = start(dicom_web={"Root": "/imaging/dw/"})
    for text in (server.url, f"{server.url}/dicom-web", server.root):
        assert at(text).url == f"{server.url}/imaging/dw", text
        assert at(text).proven


def test_orthanc_with_a_login_is_known_by_its_realm(start: Start) -> None:
    server = start(login=Login("ada", "secret"))
    found = at(server.url)
    assert (found.kind, found.url, found.proven) == ("orthanc", f"{server.url}/dicom-web", False)
    assert (found.login, found.fits) == ("basic", True)
    assert not found.note  # 127.0.0.1 is let in whatever RemoteAccessAllowed says


def test_orthanc_without_the_plugin_says_what_to_install(tmp_path: Path) -> None:
    from ohif_setup.demo.orthanc import FAULTS, OrthancSite

    with OrthancSite(tmp_path, tmp_path / "viewer", fault=FAULTS["no-plugin"]) as site:
        found = at(site.answers["server.url"])
    assert (found.kind, found.fits, found.advice) == ("orthanc", False, INSTALL_PLUGIN)
    assert "without its DICOMweb plugin" in found.name


@pytest.mark.skipif(bool(nginx.missing()), reason=nginx.missing() or "all there")
def test_orthanc_is_known_through_a_proxy_that_passes_dicomweb_alone(start: Start, tmp_path: Path) -> None:
    server = start()
    folder = tmp_path / "nginx"
    folder.mkdir()
    rule = f"location ~ ^/dicom-web/(studies|series|instances)(/|$) {{ proxy_pass {server.url}; }}"
    with nginx.nginx(folder, "", f"{rule}\nlocation / {{ return 404; }}") as url:
        found = at(f"{url}/dicom-web")
    assert (found.kind, found.url, found.proven) == ("orthanc", f"{url}/dicom-web", True)


def test_another_dicomweb_server(serve: Serve) -> None:
    def dcm4chee(request: RawRequest) -> Iterator[bytes]:
        lists = request.path == "/rs/studies"
        yield (
            answer(200, '[{"0020000D": {"vr": "UI"}}]', "Content-Type: application/dicom+json")
            if lists
            else answer(404, "")
        )

    server = serve(dcm4chee)
    found = at(f"{server.url}/rs")
    assert (found.kind, found.url, found.fits, found.proven) == ("dicomweb", f"{server.url}/rs", True, True)
    assert {one.method for one in server.requests} == {"GET"}


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected"),
    [
        pytest.param(401, "", ("WWW-Authenticate: Bearer",), ("dicomweb", True, "bearer"), id="token"),
        pytest.param(401, "", ('WWW-Authenticate: Basic realm="PACS"',), ("dicomweb", True, "basic"), id="login"),
        pytest.param(200, "<!doctype html><p>OHIF", ("Content-Type: text/html",), ("dicomweb", False, ""), id="page"),
        pytest.param(200, '["a", "b"]', ("Content-Type: application/json",), ("dicomweb", False, ""), id="texts"),
        pytest.param(200, "[" * 5000, ("Content-Type: application/json",), ("dicomweb", False, ""), id="nested"),
        pytest.param(404, "{}", ("Content-Type: application/fhir+json",), ("fhir", False, ""), id="fhir"),
        pytest.param(500, "", (), ("dicomweb", False, ""), id="broken"),
    ],
)
def test_other_answers(
    serve: Serve, status: int, body: str, headers: tuple[str, ...], expected: tuple[str, bool, str]
) -> None:
    found = at(f"{serve(lambda _: [answer(status, body, *headers)]).url}/pacs")
    assert (found.kind, found.fits, found.login) == expected
    assert not found.proven


def test_azure_is_found_with_and_without_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    with DemoSite() as site:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", site.environment["REQUESTS_CA_BUNDLE"])
        for url in (site.dicom.url, f"{site.dicom.url}/v2"):
            found = at(url)
            assert (found.kind, found.url) == ("azure-dicom", f"{site.dicom.url}/v2")
            assert found.tenant_id == site.entra.tenant_id


def test_nobody_there() -> None:
    found = at("http://127.0.0.1:9/dicom-web")
    assert found.kind is None
    assert found.exchange.trouble is not None


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("pacs.example.org", ("https://pacs.example.org", "http://pacs.example.org")),
        ("pacs.example.org/dw/", ("https://pacs.example.org/dw", "http://pacs.example.org/dw")),
        ("orthanc:8042", ("http://orthanc:8042", "https://orthanc:8042")),
        ("localhost", ("http://localhost", "https://localhost")),
        ("https://h.example/ui/app/?x=1#/y", ("https://h.example/ui/app",)),
        ("ws-d.dicom.azurehealthcareapis.com", ("https://ws-d.dicom.azurehealthcareapis.com/v2",)),
    ],
)
def test_what_may_be_meant(text: str, addresses: tuple[str, ...]) -> None:
    assert addresses_of(text) == addresses


@pytest.mark.parametrize("text", ["", "ftp://nowhere", "http://a:b@pacs.example.org", "two words", "http://*/x"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        addresses_of(text)
