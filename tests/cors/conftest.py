from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from ohif_setup import cli
from tests.servers.raw import RawServer
from tests.servers.stage import FrontDoor, Stage

__all__ = ["FrontDoor", "Stage"]


@dataclass(frozen=True)
class Asked:
    """One run with `--json` and one without, against the same service. `report` is the JSON, `text` what a person reads."""

    status: int
    report: dict[str, Any]
    text: str

    @property
    def requests(self) -> list[dict[str, Any]]:
        return [one for service in self.report["services"] for one in service["requests"]]

    @property
    def faults(self) -> set[str]:
        """All that is named, be it a failure or a warning."""
        refused = {one["fault"] for one in self.requests if one["fault"]}
        return refused | {name for one in self.requests for name in one["warning_ids"]}

    def kinds(self, fault: str) -> set[str]:
        """The kinds of request that show a fault."""
        return {one["request"] for one in self.requests if fault in (one["fault"], *one["warning_ids"])}

    @property
    def blocks(self) -> int:
        """The faults that the text explains."""
        return self.text.count("\n      Cause    ")

    def of(self, kind: str, origin: str = "") -> dict[str, Any]:
        return next(
            one
            for service in self.report["services"]
            if origin in service["viewer_origin"]
            for one in service["requests"]
            if one["request"] == kind
        )


Ask = Callable[..., Asked]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Runs `ohif-setup cors` from the front door."""

    def run(service: str, *arguments: str, viewer: tuple[str, ...] = ("https://viewer.example.org",)) -> Asked:
        words = [
            "cors",
            "--service-url",
            service,
            *(word for url in viewer for word in ("--viewer-url", url)),
            *arguments,
        ]
        capsys.readouterr()
        status = cli.main([*words, "--json"])
        out, err = capsys.readouterr()
        assert err == ""
        report = json.loads(out)
        assert (report["schema"], status) == ("ohif-setup.cors/1", 1 if report["status"] == "fail" else 0)
        assert cli.main(words) == status
        text, err = capsys.readouterr()
        assert err == ""
        return Asked(status, report, text)

    return run


@pytest.fixture
def serve() -> Iterator[Callable[..., RawServer]]:
    """Starts raw servers that stop when the test ends."""
    running: list[RawServer] = []

    def start(handler: Any, *arguments: Any) -> RawServer:
        server = RawServer(handler, *arguments)
        running.append(server)
        return server.__enter__()

    yield start
    for server in running:
        server.__exit__(None, None, None)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Gives a host name an address, as a DNS server would. The rest of the test's look-ups stay as they are."""
    known: dict[str, str] = {}
    real = socket.getaddrinfo

    def look_up(host: Any, *arguments: Any, **named: Any) -> Any:
        return real(known.get(str(host), host), *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known.__setitem__
