"""Many files at once or none: what is kept of a file, what is refused, and what ends a run that was cut off."""

from __future__ import annotations

import errno
import json
import os
import pwd
import resource
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ohif_setup.apply import journal, site_paths, transaction
from ohif_setup.apply.transaction import Replacement, recover
from ohif_setup.disk.safe_path import folder_at
from ohif_setup.errors import SetupError
from tests.apply import faults
from tests.output.sites import ANSWERS, OUTPUT, A, B, C, memory_of, site_of

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to act as two users")


def run(folder: Path, changes: Sequence[Replacement]) -> None:
    site_paths.remember_here(site_of(folder))
    transaction.run(site_of(folder), changes)


def write(folder: Path, name: str, after: bytes | None, *, before: bytes | None = b"old") -> Replacement:
    if before is not None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(before)
    return Replacement(site_of(folder).folder / name, before, after)


def real(change: Replacement) -> Path:
    """The file that a change is about."""
    return Path(change.path.real)


def files(tmp_path: Path) -> dict[str, bytes]:
    return {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in sorted(tmp_path.rglob("*")) if p.is_file()}


def test_files_of_several_folders_change_together(tmp_path: Path) -> None:
    changes = [
        write(tmp_path, ANSWERS, b"answers"),
        write(tmp_path, "deploy/new/nginx.conf", b"new", before=None),
        write(tmp_path, C, None),
    ]
    run(tmp_path, changes)
    assert files(tmp_path) == {ANSWERS: b"answers", "deploy/new/nginx.conf": b"new"}


def test_nothing_to_change_makes_nothing(tmp_path: Path) -> None:
    transaction.run(site_of(tmp_path), [write(tmp_path, ANSWERS, b"old")])
    assert not memory_of(tmp_path).exists()


def test_file_that_no_run_writes_is_a_bug(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    with pytest.raises(ValueError, match="no run of a site writes"):
        run(
            tmp_path, [write(tmp_path, A, b"new"), Replacement(site_of(tmp_path).folder / "deploy/.profile", None, b"")]
        )
    assert files(tmp_path) == {A: b"old"}


def test_mode_is_kept_and_a_new_file_has_the_one_that_is_given(tmp_path: Path) -> None:
    old = write(tmp_path, A, b"new")
    real(old).chmod(0o4751)
    folder = site_of(tmp_path).folder
    run(tmp_path, [old, Replacement(folder / B, None, b"", 0o600), Replacement(folder / C, None, b"")])
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in (A, B, C)]
    assert modes == [0o4751, 0o600, 0o644]


@needs_root
def test_owner_is_kept_by_root(tmp_path: Path) -> None:
    old = write(tmp_path, A, b"new")
    os.chown(real(old), 4321, 1234)
    run(tmp_path, [old])
    assert (real(old).stat().st_uid, real(old).stat().st_gid) == (4321, 1234)
    assert real(old).read_bytes() == b"new"


@needs_root
def test_owner_that_cannot_be_kept_is_refused() -> None:
    """Somebody else's file that everyone may write: replacing it would make it ours."""
    nobody = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        old = write(folder, A, b"new")
        real(old).chmod(0o666)
        for path in (folder, folder / OUTPUT):
            path.chmod(0o777)
        assert as_user(nobody, folder, old) == 2
        assert files(folder) == {A: b"old"}


def as_user(user: pwd.struct_passwd, folder: Path, change: Replacement) -> int:
    child = os.fork()
    if not child:
        status = 3
        try:
            os.setgroups([])
            os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
            os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
            with tempfile.TemporaryDirectory() as state:
                os.environ["XDG_STATE_HOME"] = state
                run(folder, [change])
            status = 0
        except SetupError as error:
            status = 2 if "its owner or group could not be kept" in error.message else 4
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_extended_attributes_are_kept(tmp_path: Path) -> None:
    old = write(tmp_path, A, b"new")
    try:
        os.setxattr(real(old), "user.note", b"ours")
    except (OSError, AttributeError):
        pytest.skip("the file system has no extended attributes")
    run(tmp_path, [old])
    assert os.getxattr(real(old), "user.note") == b"ours"


@pytest.mark.parametrize("now", [b"saved meanwhile", None, "created"])
def test_file_that_was_changed_since_it_was_read_is_noticed(tmp_path: Path, now: bytes | str | None) -> None:
    changes = [write(tmp_path, A, b"new"), write(tmp_path, B, b"new")]
    if now is None:
        real(changes[1]).unlink()
    elif isinstance(now, bytes):
        real(changes[1]).write_bytes(now)
    else:
        changes[1] = Replacement(changes[1].path, None, b"new")
    before = files(tmp_path)
    with pytest.raises(SetupError) as caught:
        run(tmp_path, changes)
    assert caught.value.id == "file-changed"
    assert caught.value.where == str(tmp_path / B)
    assert files(tmp_path) == before


@pytest.mark.parametrize("saved", [b"saved", b"new", None], ids=["changed", "the-same", "deleted"])
def test_file_that_is_saved_while_the_renames_are_made_is_noticed(tmp_path: Path, saved: bytes | None) -> None:
    """The editor here is the shim: it saves the third file when the first is renamed."""
    changes = [write(tmp_path, name, b"new") for name in (A, B, C)]

    def save(site: Path) -> None:
        renamed = os.replace

        def replace(source: str, target: str, **folders: Any) -> None:
            renamed(source, target, **folders)
            if target == "app-config.js":
                (site / C).unlink(missing_ok=True)
                if saved is not None:
                    (site / C).write_bytes(saved)

        os.replace = replace  # type: ignore[assignment]
        run(site, changes)

    assert faults.in_child(save, tmp_path, 10_000, "kill") == faults.FAULTLESS
    assert files(tmp_path) == {A: b"old", B: b"old"} | ({C: saved} if saved is not None else {})


IN_THE_WAY = {
    "folder": "a folder is in the way",
    "link": "is a symbolic link",
    "dangling-link": "is a symbolic link",
    "loop": "is a symbolic link",
    "hard-link": "it is a hard link",
    "pipe": "it is a pipe, a socket or a device",
    "socket": "it is a pipe, a socket or a device",
    "below-a-file": "a file is where a folder should be",
    "below-a-link": "is a symbolic link",
    "read-only": "the file is read-only",
}


@pytest.mark.parametrize("kind", IN_THE_WAY)
def test_what_is_in_the_way_is_said_at_once_and_nothing_is_changed(tmp_path: Path, kind: str) -> None:
    path, victim = tmp_path / A, tmp_path / "victim"
    path.parent.mkdir()
    victim.write_bytes(b"old")
    before = put_in_the_way(kind, path, victim)
    name = f"{A}/deeper" if kind == "below-a-file" else A
    names = sorted(one.name for one in tmp_path.rglob("*"))
    change = Replacement(site_of(tmp_path).folder / name, before, b"new")
    with pytest.raises(SetupError) as caught:
        run(tmp_path, [Replacement(site_of(tmp_path).folder / B, None, b"new"), change])
    assert caught.value.id == "file-unwritable"
    assert IN_THE_WAY[kind] in caught.value.message
    assert caught.value.where.startswith(str(tmp_path / "deploy"))
    assert sorted(one.name for one in tmp_path.rglob("*")) == names
    assert victim.read_bytes() == b"old"


def put_in_the_way(kind: str, path: Path, victim: Path) -> bytes | None:
    """What a run finds where it wants to write; the bytes that it read there before, if any."""
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(victim)
        return b"old"
    elif kind == "dangling-link":
        path.symlink_to(path.with_name("nothing"))
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "hard-link":
        path.hardlink_to(victim)
        return b"old"
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
    elif kind == "below-a-file":
        path.write_bytes(b"")
    elif kind == "below-a-link":
        path.parent.rmdir()
        victim.with_name("elsewhere").mkdir()
        path.parent.symlink_to("elsewhere")
    else:
        path.write_bytes(b"old")
        path.chmod(0o444)
        return b"old"
    return None


def test_full_disk_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """A limit of the file size stands for the full disk: the write fails in the middle, as it does there."""
    changes = [write(tmp_path, A, b"new"), write(tmp_path, B, b"x" * 5000)]

    def limited(site: Path) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        run(site, changes)

    child = os.fork()
    if not child:
        status = 3
        try:
            limited(tmp_path)
        except SetupError as error:
            status = 2 if "File too large" in error.message else 4
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    assert files(tmp_path) == {A: b"old", B: b"old"}
    assert not list(memory_of(tmp_path).iterdir())


def test_ctrl_c_waits_until_the_run_is_whole(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from tests.apply.test_transaction import A, B, run, write\n"
        "folder, real = Path(sys.argv[1]), os.fsync\n"
        "def fsync(descriptor):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    real(descriptor)\n"
        "os.fsync = fsync\n"
        "try:\n"
        "    run(folder, [write(folder, name, b'new', before=None) for name in (A, B)])\n"
        "except KeyboardInterrupt:\n"
        "    sys.exit(130)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert done.returncode == 130
    assert files(tmp_path) == {A: b"new", B: b"new"}


# Runs that were cut off. `cut` kills one at the n-th rename of a target.


def cut(tmp_path: Path, changes: list[Replacement], renames: int) -> None:
    """A run that is killed just before its n-th rename, counted from 0; after the last one when n is their number."""
    child = os.fork()
    if not child:
        done = [0]
        renamed = os.replace

        def replace(source: str, target: str, **folders: Any) -> None:
            if source.endswith(".tmp") and not source.startswith("journal"):
                if done[0] == renames:
                    os.kill(os.getpid(), signal.SIGKILL)
                done[0] += 1
            renamed(source, target, **folders)

        os.replace = replace  # type: ignore[assignment]
        try:
            run(tmp_path, changes)
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -9
    assert journal.found(site_of(tmp_path)) == "ready"


def three(tmp_path: Path) -> list[Replacement]:
    return [write(tmp_path, name, b"new") for name in (A, B, C)]


def ended(tmp_path: Path) -> str:
    return recover(site_of(tmp_path))


@pytest.mark.parametrize(
    ("renames", "how", "content"), [(0, "taken-back", b"old"), (1, "completed", b"new"), (2, "completed", b"new")]
)
def test_first_rename_decides(tmp_path: Path, renames: int, how: str, content: bytes) -> None:
    cut(tmp_path, three(tmp_path), renames)
    assert ended(tmp_path) == how
    assert files(tmp_path) == dict.fromkeys((A, B, C), content)
    assert ended(tmp_path) == "nothing"


def test_edit_after_the_cut_of_a_file_that_was_not_reached_takes_the_run_back(tmp_path: Path) -> None:
    cut(tmp_path, three(tmp_path), 2)
    (tmp_path / C).write_bytes(b"mine")
    assert ended(tmp_path) == "taken-back"
    assert files(tmp_path) == {A: b"old", B: b"old", C: b"mine"}


def test_edit_after_the_cut_of_a_file_that_was_replaced_stays(tmp_path: Path) -> None:
    cut(tmp_path, three(tmp_path), 2)
    (tmp_path / B).write_bytes(b"mine")
    assert ended(tmp_path) == "completed"
    assert files(tmp_path) == {A: b"new", B: b"mine", C: b"new"}


def test_edits_on_both_sides_of_the_cut_are_left_to_the_person(tmp_path: Path) -> None:
    cut(tmp_path, three(tmp_path), 2)
    for name in (B, C):
        (tmp_path / name).write_bytes(b"mine")
    before = files(tmp_path)
    with pytest.raises(SetupError) as caught:
        ended(tmp_path)
    assert caught.value.id == "run-unfinished"
    assert files(tmp_path) == before
    path = Path(caught.value.where)
    path.rename(path.with_name("mine"))
    ended(tmp_path)
    left = files(tmp_path)
    assert left.pop(f"{OUTPUT}/mine") == b"mine"
    assert b"mine" in left.values()
    assert ended(tmp_path) == "nothing"


def test_lost_temporary_files_take_the_run_back(tmp_path: Path) -> None:
    """As by `git clean`."""
    cut(tmp_path, three(tmp_path), 1)
    for path in (tmp_path / OUTPUT).glob(".ohif-setup.*.tmp"):
        path.unlink()
    assert ended(tmp_path) == "taken-back"
    assert files(tmp_path) == dict.fromkeys((A, B, C), b"old")


def test_removals_are_completed_and_taken_back(tmp_path: Path) -> None:
    changes = [*three(tmp_path)[:2], write(tmp_path, C, None)]
    cut(tmp_path, changes, 1)
    assert ended(tmp_path) == "completed"
    assert files(tmp_path) == {A: b"new", B: b"new"}
    changes = [*three(tmp_path)[:2], write(tmp_path, C, None)]
    cut(tmp_path, changes, 0)
    assert ended(tmp_path) == "taken-back"
    assert files(tmp_path) == dict.fromkeys((A, B, C), b"old")


def test_file_that_somebody_made_while_nothing_counted_yet_stays(tmp_path: Path) -> None:
    """Even one that is just as the run would have made it."""
    made = write(tmp_path, A, b"new", before=None)
    cut(tmp_path, [made], 0)
    (memory_of(tmp_path) / "journal.ready").rename(memory_of(tmp_path) / "journal.staging")
    next((tmp_path / OUTPUT).glob(".ohif-setup.*.tmp")).unlink()
    real(made).write_bytes(b"new")
    assert ended(tmp_path) == "taken-back"
    assert files(tmp_path) == {A: b"new"}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"run": "../..", "steps": [], "folders": []}', b"\xff"])
def test_damaged_journal_is_said(tmp_path: Path, content: bytes) -> None:
    memory_of(tmp_path).mkdir(parents=True)
    (memory_of(tmp_path) / "journal.ready").write_bytes(content)
    with pytest.raises(SetupError) as caught:
        ended(tmp_path)
    assert caught.value.id == "journal-damaged"


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("../victim", "app-config.js"),
        ("deploy/../../victim", "app-config.js"),
        ("deploy", "../../victim/file"),
        ("deploy", "file"),
        ("deploy", ".ohif-setup/generated/../../../../victim/file"),
        (".", "other.toml"),
        (None, "../lock"),
        (1, "app-config.js"),
        ("{}/../victim", "app-config.js"),
    ],
)
def test_journal_that_names_a_file_of_no_run_is_refused(tmp_path: Path, folder: object, name: str) -> None:
    site, victim = tmp_path / "site", tmp_path / "victim"
    cut(site, [write(site, A, b"new"), write(site, B, None)], 0)
    victim.mkdir()
    for one in ("file", "app-config.js"):
        (victim / one).write_bytes(b"old")
    path = memory_of(site) / "journal.ready"
    raw = json.loads(path.read_bytes())
    raw["steps"][1]["file"] = {"folder": folder.format(site) if isinstance(folder, str) else folder, "name": name}
    path.write_text(json.dumps(raw))
    before = files(tmp_path)
    with pytest.raises(SetupError) as caught:
        ended(site)
    assert caught.value.id == "journal-damaged"
    assert files(tmp_path) == before


def test_journal_with_a_folder_elsewhere_is_refused(tmp_path: Path) -> None:
    site, victim = tmp_path / "site", tmp_path / "victim"
    cut(site, [write(site, A, b"new")], 0)
    victim.mkdir()
    path = memory_of(site) / "journal.ready"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"folders": ["../victim"]}))
    with pytest.raises(SetupError) as caught:
        ended(site)
    assert caught.value.id == "journal-damaged"
    assert victim.is_dir()


def test_journal_in_the_output_folder_is_nothing_to_us(tmp_path: Path) -> None:
    """As it may come with a clone."""
    site = tmp_path / "site"
    cut(site, three(site), 1)
    ours = site / OUTPUT / ".ohif-setup"
    ours.mkdir()
    (memory_of(site) / "journal.ready").rename(ours / "journal.back")
    before = files(site)
    assert ended(site) == "nothing"
    assert files(site) == before


@pytest.mark.parametrize("link", [A, OUTPUT, f"{OUTPUT}/.ohif-setup/state.json", f"{OUTPUT}/.ohif-setup"])
def test_link_that_came_since_is_not_followed(tmp_path: Path, link: str) -> None:
    site, victim = tmp_path / "site", tmp_path / "victim"
    cut(
        site,
        [write(site, ANSWERS, b"new"), write(site, A, b"new"), write(site, f"{OUTPUT}/.ohif-setup/state.json", b"new")],
        1,
    )
    (site / link).rename(victim)
    (site / link).symlink_to(victim)
    before = files(victim) if victim.is_dir() else victim.read_bytes()
    with pytest.raises(SetupError) as caught:
        ended(site)
    assert caught.value.id == "file-unwritable"
    assert "is a symbolic link" in caught.value.message
    assert before == (files(victim) if victim.is_dir() else victim.read_bytes())


@pytest.mark.parametrize("renames", [0, 1])
def test_output_elsewhere_is_recovered(tmp_path: Path, renames: int) -> None:
    """As of `generate --output`, which the person named on the command line."""
    site, output = tmp_path / "site", tmp_path / "www"
    output.mkdir()
    (output / "app-config.js").write_bytes(b"old")
    change = Replacement(folder_at(output) / "app-config.js", b"old", b"new")
    cut(site, [write(site, ANSWERS, b"new"), change], renames)
    assert ended(site) == ("completed" if renames else "taken-back")
    assert files(tmp_path) == dict.fromkeys((f"site/{ANSWERS}", "www/app-config.js"), b"new" if renames else b"old")


def test_journal_names_files_by_digest_and_not_by_content(tmp_path: Path) -> None:
    cut(tmp_path, three(tmp_path), 0)
    path = memory_of(tmp_path) / "journal.ready"
    raw = json.loads(path.read_bytes())
    assert [one["file"] for one in raw["steps"]] == [
        {"folder": OUTPUT, "name": name} for name in ("app-config.js", "NEXT-STEPS.md", "nginx.conf")
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_cannot_be_taken_back_now_is_taken_back_by_the_next_run(tmp_path: Path) -> None:
    """The disk fails at the second rename and at everything after it."""
    changes = three(tmp_path)
    child = os.fork()
    if not child:
        status = 3
        renamed = os.replace

        def replace(source: str, target: str, **folders: Any) -> None:
            if target in ("NEXT-STEPS.md", "nginx.conf", "journal.back"):
                raise OSError(errno.EIO, "Input/output error")
            renamed(source, target, **folders)

        os.replace = replace  # type: ignore[assignment]
        try:
            run(tmp_path, changes)
        except SetupError as error:
            status = 2 if error.id == "run-unfinished" else 4
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    assert ended(tmp_path) == "completed"
    assert files(tmp_path) == dict.fromkeys((A, B, C), b"new")
