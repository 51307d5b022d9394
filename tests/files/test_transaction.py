"""Many files at once or none: what is kept of a file, what is refused, and what ends a run that was cut off."""

from __future__ import annotations

import errno
import json
import os
import pwd
import resource
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ohif_setup.errors import SetupError
from ohif_setup.files import journal, transaction
from ohif_setup.files.transaction import Replacement, recover, run
from tests.files import faults

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to act as two users")


def home(tmp_path: Path) -> Path:
    return tmp_path / ".ohif-setup"


def write(path: Path, after: bytes | None, *, before: bytes | None = b"old") -> Replacement:
    if before is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(before)
    return Replacement(path, before, after)


def files(tmp_path: Path) -> dict[str, bytes]:
    return {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in sorted(tmp_path.rglob("*")) if p.is_file()}


def test_files_of_several_folders_change_together(tmp_path: Path) -> None:
    changes = [
        write(tmp_path / "ohif-setup.toml", b"answers"),
        write(tmp_path / "deploy" / "new" / "nginx.conf", b"new", before=None),
        write(tmp_path / "deploy" / "gone.conf", None),
    ]
    run(home(tmp_path), changes)
    assert files(tmp_path) == {"ohif-setup.toml": b"answers", "deploy/new/nginx.conf": b"new"}


def test_nothing_to_change_makes_nothing(tmp_path: Path) -> None:
    run(home(tmp_path), [write(tmp_path / "ohif-setup.toml", b"old")])
    assert not home(tmp_path).exists()


def test_mode_is_kept_and_a_new_file_has_the_one_that_is_given(tmp_path: Path) -> None:
    old = write(tmp_path / "a", b"new")
    old.path.chmod(0o4751)
    run(home(tmp_path), [old, Replacement(tmp_path / "b", None, b"", 0o600), Replacement(tmp_path / "c", None, b"")])
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in "abc"]
    assert modes == [0o4751, 0o600, 0o644]


@needs_root
def test_owner_is_kept_by_root(tmp_path: Path) -> None:
    old = write(tmp_path / "a", b"new")
    os.chown(old.path, 4321, 1234)
    run(home(tmp_path), [old])
    assert (old.path.stat().st_uid, old.path.stat().st_gid) == (4321, 1234)
    assert old.path.read_bytes() == b"new"


@needs_root
def test_owner_that_cannot_be_kept_is_refused() -> None:
    """Somebody else's file that everyone may write: replacing it would make it ours."""
    nobody = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        old = write(folder / "a", b"new")
        old.path.chmod(0o666)
        folder.chmod(0o777)
        assert as_user(nobody, folder, old) == 2
        assert files(folder) == {"a": b"old"}


def as_user(user: pwd.struct_passwd, folder: Path, change: Replacement) -> int:
    child = os.fork()
    if not child:
        status = 3
        try:
            os.setgroups([])
            os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
            os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
            run(home(folder), [change])
            status = 0
        except SetupError as error:
            status = 2 if "its owner or group could not be kept" in error.message else 4
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_extended_attributes_are_kept(tmp_path: Path) -> None:
    old = write(tmp_path / "a", b"new")
    try:
        os.setxattr(old.path, "user.note", b"ours")
    except (OSError, AttributeError):
        pytest.skip("the file system has no extended attributes")
    run(home(tmp_path), [old])
    assert os.getxattr(old.path, "user.note") == b"ours"


def test_symbolic_link_stays_one_and_what_it_points_to_is_written_and_removed(tmp_path: Path) -> None:
    link = tmp_path / "deploy" / "app-config.js"
    real = write(tmp_path / "www" / "real.js", b"new").path
    link.parent.mkdir()
    link.symlink_to("../www/real.js")
    run(home(tmp_path), [Replacement(link, b"old", b"new")])
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert [path.name for path in real.parent.iterdir()] == ["real.js"]
    run(home(tmp_path), [Replacement(link, b"new", None)])
    assert link.is_symlink()
    assert not real.exists()
    run(home(tmp_path), [Replacement(link, None, b"again")])
    assert real.read_bytes() == b"again"


def test_two_names_of_one_file_are_refused(tmp_path: Path) -> None:
    old = write(tmp_path / "a", b"new")
    (tmp_path / "b").symlink_to("a")
    before = files(tmp_path)
    with pytest.raises(SetupError) as caught:
        run(home(tmp_path), [old, Replacement(tmp_path / "b", b"old", b"other")])
    assert caught.value.id == "file-twice"
    assert files(tmp_path) == before


@pytest.mark.parametrize("now", [b"saved meanwhile", None, "created"])
def test_file_that_was_changed_since_it_was_read_is_noticed(tmp_path: Path, now: bytes | str | None) -> None:
    changes = [write(tmp_path / "a", b"new"), write(tmp_path / "b", b"new")]
    if now is None:
        changes[1].path.unlink()
    elif isinstance(now, bytes):
        changes[1].path.write_bytes(now)
    else:
        changes[1] = Replacement(changes[1].path, None, b"new")
    before = files(tmp_path)
    with pytest.raises(SetupError) as caught:
        run(home(tmp_path), changes)
    assert caught.value.id == "file-changed"
    assert caught.value.where == str(tmp_path / "b")
    assert files(tmp_path) == before


@pytest.mark.parametrize("saved", [b"saved", b"new", None], ids=["changed", "the-same", "deleted"])
def test_file_that_is_saved_while_the_renames_are_made_is_noticed(tmp_path: Path, saved: bytes | None) -> None:
    """The editor here is the shim: it saves the third file when the first is renamed."""
    changes = [write(tmp_path / name, b"new") for name in "abc"]

    def save(site: Path) -> None:
        real = os.replace

        def replace(source: Path, target: Path) -> None:
            real(source, target)
            if Path(target).name == "a":
                (site / "c").unlink(missing_ok=True)
                if saved is not None:
                    (site / "c").write_bytes(saved)

        os.replace = replace  # type: ignore[assignment]
        run(home(site), changes)

    assert faults.in_child(save, tmp_path, 10_000, "kill") == faults.FAULTLESS
    assert files(tmp_path) == {"a": b"old", "b": b"old"} | ({"c": saved} if saved is not None else {})


@pytest.mark.parametrize("kind", ["folder", "device", "pipe", "loop", "below-a-file", "read-only"])
def test_what_is_in_the_way_is_said_and_nothing_is_changed(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "deploy" / "app-config.js"
    path.parent.mkdir()
    before: bytes | None = None
    if kind == "folder":
        path.mkdir()
    elif kind == "device":
        path.symlink_to("/dev/null")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "below-a-file":
        path.write_bytes(b"")
        path = path / "deeper"
    else:
        path.write_bytes(b"old")
        path.chmod(0o444)
        before = b"old"
    names = sorted(one.name for one in tmp_path.rglob("*"))
    with pytest.raises(SetupError) as caught:
        run(home(tmp_path), [Replacement(tmp_path / "other", None, b"new"), Replacement(path, before, b"new")])
    assert caught.value.id == "file-unwritable"
    assert caught.value.where.startswith(str(tmp_path / "deploy" / "app-config.js"))
    assert sorted(one.name for one in tmp_path.rglob("*")) == names


def test_full_disk_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """A limit of the file size stands for the full disk: the write fails in the middle, as it does there."""
    changes = [write(tmp_path / "a", b"new"), write(tmp_path / "b", b"x" * 5000)]

    def limited(site: Path) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        run(home(site), changes)

    child = os.fork()
    if not child:
        status = 3
        try:
            limited(tmp_path)
        except SetupError as error:
            status = 2 if "df -h" in error.hint else 4
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    assert files(tmp_path) == {"a": b"old", "b": b"old"}
    assert not home(tmp_path).exists()


def test_ctrl_c_waits_until_the_run_is_whole(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from ohif_setup.files.transaction import Replacement, run\n"
        "folder, real = Path(sys.argv[1]), os.fsync\n"
        "def fsync(descriptor):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    real(descriptor)\n"
        "os.fsync = fsync\n"
        "try:\n"
        "    run(folder / '.ohif-setup', [Replacement(folder / name, None, b'new') for name in 'ab'])\n"
        "except KeyboardInterrupt:\n"
        "    sys.exit(130)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert done.returncode == 130
    assert files(tmp_path) == {"a": b"new", "b": b"new"}


# Runs that were cut off. `cut` kills one at the n-th rename of a target.


def cut(tmp_path: Path, changes: list[Replacement], renames: int) -> None:
    """A run that is killed just before its n-th rename, counted from 0; after the last one when n is their number."""
    child = os.fork()
    if not child:
        done = [0]
        real = os.replace

        def replace(source: Path, target: Path) -> None:
            if source.name.endswith(".tmp") and not source.name.startswith("journal"):
                if done[0] == renames:
                    os.kill(os.getpid(), signal.SIGKILL)
                done[0] += 1
            real(source, target)

        os.replace = replace  # type: ignore[assignment]
        try:
            run(home(tmp_path), changes)
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -9
    assert journal.found(home(tmp_path)) == "ready"


def three(tmp_path: Path) -> list[Replacement]:
    return [write(tmp_path / name, b"new") for name in "abc"]


@pytest.mark.parametrize(
    ("renames", "ended", "content"), [(0, "taken-back", b"old"), (1, "completed", b"new"), (2, "completed", b"new")]
)
def test_first_rename_decides(tmp_path: Path, renames: int, ended: str, content: bytes) -> None:
    cut(tmp_path, three(tmp_path), renames)
    assert recover(home(tmp_path)) == ended
    assert files(tmp_path) == dict.fromkeys("abc", content)
    assert recover(home(tmp_path)) == "nothing"


def test_folder_that_was_moved_as_a_whole_is_recovered_too(tmp_path: Path) -> None:
    site = tmp_path / "site"
    cut(site, three(site), 1)
    site.rename(tmp_path / "moved")
    assert recover(home(tmp_path / "moved")) == "completed"
    assert files(tmp_path / "moved") == dict.fromkeys("abc", b"new")


def test_edit_after_the_cut_of_a_file_that_was_not_reached_takes_the_run_back(tmp_path: Path) -> None:
    cut(tmp_path, three(tmp_path), 2)
    (tmp_path / "c").write_bytes(b"mine")
    assert recover(home(tmp_path)) == "taken-back"
    assert files(tmp_path) == {"a": b"old", "b": b"old", "c": b"mine"}


def test_edit_after_the_cut_of_a_file_that_was_replaced_stays(tmp_path: Path) -> None:
    cut(tmp_path, three(tmp_path), 2)
    (tmp_path / "b").write_bytes(b"mine")
    assert recover(home(tmp_path)) == "completed"
    assert files(tmp_path) == {"a": b"new", "b": b"mine", "c": b"new"}


def test_edits_on_both_sides_of_the_cut_are_left_to_the_person(tmp_path: Path) -> None:
    cut(tmp_path, three(tmp_path), 2)
    for name in "bc":
        (tmp_path / name).write_bytes(b"mine")
    before = files(tmp_path)
    with pytest.raises(SetupError) as caught:
        recover(home(tmp_path))
    assert caught.value.id == "run-unfinished"
    assert files(tmp_path) == before
    path = Path(caught.value.where)
    path.rename(path.with_name("mine"))
    recover(home(tmp_path))
    left = files(tmp_path)
    assert left.pop("mine") == b"mine"
    assert b"mine" in left.values()
    assert recover(home(tmp_path)) == "nothing"


def test_lost_temporary_files_take_the_run_back(tmp_path: Path) -> None:
    """As by `git clean`."""
    cut(tmp_path, three(tmp_path), 1)
    for path in tmp_path.glob(".ohif-setup.*.tmp"):
        path.unlink()
    assert recover(home(tmp_path)) == "taken-back"
    assert files(tmp_path) == dict.fromkeys("abc", b"old")


def test_removals_are_completed_and_taken_back(tmp_path: Path) -> None:
    changes = [*three(tmp_path)[:2], write(tmp_path / "c", None)]
    cut(tmp_path, changes, 1)
    assert recover(home(tmp_path)) == "completed"
    assert files(tmp_path) == {"a": b"new", "b": b"new"}
    changes = [*three(tmp_path)[:2], write(tmp_path / "c", None)]
    cut(tmp_path, changes, 0)
    assert recover(home(tmp_path)) == "taken-back"
    assert files(tmp_path) == dict.fromkeys("abc", b"old")


def test_file_that_somebody_made_while_nothing_counted_yet_stays(tmp_path: Path) -> None:
    """Even one that is just as the run would have made it."""
    made = Replacement(tmp_path / "made", None, b"new")
    cut(tmp_path, [made], 0)
    (home(tmp_path) / "journal.ready").rename(home(tmp_path) / "journal.staging")
    next(tmp_path.glob(".ohif-setup.*.tmp")).unlink()
    made.path.write_bytes(b"new")
    assert recover(home(tmp_path)) == "taken-back"
    assert files(tmp_path) == {"made": b"new"}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"run": "../..", "steps": [], "folders": []}', b"\xff"])
def test_damaged_journal_is_said(tmp_path: Path, content: bytes) -> None:
    home(tmp_path).mkdir(parents=True)
    (home(tmp_path) / "journal.ready").write_bytes(content)
    with pytest.raises(SetupError) as caught:
        recover(home(tmp_path))
    assert caught.value.id == "journal-damaged"


@pytest.mark.parametrize("field", ["path", "folders"])
def test_journal_that_names_a_file_of_no_run_is_refused(tmp_path: Path, field: str) -> None:
    """As of a clone: a removal, and a folder to be taken away, outside of the output folder."""
    site, victim = tmp_path / "site", tmp_path / "victim"
    cut(site, [write(site / "a", b"new"), write(site / "b", None)], 0)
    victim.mkdir()
    if field == "path":
        (victim / "file").write_bytes(b"old")
    path = home(site) / "journal.ready"
    raw = json.loads(path.read_bytes())
    if field == "path":
        raw["steps"][1]["path"] = "../../victim/file"
    else:
        raw["folders"] = ["../../victim"]
    path.write_text(json.dumps(raw))
    before = files(tmp_path)
    for answers in (None, site / "ohif-setup.toml"):
        with pytest.raises(SetupError) as caught:
            recover(home(site), answers)
        assert caught.value.id == "journal-damaged"
    assert files(tmp_path) == before
    assert victim.is_dir()


def test_link_that_came_into_our_folder_since_is_not_followed(tmp_path: Path) -> None:
    ours = home(tmp_path) / "state.json"
    cut(tmp_path, [write(tmp_path / "a", b"new"), write(ours, b"new")], 0)
    ours.rename(tmp_path / "victim")
    ours.symlink_to(tmp_path / "victim")
    with pytest.raises(SetupError) as caught:
        recover(home(tmp_path))
    assert caught.value.id == "journal-damaged"
    assert (tmp_path / "victim").read_bytes() == b"old"


@pytest.mark.parametrize("renames", [0, 1])
def test_answers_elsewhere_and_a_linked_file_are_recovered(tmp_path: Path, renames: int) -> None:
    answers, real = tmp_path / "ohif-setup.toml", tmp_path / "www" / "real.js"
    link = tmp_path / "deploy" / "app-config.js"
    changes = [write(answers, b"new"), write(real, b"new")]
    link.parent.mkdir()
    link.symlink_to(real)
    ours = tmp_path / "deploy" / ".ohif-setup"
    child = os.fork()
    if not child:
        real_replace = os.replace

        def replace(source: Path, target: Path) -> None:
            if Path(target) == (answers if renames == 0 else real):
                os.kill(os.getpid(), signal.SIGKILL)
            real_replace(source, target)

        os.replace = replace  # type: ignore[assignment]
        run(ours, [changes[0], Replacement(link, b"old", b"new")])
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -9
    assert recover(ours, answers) == ("taken-back" if renames == 0 else "completed")
    assert {answers.read_bytes(), real.read_bytes()} == {b"old" if renames == 0 else b"new"}
    assert link.is_symlink()


def test_journal_names_files_by_digest_and_not_by_content(tmp_path: Path) -> None:
    cut(tmp_path, three(tmp_path), 0)
    raw = json.loads((home(tmp_path) / "journal.ready").read_bytes())
    assert {one["path"] for one in raw["steps"]} == {"../a", "../b", "../c"}
    assert stat.S_IMODE((home(tmp_path) / "journal.ready").stat().st_mode) == 0o600


def test_what_cannot_be_taken_back_now_is_taken_back_by_the_next_run(tmp_path: Path) -> None:
    """The disk fails at the second rename and at everything after it."""
    changes = three(tmp_path)
    child = os.fork()
    if not child:
        status = 3
        real = os.replace

        def replace(source: Path, target: Path) -> None:
            if Path(target).name in "bc" or Path(target).name == "journal.back":
                raise OSError(errno.EIO, "Input/output error")
            real(source, target)

        os.replace = replace  # type: ignore[assignment]
        try:
            run(home(tmp_path), changes)
        except SetupError as error:
            status = 2 if error.id == "run-unfinished" else 4
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    assert transaction.recover(home(tmp_path)) == "completed"
    assert files(tmp_path) == dict.fromkeys("abc", b"new")
