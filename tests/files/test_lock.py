"""One writer for each folder: who waits, who is told, and what a dead holder leaves."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ohif_setup.errors import SetupError
from ohif_setup.files.lock import held

HOLDER = """
import sys, time
from pathlib import Path
from ohif_setup.files.lock import held
with held(Path(sys.argv[1]), "set"):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@contextmanager
def holder(home: Path, seconds: float) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLDER, str(home), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_second_run_is_told_who_holds_it(tmp_path: Path) -> None:
    home = tmp_path / "deploy" / ".ohif-setup"
    with holder(home, 60) as process, pytest.raises(SetupError) as caught, held(home, "generate", wait=0.2):
        pass
    assert caught.value.id == "folder-locked"
    assert f"ohif-setup set (process {process.pid})" in caught.value.message
    assert f"ps -p {process.pid}" in caught.value.hint
    assert caught.value.where == str(tmp_path / "deploy")


def test_second_run_waits(tmp_path: Path) -> None:
    with holder(tmp_path / ".ohif-setup", 0.5), held(tmp_path / ".ohif-setup", "generate", wait=60):
        pass


def test_lock_of_a_killed_process_is_taken_over(tmp_path: Path) -> None:
    home = tmp_path / ".ohif-setup"
    with holder(home, 60) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert (home / "lock").exists()
        with held(home, "generate", wait=0):
            assert (home / "lock").read_text().split("\n")[:2] == ["generate", str(os.getpid())]


def test_another_machine_is_named(tmp_path: Path) -> None:
    home = tmp_path / ".ohif-setup"
    with holder(home, 60):
        (home / "lock").write_text("set; rm -rf /\n17\nserver\x1b[2J\n")
        with pytest.raises(SetupError) as caught, held(home, "generate", wait=0):
            pass
    assert "ohif-setup set??rm?-rf?? (process 17 on server??2J)" in caught.value.message
    assert socket.gethostname() not in caught.value.message


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"generate", b"\n\n\n"])
def test_holder_that_cannot_be_named(tmp_path: Path, content: bytes) -> None:
    home = tmp_path / ".ohif-setup"
    with holder(home, 60):
        (home / "lock").write_bytes(content)
        with pytest.raises(SetupError, match="another ohif-setup works in this folder"), held(home, "generate", wait=0):
            pass


def test_lock_and_the_folders_made_for_it_leave_no_trace(tmp_path: Path) -> None:
    with held(tmp_path / "a" / "b" / ".ohif-setup", "generate"):
        assert (tmp_path / "a" / "b" / ".ohif-setup" / "lock").exists()
    assert not list(tmp_path.iterdir())
    with pytest.raises(RuntimeError), held(tmp_path / "a" / ".ohif-setup", "generate"):
        raise RuntimeError
    assert not list(tmp_path.iterdir())


def test_what_a_run_leaves_in_the_folders_stays(tmp_path: Path) -> None:
    home = tmp_path / "deploy" / ".ohif-setup"
    with held(home, "generate"):
        (home / "state.json").touch()
    assert [path.name for path in home.iterdir()] == ["state.json"]


def test_many_at_once_are_never_two(tmp_path: Path) -> None:
    """The folder is removed and made again by each, which is where a lock file without its name would let two in."""
    inside, most = [0], [0]

    def work() -> None:
        for _ in range(5):
            with held(tmp_path / "deploy" / ".ohif-setup", "generate", wait=60):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.001)
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_lock_file_that_its_holder_removed_just_now_is_not_taken_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, real = tmp_path / ".ohif-setup", fcntl.flock

    def flock(descriptor: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", real)
        (home / "lock").unlink()
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock)
    with held(home, "generate"):
        assert (home / "lock").exists()
        with pytest.raises(SetupError), held(home, "generate", wait=0):
            pass


@pytest.mark.parametrize("way", ["file", "folder", "link"])
def test_folder_that_cannot_have_a_lock(tmp_path: Path, way: str) -> None:
    home = tmp_path / ".ohif-setup"
    if way == "file":
        home.touch()
    elif way == "folder":
        (home / "lock").mkdir(parents=True)
    else:
        home.mkdir()
        (home / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SetupError) as caught, held(home, "generate"):
        pass
    assert caught.value.id == "file-unwritable"
    assert not (tmp_path / "elsewhere").exists()
