"""`init` with Orthanc and other DICOMweb servers: at a real terminal (a pty), and without one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ohif_setup.demo.orthanc import FAULTS, OrthancSite, missing_packages
from ohif_setup.demo.site import DemoSite
from tests.flows.front_door import CLIENT, TENANT, ohif_setup
from tests.flows.terminal import Pty
from tests.servers.raw import RawRequest, RawServer

ENTER, DOWN, CTRL_C = "\r", "\x1b[B", "\x03"

pytestmark = pytest.mark.skipif(bool(missing_packages()), reason=f"not installed: {' '.join(missing_packages())}")


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrthancSite]:
    folder = tmp_path_factory.mktemp("orthanc")
    with OrthancSite(folder, folder / "viewer") as site:
        yield site


class Terminal:
    """`ohif-setup` at a terminal; counts what is typed besides Enter."""

    def __init__(self, *arguments: str, environment: dict[str, str] | None = None, columns: int = 120) -> None:
        self.typed = 0
        self._child = Pty(*arguments, dimensions=(50, columns), environment=environment)

    def answer(self, prompt: str, text: str = "", *, default: str = "") -> None:
        """Waits for the prompt and its default, types the text, and Enter."""
        self.sees(rf"\?\x1b\[0;1m {prompt}")
        if default:
            self.sees(re.escape(f" [{default}]"))
        self.typed += bool(text)
        self._child.send(text + ENTER)

    def sees(self, text: str) -> str:
        """Waits for a regular expression; gives what was shown before it."""
        return self._child.expect(text)

    def rest(self) -> str:
        """Waits for the end."""
        return self._child.ends()[1]

    def press(self, keys: str) -> None:
        """Types at the prompt that is shown."""
        self._child.send(keys)

    def leave(self) -> None:
        """Ctrl-C."""
        self.press(CTRL_C)
        self.end(130)

    def end(self, status: int = 0) -> str:
        """Waits for the end; gives what was shown."""
        ended, shown = self._child.ends()
        assert ended == status, shown
        return shown


def answers_file(folder: Path) -> dict[str, dict[str, object]]:
    tables: dict[str, dict[str, object]] = tomllib.loads((folder / "ohif-setup.toml").read_text())
    return tables


def enter_all(terminal: Terminal, *prompts: str) -> None:
    for prompt in prompts:
        terminal.answer(prompt)


REST = (
    "Where do people sign in",
    "Port of the web server",
    "Viewer folder",
    "OHIF version",
    "Uploads allowed",
    "Output folder",
)


def test_two_typed_answers_give_the_files(folder: Path, orthanc: OrthancSite) -> None:
    terminal = Terminal()
    terminal.answer("DICOM service URL", f"localhost:{orthanc.orthanc_port}")
    terminal.sees("✓ Orthanc with its DICOMweb plugin")
    terminal.sees(f"→ http://localhost:{orthanc.orthanc_port}/dicom-web")
    terminal.sees("· does not decode %2C in a query; nginx or Apache in front of it does")
    terminal.sees("Recommended: a reverse proxy")
    enter_all(terminal, "Route", "Web server")
    terminal.answer("Viewer URL", f"http://localhost:{orthanc.port}")
    terminal.sees("On this machine alone it is rarely needed")
    enter_all(terminal, *REST, "Write them")
    terminal.sees("nothing was checked")
    terminal.sees(r"install-viewer")
    terminal.sees(rf"sudo cp deploy/nginx.conf /etc/nginx/conf.d/ohif-localhost-{orthanc.port}.conf")
    terminal.end()
    assert terminal.typed == 2
    tables = answers_file(folder)
    assert tables["server"]["kind"] == "orthanc"
    assert tables["server"]["url"] == f"http://localhost:{orthanc.orthanc_port}/dicom-web"
    assert tables["server"]["capabilities"] == {
        "wildcard": True,
        "fuzzy": False,
        "includefield": True,
        "rendered": True,
        "bulk_data": True,
        "quoted_accept": True,
        "percent_decoding": False,
    }
    assert tables["proxy"] == {"listen": orthanc.port}
    assert "sign_in" not in tables
    written = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {path.name for path in written if ".ohif-setup" not in path.parts} == {
        "NEXT-STEPS.md",
        "app-config.js",
        "nginx.conf",
        "ohif-setup.schema.json",
        "ohif-setup.toml",
    }

    again = Terminal()
    enter_all(again, "DICOM service URL", "Route", "Web server", "Viewer URL", *REST)
    again.sees("Nothing changes")
    again.end(1)  # nothing is served, and now that is a finding
    assert written == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_without_a_terminal_the_same(folder: Path, orthanc: OrthancSite) -> None:
    url = f"http://127.0.0.1:{orthanc.orthanc_port}"
    run = ohif_setup("init", "--set", f"server.url={url}", "--set", f"viewer.url=http://localhost:{orthanc.port}")
    assert run.status == 0, run
    assert "The server: Orthanc with its DICOMweb plugin" in run.err
    assert f"Its DICOMweb root: {url}/dicom-web" in run.err
    assert "nothing was checked" in run.out
    tables = answers_file(folder)
    assert (tables["server"]["kind"], tables["server"]["url"]) == ("orthanc", f"{url}/dicom-web")
    assert tables["server"]["capabilities"]
    assert tables["proxy"]["listen"] == orthanc.port
    assert f"listen 127.0.0.1:{orthanc.port};" in (folder / "deploy" / "nginx.conf").read_text()
    # The command that it shows gives the same files.
    shown = run.out.split("The same without a terminal")[1]
    sets = re.findall(r"--set (\S+)", shown)
    other = folder / "other"
    other.mkdir()
    ohif_setup("init", *(word for one in sets for word in ("--set", one)), cwd=other)
    for name in ("ohif-setup.toml", "deploy/nginx.conf", "deploy/app-config.js"):
        assert (other / name).read_bytes() == (folder / name).read_bytes()


def test_a_login_is_met_and_its_file_asked_for(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("login")
    with OrthancSite(place, place / "viewer", fault=FAULTS["login"]) as site:
        terminal = Terminal()
        terminal.answer("DICOM service URL", site.answers["server.url"])
        terminal.sees(r"✓ Orthanc, which asks for a login \(401\)")
        enter_all(terminal, "Route", "Web server")
        terminal.answer("Viewer URL", f"http://localhost:{site.port}")
        enter_all(
            terminal, "Where do people sign in", "Should the web server log in for all users", "Port of the web server"
        )
        terminal.answer("File with the login of the server")
        enter_all(terminal, "Viewer folder", "OHIF version", "Uploads allowed", "Output folder", "Write them")
        terminal.sees("The login of the server")
        terminal.end()
    file = answers_file(folder)["proxy"]["orthanc_credentials_file"]
    assert file == f"/etc/nginx/ohif-localhost-{site.port}-login.conf"
    assert "include" in (folder / "deploy" / "nginx.conf").read_text()


def test_orthanc_serves_the_viewer_itself(folder: Path, orthanc: OrthancSite) -> None:
    terminal = Terminal()
    terminal.answer("DICOM service URL", orthanc.answers["server.url"])
    terminal.answer("Route", DOWN)
    terminal.answer("Viewer URL", default=f"http://127.0.0.1:{orthanc.orthanc_port}/ohif")
    terminal.answer("Where do people sign in")
    terminal.answer("Viewer folder", "/srv/ohif-3.13")
    terminal.sees("contains a full stop")
    terminal.answer("Viewer folder", "/srv/ohif")
    enter_all(terminal, "OHIF version", "Uploads allowed", "Output folder", "Write them")
    terminal.sees("orthanc-serve-folders.json /etc/orthanc/serve-folders.json")
    terminal.end()
    tables = answers_file(folder)
    assert tables["server"]["route"] == "serve-folders"
    assert "proxy" not in tables["server"]


def test_two_origins(folder: Path, orthanc: OrthancSite) -> None:
    terminal = Terminal("--set", "server.route=cors")
    terminal.answer("DICOM service URL", orthanc.answers["server.url"])
    terminal.sees("Route: cors")
    terminal.answer("Viewer URL", "http://viewer.example.org")
    terminal.sees("sign-in is left out, because browsers allow it at https://")
    terminal.sees("sees every image without signing in")
    assert "by default" not in terminal.sees("Proxy URL:")
    terminal.press(ENTER)
    terminal.sees("✗ An answer is needed")
    terminal.answer("Proxy URL", "http://viewer.example.org")
    terminal.sees("✗ This is the viewer's own origin")
    terminal.answer("Proxy URL", "http://dicom.example.org:8090")
    terminal.answer("Port of the web server", default="8090")
    enter_all(terminal, "OHIF version", "Uploads allowed", "Output folder", "Write them")
    terminal.sees("It is served elsewhere, and these files do not install it there")
    terminal.sees(
        "The viewer\r\n *It is served elsewhere, at http://viewer.example.org. Put\\s+deploy/app-config.js there"
    )
    terminal.sees("nginx-cors.conf")
    terminal.end()
    assert answers_file(folder)["proxy"] == {"listen": 8090, "url": "http://dicom.example.org:8090"}


def oidc(request: RawRequest) -> Iterator[bytes]:
    host = request.header("Host")
    body = (
        '{"issuer": "http://%s/r", "authorization_endpoint": "http://%s/a", "token_endpoint": "http://%s/t", '
        '"scopes_supported": ["openid", "offline_access"]}'
    )
    text = body.replace("%s", host)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
    yield (head + text).encode()


def test_people_sign_in_at_another_provider(folder: Path, orthanc: OrthancSite) -> None:
    with RawServer(oidc) as provider:
        terminal = Terminal()
        terminal.answer("DICOM service URL", orthanc.answers["server.url"])
        enter_all(terminal, "Route", "Web server")
        terminal.answer("Viewer URL", "https://viewer.example.org")
        assert "On this machine alone" not in terminal.sees("Where do people sign in")
        terminal.press(DOWN + DOWN + ENTER)
        terminal.answer("Authority", f"{provider.url}/r/.well-known/openid-configuration")
        terminal.sees("✓ the OIDC provider answers")
        terminal.sees("it has offline_access, so the viewer asks for a refresh token")
        terminal.answer("Client ID", "ohif")
        enter_all(terminal, "Sign-in flow", "Certificate", "Viewer folder", "OHIF version", "Uploads", "Output folder")
        terminal.answer("Write them")
        terminal.sees("nothing was checked")
        terminal.end()
        assert answers_file(folder)["sign_in"] == {
            "client_id": "ohif",
            "flow": "code",
            "authority": f"{provider.url}/r",
            "scope": "openid profile offline_access",
        }


def test_another_dicomweb_server(folder: Path) -> None:
    def pacs(request: RawRequest) -> Iterator[bytes]:
        there = request.path == "/rs/studies"
        yield b"HTTP/1.1 204 No Content\r\n\r\n" if there else b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    with RawServer(pacs) as server:
        terminal = Terminal("--set", "viewer.url=http://localhost:8080")
        terminal.answer("DICOM service URL", f"{server.url}/rs/studies")
        terminal.sees("✓ a DICOMweb server")
        terminal.sees("· decodes %2C in a query")
        terminal.sees("reverse-proxy: viewer and images")
        assert "serve-folders" not in terminal.sees("cors: viewer and images")
        terminal.press(ENTER)
        enter_all(terminal, "Web server", *REST, "Write them")
        terminal.sees("nothing was checked")
        terminal.end()
        assert {one.method for one in server.requests} == {"GET", "OPTIONS"}
    assert answers_file(folder)["server"]["kind"] == "dicomweb"


def test_a_server_that_answers_browsers_itself_gets_no_web_server(folder: Path) -> None:
    def pacs(request: RawRequest) -> Iterator[bytes]:
        there = request.path == "/rs/studies"
        yield b"HTTP/1.1 204 No Content\r\n" if there else b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n"
        yield f"Access-Control-Allow-Origin: {request.header('Origin') or '*'}\r\n\r\n".encode()

    with RawServer(pacs) as server:
        terminal = Terminal()
        terminal.answer("DICOM service URL", f"{server.url}/rs")
        terminal.sees("The server allows requests from other origins")
        terminal.answer("Route")
        terminal.answer("Viewer URL", "http://localhost:8080")
        assert "Web server" not in terminal.sees("Where do people sign in")
        terminal.press(ENTER)
        enter_all(terminal, "OHIF version", "Uploads allowed", "Output folder", "Write them")
        terminal.end(1)  # it is no archive
        assert answers_file(folder)["server"]["route"] == "direct"
        text = (folder / "deploy" / "app-config.js").read_text()
        assert f'qidoRoot: "{server.url}/rs"' in text
    assert not list((folder / "deploy").glob("*.conf"))


def test_the_viewer_cannot_have_the_servers_own_port(folder: Path, orthanc: OrthancSite) -> None:
    terminal = Terminal("--set", f"viewer.url=http://localhost:{orthanc.orthanc_port}")
    terminal.answer("DICOM service URL", orthanc.answers["server.url"])
    enter_all(terminal, "Route", "Web server")
    terminal.sees("✗ This is the address of the server itself")
    terminal.answer("Viewer URL", "http://localhost:8080")
    terminal.answer("Where do people sign in")
    terminal.leave()


def test_sentences_break_at_blanks(folder: Path) -> None:
    (folder / "ohif-setup.toml").write_text(SEVERAL)
    terminal = Terminal(columns=80)
    said = terminal.sees("http://localhost:8042")
    assert "Ctrl-C quits and\r\nchanges nothing" in said
    assert all(len(line) < 80 for line in said.splitlines())
    terminal.leave()


def test_what_does_not_answer_can_be_said_by_hand(folder: Path) -> None:
    terminal = Terminal()
    terminal.answer("DICOM service URL", "http://127.0.0.1:9")
    terminal.sees("the connection was refused")
    terminal.answer("Use this answer anyway", "y")
    terminal.answer("Which kind of server is it", DOWN)
    terminal.sees("→ http://127.0.0.1:9/dicom-web")
    terminal.answer("Route")
    terminal.leave()
    assert list(folder.iterdir()) == []


def test_a_rejected_or_wrong_answer_is_no_default(folder: Path) -> None:
    terminal = Terminal("--set", "server.url=http://127.0.0.1:9")
    terminal.answer("Use this answer anyway", "n")
    terminal.answer("DICOM service URL:", "http://127.0.0.1:10")
    terminal.answer("Use this answer anyway", "n")
    terminal.answer("DICOM service URL:", "ftp://nowhere")
    terminal.sees("✗ This")
    terminal.sees("DICOM service URL:")
    terminal.leave()


def test_a_wrong_answer_of_the_file_is_said_and_no_default(folder: Path) -> None:
    (folder / "ohif-setup.toml").write_text('version = 1\n[server]\nurl = "http://ada:secret@127.0.0.1:9"\n')
    terminal = Terminal()
    said = terminal.sees("DICOM service URL:")
    assert "is not valid: This has a user name before an @" in said
    assert "secret" not in said
    terminal.leave()


def test_a_dash_takes_an_optional_answer_away(folder: Path, orthanc: OrthancSite) -> None:
    (folder / "ohif-setup.toml").write_text(
        'version = 1\n[viewer]\nurl = "https://viewer.example.org"\n'
        f'[server]\nkind = "orthanc"\nurl = "{orthanc.answers["server.url"]}"\n'
        '[proxy]\ntls_certificate = "/etc/ssl/viewer.pem"\ntls_key = "/etc/ssl/viewer.key"\n'
    )
    terminal = Terminal()
    enter_all(terminal, "DICOM service URL", "Route", "Web server", "Viewer URL", "Where do people sign in")
    terminal.answer(r"Certificate \[/etc/ssl/viewer.pem\] \(- for none\):", "-")
    enter_all(terminal, *REST[2:], "Write them")
    terminal.sees("Next")
    terminal.rest()
    assert "tls_certificate" not in (folder / "ohif-setup.toml").read_text()


def test_another_kind_takes_away_what_only_the_old_one_had(folder: Path, orthanc: OrthancSite) -> None:
    url = f"http://127.0.0.1:{orthanc.orthanc_port}"
    ohif_setup("init", "--set", f"server.url={url}", "--set", f"viewer.url=http://localhost:{orthanc.port}")
    with DemoSite() as azure:
        terminal = Terminal(
            "--sign-in",
            "none",
            "--set",
            f"sign_in.authority={azure.answers['sign_in.authority']}",
            environment=azure.environment,
        )
        terminal.answer("DICOM service URL", azure.dicom.url)
        terminal.sees("it trusts the tenant")
        terminal.answer("Tenant ID")
        terminal.answer("Client ID", azure.answers["sign_in.client_id"])
        enter_all(
            terminal, "Viewer URL", "OHIF version", "Uploads", "Sign-in flow", "FHIR service URL", "Output folder"
        )
        terminal.answer("Write them")
        terminal.sees("redirect URIs")
        terminal.rest()
    tables = answers_file(folder)
    assert tables["server"]["kind"] == "azure-dicom"
    assert "capabilities" not in tables["server"]
    assert "proxy" not in tables


SEVERAL = f"""\
version = 1
[viewer]
url = "http://localhost:8080"
[[servers]]
kind = "orthanc"
url = "http://127.0.0.1:1/dicom-web"
# The archive of the other house.
[[servers]]
kind = "azure-dicom"
url = "https://ws-dicom.dicom.azurehealthcareapis.com/v2"
[sign_in]
tenant_id = "{TENANT}"
client_id = "{CLIENT}"
"""


def test_of_several_servers_the_first_is_asked_about(folder: Path, orthanc: OrthancSite) -> None:
    (folder / "ohif-setup.toml").write_text(SEVERAL)
    terminal = Terminal()
    terminal.sees("This site has 2 servers")
    terminal.answer("DICOM service URL", orthanc.answers["server.url"], default="http://127.0.0.1:1/dicom-web")
    enter_all(terminal, "Route", "Web server", "Viewer URL", "Where do people sign in")
    terminal.answer("Tenant ID")
    terminal.answer("(Use this answer|Use this tenant)", "y")
    enter_all(terminal, "Client ID", "Sign-in flow", *REST[1:], "Write them")
    terminal.sees("Next")
    terminal.rest()
    text = (folder / "ohif-setup.toml").read_text()
    assert '# The archive of the other house.\n[[servers]]\nkind = "azure-dicom"\nurl = "https://ws-dicom' in text
    assert f'url = "{orthanc.answers["server.url"]}"' in text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("server.url=http://127.0.0.1:9",), "the connection was refused"),
        (("server.url=http://127.0.0.1:9", "server.kind=orthanc"), ""),
    ],
)
def test_without_a_terminal_a_server_that_says_nothing(folder: Path, given: tuple[str, ...], said: str) -> None:
    sets = [word for one in (*given, "viewer.url=http://localhost:8080") for word in ("--set", one)]
    run = ohif_setup("init", *sets)
    if said:
        assert (run.status, said in run.err, "--set server.kind=orthanc" in run.err) == (2, True, True)
        assert list(folder.iterdir()) == []
    else:
        assert run.status == 0
        assert answers_file(folder)["server"]["url"] == "http://127.0.0.1:9/dicom-web"


def test_a_tenant_does_not_make_it_azure(folder: Path, orthanc: OrthancSite) -> None:
    sets = [
        f"server.url={orthanc.answers['server.url']}",
        "viewer.url=https://viewer.example.org",
        f"sign_in.tenant_id={TENANT}",
        f"sign_in.client_id={CLIENT}",
    ]
    run = ohif_setup("init", *(word for one in sets for word in ("--set", one)))
    assert run.status == 0, run
    assert answers_file(folder)["server"]["kind"] == "orthanc"
