"""What the command prints: the JSON schema, curl commands that a real curl runs, and a page that fits into 80 columns."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pytest

from ohif_setup import cli
from ohif_setup.demo.certificates import CertificateAuthority
from tests.cors.conftest import Ask
from tests.cors.services import ANY, KEPT, LISTS, VIEWER, Service, allowing
from tests.flows.front_door import ohif_setup
from tests.servers.raw import RawServer

Serve = Callable[..., RawServer]
LONG = "https://the-viewer-of-the-radiology-department.hospital.example.org"


def test_json_has_the_form_of_its_schema(ask: Ask, serve: Serve) -> None:
    url = f"{serve(Service(preflight=(), options_status=401)).url}/dicom-web"
    asked = ask(url, "--service-url", f"{url}-2", "--uploads", viewer=(VIEWER, "http://localhost:3000/ohif"))
    assert asked.report["status"] == "fail"
    places = [(one["url"], one["viewer_origin"]) for one in asked.report["services"]]
    assert places == [(one, who) for one in (url, f"{url}-2") for who in (VIEWER, "http://localhost:3000")]
    for request in asked.requests:
        assert {name: type(value) for name, value in request.items() if name in TYPES} == TYPES
        assert request["request"] in {"search", "series", "metadata", "frames", "bulk", "store"}
        assert set(request["evidence"]) == {"request", "response"}
        assert request["evidence"]["request"]["method"] == "OPTIONS"
        assert request["evidence"]["response"]["status"] == 401


TYPES: dict[str, type[Any]] = {
    "request": str,
    "method": str,
    "url": str,
    "preflight": bool,
    "allowed": bool,
    "step": str,
    "reason": str,
    "warnings": list,
    "evidence": dict,
}


@pytest.mark.parametrize(
    ("service", "root"),
    [
        ("{}/dicom-web/studies?limit=1", "/dicom-web"),
        ("{}/dicom-web/studies/1.2.3/series", "/dicom-web"),
        ("{}/dicom-web/", "/dicom-web"),
        # At the top of a server /studies may be something else, such as the REST API of Orthanc.
        ("{}/studies", "/studies"),
    ],
)
def test_addresses_are_read_as_the_wizard_reads_them(serve: Serve, service: str, root: str) -> None:
    url = serve(Service()).url
    words = ("--service-url", service.format(url), "--viewer-url", "viewer.example.org/ohif", "--json")
    (found,) = json.loads(ohif_setup("cors", *words).out)["services"]
    assert (found["url"], found["viewer_origin"]) == (f"{url}{root}", "https://viewer.example.org")


def test_json_alone_is_on_standard_output(serve: Serve) -> None:
    ran = ohif_setup("cors", "--service-url", serve(Service()).url, "--viewer-url", VIEWER, "--json")
    assert (ran.status, ran.err, json.loads(ran.out)["status"]) == (0, "", "pass")


@pytest.mark.parametrize(
    ("option", "value", "word"),
    [
        ("--service-url", "ftp://x", '"ftp://x" is not an http or https URL'),
        ("--service-url", "https://user:secret@x/", "scheme, host, port and path only"),
        ("--service-url", "https://x/?a=b", "scheme, host, port and path only"),
        ("--viewer-url", "//viewer.example.org", '"//viewer.example.org" is not an http or https URL'),
        ("--ohif-version", "three", '"three"'),
    ],
)
def test_wrong_addresses_are_refused(option: str, value: str, word: str) -> None:
    ran = ohif_setup("cors", "--service-url", "http://127.0.0.1:1", "--viewer-url", VIEWER, "--json", option, value)
    assert (ran.status, ran.out) == (2, "")
    assert word in ran.err
    assert "ohif-setup explain address-invalid" in ran.err


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl_commands_give_what_the_tool_saw(
    ask: Ask, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    authority = CertificateAuthority()
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(variable, str(tmp_path / "ca.pem"))
    server = serve(Service(errors=(ANY, ANY)), authority.server_context(("127.0.0.1",)))
    words = ["cors", "--service-url", f"{server.url}/dicom-web", "--viewer-url", VIEWER, "--uploads"]
    assert cli.main([*words, "--curl"]) == 1
    printed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("curl ")]
    sent = [(one.method, one.target, one.header("Access-Control-Request-Headers")) for one in server.requests]
    assert len(printed) == len(set(printed)) == 11
    server.requests.clear()
    for command in printed:
        done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True, timeout=10)
        preflight = "-X OPTIONS" in command
        assert done.stdout.startswith(f"HTTP/1.1 {204 if preflight else 401} ")
        allowed = re.findall(r"(?im)^access-control-allow-origin: (.*?)\r?$", done.stdout)
        assert allowed == ([VIEWER] if preflight else ["*", "*"])
    again = [(one.method, one.target, one.header("Access-Control-Request-Headers")) for one in server.requests]
    assert set(again) <= set(sent)
    assert {one.header("Origin") for one in server.requests} == {VIEWER}


@pytest.mark.parametrize("viewer", [VIEWER, LONG], ids=["short", "long"])
def test_page_fits_into_80_columns(serve: Serve, viewer: str) -> None:
    lines = page(serve(Service((ANY, *allowing("authorization"), KEPT), (ANY,))), viewer)
    header = next(line for line in lines if "search  series" in line)
    signs = next(line for line in lines if "✓" in line)
    at = {kind: signs[header.index(kind)] for kind in ("search", "series", "metadata", "frames", "bulk", "store")}
    assert at == {"search": "✓", "series": "✓", "metadata": "✓", "frames": "✗", "bulk": "✗", "store": "✗"}


def test_page_of_all_settings_fits_into_80_columns(serve: Serve) -> None:
    lines = page(serve(Service((), ())), VIEWER)
    settings = [line.strip() for line in lines if re.match(r" +(Origins|Methods|[\w ]*[Hh]eaders|Credentials): ", line)]
    assert settings == [
        f"Origins: {VIEWER}",
        "Methods: GET, POST, OPTIONS",
        "Headers: authorization, accept, content-type",
        "Exposed headers: none",
        "Credentials: off",
    ]


def page(server: RawServer, viewer: str) -> list[str]:
    """What a terminal of 80 columns shows of a refused service; no line is longer but those to paste."""
    words = [
        "-m",
        "ohif_setup",
        "cors",
        "--service-url",
        f"{server.url}/dicom-web",
        "--viewer-url",
        viewer,
        "--uploads",
    ]
    terminal = pexpect.spawn(
        sys.executable,
        words,
        dimensions=(50, 80),
        encoding="utf-8",
        env={**os.environ, "TERM": "dumb", "NO_COLOR": "1"},
    )
    out = terminal.read()
    terminal.close()
    assert terminal.exitstatus == 1
    lines = [line for line in out.splitlines() if "#" not in line and "$http_origin;" not in line]
    assert max(map(len, lines)) <= 80
    return lines


def test_one_block_for_a_fault_of_many_cells(ask: Ask, serve: Serve) -> None:
    service = Service((ANY, *LISTS[:1], ("Access-Control-Allow-Headers", "authorization"), KEPT), (ANY,))
    viewers = (VIEWER, "http://localhost:3000", "http://127.0.0.1:3000")
    asked = ask(f"{serve(service).url}/dicom-web", viewer=viewers)
    assert sum(not one["allowed"] for one in asked.requests) == 6
    assert asked.blocks == 1
    said = " ".join(asked.text.split())
    assert f"Where frames, bulk; from {', '.join(viewers)}" in said


def test_how_to_lists_every_id() -> None:
    root = Path(cli.__file__).parent
    code = (root / "checks/cors/faults.py").read_text()
    warnings = (root / "checks/cors/findings.py").read_text()
    ids = {
        *re.findall(r'_fault\(\s*look,\s*"([a-z-]+)"', code),
        *re.findall(r'": \("([a-z-]+)", "', warnings),
    }
    assert len(ids) > 25
    page = (root.parent / "docs/how-to/cors-verdict.md").read_text()
    assert {name for name in ids if f"`{name}`" not in page} == set()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--service-url", "https://u:hunter2@pacs.example.org/dicom-web"),
        ("--service-url", "https://pacs.example.org/dicom-web?sig=hunter2"),
        ("--viewer-url", "https://u:hunter2@viewer.example.org"),
        ("--viewer-url", "ftp://u:hunter2@viewer.example.org"),
        ("--service-url", "ftp://u:hunter2@viewer.example.org"),
    ],
)
def test_pasted_secrets_are_not_repeated(option: str, value: str) -> None:
    other = "--viewer-url" if option == "--service-url" else "--service-url"
    run = ohif_setup("cors", option, value, other, "https://other.example.org")
    assert run.status == 2
    assert "hunter2" not in run.out + run.err


@pytest.mark.parametrize(
    ("option", "value"), [("--ohif-version", "2.0"), ("--ohif-version", ""), ("--service-url", "https://h\\\\x")]
)
def test_what_would_be_misread_is_refused(option: str, value: str) -> None:
    base = ["--viewer-url", "https://viewer.example.org", "--service-url", "https://pacs.example.org"]
    assert ohif_setup("cors", *base, option, value).status == 2
