"""Another site beside the generated one, with real nginx and Apache: whoever opens the viewer's address gets it, and `init` and
`check` name it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from tests.checks.pages import CONFIG, page
from tests.flows.front_door import Run, ohif_setup
from tests.output.fronts import generated
from tests.parts import apache, nginx
from tests.parts.ports import free_port_of_localhost, has_ipv6
from tests.parts.users import open_folder

DEBIANS = Path("/etc/nginx/sites-available/default")
WELCOME = Path("/usr/share/nginx/html/index.html")
WELCOMED = 'the default page of nginx, "Welcome to nginx!"'
INTRANET = "<!doctype html><title>Intranet</title>"
ORTHANC = "http://127.0.0.1:9/dicom-web"

pytestmark = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6: ::1 cannot be listened on")


@pytest.fixture
def top() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


class Site:
    """A viewer of a few bytes at `localhost`, at a port that is free on both addresses, and what stands beside it."""

    def __init__(self, top: Path, kind: str, path: str = "") -> None:
        self.top, self.kind, self.port = top, kind, free_port_of_localhost()
        self.url = f"http://localhost:{self.port}{path}"
        self.folder, self.answers = top / "viewer", top / "ohif-setup.toml"
        self._runs = 0
        files = {
            "index.html": page(f"{path}/"),
            "app.bundle.0f61.js": f'__webpack_require__.p = "{path}/";' + " " * 2000,
            "init-service-worker.js": "//" + " " * 2000,
            "app.bundle.css": "p { }",
            "app-config.js": CONFIG,
            "ort/ort-wasm-simd.wasm": "\0asm",
        }
        for name, text in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)

    def made(self, *addresses: str) -> list[Path]:
        """The generated files, which listen on these addresses (none: by default), and their answers file."""
        names = ["nginx.conf"] if self.kind == "nginx" else ["ohif-listen.conf", "ohif.conf"]
        answers = {
            "version": 1,
            "viewer": {"url": self.url, "folder": str(self.folder)},
            "server": {"kind": "orthanc", "url": ORTHANC, "proxy": self.kind},
            "proxy": {"listen": self.port, "listen_addresses": list(addresses)},
        }
        self.answers.write_text(tomlkit.dumps(answers))
        files = generated(answers)
        paths = [self.top / f"made-{name}" for name in names]
        for name, file in zip(names, paths, strict=True):
            file.write_text(files[name])
        return paths

    def debians(self) -> Path:
        """Debian's own site of nginx as it comes, at this port."""
        root = self.top / "html"
        root.mkdir()
        (root / "index.nginx-debian.html").write_bytes(WELCOME.read_bytes())
        text = re.sub(r"(listen (?:\[::\]:)?)80\b", rf"\g<1>{self.port}", DEBIANS.read_text())
        file = self.top / "default"
        file.write_text(text.replace("/var/www/html", str(root)))
        return file

    def intranet(self) -> Path:
        """A site of that name that has nothing to do with the viewer."""
        root, file = self.top / "intranet", self.top / "intranet.conf"
        root.mkdir()
        (root / "index.html").write_text(INTRANET)
        if self.kind == "nginx":
            listen = (
                f"listen {self.port}; listen [::]:{self.port}; listen 127.0.0.1:{self.port}; listen [::1]:{self.port};"
            )
            file.write_text(f"server {{ {listen} server_name localhost; root {root}; }}\n")
        else:
            granted = f"<Directory {root}>\nRequire all granted\n</Directory>\n"
            host = f"<VirtualHost *:{self.port}>\nServerName localhost\nDocumentRoot {root}\n</VirtualHost>\n"
            file.write_text(granted + host)
        return file

    @contextmanager
    def served(self, included: Sequence[Path]) -> Iterator[None]:
        self._runs += 1
        folder = self.top / f"server-{self._runs}"
        folder.mkdir()
        start = nginx.nginx_with if self.kind == "nginx" else apache.apache_with
        with start(folder, included, [self.port]):
            yield

    def check(self) -> dict[str, Any]:
        """The finding of `viewer-served`, by the answers file."""
        run = ohif_setup("check", "--only", "viewer-served", "--json", "--answers", str(self.answers))
        (found,) = json.loads(run.out)["findings"]
        assert isinstance(found, dict)
        return found

    def init(self) -> Run:
        """In the current folder."""
        given = {"viewer.url": self.url, "server.url": ORTHANC, "server.kind": "orthanc", "server.proxy": self.kind}
        return ohif_setup("init", *(word for key, value in given.items() for word in ("--set", f"{key}={value}")))


def words(found: dict[str, Any]) -> str:
    return json.dumps(found)


def test_debians_site_at_the_address_that_browsers_try_first_is_named(top: Path) -> None:
    site = Site(top, "nginx")
    debians = site.debians()
    with site.served([*site.made("127.0.0.1"), debians]):
        found = site.check()
    assert found["status"] == "fail"
    assert found["title"].startswith(f"at ::1 localhost is not the viewer, but {WELCOMED} (nginx/1.")
    assert "ohif-setup set proxy.listen_addresses+=::1" in words(found)
    assert "rm " not in words(found)
    with site.served([*site.made(), debians]):
        assert site.check()["status"] == "pass"


def test_address_at_which_nobody_listens_is_no_fault(top: Path) -> None:
    site = Site(top, "nginx")
    with site.served(site.made("127.0.0.1")):
        assert site.check()["status"] == "pass"


def test_init_says_what_is_at_the_viewer_url_before_anything_is_put_there(top: Path, folder: Path) -> None:
    site = Site(top, "nginx")
    with site.served([site.debians()]):
        said = site.init().out
    said = " ".join(said.split())
    assert f"! something else answers at {site.url}: {WELCOMED} (nginx/1." in said
    assert "The viewer will replace it." in said


def test_init_below_a_path_says_which_site_has_the_name(top: Path, folder: Path) -> None:
    site = Site(top, "nginx", "/ohif")
    with site.served([site.intranet()]):
        said = " ".join(site.init().out.split())
    assert f'! something else answers at {site.url}: "Intranet" (nginx/1.' in said
    assert "one of the two will hide the other" in said


@pytest.mark.parametrize("kind", ["nginx", "apache"])
def test_of_two_sites_with_one_name_the_first_answers_and_check_names_it(kind: str, top: Path) -> None:
    site = Site(top, kind)
    listen, *mine = [*site.made()] if kind == "apache" else [None, *site.made()]
    intranet, before = site.intranet(), [listen] if listen else []
    complaints = (nginx.nginx_test if kind == "nginx" else apache.apache_test)(top, [*before, intranet, *mine])
    assert ("conflicting server name" in complaints) == (kind == "nginx")
    with site.served([*before, intranet, *mine]):
        found = site.check()
    assert found["status"] == "fail"
    assert found["title"].startswith('another page is served there, not OHIF: "Intranet" (')
    assert ("sudo nginx -T" if kind == "nginx" else "sudo apachectl -S") in words(found)
    with site.served([*before, *mine, intranet]):
        assert site.check()["status"] == "pass"
