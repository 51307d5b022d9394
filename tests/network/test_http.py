"""`Http` against real sockets: what is sent, what is not, and when it ends."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from urllib3.exceptions import LocationParseError

from ohif_setup.demo.certificates import CertificateAuthority
from ohif_setup.network.sign_in.msal_transport import MsalTransport, NoAnswerError
from ohif_setup.network.wire.certificate import host_and_port, look_at_certificate
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import PER_HOST, Http, token_for
from ohif_setup.network.wire.origin import origin_of
from ohif_setup.network.wire.session import SIZE_LIMIT
from ohif_setup.network.wire.troubles import trouble_of
from tests.checks.observed import discovery
from tests.servers.raw import CutError, Handler, RawRequest, RawServer, always, answer, never


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CertificateAuthority:
    authority = CertificateAuthority()
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    return authority


def get(handler: Handler, timeout: float = 5) -> Exchange:
    with RawServer(handler) as server:
        return Http(timeout).send("GET", server.url)


def test_repeated_header_fields_are_not_joined() -> None:
    fields = (("X-A", "1"), ("Access-Control-Allow-Origin", "*"), ("x-a", "2"), ("X-A", "\xff"))
    received = get(always(answer(200, "{}", *fields))).received
    assert received is not None
    assert [value for name, value in received.headers if name.lower() == "x-a"] == ["1", "2", "\xff"]
    assert received.header("X-A") == "1, 2, \xff"


def test_only_what_was_asked_for_is_sent() -> None:
    with RawServer(always(answer(200))) as server:
        Http(5).send("GET", server.url, (("Accept", "application/dicom+json"), ("Origin", "https://v")))
        (request,) = server.requests
    names = [line.split(":")[0].lower() for line in request.text.split("\r\n")[1:] if line]
    assert sorted(names) == ["accept", "accept-encoding", "host", "origin", "user-agent"]
    assert request.header("Accept-Encoding") == "identity"


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("GZIP ", gzip.compress)],
    ids=["gzip", "deflate", "upper case"],
)
def test_body_that_a_proxy_compressed_is_read(encoding: str, pack: object) -> None:
    assert callable(pack)
    received = get(always(answer(200, pack(b'{"a": 1}'), ("Content-Encoding", encoding)))).received
    assert received is not None
    assert received.json() == {"a": 1}


LONG = b"x" * 500_000
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "pieces",
    [
        (answer(200, LONG)[:-1],),
        (answer(200, b"short")[:-1],),
        (CHUNKED, b"4\r\nbody\r\n"),
        (CHUNKED, b"%x\r\n" % len(LONG), LONG[:300_000]),
    ],
    ids=["long", "short", "chunk that never comes", "chunk that is cut"],
)
def test_answer_that_is_cut_off_is_noticed_at_its_end(pieces: tuple[bytes, ...]) -> None:
    with RawServer(always(*pieces)) as server:
        whole = Http(5).send("GET", server.url, peek=True, to_end=True)
        beginning = Http(5).send("GET", server.url, peek=True)
    assert whole.trouble is not None
    assert whole.trouble.kind == "cut"
    assert (beginning.received is not None) == (len(b"".join(pieces)) > 65_536 * 2)


def test_end_is_not_waited_for_longer_than_half_of_the_time() -> None:
    def handler(_: RawRequest) -> Iterator[bytes]:
        yield answer(200, LONG)[:-1]
        while True:
            threading.Event().wait(0.05)
            yield b""

    start = time.monotonic()
    with RawServer(handler) as server:
        came = Http(1).send("GET", server.url, peek=True, to_end=True)
    # Nothing comes any more, so the socket's own timeout ends it.
    assert came.trouble is not None
    assert time.monotonic() - start < 3


def test_invalid_chunk_is_no_end() -> None:
    trouble = get(always(CHUNKED, b"zz\r\nbody\r\n")).trouble
    assert trouble is not None
    assert trouble.kind == "broken"


def test_body_that_is_not_what_its_header_says_is_named() -> None:
    trouble = get(always(answer(200, "plain", ("Content-Encoding", "gzip")))).trouble
    assert trouble is not None
    assert trouble.kind == "coding"


@pytest.mark.parametrize("size", [SIZE_LIMIT, SIZE_LIMIT + 1])
def test_size_limit_is_exact(size: int) -> None:
    exchange = get(always(answer(200, b"x" * size)))
    assert (exchange.received is not None) is (size == SIZE_LIMIT)
    assert (exchange.trouble is not None and exchange.trouble.kind == "endless") is (size > SIZE_LIMIT)


def test_kept_connection_that_was_closed_meanwhile_costs_one_more_try() -> None:
    seen: list[RawRequest] = []

    def handler(request: RawRequest) -> Iterator[bytes]:
        seen.append(request)
        if len(seen) == 1:
            raise CutError
        yield answer(200)

    assert get(handler).status == 200
    assert len(seen) == 2


@pytest.mark.parametrize(("method", "times"), [("GET", 2), ("OPTIONS", 2), ("POST", 1)])
def test_cut_connection_is_tried_once_more_where_that_is_safe(method: str, times: int) -> None:
    with RawServer(always()) as server:
        exchange = Http(5).send(method, server.url, body={"a": "b"} if method == "POST" else None)
        assert len(server.requests) == times
    assert exchange.trouble is not None
    assert exchange.trouble.kind == "reset"


def test_requests_to_one_host_go_side_by_side_but_not_all_at_once() -> None:
    under_way, most, lock = 0, 0, threading.Lock()

    def slow(_: RawRequest) -> Iterator[bytes]:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.05)
        with lock:
            under_way -= 1
        yield answer(200)

    with RawServer(slow) as server:
        exchanges = many(Http(5), server.url, 3 * PER_HOST)
    assert {exchange.status for exchange in exchanges} == {200}
    assert 1 < most <= PER_HOST


def many(http: Http, url: str, count: int) -> list[Exchange]:
    exchanges: list[Exchange] = []
    threads = [threading.Thread(target=lambda: exchanges.append(http.send("GET", url))) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return exchanges


def test_dead_host_costs_its_time_once_however_many_ask() -> None:
    # Long enough that on a busy machine, too, all have asked for their turn before the first one is given up.
    with RawServer(never) as server:
        exchanges = many(Http(3), server.url, 5 * PER_HOST)
        assert len(server.requests) == PER_HOST
    assert {exchange.trouble.kind for exchange in exchanges if exchange.trouble} == {"timeout"}
    assert len(exchanges) == 5 * PER_HOST


def test_abandoned_requests_give_their_slots_back() -> None:
    with RawServer(never) as server:
        # On a busy machine, too, the last answer comes in time.
        http = Http(3)
        many(http, server.url, PER_HOST)
        server.handler = always(answer(200))
        assert http.send("GET", server.url).status == 200


def test_token_goes_to_its_own_origin_only() -> None:
    with RawServer(always(answer(200))) as server, RawServer(always(answer(200))) as other:
        token = token_for("a-very-secret-token", f"{server.url}/v2/studies")
        exchange = Http(5).send("GET", f"{server.url}/v2", token=token)
        assert server.requests[0].header("Authorization") == "Bearer a-very-secret-token"
        assert ("Authorization", "Bearer [token]") in exchange.sent.headers
        assert "a-very-secret-token" not in repr((exchange, token))
        with pytest.raises(ValueError, match="must not be sent") as raised:
            Http(5).send("GET", other.url, token=token)
        assert "a-very-secret-token" not in str(raised.value)
        assert other.connections == 0


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("https://a/x", "https://a:443/y?z", True),
        ("https://A/x", "https://a", True),
        ("https://a", "http://a", False),
        ("https://a", "https://a:444", False),
        ("https://a", "https://a.b", False),
        ("https://[::1]:1", "https://[::1]:1/x", True),
    ],
)
def test_origin_is_scheme_host_and_port(one: str, two: str, same: bool) -> None:
    assert (origin_of(one) == origin_of(two)) is same


@pytest.mark.parametrize(
    "url",
    [
        "",
        "token",
        "javascript:alert(1)",
        "ftp://x/",
        "https://[broken",
        "https://x:99999999/",
        "https://",
        "file:///etc/passwd",
    ],
)
def test_address_that_is_none_is_a_trouble(url: str) -> None:
    exchange = Http(5).send("GET", url)
    assert exchange.trouble is not None
    assert exchange.trouble.kind == "address"


def test_label_that_no_name_can_have_is_a_trouble() -> None:
    exchange = Http(5).send("GET", f"https://{'a' * 80}.example.org/")
    assert exchange.trouble is not None
    assert exchange.trouble.kind in ("address", "dns")


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_ipv6_address_is_asked_and_its_certificate_looked_at(authority: CertificateAuthority) -> None:
    try:
        server = RawServer(always(answer(200)), authority.server_context(("::1",)), address="::1")
    except OSError:
        pytest.skip("no IPv6 loopback here")
    with server:
        assert Http(5).send("GET", server.url).status == 200
        certificate = look_at_certificate(server.url, 5)
    assert (certificate.trouble, certificate.host) == (None, f"[::1]:{server.port}")
    assert certificate.days_left is not None


def test_certificate_of_our_ca_is_not_public(authority: CertificateAuthority) -> None:
    with RawServer(always(answer(200)), authority.server_context(("127.0.0.1",))) as server:
        certificate = look_at_certificate(server.url, 5)
    assert (certificate.public, certificate.issuer, certificate.trouble) == (False, "ohif-setup demo", None)


def test_handshake_by_drops_ends_in_time(authority: CertificateAuthority) -> None:
    with RawServer(None) as server:
        start = time.monotonic()
        certificate = look_at_certificate(f"https://127.0.0.1:{server.port}", 0.3)
        assert time.monotonic() - start < 30
    assert certificate.trouble is not None
    assert certificate.trouble.kind == "timeout"


@pytest.mark.parametrize(
    ("url", "expected"), [("https://a.b/c", "a.b:443"), ("https://a:1", "a:1"), ("https://[::1]/", "[::1]:443")]
)
def test_host_and_port(url: str, expected: str) -> None:
    assert host_and_port(url) == expected


def test_bomb_is_not_unpacked_further_than_the_limit() -> None:
    bomb = answer(200, gzip.compress(b" " * (64 * 1024 * 1024), 9), ("Content-Encoding", "gzip"))
    tracemalloc.start()
    try:
        exchange = get(always(bomb))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert exchange.trouble is not None
    assert exchange.trouble.kind == "endless"
    assert peak < 16 * 1024 * 1024


def test_token_endpoint_of_another_host_is_not_asked() -> None:
    with RawServer(always(answer(200, "{}"))) as thief:
        transport = MsalTransport(Http(5), discovery())
        for url in (f"{thief.url}/token", "https://login.microsoftonline.com.evil.example.org/token"):
            with pytest.raises(NoAnswerError):
                transport.post(url, data={"client_secret": "a-very-secret-secret"})
        assert thief.connections == 0


@pytest.mark.parametrize(
    "error",
    [
        LocationParseError("http://ada:hunter2@[broken"),
        OSError("cannot use http://ada:hun/ter2@proxy:3128"),
        requests.exceptions.InvalidURL("Failed to parse: http://hunter2@x"),
    ],
    ids=["parse", "slash", "name only"],
)
def test_password_in_an_address_is_not_in_the_trouble(error: Exception) -> None:
    detail = trouble_of(error).detail
    assert "ter2" not in detail
    assert "ada" not in detail


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (10, "tls-expired"),
        (9, "tls-not-yet-valid"),
        (62, "tls-wrong-host"),
        (64, "tls-wrong-host"),
        (18, "tls-untrusted"),
        (21, "tls-untrusted"),
        (66, "tls-certificate"),
        (92, "tls-certificate"),
    ],
)
def test_fault_of_a_certificate_is_told_by_its_number(code: int, kind: str) -> None:
    error = ssl.SSLCertVerificationError("certificate verify failed")
    error.verify_code = code
    assert trouble_of(requests.exceptions.SSLError(error)).kind == kind
