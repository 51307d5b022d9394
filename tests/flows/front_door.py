"""The tool as a user starts it: a process with its exit status and both streams. `forks.py` says how it begins."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from tests.flows.forks import forks

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
    surroundings = {**os.environ, **(environment or {})}
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write(stdin.encode())
        given.seek(0)
        status = forks().run(arguments, surroundings, cwd or Path(), (given, out, err), seconds)
        if status is None:
            command = [sys.executable, "-m", "ohif_setup", *arguments]
            status = subprocess.run(
                command, stdin=given, stdout=out, stderr=err, timeout=seconds, env=surroundings, cwd=cwd, check=False
            ).returncode
        run = Run(status, _text(out), _text(err))
    assert "Traceback" not in run.err + run.out, run.err
    return run


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode().replace("\r\n", "\n")
