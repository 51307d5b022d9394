"""`nginx-cors.conf`, unmodified, before Debian's Orthanc: the viewer's origins get in, letter by letter, and nobody else."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ohif_setup.kinds.service import settings_for
from ohif_setup.webservers.nginx import cors
from ohif_setup.webservers.nginx.names import variable
from tests.output.fronts import HOSTILE, Answer, ask, front, generated
from tests.parts import nginx as nginx_part
from tests.parts import orthanc
from tests.parts.ports import free_port
from tests.parts.samples import ADA
from tests.parts.users import open_folder

MISSING = orthanc.missing() or nginx_part.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

VIEWER = "https://viewer.example.org"
LONG = "https://ohif-viewer-production.imaging.some-hospital.example.org"
ORIGINS = (VIEWER, "http://[::1]:3000", LONG)
STRANGERS = (
    f"{VIEWER}.evil.example",
    f"{VIEWER}:8443",
    f"{VIEWER}/",
    "http://viewer.example.org",
    "https://xviewer.example.org",
    LONG.replace("hospital.", "hospitalx"),
    f"{LONG}x",
    "null",
    "",
)
LOGIN = orthanc.Login("ohif", "s3cret of the archive")
SEARCH = "/dicom-web/studies?limit=1"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[orthanc.Orthanc]:
    with orthanc.orthanc(tmp_path_factory.mktemp("orthanc"), [ADA], login=LOGIN) as running:
        yield running


@pytest.fixture
def top() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


def site(top: Path, archive: orthanc.Orthanc, **server: Any) -> dict[str, Any]:
    port = free_port()
    login = top / f"login {HOSTILE}.conf"
    login.write_text(
        f'proxy_set_header Authorization "Basic {base64.b64encode(b"ohif:s3cret of the archive").decode()}";\n'
    )
    return {
        "viewer": {"url": f"{VIEWER}/ohif", "extra_urls": [f"{origin}/ohif" for origin in ORIGINS[1:]]},
        "server": {"kind": "orthanc", "url": archive.root, "route": "cors"} | server,
        # https as browsers want it; something before it ends TLS.
        "proxy": {"listen": port, "url": f"https://127.0.0.1:{port}", "orthanc_credentials_file": str(login)},
    }


def allowed(answer: Answer) -> list[str]:
    return answer.of("access-control-allow-origin")


@pytest.mark.parametrize("uploads", [False, True])
@pytest.mark.parametrize("decodes", [False, True])
def test_every_viewer_origin_gets_in(top: Path, archive: orthanc.Orthanc, uploads: bool, decodes: bool) -> None:
    answers = site(top, archive, uploads=uploads, capabilities={"percent_decoding": decodes})
    settings = settings_for(ORIGINS, writes=uploads)
    with front("nginx", top / "server", answers) as port:
        for origin in ORIGINS:
            preflight = ask(port, SEARCH + "&includefield=1%2C2", "OPTIONS", Origin=origin)
            assert (preflight.status, allowed(preflight)) == (204, [origin])
            assert preflight.of("access-control-allow-headers") == [", ".join(settings.headers)]
            assert preflight.of("access-control-allow-methods") == [", ".join(settings.methods)]
            assert preflight.of("access-control-max-age") == ["600"]
            answer = ask(port, f"{SEARCH}&includefield=00081030%2C00080060", Origin=origin)
            assert (answer.status, allowed(answer)) == (200, [origin])
            assert ("00081030" in answer.json[0]) == (not decodes)
            assert "Origin" in answer.of("vary")
            # Errors too, or they look like CORS.
            missing = ask(port, "/dicom-web/studies/1.2/metadata", Origin=origin)
            assert (missing.status, allowed(missing)) == (404, [origin])
            stored = ask(port, "/dicom-web/studies?x=%2C", "POST", Origin=origin)
            assert (stored.status, allowed(stored)) == (415 if uploads else 403, [origin])


def test_nobody_else_gets_in(top: Path, archive: orthanc.Orthanc) -> None:
    with front("nginx", top / "server", site(top, archive)) as port:
        for origin in STRANGERS:
            for method in ("OPTIONS", "GET"):
                assert allowed(ask(port, SEARCH, method, Origin=origin)) == [], origin
        assert allowed(ask(port, SEARCH)) == []


def test_images_have_the_public_address_and_the_rest_is_404(top: Path, archive: orthanc.Orthanc) -> None:
    with front("nginx", top / "server", site(top, archive)) as port:
        (study,) = ask(port, SEARCH, Origin=VIEWER).json
        assert study["00081190"]["Value"] == [f"https://127.0.0.1:{port}/dicom-web/studies/{ADA.uid}"]
        for path in ("/", "/dicom-web", "/dicom-web/servers", "/system", "/dicom-web/studiesx", "/ohif/"):
            assert ask(port, path).status == 404


def test_two_proxies_do_not_share_their_origins(top: Path, archive: orthanc.Orthanc) -> None:
    sites = [site(top, archive), site(top, archive)]
    sites[1]["viewer"] = {"url": "https://other.example.org"}
    ports = [one["proxy"]["listen"] for one in sites]
    files = [top / f"{port}.conf" for port in ports]
    for file, one in zip(files, sites, strict=True):
        file.write_text(generated(one)["nginx-cors.conf"])
    with nginx_part.nginx_with(top, files, ports):
        assert [allowed(ask(port, SEARCH, Origin=VIEWER)) for port in ports] == [[VIEWER], []]
        assert [allowed(ask(port, SEARCH, Origin="https://other.example.org")) for port in ports] == [
            [],
            ["https://other.example.org"],
        ]


def test_remedy_of_the_check_and_the_generated_file_say_the_same(top: Path, archive: orthanc.Orthanc) -> None:
    answers = site(top, archive, uploads=True)
    text = generated(answers)["nginx-cors.conf"]
    origin = variable("ohif_origin", f"127.0.0.1:{answers['proxy']['listen']}")
    remedy = cors.location(settings_for(ORIGINS, writes=True), "/dicom-web")
    said = {line.strip() for line in remedy.replace(cors.VARIABLE, origin).splitlines()}
    missing = said - {line.strip() for line in text.splitlines()}
    assert {line for line in missing if not line.startswith(("#", "location", "proxy_pass"))} == set()


def test_variables_differ_where_names_do() -> None:
    names = ("a.b:80", "a.b", "a-b", "a_b", "ab", "a.b:8", "xn--a.b", "xn.a.b")
    variables = [variable("o", name) for name in names]
    assert len(set(variables)) == len(names)
    assert all(one[1:].isidentifier() and one.isascii() for one in variables)
