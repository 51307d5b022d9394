"""A bug of the tool at one service, or in naming one fault, takes nothing else out of the report of `cors`."""

from __future__ import annotations

import json
import socket
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from ohif_setup import cli
from ohif_setup.checks.cors.findings import rows_of
from ohif_setup.checks.cors.look import CorsCase, look_at_service
from ohif_setup.checks.cors.verdict import judge_service
from ohif_setup.kinds import cors_service
from ohif_setup.kinds.service import CorsService
from ohif_setup.network.wire.http import Http
from tests.cors.services import Service
from tests.servers.raw import RawServer


@pytest.mark.parametrize("form", ["--json", "--curl", "text"])
def test_bug_at_one_service_costs_the_others_nothing(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    form: str,
) -> None:
    real = socket.getaddrinfo

    def look_up(host: Any, *arguments: Any, **named: Any) -> Any:
        if host == "breaks.localhost":
            raise ZeroDivisionError(form)
        return real(host, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    more = [] if form == "text" else [form]
    with RawServer(Service(open_to_all=True)) as service:
        good, bad = f"{service.url}/dicom-web", f"http://breaks.localhost:{service.port}/dicom-web"
        words = [word for url in (bad, good) for word in ("--service-url", url)]
        status = cli.main(["cors", *words, "--viewer-url", "http://viewer.example.org", "--server", "dicomweb", *more])
    out, err = capsys.readouterr()
    assert (status, err) == (1, "")
    (log,) = tmp_path.iterdir()
    assert "ZeroDivisionError" in log.read_text()
    if form == "--json":
        broken, whole = json.loads(out)["services"]
        assert json.loads(out)["status"] == "fail"
        assert (broken["url"], broken["requests"]) == (bad, [])
        assert broken["could_not_judge"] == {"bug": "ZeroDivisionError", "log": str(log)}
        assert whole["requests"]
        assert "could_not_judge" not in whole
    else:
        assert good in out
        assert out.count("could not judge: a bug in ohif-setup (ZeroDivisionError)") == 1
        assert str(log) in out


def test_bug_in_naming_a_fault_leaves_the_verdicts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Nameless(CorsService):
        def __getattribute__(self, name: str) -> Any:
            if name == "not_listed":
                raise ZeroDivisionError
            return super().__getattribute__(name)

    class Breaks(CorsCase):
        @property
        def service(self) -> CorsService:
            usual = cors_service(self.kind)
            return Nameless(**{one.name: getattr(usual, one.name) for one in fields(usual)})

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    http = Http(2)
    with RawServer(Service(preflight=(), actual=(), open_to_all=True)) as server:
        origins = ("http://viewer.example.org",)
        seen = look_at_service(http, Breaks(server.url, "dicomweb", origins, "3.12", uploads=False, signs_in=False))
    (row,) = rows_of(judge_service(seen))
    requests = row["requests"]
    assert isinstance(requests, list)
    refused = [one for one in requests if not one["allowed"]]
    assert refused
    assert {one["fault"] for one in refused} == {"could-not-judge"}
    assert all(one["reason"] for one in refused)
