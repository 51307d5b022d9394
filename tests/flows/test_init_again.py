"""`init` once more, with other answers: what followed from the old ones goes with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ohif_setup.answers.partial import PartialAnswers
from ohif_setup.commands.init.raw import without_outdated
from ohif_setup.demo.orthanc import OrthancSite, missing_packages
from tests.flows.front_door import Run, ohif_setup
from tests.flows.test_init_orthanc import Terminal, answers_file, enter_all

UP = "\x1b[A"
BEGIN = ("DICOM service URL", "Route", "Web server")
END = ("Viewer folder", "OHIF version", "Uploads allowed", "Output folder")

pytestmark = pytest.mark.skipif(bool(missing_packages()), reason=f"not installed: {' '.join(missing_packages())}")


@pytest.fixture(scope="module")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("orthanc")
    with OrthancSite(folder, folder / "viewer") as site:
        yield site.answers["server.url"]


def write(folder: Path, server_url: str, viewer_url: str, proxy: str, *, route: str = "reverse-proxy") -> None:
    (folder / "ohif-setup.toml").write_text(
        f'version = 1\n[viewer]\nurl = "{viewer_url}"\n[server]\nkind = "orthanc"\nurl = "{server_url}"\n'
        f'route = "{route}"\n[proxy]\n{proxy}'
    )


TLS = 'listen = 18443\ntls_certificate = "/etc/ssl/viewer.pem"\ntls_key = "/etc/ssl/viewer.key"\n'


def test_a_viewer_without_https_has_no_certificate_and_its_own_port(folder: Path, server_url: str) -> None:
    write(folder, server_url, "https://localhost:18443", TLS)
    terminal = Terminal()
    enter_all(terminal, *BEGIN)
    terminal.answer("Viewer URL", "http://localhost:18083")
    terminal.answer("Where do people sign in")
    terminal.answer("Port of the web server", default="18083")
    enter_all(terminal, *END)
    assert "Key of the certificate" not in terminal.sees("Write them").split("The answers")[1]
    terminal.press("\r")
    terminal.sees("Next")
    terminal.rest()
    assert answers_file(folder)["proxy"] == {"listen": 18083}
    assert "listen 127.0.0.1:18083;" in (folder / "deploy" / "nginx.conf").read_text()


@pytest.mark.parametrize("url", ["https://viewer.example.org", "http://localhost"])
def test_the_port_of_the_old_address_goes_with_it(folder: Path, server_url: str, url: str) -> None:
    write(folder, server_url, "http://localhost:18080", "listen = 18080\n")
    terminal = Terminal()
    enter_all(terminal, *BEGIN)
    terminal.answer("Viewer URL", url)
    terminal.answer("Where do people sign in")
    if url.startswith("https:"):
        terminal.answer("Certificate")
    enter_all(terminal, *END, "Write them")
    terminal.sees("Next")
    terminal.rest()
    assert not answers_file(folder)["proxy"]
    assert "listen 18080" not in (folder / "deploy" / "nginx.conf").read_text()


def test_a_port_that_is_not_asked_for_is_kept_and_shown(folder: Path, server_url: str) -> None:
    write(folder, server_url, "https://viewer.example.org", "listen = 8081\n")
    terminal = Terminal()
    enter_all(terminal, *BEGIN, "Viewer URL", "Where do people sign in", "Certificate", *END)
    assert "Port of the web server" in terminal.sees("Write them").split("The answers")[1]
    terminal.press("\r")
    terminal.sees("Next")
    terminal.rest()
    assert answers_file(folder)["proxy"] == {"listen": 8081}


def test_another_route_offers_the_port_of_its_own_address(folder: Path, server_url: str) -> None:
    proxy = 'url = "http://localhost:18092"\nlisten = 18092\n'
    write(folder, server_url, "http://localhost:18091", proxy, route="cors")
    terminal = Terminal()
    terminal.answer("DICOM service URL")
    terminal.answer("Route", UP + UP)
    enter_all(terminal, "Web server", "Viewer URL", "Where do people sign in")
    terminal.answer("Port of the web server", default="18091")
    enter_all(terminal, *END, "Write them")
    terminal.sees("Next")
    terminal.rest()
    assert answers_file(folder)["proxy"] == {"listen": 18091}


def test_a_login_that_is_wanted_no_more_goes(folder: Path, server_url: str) -> None:
    write(folder, server_url, "http://localhost:18080", 'orthanc_credentials_file = "/etc/nginx/ohif-login.conf"\n')
    terminal = Terminal()
    enter_all(terminal, *BEGIN, "Viewer URL", "Where do people sign in")
    terminal.answer("Should the web server log in for all users", "n")
    enter_all(terminal, "Port of the web server", *END, "Write them")
    terminal.sees("Next")
    terminal.rest()
    assert answers_file(folder)["proxy"] == {"listen": 18080}


def again(*sets: str) -> Run:
    return ohif_setup("init", *(word for one in sets for word in ("--set", one)))


def test_without_a_terminal_the_same_and_it_is_said(folder: Path, server_url: str) -> None:
    write(folder, server_url, "https://localhost:18443", TLS)
    run = again("viewer.url=http://localhost:18083")
    assert run.status == 0, run
    assert "dropped: proxy.listen, proxy.tls_certificate, proxy.tls_key" in " ".join(run.err.split())
    assert answers_file(folder)["proxy"] == {"listen": 18083}


def test_what_is_given_in_this_run_stays(folder: Path, server_url: str) -> None:
    write(folder, server_url, "http://localhost:18080", "listen = 18080\n")
    run = again("viewer.url=https://viewer.example.org", "proxy.listen=18080")
    assert run.status == 0, run
    assert "left out" not in run.err
    assert answers_file(folder)["proxy"] == {"listen": 18080}


def test_the_same_address_written_otherwise_changes_nothing(folder: Path, server_url: str) -> None:
    write(folder, server_url, "https://viewer.example.org/", "listen = 8081\n")
    run = again("viewer.url=HTTPS://viewer.example.org:443")
    assert run.status == 0, run
    assert answers_file(folder)["proxy"] == {"listen": 8081}


def test_behind_azure_the_web_server_of_the_others_keeps_its_port() -> None:
    others = {"kind": "orthanc", "url": "http://localhost:8042/dicom-web", "route": "cors"}
    raw = {
        "viewer": {"url": "https://new.example.org"},
        "servers": [{"kind": "azure-dicom"}, others],
        "proxy": {"url": "https://dicom.example.org", "listen": 8081},
    }
    given = PartialAnswers(raw)
    assert without_outdated(given, {"viewer.url": "https://old.example.org"}, []) == (given, [])


def test_with_two_origins_the_port_is_that_of_the_proxy(folder: Path, server_url: str) -> None:
    run = again(
        f"server.url={server_url}",
        "server.route=cors",
        "viewer.url=http://localhost:18093",
        "proxy.url=http://localhost:18094",
    )
    assert run.status == 0, run
    assert answers_file(folder)["proxy"] == {"listen": 18094, "url": "http://localhost:18094"}
    assert "listen 127.0.0.1:18094;" in (folder / "deploy" / "nginx-cors.conf").read_text()
