"""`NEXT-STEPS.md`: each way has its own, and what it says to type works."""

from __future__ import annotations

import json
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.output.fronts import HOSTILE, ask, echo, front, generated, viewer_folder
from tests.parts import apache, nginx, orthanc
from tests.parts.ports import free_port
from tests.parts.users import open_folder

ENTRA = {"tenant_id": "11111111-2222-4333-8444-555555555555", "client_id": "66666666-7777-4888-9999-aaaaaaaaaaaa"}
AZURE = {"kind": "azure-dicom", "url": "https://ws-dicom.dicom.azurehealthcareapis.com"}
KEYCLOAK = {"client_id": "ohif", "authority": "https://kc.example.org/realms/imaging"}


@pytest.fixture
def top() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


def steps(
    url: str = "https://h.example.org/ohif",
    *,
    at: str = "http://127.0.0.1:8042",
    more: dict[str, Any] | None = None,
    **server: Any,
) -> str:
    """The text for a viewer at `url` and an Orthanc `at` that address; `server` has further keys of it, `more` further tables."""
    answers = {"viewer": {"url": url}, "server": {"kind": "orthanc", "url": at} | server}
    return generated(answers | (more or {}))["NEXT-STEPS.md"]


def headings(text: str) -> list[str]:
    return re.findall(r"^## (.*)$", text, re.MULTILINE)


def blocks(text: str, heading: str) -> list[str]:
    """The commands of one section."""
    section = re.search(rf"^## \d+\. {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, heading
    return re.findall(r"^ *```(?:sh|bash)\n(.*?)^ *```$", section[1], re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("server", "more", "expected"),
    [
        ({}, {}, ["Orthanc", "The viewer", "nginx"]),
        ({"proxy": "apache"}, {}, ["Orthanc", "The viewer", "Apache"]),
        ({"proxy": "iis"}, {}, ["Orthanc", "The viewer", "IIS"]),
        ({"kind": "dicomweb", "at": "http://127.0.0.1:8080/rs"}, {}, ["The DICOMweb server", "The viewer", "nginx"]),
        ({"route": "serve-folders"}, {}, ["Orthanc", "The viewer", "ServeFolders"]),
        ({"route": "cors"}, {"proxy": {"url": "https://dicom.example.org"}}, ["Orthanc", "The viewer", "nginx"]),
        (
            {},
            {"proxy": {"orthanc_credentials_file": "/etc/nginx/l"}},
            ["Orthanc", "The viewer", "The login of the server", "nginx"],
        ),
        ({}, {"sign_in": KEYCLOAK}, ["Orthanc", "The viewer", "nginx", "Sign-in"]),
        ({}, {"sign_in": ENTRA}, ["Orthanc", "The viewer", "nginx", "Sign-in with Microsoft Entra ID"]),
    ],
)
def test_sections_of_each_way(server: dict[str, Any], more: dict[str, Any], expected: list[str]) -> None:
    found = headings(steps(more=more, **server))
    wanted = [*expected, "Who may see the images", "The proof"]
    assert found == [f"{number}. {title}" for number, title in enumerate(wanted, 1)]


def test_azure_beside_orthanc_has_the_steps_of_both() -> None:
    answers = {
        "viewer": {"url": "https://h.example.org"},
        "servers": [{"kind": "orthanc", "url": "http://127.0.0.1:8042"}, AZURE],
        "sign_in": ENTRA,
    }
    text = generated(answers)["NEXT-STEPS.md"]
    assert [one.partition(" ")[2] for one in headings(text)] == [
        "Orthanc",
        "The viewer",
        "nginx",
        "The DICOM service",
        "The app registration",
        "The role",
        "CORS",
        "First images",
        "Who may see the images",
        "The proof",
    ]
    assert "`https://ws-dicom.dicom.azurehealthcareapis.com`" in text
    assert "(the Azure DICOM service does check)" in text


def test_several_azure_services_each_have_their_role_and_cors() -> None:
    second = AZURE | {"url": "https://ws-other.dicom.azurehealthcareapis.com", "uploads": True}
    answers = {"viewer": {"url": "https://h.example.org"}, "servers": [AZURE, second], "sign_in": ENTRA}
    titles = [one.partition(" ")[2] for one in headings(generated(answers)["NEXT-STEPS.md"])]
    assert [titles.count(one) for one in ("The DICOM service", "The app registration", "The role", "CORS")] == [
        2,
        1,
        2,
        2,
    ]


def test_sign_in_elsewhere_names_what_to_register_and_that_images_are_not_guarded() -> None:
    text = steps(more={"sign_in": KEYCLOAK})
    assert "   - `https://h.example.org/ohif/callback`\n" in text
    assert "`https://kc.example.org/realms/imaging`" in text
    assert "Settings › Valid post logout redirect URIs`, for the way back after signing out:\n" in text
    assert "   - `https://h.example.org/ohif/logout-redirect.html`\n   - `https://h.example.org/ohif/`\n" in text
    assert "Every page of the viewer: `https://h.example.org/ohif/*`\n" in text
    assert "(CORS): `https://h.example.org`\n   `Clients › ohif › Settings › Web origins`\n5. " in text
    assert "**Sign-in guards the pages of the viewer, not the images.** Orthanc does not check tokens" in text
    assert "- `https://h.example.org/dicom-web`" in text


def test_archive_without_sign_in_gets_a_warning_that_fits_its_address() -> None:
    assert "**There is no sign-in.**" in steps("http://192.0.2.7")
    here = steps("http://localhost:8080", more={"proxy": {"listen": 8080}})
    assert "**There is no sign-in.**" not in here
    assert "anyone who uses this machine sees every image" in here


def test_remote_access_is_opened_only_where_it_is_needed() -> None:
    closed, opened = '`"RemoteAccessAllowed" : false`', '`"RemoteAccessAllowed" : true`'
    assert closed in steps()
    assert opened in steps(at="http://192.0.2.9:8042")
    assert closed in steps("http://localhost:8042/ohif", route="serve-folders")
    assert opened in steps("http://archive.example.org:8042/ohif", route="serve-folders")


@pytest.mark.parametrize(
    ("url", "proxy", "used"),
    [
        ("http://h.example.org", {}, False),
        ("https://h.example.org", {"tls_certificate": "/c", "tls_key": "/k"}, False),
        ("http://h.example.org:8080", {"listen": 8080}, True),
    ],
)
def test_listen_of_apache_is_used_only_for_a_port_of_its_own(url: str, proxy: dict[str, Any], used: bool) -> None:
    text = steps(url, more={"proxy": proxy}, proxy="apache")
    assert ("a2enconf ohif-h_example_org" in text) == used
    assert ("**Omit `ohif-listen.conf`**" in text) == (not used)


@pytest.mark.parametrize("proxy", ["nginx", "apache"])
@pytest.mark.parametrize(
    ("url", "listen", "instead"),
    [
        ("http://localhost:8080", {}, "127.0.0.1"),
        ("http://h.example.org:8080", {}, "0.0.0.0"),
        ("http://h.example.org:8080", {"listen_addresses": ["10.0.0.7"]}, ""),
        ("http://[::1]:8080", {}, ""),
    ],
)
def test_what_to_do_without_ipv6_is_said_where_it_is_listened_on(
    url: str, listen: dict[str, Any], instead: str, proxy: str
) -> None:
    text = steps(url, more={"proxy": {"listen": 8080} | listen}, proxy=proxy)
    said = re.findall(r"`ohif-setup set proxy.listen_addresses=(.*?)`", text)
    # Apache's own `Listen PORT` does without.
    assert said == ([instead] if instead and (proxy, instead) != ("apache", "0.0.0.0") else [])


def test_archive_that_is_listened_for_elsewhere_is_not_called_this_machines() -> None:
    text = steps("http://localhost", more={"proxy": {"listen_addresses": ["0.0.0.0"]}})
    assert "**There is no sign-in.**" in text
    assert "of this machine alone" not in text


@pytest.mark.parametrize(
    ("url", "proxy", "warned"),
    [
        ("http://h.example.org:8080", {}, True),
        ("http://h.example.org:8080", {"listen": 8080}, False),
        ("https://h.example.org", {}, False),
    ],
)
def test_port_that_does_not_fit_the_viewer_url_is_said(url: str, proxy: dict[str, Any], warned: bool) -> None:
    assert ("do not match" in steps(url, more={"proxy": proxy})) == warned


def test_whether_anybody_looked_for_the_decoding_is_said() -> None:
    assert "is not known yet" in steps()
    assert "nginx decodes the commas, so that" in steps(capabilities={"percent_decoding": False})
    assert "decodes" not in steps(capabilities={"percent_decoding": True})


@pytest.mark.parametrize("proxy", ["nginx", "apache", "iis"])
@pytest.mark.parametrize("more", [{}, {"sign_in": KEYCLOAK}], ids=["nobody", "sign-in"])
def test_owner_of_another_server_reads_nothing_of_orthanc(proxy: str, more: dict[str, Any]) -> None:
    looked = {"percent_decoding": False}
    text = steps(kind="dicomweb", at="http://10.0.0.7:8080/rs", proxy=proxy, capabilities=looked, more=more)
    assert "The server does not decode queries" in text
    assert "orthanc" not in text.lower()


@pytest.mark.parametrize(
    "answers",
    [
        {"server": {"kind": "orthanc", "url": "http://127.0.0.1:8042"}},
        {"server": {"kind": "orthanc", "url": "http://127.0.0.1:8042", "proxy": "iis"}},
        {"server": AZURE, "sign_in": ENTRA},
    ],
    ids=["nginx", "iis", "azure"],
)
def test_answers_file_elsewhere_is_spoken_of_before_the_first_step(answers: dict[str, Any]) -> None:
    text = generated({"viewer": {"url": "https://h.example.org"}} | answers)["NEXT-STEPS.md"]
    assert "add `--answers FILE` to each `ohif-setup` command" in text.partition("\n## ")[0]


@pytest.mark.parametrize("kind", ["nginx", "apache"])
@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_headers_that_are_named_reach_another_server(kind: str, secure: bool, top: Path) -> None:
    missing = (nginx if kind == "nginx" else apache).missing()
    if missing:
        pytest.skip(missing)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    port = free_port()
    with echo(tls if secure else None) as behind:
        answers = {
            "viewer": {"url": f"http://127.0.0.1:{port}", "folder": str(viewer_folder(top))},
            "server": {"kind": "dicomweb", "url": f"{behind}/rs", "proxy": kind},
            "proxy": {"listen": port},
        }
        said = re.search(r"tells it that address in (.*);", generated(answers)["NEXT-STEPS.md"])
        assert said
        with front(kind, top / "server", answers):
            fields = ask(port, "/rs/studies").json["fields"]
    address = f"127.0.0.1:{port}"
    told = {
        name for name, value in fields.items() if address in value or (name, value) == ("x-forwarded-proto", "http")
    }
    assert {one.lower() for one in re.findall(r"`([\w-]+)`", said[1])} == told


def run(commands: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """In bash, without sudo."""
    return subprocess.run(
        ["bash", "-euc", f'sudo() {{ "$@"; }}\n{commands}'],
        input=typed,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )


LOGIN = orthanc.Login("ohif", "p%s\\n \"$HOME\" 'x' #")


@pytest.mark.parametrize("kind", ["nginx", "apache"])
def test_login_file_made_as_shown_lets_the_web_server_in(kind: str, top: Path, tmp_path: Path) -> None:
    missing = orthanc.missing() or (nginx if kind == "nginx" else apache).missing()
    if missing:
        pytest.skip(missing)
    port = free_port()
    file = top / f"login {HOSTILE}.conf"
    with orthanc.orthanc(tmp_path, login=LOGIN) as server:
        answers = {
            "viewer": {"url": f"http://127.0.0.1:{port}", "folder": str(viewer_folder(top))},
            "server": {"kind": "orthanc", "url": server.root, "proxy": kind},
            "proxy": {"listen": port, "orthanc_credentials_file": str(file)},
        }
        (commands,) = blocks(generated(answers)["NEXT-STEPS.md"], "The login of the server")
        # Its owner is root where the server runs; here, whoever runs this.
        commands = commands.replace("-o root -g root ", "")
        done = run(commands, f"{LOGIN.name}\n{LOGIN.password}\n")
        assert LOGIN.password not in done.stdout + done.stderr + commands
        assert file.stat().st_mode & 0o777 == 0o600
        with front(kind, top / "server", answers):
            assert ask(port, "/dicom-web/studies").status == 200


def test_command_frees_the_plugin_from_debians_host(tmp_path: Path) -> None:
    shipped = Path("/etc/orthanc/dicomweb.json")
    if not shipped.exists():
        pytest.skip("Debian's package orthanc-dicomweb is not installed")
    copy = tmp_path / "dicomweb.json"
    shutil.copyfile(shipped, copy)
    command = blocks(steps(), "Orthanc")[0]
    run(command.replace(str(shipped), str(copy)))
    before, after = shipped.read_text(), copy.read_text()
    assert before.replace('"localhost"', '""') == after
    without_comments = re.sub(r"/\*.*?\*/|//[^\n]*", "", after, flags=re.DOTALL)
    assert json.loads(without_comments)["DicomWeb"]["Host"] == ""
