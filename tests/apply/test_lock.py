"""One writer for each site: who waits, who is told, and what a dead holder leaves."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ohif_setup.apply.lock import held
from ohif_setup.errors import SetupError
from tests.output.sites import ANSWERS, memory_of, site_of

HOLDER = """
import sys, time
from pathlib import Path
from ohif_setup.apply.lock import held
from tests.output.sites import site_of
with held(site_of(Path(sys.argv[1])), "set"):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.fixture(autouse=True)
def _own_memory(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests have not been there: the modes of its folders are looked at."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


@contextmanager
def holder(folder: Path, seconds: float) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLDER, str(folder), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_second_run_is_told_who_holds_it(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    with holder(tmp_path, 60) as process, pytest.raises(SetupError) as caught, held(site, "generate", wait=0.2):
        pass
    assert caught.value.id == "folder-locked"
    assert f"ohif-setup set (process {process.pid})" in caught.value.message
    assert f"ps -p {process.pid}" in caught.value.hint
    assert caught.value.where == str(tmp_path / ANSWERS)


def test_second_run_waits(tmp_path: Path) -> None:
    with holder(tmp_path, 0.5), held(site_of(tmp_path), "generate", wait=60):
        pass


def test_lock_of_a_killed_process_is_taken_over(tmp_path: Path) -> None:
    with holder(tmp_path, 60) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        lock = memory_of(tmp_path) / "lock"
        assert lock.exists()
        with held(site_of(tmp_path), "generate", wait=0):
            assert lock.read_text().split("\n")[:2] == ["generate", str(os.getpid())]


def test_another_machine_is_named(tmp_path: Path) -> None:
    """As where the home folder lies on a server."""
    with holder(tmp_path, 60):
        (memory_of(tmp_path) / "lock").write_text("set; rm -rf /\n17\nserver\x1b[2J\n")
        with pytest.raises(SetupError) as caught, held(site_of(tmp_path), "generate", wait=0):
            pass
    assert "ohif-setup set? rm -rf ? (process 17 on server??2J)" in caught.value.message
    assert socket.gethostname() not in caught.value.message


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"generate", b"\n\n\n"])
def test_holder_that_cannot_be_named(tmp_path: Path, content: bytes) -> None:
    with holder(tmp_path, 60):
        (memory_of(tmp_path) / "lock").write_bytes(content)
        with (
            pytest.raises(SetupError, match="another ohif-setup is working on this site"),
            held(site_of(tmp_path), "generate", wait=0),
        ):
            pass


def test_lock_leaves_no_trace_in_the_site(tmp_path: Path) -> None:
    with held(site_of(tmp_path / "a" / "b"), "generate"):
        assert not list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())


def test_memory_is_for_its_owner_alone(tmp_path: Path) -> None:
    with held(site_of(tmp_path), "generate"):
        memory = memory_of(tmp_path)
        for path in (memory, memory.parent, memory.parent.parent):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
        assert stat.S_IMODE((memory / "lock").stat().st_mode) == 0o600


def test_many_at_once_are_never_two(tmp_path: Path) -> None:
    inside, most = [0], [0]

    def work() -> None:
        for _ in range(5):
            with held(site_of(tmp_path), "generate", wait=60):
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


def test_sites_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with holder(tmp_path / "one", 60), held(site_of(tmp_path / "two"), "generate", wait=0):
        pass


@pytest.mark.parametrize("way", ["folder", "link", "pipe", "hard-link"])
def test_lock_that_is_no_plain_file_is_refused_at_once(tmp_path: Path, way: str) -> None:
    memory, elsewhere = memory_of(tmp_path), tmp_path / "elsewhere"
    memory.mkdir(parents=True)
    lock = memory / "lock"
    if way == "folder":
        lock.mkdir()
    elif way == "link":
        lock.symlink_to(elsewhere)
    elif way == "pipe":
        os.mkfifo(lock)
    else:
        elsewhere.write_text("mine")
        lock.hardlink_to(elsewhere)
    with pytest.raises(SetupError) as caught, held(site_of(tmp_path), "generate"):
        pass
    assert caught.value.id == "file-unwritable"
    assert not elsewhere.exists() or elsewhere.read_text() == "mine"


@pytest.mark.parametrize("way", ["file", "open-to-all", "foreign"])
def test_memory_that_others_could_write_to_is_refused(tmp_path: Path, way: str) -> None:
    memory = memory_of(tmp_path)
    memory.parent.mkdir(parents=True)
    if way == "file":
        memory.touch()
    else:
        memory.mkdir(mode=0o700)
    if way == "open-to-all":
        memory.chmod(0o777)
    elif way == "foreign":
        if os.geteuid() != 0:
            pytest.skip("needs root, to act as two users")
        os.chown(memory, 4321, 1234)
    with pytest.raises(SetupError) as caught, held(site_of(tmp_path), "generate"):
        pass
    assert caught.value.id == "state-folder-unusable"
    assert "XDG_STATE_HOME" in caught.value.hint


def test_user_without_a_home_is_told_what_to_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as for a user whom the system does not know
    with pytest.raises(SetupError) as caught:
        site_of(tmp_path)
    assert caught.value.id == "state-folder-unusable"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert site_of(tmp_path).memory.real.startswith(str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    with pytest.raises(SetupError):
        site_of(tmp_path)


def test_state_folder_that_cannot_be_looked_at_is_no_bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ("x" * 300)))
    with pytest.raises(SetupError) as caught:
        site_of(tmp_path)
    assert caught.value.id == "state-folder-unusable"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, who acts with the HOME of somebody else as under sudo")
def test_root_leaves_nothing_in_the_home_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_STATE_HOME")
    assert site_of(tmp_path).memory.real.startswith(os.path.realpath(Path.home()))
    os.chown(Path.home(), 4321, 4321)
    assert site_of(tmp_path).memory.real.startswith(pwd.getpwuid(0).pw_dir)
