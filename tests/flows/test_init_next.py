"""What `init` says at its end about Orthanc, what it says of a viewer URL that is taken, and of a server's address that is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from ohif_setup.demo.orthanc import FAULTS, OrthancSite
from ohif_setup.demo.orthanc.programs import free_port
from ohif_setup.kinds.orthanc.find import INSTALL_PLUGIN
from tests.flows.front_door import Run, ohif_setup
from tests.parts import orthanc as parts
from tests.parts.orthanc import Login, Orthanc, orthanc
from tests.parts.samples import ADA
from tests.servers.raw import RawRequest, RawServer

pytestmark = pytest.mark.skipif(bool(parts.missing()), reason=parts.missing() or "all there")

Start = Callable[..., Orthanc]
ONLY_IF = "Change its configuration only if ohif-setup check says so"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    place = tmp_path / "orthanc"
    place.mkdir()
    with ExitStack() as open_:
        yield lambda **named: open_.enter_context(orthanc(place, **named))


def init(url: str, **more: str) -> Run:
    """`init` without a terminal; `more` are answers, with `__` for the full stop."""
    given: Mapping[str, str] = {"server.url": url, "viewer.url": f"http://localhost:{free_port()}"} | {
        key.replace("__", "."): value for key, value in more.items()
    }
    return ohif_setup("init", *(word for key, value in given.items() for word in ("--set", f"{key}={value}")))


def next_of(run: Run) -> str:
    """What stands below Next, on one line."""
    assert run.status == 0, run
    return " ".join(run.out.split("\nNext\n")[1].split("The same without")[0].split())


def test_an_orthanc_whose_addresses_are_right_needs_no_step(folder: Path, start: Start) -> None:
    said = next_of(init(start(studies=[ADA]).url))
    assert said.startswith("1. The viewer")
    assert "Orthanc" not in said


def test_debians_host_in_the_answers_is_to_be_taken_out(folder: Path, start: Start) -> None:
    said = next_of(init(start(studies=[ADA], dicom_web={"Host": "localhost"}).url))
    assert said.startswith("1. Orthanc Its answers contain http://localhost instead of the requested host")
    assert "On Debian and Ubuntu: sudo sed" in said
    assert "sudo systemctl restart orthanc" in said


def test_another_host_in_the_answers_is_not_debians(folder: Path, start: Start) -> None:
    said = next_of(init(start(studies=[ADA], dicom_web={"Host": "pacs.example.org"}).url))
    assert "Its answers contain http://pacs.example.org instead" in said
    assert '"Host": ""' in said
    assert "/etc/orthanc" not in said


def test_an_empty_orthanc_says_nothing_of_its_host(folder: Path, start: Start) -> None:
    said = next_of(init(start().url))
    assert ONLY_IF in said
    assert "sudo sed" not in said


def test_a_login_without_its_file_is_said_with_what_to_add(folder: Path, start: Start) -> None:
    server = start(login=Login("ada", "secret"))
    said = next_of(init(server.url))
    assert "Orthanc requires a login, which the viewer does not have." in said
    assert re.search(r"--set proxy.orthanc_credentials_file=/etc/nginx/ohif-\S+-login.conf", said)
    command = re.search(r"(--set proxy\S+)", said)
    assert command
    again = next_of(ohif_setup("init", *command[1].split()))
    assert "as one of this Orthanc's users (RegisteredUsers)" in again
    assert "401, as it should" in again
    assert "which the viewer does not have" not in again


def test_with_a_login_the_look_comes_last(folder: Path, start: Start) -> None:
    server = start(login=Login("ada", "secret"))
    login = {"proxy__orthanc_credentials_file": "/etc/nginx/ohif-login.conf"}
    said = next_of(init(server.url, **login))
    look = said.split("What the server can do ")[1]
    assert re.search(
        r'"No Description": ohif-setup check --save ohif-setup generate build=.* install-viewer "\$build" .*'
        r"sudo cp deploy/nginx.conf \S+ sudo nginx -t && sudo systemctl reload\S* nginx \d+\. The proof ohif-setup check",
        look,
    )
    assert "What the server can do" not in next_of(
        init(server.url, server__capabilities__percent_decoding="no", **login)
    )


def test_apache_gets_the_module_that_decodes(folder: Path, start: Start) -> None:
    server = start(login=Login("ada", "secret"))
    run = ohif_setup(
        "init",
        "--answers",
        "site.toml",
        *(
            "--set",
            f"server.url={server.url}",
            "--set",
            "server.proxy=apache",
            "--set",
            "viewer.url=http://localhost:81",
        ),
    )
    look = next_of(run).split("What the server can do ")[1]
    assert "ohif-setup check --answers site.toml --save ohif-setup generate --answers site.toml" in look
    assert "sudo a2enmod rewrite" in look


def test_a_missing_plugin_is_the_first_step(folder: Path, tmp_path: Path) -> None:
    with OrthancSite(tmp_path, tmp_path / "viewer", fault=FAULTS["no-plugin"]) as site:
        run = init(site.answers["server.url"])
    assert next_of(run).startswith(
        "1. Orthanc Its DICOMweb plugin is missing. On Debian and Ubuntu: sudo apt install orthanc-dicomweb "
        f"sudo systemctl restart orthanc {ONLY_IF}"
    )
    assert "ohif-setup check --save ohif-setup generate" in next_of(run)
    assert f"(Orthanc without its DICOMweb plugin). {INSTALL_PLUGIN}" in " ".join(run.err.split())


def test_another_server_with_a_login_is_said_with_what_to_add(folder: Path) -> None:
    refusal = (
        b'HTTP/1.1 401 X\r\nWWW-Authenticate: Basic realm="PACS"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
    )
    with RawServer(lambda _: iter([refusal])) as server:
        said = next_of(init(f"{server.url}/rs", server__kind="dicomweb"))
        assert "1. The DICOMweb server The server requires a login, which the viewer does not have." in said
        assert re.search(r"--set proxy.orthanc_credentials_file=/etc/nginx/ohif-\S+-login.conf", said)
        given = init(f"{server.url}/rs", proxy__orthanc_credentials_file="/etc/nginx/ohif-login.conf")
        assert "which the viewer does not have" not in next_of(given)


@pytest.mark.parametrize(
    ("url", "more", "wrong"),
    [
        ("http://ada:secret@localhost:8045", {}, "has a user name before an @"),
        ("http://localhost:99999", {}, "has a port out of range"),
        ("http://localhost:99999", {"server__kind": "orthanc"}, "has a port out of range"),
    ],
)
def test_a_wrong_address_is_all_that_is_said(folder: Path, url: str, more: dict[str, str], wrong: str) -> None:
    run = init(url, **more)
    assert run.status == 2
    assert "One answer is wrong:" in run.err
    assert wrong in run.err
    assert "sign_in" not in run.err
    assert "secret" not in run.err
    assert list(folder.iterdir()) == []


def page(text: str) -> Callable[[RawRequest], Iterator[bytes]]:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n"
    return lambda _: iter([(head + text).encode()])


def test_a_viewer_url_that_is_taken_is_said(folder: Path, start: Start) -> None:
    server = start(studies=[ADA])
    with RawServer(page("<!doctype html><script src='/app.bundle.1.js'></script>")) as other:
        run = init(server.url, viewer__url=other.url)
        assert f"! something else answers at {other.url}:" in run.out.split("create")[0]
        assert "something else answers" not in init(server.url, viewer__url=other.url).out  # the site is no new one


def test_a_viewer_url_where_nothing_or_orthanc_answers_needs_no_word(folder: Path, start: Start) -> None:
    server = start(studies=[ADA])
    assert "something else answers" not in init(server.url).out
    (folder / "deploy" / "app-config.js").unlink()
    run = init(server.url, server__route="serve-folders", viewer__url=f"{server.url}/ohif")
    assert "something else answers" not in run.out
