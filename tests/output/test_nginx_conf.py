"""`nginx.conf` where it differs from Apache: addresses, long names, what else stands in `http { }`, and https behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.output.fronts import FILES, ask, echo, front, generated, viewer_folder
from tests.parts import nginx
from tests.parts.ports import free_port
from tests.parts.users import open_folder

MISSING = nginx.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

LONG = "ohif-viewer-production.imaging.some-hospital-of-the-city.example.org"
FRAMES = "/dicom-web/studies/1/series/2/instances/3/frames/1"


@pytest.fixture
def top() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


def conf(url: str, *, server: str = "http://127.0.0.1:8042", extra: tuple[str, ...] = (), **proxy: Any) -> str:
    return generated(
        {
            "viewer": {"url": url, "extra_urls": list(extra), "folder": "/srv/ohif"},
            "server": {"kind": "orthanc", "url": server},
            "proxy": proxy,
        }
    )["nginx.conf"]


def lines(text: str, directive: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.split()[:1] == [directive]]


@pytest.mark.parametrize(
    ("url", "proxy", "listen"),
    [
        ("http://localhost:8080", {"listen": 8080}, ["listen 127.0.0.1:8080;", "listen [::1]:8080;"]),
        ("http://127.0.0.2", {}, ["listen 80;"]),
        ("http://localhost", {}, ["listen 80;", "listen [::]:80;"]),
        ("http://localhost", {"listen_addresses": ["0.0.0.0", "[::]"]}, ["listen 0.0.0.0:80;", "listen [::]:80;"]),
        ("http://h.example.org", {"listen_addresses": ["10.0.0.7"]}, ["listen 10.0.0.7:80;"]),
        ("http://[::1]:8080", {"listen": 8080}, ["listen [::1]:8080;"]),
        ("http://192.0.2.7", {}, ["listen 80;"]),
        ("https://h.example.org", {}, ["listen 80;", "listen [::]:80;"]),
        (
            "https://h.example.org",
            {"tls_certificate": "/c", "tls_key": "/k"},
            ["listen 443 ssl;", "listen [::]:443 ssl;"],
        ),
    ],
)
def test_viewer_of_this_machine_is_open_to_this_machine_alone(
    url: str, proxy: dict[str, Any], listen: list[str]
) -> None:
    text = conf(url, **proxy)
    assert lines(text, "listen") == listen
    guarded = url in ("http://127.0.0.2", "http://localhost") and not proxy
    assert lines(text, "allow") == (["allow 127.0.0.0/8;", "allow ::1;"] if guarded else [])


def test_other_names_of_the_viewer_are_answered_too(top: Path) -> None:
    port = free_port()
    extra = (f"http://{LONG}", "http://[::1]:9", f"http://{LONG}.", "https://xn--bcher-kva.example")[:2]
    text = conf(f"http://127.0.0.1:{port}", extra=extra, listen=port)
    (names,) = lines(text, "server_name")
    assert names.startswith('server_name "127.0.0.1" "~^')
    other = top / "other.conf"
    # A stranger of the same port, which takes what is not ours.
    other.write_text(f"server {{ listen {port} default_server; listen [::]:{port}; return 418; }}")
    mine = top / "mine.conf"
    folder = viewer_folder(top)
    mine.write_text(text.replace('"/srv/ohif"', '"' + str(folder).replace("\\", "\\\\").replace('"', '\\"') + '"'))
    assert nginx.nginx_test(top, [other, mine]) == ""
    with nginx.nginx_with(top, [other, mine], [port]):
        known = ("127.0.0.1", LONG, "[::1]", f"[::1]:{port}", f"{LONG}:{port}")
        assert {ask(port, "/index.html", Host=host).status for host in known} == {200}
        strange = ("localhost", LONG.replace(".", "x", 1), f"x{LONG}", f"{LONG}.evil.example")
        assert {ask(port, "/index.html", Host=host).status for host in strange} == {418}


def test_what_else_stands_in_http_has_no_say(top: Path) -> None:
    port = free_port()
    folder = viewer_folder(top, "viewer")
    (folder / "app-config.js.gz").write_bytes(b"stale")
    around = top / "around.conf"
    around.write_text(
        "gzip_static on; gzip off; types { text/plain js css wasm; } default_type text/plain; expires 30d;"
    )
    site = {
        "viewer": {"url": f"http://127.0.0.1:{port}", "folder": str(folder)},
        "server": {"kind": "orthanc", "url": "http://127.0.0.1:9"},
        "proxy": {"listen": port},
    }
    mine = top / "mine.conf"
    mine.write_text(generated(site)["nginx.conf"])
    with nginx.nginx_with(top, [around, mine], [port], mime_types=False):
        answer = ask(port, "/app-config.js", Accept_Encoding="gzip")
        assert answer.body != b"stale"
        assert answer.of("content-encoding") == ["gzip"]
        assert answer.of("content-type") == ["text/javascript"]
        assert "max-age" not in " ".join(answer.of("cache-control"))
        assert ask(port, "/a1b2.wasm").of("content-type") == ["application/wasm"]


def test_redirect_keeps_the_address_that_the_browser_used(top: Path) -> None:
    """Such as a port of the host that is mapped to another one of a container."""
    port = free_port()
    site = {
        "viewer": {"url": "https://viewer.example.org/ohif", "folder": str(viewer_folder(top))},
        "server": {"kind": "orthanc", "url": "http://127.0.0.1:9"},
        "proxy": {"listen": port},
    }
    with front("nginx", top / "server", site):
        assert ask(port, "/ohif?x=1", Host="viewer.example.org").of("location") == ["/ohif/?x=1"]


def test_two_sites_live_in_one_http(top: Path) -> None:
    files = []
    ports = [free_port(), free_port()]
    for port in ports:
        site = {
            "viewer": {"url": f"http://127.0.0.1:{port}", "folder": str(viewer_folder(top, f"of-{port}"))},
            "server": {"kind": "orthanc", "url": "http://127.0.0.1:9", "capabilities": {"percent_decoding": False}},
            "proxy": {"listen": port},
        }
        files.append(top / f"{port}.conf")
        files[-1].write_text(generated(site)["nginx.conf"])
    assert nginx.nginx_test(top, files) == ""
    with nginx.nginx_with(top, files, ports):
        assert [ask(port, "/index.html").body for port in ports] == [FILES["index.html"]] * 2


@pytest.mark.parametrize(
    ("server", "verified"),
    [
        ("https://pacs.example.org:8443/dicom-web", "proxy_ssl_verify on;"),
        ("https://192.0.2.7/dicom-web", "proxy_ssl_verify off;"),
        ("https://localhost:8443/dicom-web", "proxy_ssl_verify off;"),
    ],
)
def test_certificate_of_a_named_server_is_verified(server: str, verified: str) -> None:
    text = conf("https://h.example.org", server=server)
    assert lines(text, "proxy_ssl_verify") == [verified]
    assert lines(text, "proxy_ssl_server_name") == ["proxy_ssl_server_name on;"]
    assert ("proxy_ssl_trusted_certificate" in text) == verified.endswith("on;")


def test_plain_server_needs_none_of_it() -> None:
    assert "proxy_ssl" not in conf("https://h.example.org")


def test_frames_go_through_as_they_are(top: Path) -> None:
    port = free_port()
    with echo() as behind:
        site = {
            "viewer": {"url": f"http://127.0.0.1:{port}", "folder": str(viewer_folder(top))},
            "server": {"kind": "dicomweb", "url": f"{behind}/dicom-web"},
            "proxy": {"listen": port},
        }
        mine = top / "mine.conf"
        mine.write_text(generated(site)["nginx.conf"])
        accept = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'
        with nginx.nginx_with(top, [mine], [port]):
            seen = ask(port, FRAMES, Accept=accept).json
            assert (seen["path"], seen["fields"]["accept"]) == (FRAMES, accept)


@pytest.mark.parametrize(
    "server", [{"proxy": "apache"}, {"proxy": "iis"}, {"route": "serve-folders"}, {"route": "cors"}]
)
def test_other_ways_need_no_such_file(server: dict[str, str]) -> None:
    files = generated(
        {
            "viewer": {"url": "http://localhost:8041/ohif"},
            "server": {"kind": "orthanc", "url": "http://127.0.0.1:8042"} | server,
            "proxy": {"listen": 8043} if "cors" in server.values() else {},
        }
    )
    assert "nginx.conf" not in files
