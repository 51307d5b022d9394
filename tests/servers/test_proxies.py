"""`check` behind a proxy that does not do what it should."""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import quote, unquote

import pytest

from ohif_setup.demo.certificates import CertificateAuthority
from tests.servers.proxy import TunnelProxy
from tests.servers.raw import Handler, RawRequest, RawServer, always, answer, never
from tests.servers.stage import PIPELINE, PUBLIC, FrontDoor, Ran, Stage

PASSWORD = "hunter2-of-the-proxy"


def behind(door: FrontDoor, away: Stage, port: int, *arguments: str) -> Ran:
    proxy = f"http://ada:{PASSWORD}@127.0.0.1:{port}"
    ran = door.check(away.answers, *arguments, environment={**away.environment, "HTTPS_PROXY": proxy})
    assert PASSWORD not in ran.out + ran.err
    return ran


def words(ran: Ran, check: str) -> str:
    finding = next(one for one in ran.findings if one["check"] == check and one["status"] == "fail")
    return " ".join([finding["title"], finding["cause"], *(fix["text"] for fix in finding["fix"])])


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        pytest.param(
            always(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n"),
            ("the proxy requires a login (407)", "NAME:PASSWORD", "NO_PROXY="),
            id="407",
        ),
        pytest.param(
            always(b"HTTP/1.1 403 Forbidden\r\n\r\n"), ("the proxy refused", "403 Forbidden", "NO_PROXY="), id="403"
        ),
        pytest.param(always(b"SSH-2.0\r\n"), ("could not be read", "NO_PROXY="), id="no proxy"),
        pytest.param(never, ("no answer in time", "NO_PROXY="), id="silent"),
    ],
)
def test_proxy_that_refuses_is_named_with_its_variable(
    door: FrontDoor, away: Stage, handler: Handler, expected: tuple[str, ...]
) -> None:
    with RawServer(handler) as proxy:
        # Only silence is waited for.
        ran = behind(door, away, proxy.port, "--timeout", "0.6" if handler is never else "10")
        assert proxy.requests[0].method == "CONNECT"
    assert ran.status == 1
    assert ran.failed == {"tenant-exists", "dicomweb-reachable", "cors"}
    for check in ran.failed:
        text = words(ran, check)
        for word in (*expected, f"HTTPS_PROXY=http://127.0.0.1:{proxy.port}"):
            assert word in text


def test_proxy_that_is_not_there_is_named(door: FrontDoor, away: Stage) -> None:
    with RawServer(None) as gone:
        pass
    ran = behind(door, away, gone.port)
    assert "the proxy refused the connection or did not answer" in words(ran, "tenant-exists")
    assert "Connection refused" in words(ran, "tenant-exists")


@pytest.mark.parametrize(
    "address",
    [
        f"http://ada:{PASSWORD}@[broken",
        f"http://ada:{PASSWORD}@",
        f"socks5://ada:{PASSWORD}@127.0.0.1:1",
        f"ftp://ada:{PASSWORD}@x",
    ],
    ids=["broken", "no host", "socks", "ftp"],
)
def test_proxy_address_that_cannot_be_used_is_named_without_its_password(
    door: FrontDoor, away: Stage, address: str
) -> None:
    ran = door.check(away.answers, environment={**away.environment, "HTTPS_PROXY": address})
    assert PASSWORD not in ran.out + ran.err
    assert "the proxy refused the connection or did not answer" in words(ran, "tenant-exists")
    assert "HTTPS_PROXY=" in words(ran, "tenant-exists")


ODD_PASSWORDS = (
    "hunter2/of-the-proxy",
    "/hunter2-proxy",
    "hunter2#of-the-proxy",
    "12#hunter2-of-the-proxy",
    "hunter2?of-the-proxy",
    "hunter2//of-the-proxy",
    "hunter2\\\\of-the-proxy",
    "hunter2 of-the-proxy",
    "hunter2\tof-the-proxy",
    "http://hunter2-of-the-proxy",
)


@pytest.mark.parametrize("scheme", ["http://", "", "//"])
@pytest.mark.parametrize("password", ODD_PASSWORDS)
def test_proxy_password_that_breaks_the_address_is_neither_sent_nor_shown(
    door: FrontDoor, away: Stage, password: str, scheme: str
) -> None:
    with RawServer(always(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")) as proxy:
        address = f"{scheme}grace:{password}@127.0.0.1:{proxy.port}"
        for as_json in (True, False):
            ran = door.check(away.answers, environment={**away.environment, "HTTPS_PROXY": address}, as_json=as_json)
            for piece in re.findall(r"[\w-]{4,}", password):
                assert piece not in ran.out + ran.err or piece == "http"
            assert "grace" not in ran.out + ran.err
        assert proxy.connections == 0
    ran = door.check(away.answers)
    text = words(ran, "tenant-exists")
    assert "write %2F, %3F, %23, %5C or %20" in text
    assert f"HTTPS_PROXY={scheme}127.0.0.1:{proxy.port}" in text


@pytest.mark.parametrize(
    "password", ["hunter2@of-the-proxy", "hunter2%2Fof%23the%20proxy", "h%C3%BCnter2:of:the:proxy", "hunt[r2"]
)
def test_proxy_login_comes_back_in_no_form(door: FrontDoor, password: str) -> None:
    """The proxy answers in the place of an archive that http reaches, and repeats what it was sent."""

    def repeats(request: RawRequest) -> list[bytes]:
        login = request.header("Proxy-Authorization")
        plain = base64.b64decode(login.partition(" ")[2]).decode("latin-1")
        said = " ".join((login, plain, quote(plain, safe=""), plain.partition(":")[2], login[6:-6], quote(login)))
        head = ("X-Login", said), ("Proxy-Authorization", login), ("WWW-Authenticate", f'Basic realm="{said}"')
        return [answer(401, json.dumps({"said": said}), *head)]

    answers = {
        "viewer.url": "http://localhost:1",
        "server.kind": "orthanc",
        "server.url": "http://orthanc:8042/dicom-web",
        "server.route": "cors",
        "proxy.url": "http://archive:8043",
    }
    with RawServer(repeats) as proxy:
        address = f"http://ada:{password}@127.0.0.1:{proxy.port}"
        for as_json in (True, False):
            ran = door.check(answers, environment={"HTTP_PROXY": address, "http_proxy": address}, as_json=as_json)
            said = ran.out + ran.err
            for secret in (password, unquote(password)):
                for login in (secret, f"ada:{secret}"):
                    encoded = base64.b64encode(login.encode("latin-1")).decode()
                    for form in (login, encoded.rstrip("="), quote(login, safe=""), encoded[2:-4]):
                        assert form not in said
        assert proxy.requests or "[" in password


def test_refusal_of_a_proxy_that_repeats_the_login_is_shown_without_it(door: FrontDoor, away: Stage) -> None:
    def refuses(request: RawRequest) -> list[bytes]:
        return [f"HTTP/1.1 407 {request.header('Proxy-Authorization')} is wrong\r\n\r\n".encode()]

    with RawServer(refuses) as proxy:
        ran = behind(door, away, proxy.port)
        login = proxy.requests[0].header("Proxy-Authorization").partition(" ")[2]
    assert base64.b64decode(login) == f"ada:{PASSWORD}".encode()
    assert login.rstrip("=") not in ran.out
    assert login[2:-4] not in ran.out


def test_honest_proxy_hides_only_the_certificates(door: FrontDoor, away: Stage) -> None:
    with TunnelProxy() as proxy:
        ran = behind(door, away, proxy.port)
    assert ran.status == 0
    assert ran.of("dicomweb-reachable")["status"] == "pass"
    assert {one["status"] for one in ran.findings if one["check"] == "tls"} == {"skipped"}
    assert f"behind the proxy of HTTPS_PROXY=http://127.0.0.1:{proxy.port}" in ran.of("tls")["title"]


def test_proxy_that_opens_tls_is_named_although_the_certificate_is_out_of_sight(door: FrontDoor, away: Stage) -> None:
    company = CertificateAuthority()
    with TunnelProxy(company.server_context(("127.0.0.1",))) as proxy:
        ran = behind(door, away, proxy.port)
    assert (ran.status, ran.failed) == (1, {"tenant-exists", "dicomweb-reachable", "cors"})
    for check in ran.failed:
        assert "not trusted here" in words(ran, check)
        assert "a proxy in your network replaces certificates" in words(ran, check)
        assert "REQUESTS_CA_BUNDLE=" in words(ran, check)


def test_exempted_host_is_asked_directly(door: FrontDoor, away: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", ",".join((*PUBLIC, "viewer.example.org")))
    with RawServer(never) as proxy:
        ran = behind(door, away, proxy.port)
        assert proxy.connections == 0
    assert "the host name does not resolve" in words(ran, "tenant-exists")


def test_proxy_for_http_alone_is_no_proxy_for_https(door: FrontDoor, away: Stage) -> None:
    ran = door.check(away.answers, environment={**away.environment, "HTTP_PROXY": "http://127.0.0.1:1"})
    assert "the host name does not resolve" in words(ran, "tenant-exists")


VARIABLES = tuple(name for word in ("http_proxy", "https_proxy", "all_proxy") for name in (word, word.upper()))


def test_this_machine_is_never_asked_through_a_proxy(door: FrontDoor, site: Stage) -> None:
    with RawServer(always(answer(403, "<html>Access denied by policy</html>", kind="text/html"))) as proxy:
        variables = dict.fromkeys(VARIABLES, proxy.url)
        ran = door.check(
            site.answers,
            "--sign-in",
            "service-principal",
            environment={**site.environment, **PIPELINE, **variables},
        )
        assert {one.target for one in proxy.requests} <= {"viewer.example.org:443"}
    assert ran.status == 0


def test_proxy_that_forbids_a_plain_address_is_named_and_no_folder_is_opened(door: FrontDoor) -> None:
    page = "<html><title>Access Denied</title><body>The requested URL is blocked by policy.</body></html>"
    denied = always(answer(403, page, ("Server", "squid/5.7"), kind="text/html"))
    answers = {
        "viewer.url": "http://pacs.example.org",
        "server.kind": "orthanc",
        "server.url": "http://127.0.0.1:1/dicom-web",
    }
    with RawServer(denied) as proxy:
        address = f"http://ada:{PASSWORD}@127.0.0.1:{proxy.port}"
        ran = door.check(answers, "--timeout", "5", environment={"HTTP_PROXY": address, "http_proxy": address})
    assert PASSWORD not in ran.out + ran.err
    assert ran.failed == {"viewer-served", "dicomweb-reachable"}
    for check in ran.failed:
        text = words(ran, check)
        assert f"_proxy=http://127.0.0.1:{proxy.port} (Server: squid/5.7) refuses the address (403)" in text
        assert "NO_PROXY=pacs.example.org ohif-setup check" in text
    assert "chmod" not in ran.out
