"""`check` against networks and servers that misbehave, from the front door: a finding with cause and next step, the right exit
status, the right stream, no traceback."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from ohif_setup.demo.certificates import CertificateAuthority, CertificateKind
from tests.servers import hostile
from tests.servers.interposer import Interposer
from tests.servers.raw import RawServer, always, answer, for_ever, never
from tests.servers.stage import (
    AUTHORIZE,
    DEVICE_CODE,
    DISCOVERY,
    FHIR,
    PIPELINE,
    SEARCH,
    TOKEN,
    FrontDoor,
    Ran,
    Stage,
)

QUICK = ("--timeout", "1.5")
"""For what never answers; long enough that all others do, on a busy machine too."""
NO_TLS = ("--skip", "tls")
"""Where nothing is wrong with it: two handshakes with each server are what takes longest here."""
PROVIDER_ONLY = ("--skip", "tls,cors")
"""Where only the identity provider misbehaves."""
CHECK_OF = {DISCOVERY: "tenant-exists", TOKEN: "sign-in", SEARCH: "dicomweb-reachable", FHIR: "cors"}
ANY_ORIGIN = ("Access-Control-Allow-Origin", "*")
FAULTS = hostile.CONNECTION + hostile.STATUS


def words(finding: dict[str, Any]) -> str:
    fixes = " ".join(f"{fix['where']} {fix['text']}" for fix in finding["fix"])
    return f"{finding['title']} {finding['cause']} {fixes}"


def pipeline(door: FrontDoor, site: Stage, *arguments: str) -> Ran:
    """With a sign-in of the service principal, so that every server is asked."""
    return door.check(
        site.answers, "--sign-in", "service-principal", *arguments, environment={**site.environment, **PIPELINE}
    )


def test_the_stage_is_green_when_nothing_is_broken(door: FrontDoor, site: Stage) -> None:
    ran = pipeline(door, site)
    assert ran.status == 0, ran.out
    # The stage has no viewer to look at.
    assert {one["status"] for one in ran.findings if not one["check"].startswith("viewer-")} == {"pass"}
    assert [one["status"] for one in ran.findings if one["check"].startswith("viewer-")] == ["skipped"] * 4
    assert ran.err == ""


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        pytest.param(path, fault, id=f"{check}-{fault.name}")
        for path, check in CHECK_OF.items()
        for fault in (FAULTS if path == SEARCH else hostile.FEW)
    ],
)
def test_fault_is_named_by_the_check_that_met_it(door: FrontDoor, site: Stage, path: str, fault: hostile.Fault) -> None:
    site.front_of(path).faults[path] = fault.handler
    ran = pipeline(
        door,
        site,
        *(NO_TLS if fault in hostile.FEW and not fault.hangs else ("--only", CHECK_OF[path])),
        *(QUICK if fault.hangs else ()),
    )
    assert ran.status == 1
    assert ran.failed == {CHECK_OF[path]}
    finding = next(one for one in ran.findings if one["check"] == CHECK_OF[path] and one["status"] == "fail")
    for word in fault.words:
        assert word in words(finding)
    assert ran.err == ""


@pytest.mark.parametrize("fault", hostile.FEW, ids=lambda fault: fault.name)
def test_fault_of_the_authorize_page_never_fails_a_run(door: FrontDoor, site: Stage, fault: hostile.Fault) -> None:
    site.entra.faults[AUTHORIZE] = fault.handler
    ran = pipeline(door, site, *PROVIDER_ONLY, *(QUICK if fault.hangs else ()))
    assert (ran.status, ran.err) == (0, "")
    # A page may be the provider's own, and whoever sends without an end has answered.
    page = fault.name in {"captive portal", "endless body"}
    assert ran.of("redirect-uri")["status"] == ("skipped" if page else "warn")
    assert "could not tell" in ran.of("redirect-uri")["title"]


@pytest.mark.parametrize("path", [DISCOVERY, TOKEN, SEARCH])
@pytest.mark.parametrize(
    "name", ["null", "list of lists", "nested 100,000 deep", "huge number", "NaN", "invalid UTF-8"]
)
def test_json_of_the_wrong_shape_is_named(door: FrontDoor, site: Stage, path: str, name: str) -> None:
    site.front_of(path).faults[path] = always(answer(200, dict(hostile.WRONG_JSON)[name]))
    ran = pipeline(door, site, "--only", CHECK_OF[path])
    assert ran.failed == {CHECK_OF[path]}
    expected = {DISCOVERY: "not an identity provider", TOKEN: "is invalid", SEARCH: "not DICOM JSON"}[path]
    assert expected in ran.of(CHECK_OF[path])["title"]
    assert ran.err == ""


def test_byte_order_mark_does_no_harm(door: FrontDoor, site: Stage) -> None:
    site.dicom.faults[SEARCH] = always(answer(200, b'\xef\xbb\xbf[{"0020000D": {"vr": "UI", "Value": ["1.2"]}}]'))
    ran = pipeline(door, site, "--only", "dicomweb-reachable")
    assert ran.failed == set()


@pytest.mark.parametrize("path", [DISCOVERY, TOKEN, DEVICE_CODE, SEARCH, FHIR, AUTHORIZE])
def test_terminal_is_not_steered_by_what_a_server_sends(door: FrontDoor, site: Stage, path: str) -> None:
    mean = hostile.ESCAPES
    body = json.dumps({"error": mean, "error_description": f"AADSTS90002: {mean}", "suberror": mean, "issuer": mean})
    site.front_of(path).faults[path] = always(
        answer(
            400, body, ("WWW-Authenticate", f'Bearer error="{ascii_only(mean)}"'), ("X-Mean", ascii_only(mean) * 100)
        )
    )
    method = "device-code" if path == DEVICE_CODE else "service-principal"
    ran = door.check(site.answers, "--sign-in", method, environment={**site.environment, **PIPELINE}, as_json=False)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", ran.out + ran.err)


def ascii_only(text: str) -> str:
    return text.encode("latin-1", "ignore").decode("latin-1")


@pytest.mark.parametrize("path", [DISCOVERY, TOKEN, SEARCH])
def test_long_texts_of_a_server_are_cut(door: FrontDoor, site: Stage, path: str) -> None:
    long = "blah " * 50_000
    fields = (("Location", "https://elsewhere.example.org/" + "a" * 60_000), ("X-Long", "b" * 60_000))
    site.front_of(path).faults[path] = always(
        answer(400, json.dumps({"error": long, "error_description": long}), *fields)
    )
    ran = pipeline(door, site, "--only", CHECK_OF[path])
    assert ran.failed == {CHECK_OF[path]}
    assert len(ran.out) < 60_000
    assert all(len(words(one)) < 2_000 for one in ran.findings if one["status"] == "fail" and one["check"] != "cors")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *((path, 307) for path in (DISCOVERY, TOKEN, DEVICE_CODE, AUTHORIZE)),
        *((SEARCH, status) for status in (301, 302, 303, 307, 308)),
    ],
)
def test_redirect_is_not_followed(door: FrontDoor, site: Stage, path: str, status: int) -> None:
    with RawServer(always(answer(200, "{}"))) as target:
        site.front_of(path).faults[path] = always(answer(status, "moved", ("Location", f"{target.url}/there")))
        method = "device-code" if path == DEVICE_CODE else "service-principal"
        ran = door.check(
            site.answers, *PROVIDER_ONLY, "--sign-in", method, environment={**site.environment, **PIPELINE}
        )
        assert (target.connections, target.requests) == (0, [])
    if path != AUTHORIZE:
        check = CHECK_OF.get(path, "sign-in")
        assert ran.failed == {check}
        assert f"redirect ({status}) to {target.url}/there" in ran.of(check)["title"]
        assert target.url in words(ran.of(check))


@pytest.mark.parametrize("path", [SEARCH, FHIR])
def test_nothing_secret_goes_along_a_redirect(door: FrontDoor, site: Stage, path: str) -> None:
    """The check `cors` looks at what a browser would meet there, as anybody may."""
    with RawServer(always(answer(200, "{}"))) as target:
        site.front_of(path).faults[path] = always(answer(307, "moved", ("Location", f"{target.url}/there")))
        ran = pipeline(door, site)
        for request in target.requests:
            assert request.method in ("GET", "OPTIONS")
            assert not request.header("Authorization")
            assert not request.header("Cookie")
    assert ran.status == 1


@pytest.mark.parametrize("location", ["", "https://[broken", "//", "http://\xff\xfe/", "javascript:alert(1)", "\x00"])
def test_redirect_to_nonsense_is_a_redirect(door: FrontDoor, site: Stage, location: str) -> None:
    site.dicom.faults[SEARCH] = always(answer(302, "moved", ("Location", location)))
    ran = pipeline(door, site, "--only", "dicomweb-reachable")
    assert ran.failed == {"dicomweb-reachable"}
    assert "redirect (302) to" in ran.of("dicomweb-reachable")["title"]


def test_endless_body_of_a_redirect_is_cut_off(door: FrontDoor, site: Stage) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example.org/\r\nContent-Length: 99999999999\r\n\r\n"
    site.dicom.faults[SEARCH] = for_ever(head, b" " * 65536)
    start = time.monotonic()
    ran = pipeline(door, site, "--timeout", "60")
    assert time.monotonic() - start < 30
    assert "does not end" in ran.of("dicomweb-reachable")["title"]


@pytest.mark.parametrize("server", ["entra", "dicom", "fhir"])
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("expired", ("the certificate has expired", "renew", "clock")),
        ("self-signed", ("not trusted here", "REQUESTS_CA_BUNDLE=")),
        ("wrong-host", ("for another host", "does not contain the host name")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_certificate_is_named_by_tls_alone(
    door: FrontDoor, site: Stage, server: str, kind: CertificateKind, expected: tuple[str, ...]
) -> None:
    front: Interposer = getattr(site, server)
    good, front.context = front.context, site.authority.server_context(("127.0.0.1",), kind)
    try:
        ran = pipeline(door, site)
    finally:
        front.context = good
    assert (ran.status, ran.failed, ran.err) == (1, {"tls"}, "")
    finding = ran.of("tls", str(front.port))
    assert finding["status"] == "fail"
    for word in expected:
        assert word in words(finding)


def test_untrusted_ca_names_the_variable(door: FrontDoor, site: Stage, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(CertificateAuthority().pem)
    ran = door.check(site.answers, environment={"REQUESTS_CA_BUNDLE": str(other)})
    assert ran.failed == {"tls"}
    assert "REQUESTS_CA_BUNDLE=" in words(ran.of("tls"))


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("content", [None, "hello", ""], ids=["missing", "no PEM", "empty"])
def test_unusable_ca_file_names_variable_and_path(
    door: FrontDoor, site: Stage, tmp_path: Path, variable: str, content: str | None
) -> None:
    file = tmp_path / "wrong.pem"
    if content is not None:
        file.write_text(content)
    reason = "No such file" if content is None else "it holds no certificate"
    ran = door.check(site.answers, environment={variable: str(file)})
    assert (ran.status, ran.failed) == (1, {"tls"})
    assert "the file of trusted CAs cannot be used" in words(ran.of("tls"))
    assert f"{variable}={file}: {reason}" in words(ran.of("tls"))


def test_refused_connection_is_named_for_each_server(door: FrontDoor, site: Stage) -> None:
    with RawServer(None) as gone:
        pass
    url = f"https://127.0.0.1:{gone.port}"
    answers = {
        **site.answers,
        "sign_in.authority": f"{url}/{site.answers['sign_in.tenant_id']}",
        "server.url": f"{url}/v2",
        "fhir.url": url,
    }
    ran = door.check(answers, environment=site.environment)
    assert (ran.status, ran.failed) == (1, {"tenant-exists", "dicomweb-reachable", "cors"})
    for check in ran.failed:
        finding = next(one for one in ran.findings if one["check"] == check and one["status"] == "fail")
        assert finding["title"] == f"127.0.0.1:{gone.port}: the connection was refused"


def test_name_that_does_not_resolve_is_named(door: FrontDoor, site: Stage) -> None:
    answers = {**site.answers, "server.url": "https://no-such-host.invalid/v2"}
    ran = door.check(answers, "--timeout", "5", environment=site.environment)
    assert ran.failed == {"dicomweb-reachable"}
    assert "does not resolve" in ran.of("dicomweb-reachable")["title"]
    assert "getent hosts no-such-host.invalid" in words(ran.of("dicomweb-reachable"))


@pytest.mark.parametrize(
    "blurts",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"\x15\x03\x01\x00\x02\x02\x46"],
    ids=["HTTP", "hangs up", "alert"],
)
def test_server_without_tls_is_named_by_tls(door: FrontDoor, site: Stage, blurts: bytes) -> None:
    with RawServer(None, blurts=blurts) as plain:
        answers = {**site.answers, "server.url": f"https://127.0.0.1:{plain.port}/v2"}
        ran = door.check(answers, environment=site.environment)
    assert (ran.status, ran.failed) == (1, {"tls"})
    assert "no TLS connection could be made" in ran.of("tls", str(plain.port))["title"]


def test_server_that_never_shakes_hands_is_named(door: FrontDoor, site: Stage) -> None:
    with RawServer(None) as mute:
        answers = {**site.answers, "server.url": f"https://127.0.0.1:{mute.port}/v2"}
        ran = door.check(answers, *QUICK, environment=site.environment)
    assert (ran.status, ran.failed) == (1, {"dicomweb-reachable"})
    assert "no answer in time" in ran.of("dicomweb-reachable")["title"]


@pytest.mark.parametrize("hours", [1, -1])
def test_clock_that_is_an_hour_off_is_a_warning(door: FrontDoor, site: Stage, hours: int) -> None:
    site.site.entra.clock_skew = hours * 3600
    try:
        ran = door.check(site.answers, environment=site.environment)
    finally:
        site.site.entra.clock_skew = 0
    assert ran.status == 0
    clock = ran.of("tenant-exists", "clock")
    assert clock["status"] == "warn"
    assert f"60 minutes {'behind' if hours > 0 else 'ahead'}" in clock["title"]
    assert "set the clock" in words(clock)


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "Mon, 01 Jan 99999 00:00:00 GMT",
        f"Mon, 01 Jan {'9' * 40} 00:00:00 GMT",
        "\x1b[2J",
        "1 1 1 1 1 1",
    ],
)
def test_date_that_is_none_does_no_harm(door: FrontDoor, site: Stage, date: str) -> None:
    document = discovery_document(site)
    site.entra.faults[DISCOVERY] = always(answer(200, document, ("Date", date), ANY_ORIGIN))
    ran = door.check(site.answers, *PROVIDER_ONLY, environment=site.environment)
    assert ran.status == 0
    assert ran.of("tenant-exists")["status"] == "pass"


def discovery_document(site: Stage, **changed: object) -> str:
    tenant = site.answers["sign_in.authority"]
    document = {
        "issuer": f"{tenant}/v2.0",
        "authorization_endpoint": f"{tenant}/oauth2/v2.0/authorize",
        "token_endpoint": f"{tenant}/oauth2/v2.0/token",
        "device_authorization_endpoint": f"{tenant}/oauth2/v2.0/devicecode",
    }
    return json.dumps(document | changed)


@pytest.mark.parametrize(
    ("name", "endpoint"),
    [
        ("token_endpoint", "http://127.0.0.1:1/token"),
        ("token_endpoint", "https://[broken"),
        ("token_endpoint", "https://x:99999999/"),
        ("token_endpoint", "token"),
        ("authorization_endpoint", "javascript:alert(1)"),
        ("authorization_endpoint", "https://elsewhere.example.org/authorize"),
        ("device_authorization_endpoint", "https://elsewhere.example.org/devicecode"),
    ],
)
def test_nothing_is_sent_to_an_endpoint_that_the_document_made_up(
    door: FrontDoor, site: Stage, name: str, endpoint: str
) -> None:
    site.entra.faults[DISCOVERY] = always(answer(200, discovery_document(site, **{name: endpoint}), ANY_ORIGIN))
    method = "device-code" if name.startswith("device") else "service-principal"
    ran = door.check(site.answers, *PROVIDER_ONLY, "--sign-in", method, environment={**site.environment, **PIPELINE})
    assert ran.failed == {"tenant-exists"}
    assert "another host" in ran.of("tenant-exists")["title"]
    assert not any(request.method == "POST" for request in site.entra.requests)


def test_secret_is_not_posted_to_another_host(door: FrontDoor, site: Stage) -> None:
    with RawServer(always(answer(200, "{}")), site.entra.context) as thief:
        document = discovery_document(site, token_endpoint=f"{thief.url}/token")
        site.entra.faults[DISCOVERY] = always(answer(200, document, ANY_ORIGIN))
        ran = pipeline(door, site)
        assert thief.connections == 0
    assert ran.failed == {"tenant-exists"}
    assert "sends sign-ins to another host" in ran.of("tenant-exists")["title"]


def test_hanging_servers_do_not_add_up(door: FrontDoor, site: Stage) -> None:
    for front in site.fronts:
        front.faults["/"] = never
    answers = {**site.answers, "server.uploads": "true"}
    extra = ",".join(f"http://localhost:{port}" for port in range(3000, 3006))
    start = time.monotonic()
    ran = door.check(
        answers,
        "--timeout",
        "1",
        "--sign-in",
        "service-principal",
        "--set",
        f"viewer.extra_urls={extra}",
        environment={**site.environment, **PIPELINE},
    )
    assert time.monotonic() - start < 20, "seconds; its 30 connections, one after the other, take 30"
    assert ran.failed == {"tenant-exists", "dicomweb-reachable", "cors"}


def test_servers_that_never_shake_hands_do_not_add_up(door: FrontDoor, site: Stage) -> None:
    for front in site.fronts:
        front.handler = None
    start = time.monotonic()
    ran = door.check(site.answers, "--timeout", "1", environment=site.environment)
    assert time.monotonic() - start < 15, "seconds; its 20 connections, one after the other, take 20"
    assert ran.failed == {"tenant-exists", "dicomweb-reachable", "cors"}


def test_text_report_names_cause_and_next_step_on_standard_output(door: FrontDoor, site: Stage) -> None:
    site.dicom.faults[SEARCH] = always(answer(503, "down"))
    ran = door.check(site.answers, environment=site.environment, as_json=False)
    assert (ran.status, ran.err) == (1, "")
    assert re.search(
        r"✗ dicomweb-reachable +the server reports an internal error \(503\)\n {6}Symptom +.+\n {6}Cause +", ran.out
    )
    assert re.search(r"^ {6}Fix +Time +wait a few minutes", ran.out, re.MULTILINE)
