"""`check` beside what is generated: its JSON, and many sites that keep silent."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.network.test_served import orthanc_like
from tests.regenerate.world import ORTHANC, World
from tests.servers.raw import RawServer

SITES = 12
"""More than are looked at side by side."""
SOON = 3.0
"""In seconds."""


def answers(server: RawServer, viewer: RawServer) -> str:
    text = ORTHANC.replace("http://127.0.0.1:8042", server.url)
    return text.replace("https://viewer.example.org", f"http://localhost:{viewer.port}")


def test_json_stays_alone_on_standard_output_where_an_earlier_run_was_cut_off(tmp_path: Path) -> None:
    with RawServer(orthanc_like()) as server, RawServer(None) as viewer:
        world = World.made(tmp_path / "site", answers(server, viewer))
        world.run("generate")
        journal = world.memory / "journal.staging"
        journal.write_text('{"run": "0123456789abcdef", "steps": [], "folders": []}')
        run = world.run("check", "--json", "--save", "--sign-in", "none", "--timeout", "2", "--only", "capabilities")
    assert json.loads(run.out)["schema"] == "ohif-setup.check/1"
    assert "was interrupted" in run.err
    assert "percent_decoding" in world.answers.read_text()
    assert not journal.exists()


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["text", "json"])
def test_ctrl_c_ends_the_check_of_many_silent_sites_soon(tmp_path: Path, more: list[str]) -> None:
    with RawServer(None) as server, RawServer(None) as viewer:
        for number in range(SITES):
            World.made(tmp_path / "sites" / str(number), answers(server, viewer))
        command = [sys.executable, "-m", "ohif_setup", "check", "--sign-in", "none", "--timeout", "60"]
        with subprocess.Popen(
            [*command, *more, "--answers", "sites"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as running:
            try:
                deadline = time.monotonic() + 30
                while not server.connections and time.monotonic() < deadline:
                    time.sleep(0.05)
                assert server.connections
                running.send_signal(signal.SIGINT)
                _, err = running.communicate(timeout=SOON)
            finally:
                running.kill()
    assert running.returncode == 130
    assert b"Traceback" not in err
