"""`ohif.conf` and `ohif-listen.conf` where Apache differs from nginx."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.output.fronts import PAGE, ask, echo, front, generated, viewer_folder
from tests.parts import apache
from tests.parts.ports import free_port
from tests.parts.users import open_folder

MISSING = apache.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)


@pytest.fixture
def top() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


def files(
    url: str, *, server: str = "http://127.0.0.1:8042", extra: tuple[str, ...] = (), **proxy: Any
) -> dict[str, str]:
    return generated(
        {
            "viewer": {"url": url, "extra_urls": list(extra), "folder": "/srv/ohif"},
            "server": {"kind": "orthanc", "url": server, "proxy": "apache"},
            "proxy": proxy,
        }
    )


@pytest.mark.parametrize(
    ("url", "proxy", "listen"),
    [
        ("http://localhost:8080", {"listen": 8080}, ["Listen 127.0.0.1:8080", "Listen [::1]:8080"]),
        ("http://[::1]:8080", {"listen": 8080}, ["Listen [::1]:8080"]),
        ("http://h.example.org:8080", {"listen": 8080}, ["Listen 8080"]),
        ("https://h.example.org", {"tls_certificate": "/c", "tls_key": "/k"}, ["Listen 443"]),
    ],
)
def test_listen_has_a_file_of_its_own(url: str, proxy: dict[str, Any], listen: list[str]) -> None:
    made = files(url, **proxy)
    assert [line for line in made["ohif-listen.conf"].splitlines() if not line.startswith("#")] == listen
    assert "Listen" not in made["ohif.conf"]
    port = listen[0].rpartition(" ")[2].rpartition(":")[2]
    assert f"<VirtualHost *:{port}>" in made["ohif.conf"]


@pytest.mark.parametrize(
    ("url", "proxy", "local"),
    [
        ("http://localhost", {}, True),
        ("http://localhost", {"listen_addresses": ["0.0.0.0"]}, False),
        ("http://h.example.org", {}, False),
    ],
)
def test_viewer_of_this_machine_lets_this_machine_alone_in(url: str, proxy: dict[str, Any], local: bool) -> None:
    text = files(url, **proxy)["ohif.conf"]
    assert text.count("Require local") == (2 if local else 0)
    assert ("Require all granted" in text) != local


def test_redirects_keep_https_where_something_before_apache_ends_it(top: Path) -> None:
    port = free_port()
    answers = {
        "viewer": {"url": "https://viewer.example.org/ohif", "folder": str(viewer_folder(top))},
        "server": {"kind": "orthanc", "url": "http://127.0.0.1:9", "proxy": "apache"},
        "proxy": {"listen": port},
    }
    with front("apache", top / "server", answers) as port:
        moved = ask(port, "/ohif", Host="viewer.example.org")
        assert (moved.status, moved.of("location")) == (301, ["https://viewer.example.org/ohif/"])


@pytest.mark.parametrize(
    "urls",
    [
        ["http://127.0.0.1", "http://[::1]:9", "http://ohif-viewer.example.org"],
        ["http://[::1]:9", "http://127.0.0.1", "http://ohif-viewer.example.org"],
        ["http://[::1]:9"],
    ],
)
def test_every_name_of_the_viewer_is_answered(top: Path, urls: list[str]) -> None:
    port = free_port()
    folder = viewer_folder(top)
    answers = {
        "viewer": {
            "url": urls[0],
            "extra_urls": urls[1:],
            "folder": str(folder),
        },
        "server": {"kind": "orthanc", "url": "http://127.0.0.1:8042", "proxy": "apache"},
        "proxy": {"listen": port},
    }
    made = generated(answers)
    listen, stranger, mine = (top / name for name in ("listen.conf", "0-stranger.conf", "ohif.conf"))
    listen.write_text(f"Listen {port}\n")
    stranger.write_text(
        f"<VirtualHost *:{port}>\nServerName stranger.example.org\nRedirectMatch 410 ^\n</VirtualHost>\n"
    )
    mine.write_text(made["ohif.conf"])
    assert apache.apache_test(top, [listen, stranger, mine]) == ""
    with apache.apache_with(top, [listen, stranger, mine], [port]):
        hosts = {url.removeprefix("http://") for url in urls} | {"[::1]"}
        hosts |= {f"{host.upper()}:{port}" for host in hosts if host.endswith("org")}
        assert {ask(port, "/index.html", Host=host).status for host in hosts} == {200}
        assert ask(port, "/index.html", Host="other.example.org").status == 410


def test_what_else_is_configured_makes_it_no_open_proxy(top: Path) -> None:
    port = free_port()
    answers = {
        "viewer": {"url": f"http://127.0.0.1:{port}", "folder": str(viewer_folder(top))},
        "server": {"kind": "orthanc", "url": "http://127.0.0.1:9", "proxy": "apache"},
        "proxy": {"listen": port},
    }
    made = generated(answers)
    around, mine = top / "around.conf", top / "ohif.conf"
    around.write_text(
        f'Listen {port}\nProxyRequests On\n<Directory "/">\nOptions Indexes MultiViews\nAllowOverride All\n</Directory>\n'
    )
    mine.write_text(made["ohif.conf"])
    with echo() as elsewhere, apache.apache_with(top, [around, mine], [port]):
        assert ask(port, f"{elsewhere}/system").body == PAGE
        # No list of files, and no file of a similar name.
        assert ask(port, "/assets/").body == PAGE
        assert ask(port, "/app-config").body == PAGE


@pytest.mark.parametrize(
    ("server", "verify"),
    [
        ("https://pacs.example.org:8443/dicom-web", ["SSLProxyVerify require"]),
        ("https://192.0.2.7/dicom-web", ["SSLProxyVerify none", "SSLProxyCheckPeerName Off"]),
        ("http://127.0.0.1:8042/dicom-web", []),
    ],
)
def test_certificate_of_a_named_server_is_verified(top: Path, server: str, verify: list[str]) -> None:
    text = files("https://h.example.org", server=server, listen=free_port())["ohif.conf"]
    assert [
        line.strip() for line in text.splitlines() if line.strip().startswith(("SSLProxyV", "SSLProxyCh"))
    ] == verify
    # With the browser's Host, Apache would look for that name in the certificate.
    assert f"ProxyPreserveHost {'Off' if verify else 'On'}" in text
    path = top / "ohif.conf"
    viewer_folder(top, "viewer")
    path.write_text(text.replace("/srv/ohif", str(top / "viewer")))
    modules = (*apache.ENABLED, "ssl")
    assert apache.apache_test(top, [path], modules) == ""


def test_named_modules_are_enough(top: Path) -> None:
    """Those of the first lines, on top of what no Apache can be without."""
    port = free_port()
    answers = {
        "viewer": {"url": f"http://127.0.0.1:{port}", "folder": str(viewer_folder(top))},
        "server": {
            "kind": "orthanc",
            "url": "http://127.0.0.1:9",
            "proxy": "apache",
            "capabilities": {"percent_decoding": False},
        },
        "proxy": {"listen": port},
    }
    made = generated(answers)
    (named,) = (line for line in made["ohif.conf"].splitlines() if line.startswith("# Modules: "))
    assert f"a2enmod {named.removeprefix('# Modules: ')}\n" in made["NEXT-STEPS.md"]
    settings, path = top / "apache2.conf", top / "ohif.conf"
    path.write_text(made["ohif.conf"])
    modules = ["mpm_event", "authz_core", *named.removeprefix("# Modules: ").split()]
    loads = [line for one in modules for line in (apache.MODULES / f"{one}.load").read_text().splitlines()]
    settings.write_text(
        "\n".join(
            [
                f'ServerRoot "{top}"',
                f'DefaultRuntimeDir "{top}"',
                f'ErrorLog "{top}/log"',
                *loads,
                "ServerName x",
                f"Include {path}",
            ]
        )
    )
    done = subprocess.run([str(apache.APACHE), "-f", str(settings), "-t"], capture_output=True, text=True, check=False)
    assert done.stderr.strip().endswith("Syntax OK"), done.stderr


def test_apache_listens_on_every_address_that_is_named(top: Path) -> None:
    """Of `0.0.0.0` and `::` each alone is what Apache opens for both, unless it is told of both."""
    port = free_port()
    answers = {
        "viewer": {"url": "http://localhost", "folder": str(viewer_folder(top))},
        "server": {"kind": "orthanc", "url": "http://127.0.0.1:8042", "proxy": "apache"},
        "proxy": {"listen": port, "listen_addresses": ["0.0.0.0", "::"]},
    }
    with front("apache", top / "server", answers):
        assert {ask(port, "/index.html", address=one).status for one in ("127.0.0.1", "::1")} == {200}
