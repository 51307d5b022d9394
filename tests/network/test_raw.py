"""Requests that go out letter by letter, at real sockets."""

from __future__ import annotations

import gzip
import socket
import time

import pytest

from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.raw import target_of
from tests.servers import hostile
from tests.servers.raw import RawServer, always, answer, never

OK = always(answer(200, "[]"))


def test_target_is_not_decoded() -> None:
    with RawServer(OK) as server:
        came = Http(2).send_as_is("GET", f"{server.url}/studies?limit=%31&a=%2C,", headers=(("Accept", "x/y"),))
    assert came.status == 200
    (request,) = server.requests
    assert request.target == "/studies?limit=%31&a=%2C,"
    assert (request.header("Host"), request.header("Accept")) == (f"127.0.0.1:{server.port}", "x/y")
    assert "accept-encoding" not in request.text.lower()


def test_ordinary_requests_decode_it() -> None:
    """Why there is another way at all."""
    with RawServer(OK) as server:
        Http(2).send("GET", f"{server.url}/studies?limit=%31")
    assert server.requests[0].target == "/studies?limit=1"


def test_target_may_be_an_address_of_another_host() -> None:
    with RawServer(OK) as server:
        came = Http(2).send_as_is("GET", server.url, "http://10.0.0.1:8042/system")
    assert server.requests[0].target == "http://10.0.0.1:8042/system"
    assert "http://10.0.0.1:8042/system" in came.sent.url


def test_body_that_is_announced_never_comes() -> None:
    with RawServer(always(answer(413, "too large"))) as server:
        # The server of the tests waits for the body, as many do: silence is the answer then.
        start = time.monotonic()
        headers = (("Content-Length", "2000000"),)
        came = Http(60).send_as_is("POST", f"{server.url}/studies", headers=headers, patience=0.3)
    assert came.trouble is not None
    assert came.trouble.kind == "timeout"
    assert time.monotonic() - start < 30
    assert server.requests == []


def test_silence_that_was_expected_does_not_make_the_host_dead() -> None:
    with RawServer(never) as server:
        http = Http(2)
        http.send_as_is("POST", f"{server.url}/studies", patience=0.2)
        server.handler = OK
        assert http.send("GET", f"{server.url}/studies").status == 200


@pytest.mark.parametrize("fault", hostile.CONNECTION, ids=lambda fault: fault.name)
def test_hostile_server_ends_as_a_trouble(fault: hostile.Fault) -> None:
    with RawServer(fault.handler) as server:
        start = time.monotonic()
        came = Http(0.5).send_as_is("GET", f"{server.url}/studies?limit=%31")
    assert came.received is None
    assert came.trouble is not None
    assert time.monotonic() - start < 30


def test_gzip_is_unpacked() -> None:
    packed = answer(200, gzip.compress(b"[1]"), ("Content-Encoding", "gzip"))
    with RawServer(always(packed)) as server:
        came = Http(2).send_as_is("GET", f"{server.url}/x")
    assert came.received is not None
    assert came.received.body == b"[1]"


def test_no_request_goes_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://user:secret@127.0.0.1:1")
    came = Http(2).send_as_is("GET", "http://pacs.example.org/studies?limit=%31")
    assert came.trouble is not None
    assert came.trouble.kind == "proxy"
    assert "secret" not in repr(came)


@pytest.mark.parametrize("url", ["http://", "ftp://example.org/x", "nonsense", "http://127.0.0.1:1/x"])
def test_address_that_is_none_is_a_trouble(url: str) -> None:
    assert Http(1).send_as_is("GET", url).trouble is not None


@pytest.mark.parametrize(
    ("url", "target"),
    [("https://a.example", "/"), ("https://a.example/", "/"), ("http://a.example:1/b/%2F?c=%31#", "/b/%2F?c=%31#")],
)
def test_target_of_a_url(url: str, target: str) -> None:
    assert target_of(url) == target


def test_connection_that_does_not_come_about_is_told_from_silence() -> None:
    """A full queue of a socket that accepts nothing drops further connections, as a firewall does."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        url = f"http://127.0.0.1:{full.getsockname()[1]}/"
        waiting = []
        try:
            for _ in range(4):
                waiting.append(socket.socket())
                waiting[-1].setblocking(False)
                waiting[-1].connect_ex(full.getsockname())
            came = Http(1).send_as_is("GET", url)
        finally:
            for one in waiting:
                one.close()
    assert came.trouble is not None
    assert came.trouble.kind == "unreachable"


@pytest.mark.parametrize(
    "line", [b"/" * 65_000, b"//" + b"x" * 65_000, b"<" * 65_000], ids=["slashes", "login", "angles"]
)
def test_status_line_of_nothing_but_one_sign_is_read_at_once(line: bytes) -> None:
    with RawServer(always(line)) as server:
        came = Http(20).send("GET", server.url)
    assert came.trouble is not None
    assert came.trouble.kind == "broken"
