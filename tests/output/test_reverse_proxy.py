"""What `nginx.conf` and `ohif.conf` have in common: the generated files, unmodified, before Debian's Orthanc."""

from __future__ import annotations

import base64
import gzip
import random
import re
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.output.fronts import FILES, HOSTILE, PAGE, TYPES, ask, echo, front, generated, viewer_folder
from tests.parts import apache, nginx, orthanc
from tests.parts.ports import free_port
from tests.parts.samples import ADA
from tests.parts.users import open_folder

MISSING = orthanc.missing() or nginx.missing() or apache.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

KINDS = ("nginx", "apache")
BASES = pytest.mark.parametrize("base", ["", "/ohif"], ids=["at-the-root", "under-a-path"])
LOGIN = orthanc.Login("ohif", "s3cret of the archive")
FORMS = {
    "nginx": 'proxy_set_header Authorization "Basic {}";\n',
    "apache": 'RequestHeader set Authorization "Basic {}"\n',
}
AZURE = {
    "servers": {"kind": "azure-dicom", "name": "azure", "url": "https://ws-dicom.dicom.azurehealthcareapis.com"},
    "sign_in": {
        "tenant_id": "11111111-2222-4333-8444-555555555555",
        "client_id": "66666666-7777-4888-9999-aaaaaaaaaaaa",
    },
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[orthanc.Orthanc]:
    with orthanc.orthanc(tmp_path_factory.mktemp("orthanc"), [ADA], login=LOGIN) as running:
        yield running


@pytest.fixture
def top() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def site(kind: str, top: Path, server: str, base: str = "", **changes: Any) -> dict[str, Any]:
    """Answers for a viewer on a free port of this machine, in a folder with a hostile name; `changes` are for the server."""
    port = free_port()
    return {
        "viewer": {"url": f"http://127.0.0.1:{port}{base}", "folder": str(viewer_folder(top))},
        "server": {"kind": "orthanc", "url": server, "proxy": kind} | changes,
        "proxy": {"listen": port},
    }


def with_login(answers: dict[str, Any], kind: str, top: Path, login: orthanc.Login = LOGIN) -> dict[str, Any]:
    file = top / f"login {HOSTILE}.conf"
    file.write_text(FORMS[kind].format(base64.b64encode(f"{login.name}:{login.password}".encode()).decode()))
    file.chmod(0o600)
    return answers | {"proxy": answers["proxy"] | {"orthanc_credentials_file": str(file)}}


@BASES
def test_viewer_is_served_from_a_folder_with_a_hostile_name(kind: str, base: str, top: Path) -> None:
    with front(kind, top / "server", site(kind, top, "http://127.0.0.1:9", base)) as port:
        for name, content in FILES.items():
            answer = ask(port, f"{base}/{name}")
            assert (answer.status, answer.body) == (200, content), name
            # Else browsers keep app-config.js for years: the published build is dated 1985.
            assert answer.of("cache-control") == ["no-cache"], name
            assert answer.of("x-content-type-options") == ["nosniff"]
            kinds = [found.partition(";")[0] for found in answer.of("content-type")]
            # Apache sends none for what it does not know, and browsers take that as it is.
            assert kinds == TYPES[name.rpartition(".")[2]] or (kind == "apache" and name.endswith(".onnx")), name


@BASES
def test_routes_are_the_page_and_missing_files_are_not(kind: str, base: str, top: Path) -> None:
    with front(kind, top / "server", site(kind, top, "http://127.0.0.1:9", base)) as port:
        for route in (
            "/",
            "/viewer?StudyInstanceUIDs=1.2",
            "/viewer/dicomweb?x=1",
            "/callback?code=1",
            "/logout-redirect.html",
        ):
            answer = ask(port, base + route)
            assert (answer.status, answer.body) == (200, PAGE), route
            assert answer.of("cache-control") == ["no-cache"]
        for file in ("/nosuch.bundle.js", "/assets/nosuch.wasm", "/nosuch.css", "/x.JS"):
            assert ask(port, base + file).status == 404, file
        if base:
            moved = ask(port, f"{base}?x=1")
            assert moved.status == 301
            assert moved.of("location")[0] in (f"{base}/?x=1", f"http://127.0.0.1:{port}{base}/?x=1")
            assert {
                ask(port, path).status for path in ("/", "/index.html", "/viewer", f"{base}x", "/app-config.js")
            } == {404}


def test_scripts_are_compressed_and_not_sent_twice(kind: str, top: Path) -> None:
    answers = site(kind, top, "http://127.0.0.1:9")
    # As an old container leaves it.
    (Path(answers["viewer"]["folder"]) / "app-config.js.gz").write_bytes(gzip.compress(b"stale"))
    with front(kind, top / "server", answers) as port:
        packed = ask(port, "/app-config.js", Accept_Encoding="gzip")
        assert packed.of("content-encoding") == ["gzip"]
        assert packed.of("vary") == ["Accept-Encoding"]
        assert ask(port, "/app-config.js", Accept_Encoding="gzip", Via="1.1 cache").of("content-encoding") == ["gzip"]
        assert gzip.decompress(packed.body) == FILES["app-config.js"]
        again = {"If-Modified-Since": packed.of("last-modified")[0]}
        if packed.of("etag"):
            again["If-None-Match"] = packed.of("etag")[0]
        assert ask(port, "/app-config.js", Accept_Encoding="gzip", more=again).status == 304


def test_scripts_are_compressed_for_an_nginx_in_front(kind: str, top: Path) -> None:
    """Which asks with HTTP/1.0, unless it was told otherwise."""
    fields = b"Host: 127.0.0.1\r\nAccept-Encoding: gzip\r\nConnection: close\r\n"
    with (
        front(kind, top / "server", site(kind, top, "http://127.0.0.1:9")) as port,
        socket.create_connection(("127.0.0.1", port), timeout=20) as connection,
        connection.makefile("rb") as answer,
    ):
        connection.sendall(b"GET /app-config.js HTTP/1.0\r\n" + fields + b"\r\n")
        head, _, body = answer.read().partition(b"\r\n\r\n")
    assert b"content-encoding: gzip" in head.lower()
    assert gzip.decompress(body) == FILES["app-config.js"]


@BASES
def test_images_come_by_the_viewers_origin_and_with_its_address(
    kind: str, base: str, top: Path, archive: orthanc.Orthanc
) -> None:
    answers = with_login(site(kind, top, archive.root, base), kind, top)
    with front(kind, top / "server", answers) as port:
        answer = ask(port, "/dicom-web/studies?limit=1", Accept="application/dicom+json")
        assert answer.status == 200
        (study,) = answer.json
        assert study["00081190"]["Value"] == [f"http://127.0.0.1:{port}/dicom-web/studies/{ADA.uid}"]
        metadata = ask(port, f"/dicom-web/studies/{ADA.uid}/metadata")
        assert metadata.status == 200
        packed = ask(port, f"/dicom-web/studies/{ADA.uid}/metadata", Accept_Encoding="gzip")
        assert packed.of("content-encoding") == ["gzip"]


@BASES
def test_nothing_but_what_the_viewer_asks_for_is_exposed(
    kind: str, base: str, top: Path, archive: orthanc.Orthanc
) -> None:
    answers = with_login(site(kind, top, archive.root, base, capabilities={"percent_decoding": False}), kind, top)
    paths = ("", "/", "/servers", "/app/", "/app/libs/x.js", "/studiesx", "/info", "/system", "/series.js")
    with front(kind, top / "server", answers) as port:
        for path in paths:
            answer = ask(port, f"/dicom-web{path}")
            assert answer.status == 404, path
            assert b"Orthanc" not in answer.body
        # An open proxy would pass it on.
        assert b"ApiVersion" not in ask(port, f"{archive.url}/system").body
        parts = (
            "system",
            "..",
            "%2e%2e",
            "..%2f",
            "%2f",
            "studies",
            "dicom-web",
            "..%252f",
            "..;",
            "%5c",
            "servers",
            ".",
            "",
        )
        chance = random.Random(5)
        for _ in range(400):
            below = "/".join(chance.choices(parts, k=chance.randint(1, 6)))
            target = chance.choice(("/", "/dicom-web/", "/dicom-web/studies/")) + below + chance.choice(("", "?a=%2C"))
            answer = ask(port, target)
            assert b"ApiVersion" not in answer.body, target
            # Of the REST API `/studies` is a list of texts.
            if answer.status == 200 and answer.body.startswith(b"["):
                assert all(isinstance(one, dict) for one in answer.json), target


@pytest.mark.parametrize("query", ["", "?a=%2C"])
def test_only_reading_passes_unless_uploads_are_on(kind: str, query: str, top: Path, archive: orthanc.Orthanc) -> None:
    answers = with_login(site(kind, top, archive.root, capabilities={"percent_decoding": False}), kind, top)
    with front(kind, top / "reading", answers) as port:
        for method in ("POST", "DELETE", "PUT", "PATCH"):
            assert ask(port, f"/dicom-web/studies{query}", method).status == 403, method
    answers["server"] |= {"uploads": True}
    with front(kind, top / "storing", answers) as port:
        large = ask(
            port,
            f"/dicom-web/studies{query}",
            "POST",
            b"x" * 3_000_000,
            Content_Type='multipart/related; type="application/dicom"; boundary=b',
        )
        # Orthanc's own word, which has read it: neither 413 nor 403.
        assert large.status in (200, 400)
        assert large.of("content-type") != ["text/html"]
        assert {ask(port, f"/dicom-web/studies{query}", method).status for method in ("DELETE", "PUT")} == {403}


def test_login_is_added_and_asked_of_nobody(kind: str, top: Path, archive: orthanc.Orthanc) -> None:
    answers = site(kind, top, archive.root)
    with front(kind, top / "none", answers) as port:
        assert ask(port, "/dicom-web/studies").of("www-authenticate") == ['Basic realm="Orthanc Secure Area"']
    with front(kind, top / "right", with_login(answers, kind, top)) as port:
        assert ask(port, "/dicom-web/studies").status == 200
        # In the place of what the browser sends.
        assert ask(port, "/dicom-web/studies", Authorization="Bearer of-the-viewer").status == 200
    with front(kind, top / "wrong", with_login(answers, kind, top, orthanc.Login("ohif", "old"))) as port:
        answer = ask(port, "/dicom-web/studies")
        assert (answer.status, answer.of("www-authenticate")) == (401, [])


@pytest.mark.parametrize("decodes", [False, True, None])
def test_commas_are_decoded_where_the_server_does_not(
    kind: str, decodes: bool | None, top: Path, archive: orthanc.Orthanc
) -> None:
    can = {} if decodes is None else {"percent_decoding": decodes}
    answers = with_login(site(kind, top, archive.root, capabilities=can), kind, top)
    query = "/dicom-web/studies?limit=101&offset=0&fuzzymatching=false&includefield=00081030%2C00080060%2c00201208"
    with front(kind, top / "server", answers) as port:
        answer = ask(port, query)
        assert answer.status == 200
        assert ("00081030" in answer.json[0]) == (decodes is False)


def test_query_is_otherwise_left_alone(kind: str, top: Path) -> None:
    with echo() as behind:
        answers = site(kind, top, f"{behind}/dicom-web", capabilities={"percent_decoding": False})
        with front(kind, top / "server", answers) as port:
            sent = "/dicom-web/studies?PatientName=*a%5Eb%20c%C3%A9%25*&x=1%2C2%2C3%2C4%2C5%2C6&y=%26&z"
            # Four of them; the last ones first.
            wanted = sent.replace("1%2C2%2C3%2C4%2C5%2C6", "1%2C2,3,4,5,6")
            assert ask(port, sent).json["path"] == wanted
            assert ask(port, "/dicom-web/studies/1.2/series?a").json["path"] == "/dicom-web/studies/1.2/series?a"


def test_login_goes_to_orthanc_and_to_nobody_else(kind: str, top: Path) -> None:
    with echo() as behind, echo() as elsewhere:
        answers = with_login(site(kind, top, f"{behind}/dicom-web"), kind, top)
        other = {"kind": "dicomweb", "name": "other", "url": f"{elsewhere}/rs", "proxy": kind}
        answers["servers"] = [answers.pop("server"), other]
        with front(kind, top / "both", answers) as port:
            for sent in ({}, {"Authorization": "Bearer t"}):
                fields = ask(port, "/dicom-web/studies", more=sent).json["fields"]
                assert fields["authorization"].startswith("Basic ")
                assert ask(port, "/rs/studies", more=sent).json["fields"].get("authorization") == sent.get(
                    "Authorization"
                )
        answers["servers"].append(AZURE["servers"])
        answers["sign_in"] = AZURE["sign_in"]
        with front(kind, top / "azure", answers) as port:
            fields = ask(port, "/rs/studies", Authorization="Bearer t").json["fields"]
            assert "authorization" not in fields
        steps = generated(answers)["NEXT-STEPS.md"]
        assert f"It goes to `{behind}/dicom-web`, and is in" in steps
        assert re.findall(r"must (?:then )?print (\d+)", steps) == ["401", "200"]
        # Another DICOMweb server alone gets it.
        answers = {key: value for key, value in answers.items() if key not in ("servers", "sign_in")}
        with front(kind, top / "alone", answers | {"server": other}) as port:
            assert ask(port, "/rs/studies").json["fields"]["authorization"].startswith("Basic ")


def test_viewer_and_servers_may_lie_below_a_server_of_nginx(top: Path) -> None:
    with echo() as first, echo() as second:
        answers = site("nginx", top, f"{first}/dicom-web", "/dicom-web/ohif")
        below = {"kind": "dicomweb", "url": f"{second}/dicom-web/b"}
        answers["servers"] = [answers.pop("server"), below]
        with front("nginx", top / "server", answers) as port:
            for route in ("/", "/viewer?x=1"):
                assert ask(port, f"/dicom-web/ohif{route}").body == PAGE
            assert ask(port, "/dicom-web/ohif/app-config.js").body == FILES["app-config.js"]
            for path in ("/dicom-web/studies", "/dicom-web/b/studies/1"):
                assert ask(port, path).json["path"] == path
            for path in ("/dicom-web/ohif/x.js", "/dicom-web/servers", "/dicom-web/b/servers", "/dicom-web/b"):
                assert ask(port, path).status == 404


def test_token_of_azure_stays_away_from_other_servers(kind: str, top: Path) -> None:
    with echo() as behind:
        answers = site(kind, top, f"{behind}/dicom-web")
        with front(kind, top / "passed-on", answers) as port:
            fields = ask(port, "/dicom-web/studies", Authorization="Bearer t").json["fields"]
            assert fields["authorization"] == "Bearer t"
        own = answers.pop("server")
        other = own | {"kind": "dicomweb", "name": "other", "url": f"{behind}/a.b/rs", "uploads": True}
        answers |= {"servers": [own, AZURE["servers"], other], "sign_in": AZURE["sign_in"]}
        with front(kind, top / "cleared", answers) as port:
            for path in ("/dicom-web/studies", "/a.b/rs/studies"):
                answer = ask(port, path, Authorization="Bearer t")
                assert answer.json["path"] == path
                assert "authorization" not in answer.json["fields"]
            # Each as its own answers say.
            assert ask(port, "/dicom-web/studies", "POST").status == 403
            assert ask(port, "/a.b/rs/studies", "POST").status == 501
            assert ask(port, "/aXb/rs/studies").body == PAGE


def test_server_is_told_the_address_that_the_browser_used_and_nothing_that_it_claims(kind: str, top: Path) -> None:
    claims = {"Forwarded": "host=evil;proto=https", "X-Forwarded-Host": "evil", "X-Forwarded-Proto": "gopher"}
    with echo() as behind:
        answers = site(kind, top, f"{behind}/dicom-web")
        with front(kind, top / "plain", answers) as port:
            fields = ask(port, "/dicom-web/studies", more=claims).json["fields"]
            host = f"127.0.0.1:{port}"
            assert (fields["host"], fields["forwarded"]) == (host, f"host={host};proto=http")
            assert (fields["x-forwarded-host"], fields["x-forwarded-proto"]) == (host, "http")
        # TLS ends before it.
        answers["viewer"] |= {"url": "https://viewer.example.org"}
        with front(kind, top / "behind", answers) as port:
            fields = ask(port, "/dicom-web/studies", Host="viewer.example.org", more=claims).json["fields"]
            assert fields["forwarded"] == "host=viewer.example.org;proto=https"
            assert fields["x-forwarded-proto"] == "https"


def test_tls_with_files_of_hostile_names(kind: str, top: Path, archive: orthanc.Orthanc) -> None:
    authority = trustme.CA()
    pair = authority.issue_cert("127.0.0.1")
    certificate, key = top / f"{HOSTILE}.pem", top / f"{HOSTILE}.key"
    certificate.write_bytes(b"".join(one.bytes() for one in pair.cert_chain_pems))
    key.write_bytes(pair.private_key_pem.bytes())
    key.chmod(0o600)
    answers = with_login(site(kind, top, archive.root, "/ohif"), kind, top)
    answers["viewer"]["url"] = answers["viewer"]["url"].replace("http:", "https:")
    answers["proxy"] |= {"tls_certificate": str(certificate), "tls_key": str(key)}
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with front(kind, top / "server", answers) as port:
        (study,) = ask(port, "/dicom-web/studies", tls=trusting).json
        assert study["00081190"]["Value"] == [f"https://127.0.0.1:{port}/dicom-web/studies/{ADA.uid}"]
        assert ask(port, "/ohif/callback", tls=trusting).body == PAGE


def test_server_at_https_is_reached(kind: str, top: Path) -> None:
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(served)
    with echo(served) as behind, front(kind, top / "server", site(kind, top, f"{behind}/dicom-web")) as port:
        fields = ask(port, "/dicom-web/studies").json["fields"]
        # The scheme is the browser's.
        assert fields["forwarded"] == f"host=127.0.0.1:{port};proto=http"


def test_archive_that_is_down_is_502_or_503(kind: str, top: Path) -> None:
    with front(kind, top / "server", site(kind, top, f"http://127.0.0.1:{free_port()}")) as port:
        assert ask(port, "/dicom-web/studies").status in (502, 503)
        assert ask(port, "/").body == PAGE


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("viewer", "url", "http://viewer.example.org;x"),
        ("viewer", "url", "http://viewer.example.org/a b"),
        ("viewer", "url", 'http://viewer.example.org/a"b'),
        ("viewer", "folder", "/srv/$host"),
        ("viewer", "folder", "/srv/a\nb"),
        ("viewer", "folder", "/srv/*"),
        ("server", "url", "http://127.0.0.1:8042/dicom-web;x"),
        ("server", "url", "http://127.0.0.1:8042/{x}"),
        ("proxy", "tls_certificate", "/etc/${x}"),
        ("proxy", "orthanc_credentials_file", "/etc/a\0b"),
        ("proxy", "url", "http://proxy.example.org/x"),
    ],
)
def test_what_no_such_file_can_hold_is_refused_before(kind: str, table: str, key: str, value: str) -> None:
    answers: dict[str, dict[str, Any]] = {
        "viewer": {"url": "http://viewer.example.org", "folder": "/srv/ohif"},
        "server": {"kind": "orthanc", "url": "http://127.0.0.1:8042", "proxy": kind},
        "proxy": {"listen": 8080},
    }
    generated(answers)
    answers[table][key] = value
    with pytest.raises(ValueError, match=f"{table}.{key}"):
        generated(answers)
