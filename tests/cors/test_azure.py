"""Azure's rules for CORS: the origins that it takes, and the printed command against jq."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ohif_setup.demo.site import DemoSite
from ohif_setup.servers.azure_cors import MAX_AGE, takes_origin, wanted
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
    assert "take no origin like http://[::1]:3000" in " ".join(asked.text.split())
    assert "az rest" not in asked.text


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            None,
            {
                "origins": [VIEWER],
                "headers": ["accept", "authorization"],
                "methods": ["GET", "OPTIONS"],
                "maxAge": 600,
                "allowCredentials": False,
            },
            id="never set",
        ),
        pytest.param(
            {
                "origins": ["https://other.example.org"],
                "headers": ["*"],
                "methods": ["GET", "DELETE"],
                "maxAge": 7,
                "allowCredentials": True,
            },
            {
                "origins": ["https://other.example.org", VIEWER],
                "headers": ["*", "accept", "authorization"],
                "methods": ["DELETE", "GET", "OPTIONS"],
                "maxAge": 7,
                "allowCredentials": True,
            },
            id="others are kept",
        ),
    ],
)
def test_printed_command_changes_cors_alone(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, before: dict[str, Any] | None, after: dict[str, Any]
) -> None:
    with DemoSite() as site:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", site.environment["REQUESTS_CA_BUNDLE"])
        site.dicom.cors = replace(site.dicom.cors, origins=())
        text = ask(f"{site.dicom.url}/v2").text
    command = re.search(r"jq 'del.*?> cors.json", text, re.DOTALL)
    assert command
    resource = {
        "id": "/subscriptions/s",
        "location": "westeurope",
        "tags": {"a": "b"},
        "properties": {
            "serviceUrl": "https://x",
            "provisioningState": "Succeeded",
            "authenticationConfiguration": {},
            "encryption": {"key": 1},
            "corsConfiguration": before,
        },
    }
    (tmp_path / "before.json").write_text(json.dumps(resource))
    subprocess.run(["/bin/sh", "-c", command[0]], cwd=tmp_path, check=True, timeout=10)
    changed = json.loads((tmp_path / "cors.json").read_text())
    assert changed == {
        "location": "westeurope",
        "tags": {"a": "b"},
        "properties": {"encryption": {"key": 1}, "corsConfiguration": after},
    }
