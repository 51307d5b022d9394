"""What the environment says of the way out, and what is never asked by that way."""

from __future__ import annotations

from pathlib import Path

import pytest

from ohif_setup.demo.certificates import CertificateAuthority
from ohif_setup.network.wire.certificate import look_at_certificate
from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.surroundings import is_loopback, proxy_for
from tests.servers.raw import RawServer, always, answer

HERE = (
    "http://localhost:8042",
    "http://LOCALHOST./x",
    "https://viewer.localhost",
    "http://127.0.0.1:8042/dicom-web",
    "http://127.1.2.3",
    "http://127.1",
    "http://0x7f.1",
    "http://2130706433",
    "http://[::1]:8042",
    "http://[0:0:0:0:0:0:0:1]",
    "http://[::ffff:127.0.0.1]",
    "http://0.0.0.0:8042",
    "http://[::]:8042",
)
AWAY = (
    "https://login.microsoftonline.com",
    "http://localhost.example.org",
    "http://notlocalhost",
    "http://127.0.0.1.example.org",
    "http://128.0.0.1",
    "http://192.168.0.1",
    "http://[::2]",
    "http://[::ffff:10.0.0.1]",
    "http://orthanc:8042",
)


@pytest.mark.parametrize("url", HERE)
def test_this_machine_has_no_proxy(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy:3128")
    assert is_loopback(url)
    assert proxy_for(url) == ""


@pytest.mark.parametrize("url", AWAY)
def test_other_machines_have_the_one_of_the_environment(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy:3128")
    assert not is_loopback(url)
    assert proxy_for(url) == "ALL_PROXY=http://proxy:3128"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2", "[::1]"])
def test_server_of_this_machine_gets_the_request_and_the_proxy_none(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    listens = {"[::1]": "::1", "127.0.0.2": "127.0.0.2"}.get(host, "127.0.0.1")
    try:
        own = RawServer(always(answer(200, "own")), address=listens)
    except OSError:
        pytest.skip("no IPv6 loopback here")
    with own, RawServer(always(answer(403, "denied"))) as proxy:
        for name in ("http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        url = f"http://{host}:{own.port}/studies"
        assert Http(5).send("GET", url).status == 200
        assert Http(5).send_as_is("GET", url).status == 200
        assert (proxy.connections, len(own.requests)) == (0, 2)
        assert Http(5).send("GET", "http://orthanc:8042/studies").status == 403


def test_certificate_of_this_machine_is_seen_whatever_the_proxy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = CertificateAuthority()
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with RawServer(always(answer(200)), authority.server_context(("127.0.0.1",))) as server:
        seen = look_at_certificate(server.url, 5)
    assert (seen.proxy, seen.trouble) == ("", None)
