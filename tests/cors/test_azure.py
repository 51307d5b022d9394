"""Azure's rules for CORS: the origins that it takes, and the printed command against jq."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import textwrap
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ohif_setup.demo.site import DemoSite
from ohif_setup.kinds.azure_dicom.cors import remedies, takes_origin, wanted
from ohif_setup.kinds.service import MAX_AGE
from tests.cors.conftest import Ask
from tests.cors.services import VIEWER

ARM = re.compile(r"^(?:(?:(?:[hH][tT][tT][pP](?:[sS]|))\:\/\/(?:[a-zA-Z0-9-]+[.]?)+(?:\:[0-9]{1,5})?|[*]))$")
"""As in the REST API specification of Microsoft.HealthcareApis."""


@pytest.mark.parametrize(
    ("origin", "taken"),
    [
        ("https://viewer.example.org", True),
        ("http://localhost:3000", True),
        ("http://127.0.0.1:3000", True),
        ("https://h:443", True),
        ("HTTPS://H", True),
        ("*", True),
        ("https://viewer.example.org/", False),
        ("https://viewer.example.org/ohif", False),
        ("https://*.example.org", False),
        ("https://my_viewer.example.org", False),
        ("http://[::1]:3000", False),
        ("null", False),
        ("viewer.example.org", False),
        ("https://h:123456", False),
        ("https://a..b", False),
        ("", False),
    ],
)
def test_origins_that_the_settings_take(origin: str, taken: bool) -> None:
    assert (takes_origin(origin), bool(ARM.match(origin))) == (taken, taken)


@settings(max_examples=300)
@given(st.text("hHtTpPsS:/.-*[]_aZ09", max_size=18), st.sampled_from(["", "http://", "https://"]))
def test_same_origins_as_the_pattern_of_the_specification(rest: str, scheme: str) -> None:
    assert takes_origin(scheme + rest) is bool(ARM.match(scheme + rest))


def test_long_host_takes_no_time() -> None:
    assert not takes_origin(f"https://{'a' * 5000}_")


def test_settings_keep_to_the_limits() -> None:
    assert 0 <= MAX_AGE <= 99999
    assert wanted("dicom", ("https://a",), uploads=False).methods == ("GET", "OPTIONS")
    assert "content-type" in wanted("dicom", ("https://a",), uploads=True).headers


def test_origin_that_azure_does_not_take_gets_another_advice(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    with DemoSite() as site:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", site.environment["REQUESTS_CA_BUNDLE"])
        asked = ask(f"{site.dicom.url}/v2", viewer=("http://[::1]:3000", VIEWER))
    assert asked.faults == {"origin-not-listed"}
    assert "do not accept http://[::1]:3000" in " ".join(asked.text.split())
    assert "az resource" not in asked.text


FEW: dict[str, Any] = {
    "origins": [VIEWER],
    "headers": ["accept", "authorization"],
    "methods": ["GET", "OPTIONS"],
    "maxAge": 600,
    "allowCredentials": False,
}
OTHERS: dict[str, Any] = {
    "origins": ["https://other.example.org"],
    "headers": ["*"],
    "methods": ["GET", "DELETE"],
    "maxAge": 7,
    "allowCredentials": True,
}
MERGED = OTHERS | {
    "origins": ["https://other.example.org", VIEWER],
    "headers": ["*", "accept", "authorization"],
    "methods": ["DELETE", "GET", "OPTIONS"],
}
AZ = """az() {
  case "$1 $2" in
    "account show") echo sub-1 ;;
    "resource show") cat resource.json ;;
    "resource update") printf '%s\\0' "$@" > updated ;;
    *) exit 9 ;;
  esac
}
"""


@dataclass(frozen=True)
class Updated:
    """The one `az resource update` that the printed lines run: `id` of the resource, and the value for `corsConfiguration`."""

    id: str
    cors: dict[str, Any]


def pasted(text: str, folder: Path, resource: dict[str, Any]) -> Updated:
    """The lines run by a shell in which `az` reads `resource` and keeps what it would update."""
    (folder / "resource.json").write_text(json.dumps(resource))
    script = f"set -e\n{AZ}{text}"
    subprocess.run(["/bin/bash", "-c", script], cwd=folder, check=True, timeout=10, capture_output=True)
    words = (folder / "updated").read_text().split("\0")[:-1]
    assert words[:2] == ["resource", "update"]
    options = dict(zip(words[2::2], words[3::2], strict=True))
    assert set(options) == {"--ids", "--api-version", "--set"}
    assert options["--api-version"] == "2024-03-31"
    name, _, value = options["--set"].partition("=")
    # Nothing else is named, so all else of the resource stays, whatever it is.
    assert name == "properties.corsConfiguration"
    return Updated(options["--ids"], json.loads(value))


RESOURCE_ID = "/subscriptions/sub-1/resourceGroups/RG/providers/Microsoft.HealthcareApis/workspaces/WS"


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed")
@pytest.mark.parametrize("service", ["dicom", "fhir"])
@pytest.mark.parametrize(
    ("before", "after"),
    [({"corsConfiguration": None}, FEW), ({}, FEW), ({"corsConfiguration": OTHERS}, MERGED)],
    ids=["never set", "not there", "others are kept"],
)
def test_printed_update_changes_cors_alone(
    tmp_path: Path, service: Literal["dicom", "fhir"], before: dict[str, Any], after: dict[str, Any]
) -> None:
    settings = replace(
        wanted(service, (VIEWER,), uploads=False), headers=("authorization", "accept"), methods=("GET", "OPTIONS")
    )
    _, fix = remedies(service, settings, "")
    properties = {"eventState": "Enabled", "exportConfiguration": {"storageAccountName": "a"}}
    resource = {"id": "x", "kind": "fhir-R4", "location": "westeurope", "properties": properties | before}
    updated = pasted(fix.text, tmp_path, resource)
    assert updated == Updated(f"{RESOURCE_ID}/{service}services/{service.upper()}", after)


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed")
def test_verdict_prints_that_update(ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with DemoSite() as site:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", site.environment["REQUESTS_CA_BUNDLE"])
        site.dicom.cors = replace(site.dicom.cors, origins=())
        text = ask(f"{site.dicom.url}/v2").text
    lines = re.search(r"# RG, WS, DICOM.*?corsConfiguration=\$CORS\"", text, re.DOTALL)
    assert lines
    script = textwrap.dedent(f"               {lines[0]}")
    assert pasted(script, tmp_path, {"properties": {}}).cors == FEW
    assert "Portal  DICOM service › CORS › Origins: add" in text
