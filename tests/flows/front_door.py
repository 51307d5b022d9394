"""The tool as a user starts it: a process of its own, with its exit status and both streams."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TENANT = "11111111-2222-4333-8444-555555555555"
CLIENT = "66666666-7777-4888-9999-aaaaaaaaaaaa"
ANSWERS = f"""\
version = 1
[viewer]
url = "https://viewer.example.org"
[server]
kind = "azure-dicom"
url = "https://ws-dicom.dicom.azurehealthcareapis.com"
[sign_in]
tenant_id = "{TENANT}"
client_id = "{CLIENT}"
"""


@dataclass(frozen=True)
class Run:
    status: int
    out: str
    err: str


def ohif_setup(
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: str = "",
    seconds: float = 60,
) -> Run:
    """Runs the tool without a terminal and waits."""
    done = subprocess.run(
        [sys.executable, "-m", "ohif_setup", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=seconds,
        env={**os.environ, **(environment or {})},
        cwd=cwd,
        check=False,
    )
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    return Run(done.returncode, done.stdout, done.stderr)
