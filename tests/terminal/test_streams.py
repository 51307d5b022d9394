"""Where the output cannot be written: what a command does and how it ends stays the same."""

from __future__ import annotations

import contextlib
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.cors.services import VIEWER as LISTED
from tests.cors.services import Service
from tests.flows.front_door import ANSWERS
from tests.flows.test_import import ORTHANC, SOMEBODYS, VIEWER
from tests.network.test_served import orthanc_like
from tests.servers.raw import RawServer
from tests.terminal.process import Ended, ohif_setup

Lost = Callable[[], AbstractContextManager[BinaryIO]]
UNREAD = 4
LOST = b"standard output: could not be written completely"


def _answered(folder: Path, more: str = "") -> None:
    (folder / "ohif-setup.toml").write_text(ANSWERS + more)


def _generated(folder: Path) -> None:
    _answered(folder)
    assert ohif_setup("generate", cwd=folder).status == 0


def _contested(folder: Path) -> None:
    _generated(folder)
    config = folder / "deploy" / "app-config.js"
    config.write_text(config.read_text().replace('client_id: "6', 'client_id: "7'))


def _with_viewer(folder: Path) -> None:
    _answered(folder)
    (folder / "build").mkdir()
    (folder / "build" / "index.html").write_text('<script src="/app.bundle.0123456789abcdef.js"></script>')
    (folder / "build" / "app.bundle.0123456789abcdef.js").write_text('__webpack_require__.p = "/"')


def _with_config(folder: Path) -> None:
    (folder / "old.js").write_text(SOMEBODYS)


def _nothing(_: Path) -> None:
    """An empty folder."""


CLOSED_PORT = "http://127.0.0.1:1"
OWN = ("--set", "server.kind=orthanc", "--set", f"server.url={CLOSED_PORT}/dicom-web")
COMMANDS: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "set": (_generated, ["set", "--yes", "server.uploads=true"]),
    "set-conflict": (_contested, ["set", "--yes", "sign_in.client_id=12345678-1234-4234-8234-123456789abc"]),
    "unset": (lambda folder: _answered(folder, "[ohif]\na = 1\n"), ["unset", "--yes", "ohif"]),
    "generate": (_answered, ["generate"]),
    "generate-many": (_answered, ["generate", "--answers", "."]),
    "undo": (_generated, ["undo", "--yes"]),
    "import": (_with_config, ["import", "old.js", "--set", VIEWER, "--set", ORTHANC]),
    "init": (_nothing, ["init", "--timeout", "0.5", "--set", "viewer.url=http://localhost:8080", *OWN]),
    "install-viewer": (_with_viewer, ["install-viewer", "build", "--into", "served"]),
}


def _files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes().replace(bytes(folder), b"") for path in found}


@contextmanager
def _closed() -> Iterator[BinaryIO]:
    """A pipe whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb", buffering=0) as stream:
        yield stream


@contextmanager
def _full() -> Iterator[BinaryIO]:
    with Path("/dev/full").open("wb", buffering=0) as stream:
        yield stream


@contextmanager
def _gone() -> Iterator[BinaryIO]:
    """A terminal that nobody holds any more: EIO."""
    master, slave = pty.openpty()
    os.close(master)
    with os.fdopen(slave, "wb", buffering=0) as stream:
        yield stream


def _run(name: str, folder: Path, out: BinaryIO | int = subprocess.PIPE, *, unbuffered: bool = True) -> Ended:
    prepare, words = COMMANDS[name]
    folder.mkdir()
    prepare(folder)
    return ohif_setup(*words, cwd=folder, out=out, environment={"PYTHONUNBUFFERED": "1" if unbuffered else ""})


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_decided_is_written_whoever_reads(tmp_path: Path, name: str) -> None:
    read = _run(name, tmp_path / "read")
    before = tmp_path / "before"
    before.mkdir()
    COMMANDS[name][0](before)
    wanted = _files(tmp_path / "read")
    assert wanted != _files(before)
    with _closed() as out:
        closed = _run(name, tmp_path / "closed", out)
    assert (closed.status, closed.err) == (read.status, read.err)
    assert _files(tmp_path / "closed") == wanted
    with _full() as out:
        full = _run(name, tmp_path / "full", out)
    assert full.status == UNREAD
    assert LOST in full.err
    assert b"are changed" in full.err
    assert _files(tmp_path / "full") == wanted


@pytest.mark.parametrize("stream", [_full, _gone])
def test_loss_that_shows_at_the_end_only(tmp_path: Path, stream: Lost) -> None:
    with stream() as out:
        ended = _run("set", tmp_path / "lost", out, unbuffered=False)
    assert (ended.status, LOST in ended.err) == (UNREAD, True)
    assert "uploads = true" in (tmp_path / "lost" / "ohif-setup.toml").read_text()


def test_what_a_check_found_is_saved(tmp_path: Path) -> None:
    words = ["check", "--save", "--sign-in", "none", "--timeout", "2", "--only", "capabilities"]
    with RawServer(orthanc_like()) as web:
        text = (
            f'version = 1\n[viewer]\nurl = "{CLOSED_PORT}"\n[server]\nkind = "orthanc"\nurl = "{web.url}/dicom-web"\n'
        )
        for status, stream in ((0, _closed), (UNREAD, _full)):
            (tmp_path / "ohif-setup.toml").write_text(text)
            with stream() as out:
                ended = ohif_setup(*words, cwd=tmp_path, out=out, environment={"PYTHONUNBUFFERED": "1"})
            assert ended.status == status
            assert "percent_decoding" in (tmp_path / "ohif-setup.toml").read_text()


@pytest.mark.parametrize(
    ("service", "status"), [(Service(), 0), (Service(preflight=()), 1)], ids=["lets in", "does not"]
)
@pytest.mark.parametrize("more", [[], ["--json"], ["--curl"]], ids=["text", "json", "curl"])
def test_a_reader_that_goes_away_changes_no_verdict(
    tmp_path: Path, service: Service, status: int, more: list[str]
) -> None:
    with RawServer(service) as web, _closed() as out:
        words = ["cors", "--service-url", f"{web.url}/dicom-web", "--viewer-url", LISTED, *more]
        ended = ohif_setup(*words, cwd=tmp_path, out=out, environment={"PYTHONUNBUFFERED": "1"})
    assert (ended.status, ended.err) == (status, b"")


@pytest.mark.parametrize(
    "words", [["schema"], ["explain"], ["--help"], ["check", "--only", "answers", "--json"]], ids=str
)
def test_a_report_that_nobody_can_read_is_no_success(tmp_path: Path, words: list[str]) -> None:
    _answered(tmp_path)
    with _full() as out:
        ended = ohif_setup(*words, cwd=tmp_path, out=out)
    assert (ended.status, LOST in ended.err) == (UNREAD, True)


def test_an_error_keeps_its_status(tmp_path: Path) -> None:
    with _full() as out:
        ended = ohif_setup("check", cwd=tmp_path, out=out)
    assert ended.status == 2
    assert b"explain answers-not-found" in ended.err


def test_both_streams_may_be_full(tmp_path: Path) -> None:
    command = f"{sys.executable} -m ohif_setup schema >/dev/full 2>/dev/full"
    assert subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, check=False, timeout=60).returncode == UNREAD


def test_streams_may_be_closed_from_the_start(tmp_path: Path) -> None:
    _answered(tmp_path)
    command = f"{sys.executable} -m ohif_setup generate >&- 2>&-"
    assert subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, check=False, timeout=60).returncode == 0
    assert (tmp_path / "deploy" / "app-config.js").exists()


def test_interrupted_while_nobody_reads(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, b" " * 4096)
    os.set_blocking(writer, True)
    child = subprocess.Popen(
        [sys.executable, "-m", "ohif_setup", "schema"], stdout=writer, stderr=subprocess.PIPE, cwd=tmp_path
    )
    while _waits_for(child.pid) != "0x1":
        time.sleep(0.01)
    child.send_signal(signal.SIGINT)
    said = child.communicate(timeout=60)[1]
    os.close(reader)
    os.close(writer)
    assert (child.returncode, said) == (130, b"\nInterrupted.\n")


def _waits_for(pid: int) -> str:
    """The first argument of the call to the system that a process waits in; for a write the descriptor."""
    fields = Path(f"/proc/{pid}/syscall").read_text().split()
    return fields[1] if len(fields) > 2 else ""


def test_a_pipe_that_does_not_wait_gets_all(tmp_path: Path) -> None:
    wanted = ohif_setup("schema", cwd=tmp_path).out
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    room = 0
    try:
        while True:
            room += os.write(writer, b" " * 4096)
    except BlockingIOError:
        child = subprocess.Popen([sys.executable, "-m", "ohif_setup", "schema"], stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        assert stream.read()[room:] == wanted
    said = child.communicate(timeout=60)[1]
    assert (child.returncode, said) == (0, b"")
