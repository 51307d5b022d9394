"""A server that answers to its own name alone, as behind an ingress: `proxy.upstream_host`, and the name in `server.url`."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from ohif_setup.answers.model import Answers
from ohif_setup.answers.problems import AnswersError
from ohif_setup.answers.sources import load
from ohif_setup.webservers import facts
from tests.output.fronts import ask, echo, front, generated, viewer_folder
from tests.parts import apache, nginx, orthanc
from tests.parts.ports import free_port
from tests.parts.samples import EVERY_KIND
from tests.parts.users import open_folder

MISSING = nginx.missing() or apache.missing() or orthanc.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

NAME = "pacs.example.org"
SEARCH = "/dicom-web/studies?limit=1"
WEB_SERVERS = pytest.mark.parametrize("kind", ["nginx", "apache"])


@pytest.fixture
def top() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


def site(top: Path, server: str, kind: str, **proxy: Any) -> dict[str, Any]:
    port = free_port()
    return {
        "viewer": {"url": f"http://localhost:{port}", "folder": str(viewer_folder(top, "viewer"))},
        "server": {"kind": "orthanc", "url": f"{server}/dicom-web", "proxy": kind},
        "proxy": {"listen": port, "listen_addresses": ["127.0.0.1"], **proxy},
    }


@pytest.mark.parametrize(
    ("server", "named", "host"),
    [
        ("http://127.0.0.1:8042", "", ""),
        ("http://localhost:8042", "", ""),
        ("http://192.0.2.7:8042", "", ""),
        ("http://[2001:db8::7]:8042", "", ""),
        ("http://orthanc:8042", "", "orthanc:8042"),
        ("https://PACS.example.org", "", "pacs.example.org"),
        ("https://pacs.example.org:8443", "", "pacs.example.org:8443"),
        ("http://127.0.0.1:8042", "pacs.example.org", "pacs.example.org"),
        ("http://ingress:80", "pacs.example.org:8080", "pacs.example.org:8080"),
    ],
)
def test_the_name_that_a_server_is_asked_with(server: str, named: str, host: str) -> None:
    answers = Answers.model_validate(
        {
            "viewer": {"url": "https://viewer.example.org", "folder": "/srv/ohif"},
            "server": {"kind": "orthanc", "url": f"{server}/dicom-web"},
            "proxy": {"upstream_host": named},
        }
    )
    assert facts.proxied(answers)[0].host == host


@pytest.mark.parametrize(
    "wrong", ["https://pacs.example.org", "pacs.example.org/dicom-web", "a b", "pacs:99999", "-pacs", "x;y"]
)
def test_what_is_no_host_name(wrong: str) -> None:
    with pytest.raises(AnswersError, match="upstream_host"):
        load(
            None,
            [
                "server.kind=orthanc",
                "server.url=http://127.0.0.1:8042",
                "viewer.url=http://localhost:3000",
                f"proxy.upstream_host={wrong}",
            ],
            {},
        )


@WEB_SERVERS
def test_the_server_hears_its_own_name_and_the_address_of_the_viewer(top: Path, kind: str) -> None:
    with echo() as server:
        answers = site(top, server, kind, upstream_host=NAME)
        with front(kind, top / "front", answers) as port:
            said = ask(port, SEARCH).json["fields"]
    assert said["host"] == NAME
    assert said["forwarded"] == f"host=127.0.0.1:{port};proto=http"
    assert said["x-forwarded-host"] == f"127.0.0.1:{port}"


@WEB_SERVERS
def test_without_a_name_the_server_hears_that_of_the_viewer(top: Path, kind: str) -> None:
    with echo() as server:
        answers = site(top, server, kind)
        with front(kind, top / "front", answers) as port:
            assert ask(port, SEARCH).json["fields"]["host"] == f"127.0.0.1:{port}"


@WEB_SERVERS
def test_an_orthanc_behind_a_server_that_answers_to_one_name(top: Path, kind: str) -> None:
    """The ingress answers 404 to every other name; the addresses in Orthanc's answers are the viewer's."""
    with orthanc.orthanc(top, EVERY_KIND) as archive:
        inner = free_port()
        folder = top / "ingress"
        folder.mkdir()
        block = folder / "block.conf"
        block.write_text(
            f"server {{ listen 127.0.0.1:{inner} default_server; return 404; }}\n"
            f"server {{ listen 127.0.0.1:{inner}; server_name {NAME}; location / {{ proxy_pass {archive.url}; }} }}\n"
        )
        with nginx.nginx_with(folder, [block], [inner], private=True):
            with front(kind, top / "without", site(top, f"http://127.0.0.1:{inner}", kind)) as port:
                assert ask(port, SEARCH).status == 404
            named = site(top, f"http://127.0.0.1:{inner}", kind, upstream_host=NAME)
            with front(kind, top / "with", named) as port:
                found = ask(port, SEARCH)
    assert found.status == 200
    assert found.json[0]["00081190"]["Value"][0].startswith(f"http://127.0.0.1:{port}/dicom-web/studies/")


def test_the_certificate_of_the_named_server_is_verified(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority, other = trustme.CA(), trustme.CA()
    bundle = top / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setattr(facts, "CA_BUNDLE", str(bundle))
    for issuer, status in ((authority, 200), (other, 502)):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issuer.issue_cert(NAME).configure_cert(tls)
        with echo(tls) as server:
            answers = site(top, server, "nginx", upstream_host=NAME)
            with front("nginx", top / f"front-{status}", answers) as port:
                assert ask(port, SEARCH).status == status


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("https://192.0.2.7", True),
        (f"https://{NAME}", False),
        ("http://192.0.2.7", False),
    ],
)
def test_apache_cannot_name_a_server_at_https_otherwise(url: str, refused: bool) -> None:
    sets = [
        "server.kind=orthanc",
        f"server.url={url}/dicom-web",
        "server.proxy=apache",
        "viewer.url=https://viewer.example.org",
        f"proxy.upstream_host={NAME}",
    ]
    if not refused:
        load(None, sets, {})
        return
    with pytest.raises(AnswersError, match="cannot be the name in a certificate"):
        load(None, sets, {})


def test_iis_sets_the_name_too() -> None:
    files = generated(
        {
            "viewer": {"url": "https://viewer.example.org", "folder": "C:\\inetpub\\ohif"},
            "server": {"kind": "orthanc", "url": "http://127.0.0.1:8042/dicom-web", "proxy": "iis"},
            "proxy": {"upstream_host": NAME},
        }
    )
    assert f'<set name="HTTP_HOST" value="{NAME}" />' in files["web.config"]
    assert "HTTP_HOST" in files["NEXT-STEPS.md"]
