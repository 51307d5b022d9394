"""Forms, modes, links and things in the way: what a regeneration leaves as it was, and what it says where it cannot."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.apply.test_lock import HOLDER
from tests.flows.front_door import CLIENT, ohif_setup
from tests.regenerate.world import CONFIG, HIDDEN, OTHER_CLIENT, STEPS, STUDY_LIST, World

CHANGE = ("--set", f"sign_in.client_id={OTHER_CLIENT}")
MARK = b"\xef\xbb\xbf"


def crlf(content: bytes) -> bytes:
    return content.replace(b"\n", b"\r\n")


def marked(content: bytes) -> bytes:
    return MARK + content


def without_final_newline(content: bytes) -> bytes:
    return content.removesuffix(b"\n")


@pytest.mark.parametrize("form", [crlf, marked, without_final_newline])
@pytest.mark.parametrize("edited", [False, True], ids=["untouched", "edited"])
def test_form_of_a_file_is_kept_and_is_no_change(
    generated: World, form: Callable[[bytes], bytes], edited: bool
) -> None:
    generated.path().write_bytes(form(generated.path().read_bytes()))
    assert generated.words("generate")[CONFIG] == "identical"
    if edited:
        generated.path().write_bytes(generated.path().read_bytes().replace(STUDY_LIST.encode(), HIDDEN.encode()))
    before = generated.path().read_bytes()
    assert generated.words("generate")[CONFIG] == ("kept, edited by hand" if edited else "identical")
    assert generated.path().read_bytes() == before
    assert generated.words("generate", *CHANGE)[CONFIG] == ("merged" if edited else "update")
    assert generated.path().read_bytes() == before.replace(CLIENT.encode(), OTHER_CLIENT.encode())


def test_conflict_in_a_file_with_windows_line_ends_gives_marks_with_them(generated: World) -> None:
    generated.path().write_bytes(crlf(generated.path().read_bytes().replace(CLIENT.encode(), b"mine")))
    assert generated.run("generate", "--merge-markers", *CHANGE).status == 1
    content = generated.path().read_bytes()
    assert b"<<<<<<< on disk\r\n" in content
    assert content.count(b"\n") == content.count(b"\r\n")


def test_modes_are_kept(generated: World) -> None:
    generated.path().chmod(0o640)
    generated.path(STEPS).chmod(0o606)
    generated.answers.chmod(0o600)
    generated.edit(STUDY_LIST, HIDDEN)
    assert generated.run("set", f"sign_in.client_id={OTHER_CLIENT}", "--yes").status == 0
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (generated.path(), generated.path(STEPS), generated.answers)]
    assert modes == [0o640, 0o606, 0o600]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_owners_are_kept(generated: World) -> None:
    os.chown(generated.path(), 1234, 2345)
    generated.run("generate", *CHANGE)
    found = generated.path().stat()
    assert (found.st_uid, found.st_gid) == (1234, 2345)
    assert OTHER_CLIENT in generated.text()


@pytest.mark.parametrize("name", [CONFIG, f"{CONFIG}.new", ".ohif-setup/state.json"])
def test_folder_in_the_place_of_a_file(generated: World, name: str) -> None:
    shutil.rmtree(generated.output)
    generated.path(name).mkdir(parents=True)
    (generated.path(name) / "kept").write_text("kept")
    before = generated.snapshot()
    run = generated.run("generate")
    assert run.status == 2
    assert f"mv deploy/{name} deploy/{name}.old" in run.err
    assert generated.snapshot() == before


def test_read_only_file_stops_the_whole_run(generated: World) -> None:
    """As root the capability to write everywhere is given up first."""
    generated.path(STEPS).chmod(0o444)
    generated.edit(STUDY_LIST, HIDDEN)
    before = generated.snapshot()
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    command = [*drop, sys.executable, "-m", "ohif_setup", "set", f"sign_in.client_id={OTHER_CLIENT}", "--yes"]
    done = subprocess.run(command, cwd=generated.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "the file is read-only" in done.stderr
    assert f"ls -ld deploy/{STEPS}" in done.stderr
    assert generated.snapshot() == before


def test_output_folder_that_changes_leaves_the_old_one_and_says_so(generated: World) -> None:
    generated.edit(STUDY_LIST, HIDDEN)
    old = generated.text()
    run = generated.run("set", "output.directory=public", "--yes")
    assert run.status == 0
    assert "The files in deploy stay there" in run.out
    assert f"deploy/{CONFIG} was edited by hand, and public/{CONFIG} lacks those edits" in run.out
    assert generated.text() == old
    assert STUDY_LIST in (generated.folder / "public" / CONFIG).read_text()
    assert generated.run("undo", "--yes").status == 0
    assert not list((generated.folder / "public").iterdir())
    assert 'directory = "public"' not in generated.answers.read_text()
    assert generated.text() == old
    assert generated.run("undo", "--redo", "--yes").status == 0
    assert (generated.folder / "public" / CONFIG).exists()


def git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("attributes", ["", "* text eol=crlf\n"], ids=["as-is", "crlf-checkout"])
def test_state_in_git_works_on_another_machine(generated: World, tmp_path: Path, attributes: str) -> None:
    generated.edit(STUDY_LIST, HIDDEN)
    generated.run("generate")
    if attributes:
        (generated.folder / ".gitattributes").write_text(attributes)
    git(generated.folder, "init", "-q")
    git(generated.folder, "add", ".")
    git(generated.folder, "commit", "-qm", "a site")
    committed = git(generated.folder, "ls-files").split()
    assert {Path(name).name for name in committed if ".ohif-setup/" in name} == {"state.json", CONFIG, STEPS}
    for name in committed:
        if ".ohif-setup/" in name:
            assert str(tmp_path) not in (generated.folder / name).read_text()
    git(tmp_path, "clone", "-q", str(generated.folder), "elsewhere")
    clone = World(tmp_path / "elsewhere", tmp_path / "elsewhere" / "deploy")
    assert clone.words("generate") == {CONFIG: "kept, edited by hand", STEPS: "identical"}
    assert git(clone.folder, "status", "--porcelain") == ""
    assert clone.words("generate", *CHANGE) == {CONFIG: "merged", STEPS: "update"}
    assert OTHER_CLIENT in clone.text()
    assert HIDDEN in clone.text()


def test_generated_state_is_the_same_on_every_machine(tmp_path: Path) -> None:
    worlds = [World.made(tmp_path / name / "site") for name in ("one", "other")]
    for world in worlds:
        world.run("generate")
    assert worlds[0].snapshot() == worlds[1].snapshot()


def test_answers_from_the_environment_are_answers_that_change(generated: World) -> None:
    environment = {"OHIF_SETUP_SIGN_IN__CLIENT_ID": OTHER_CLIENT}
    generated.edit(STUDY_LIST, HIDDEN)
    assert generated.words("generate", **environment)[CONFIG] == "merged"
    assert OTHER_CLIENT in generated.text()
    assert generated.words("generate", **environment)[CONFIG] == "kept, edited by hand"
    assert generated.words("generate")[CONFIG] == "merged"
    assert CLIENT in generated.text()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        pytest.param(b"<<<<<<< HEAD\n", "state-damaged", id="marks-of-git"),
        pytest.param(b'{"schema": 1}', "state-damaged", id="no-artefacts"),
        pytest.param(b'{"schema": 2, "tool": "9.8.7", "artefacts": {}}', "state-newer", id="newer"),
    ],
)
def test_state_that_cannot_be_read_stops_everything(generated: World, content: bytes, word: str) -> None:
    generated.edit(STUDY_LIST, HIDDEN)
    generated.path(".ohif-setup/state.json").write_bytes(content)
    before = generated.snapshot()
    for command in (["generate", *CHANGE], ["diff"], ["set", "server.uploads=true", "--yes"]):
        run = generated.run(*command)
        assert run.status == 2
        assert f"ohif-setup explain {word}" in run.err
    assert ("ohif-setup>=9.8.7" in run.err) == (word == "state-newer")
    assert generated.snapshot() == before


def test_lost_state_overwrites_nothing(generated: World) -> None:
    generated.edit(STUDY_LIST, HIDDEN)
    shutil.rmtree(generated.path(".ohif-setup"))
    said = generated.words("generate")
    assert said == {CONFIG: "conflict, ohif-setup did not write this file", STEPS: "identical"}
    assert HIDDEN in generated.text()


def test_run_that_waits_says_who_holds_the_lock(generated: World) -> None:
    holder = [sys.executable, "-c", HOLDER, str(generated.folder), "60"]
    with subprocess.Popen(holder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        before = generated.snapshot()
        run = ohif_setup("generate", *CHANGE, cwd=generated.folder)
        assert run.status == 2
        assert f"ohif-setup set (process {process.pid}) is working on this site" in run.err
        assert generated.words("diff", *CHANGE)[CONFIG] == "update"
        assert generated.snapshot() == before
        process.kill()
    assert generated.run("generate", *CHANGE).status == 0


def test_two_runs_at_once_leave_what_one_after_the_other_leaves(generated: World) -> None:
    generated.edit(STUDY_LIST, HIDDEN)
    command = [sys.executable, "-m", "ohif_setup", "set", "--yes"]
    changes = ("server.uploads=true", "viewer.ohif_version=3.12")
    running = [subprocess.Popen([*command, one], cwd=generated.folder, stdout=-3, stderr=-3) for one in changes]
    statuses = [one.wait(60) for one in running]
    # The second may have read the answers before the first wrote them; then it must have written nothing.
    assert sorted(statuses) in ([0, 0], [0, 2])
    for change, status in zip(changes, statuses, strict=True):
        key, _, value = change.partition("=")
        held = f"{key.split('.')[1]} = {value}" in generated.answers.read_text().replace('"', "")
        assert held == (status == 0)
    said = generated.words("diff")
    assert said.get(CONFIG, "kept, edited by hand") == "kept, edited by hand"
    assert ("dicomUploadEnabled: true" in generated.text()) == (statuses[0] == 0)
    assert HIDDEN in generated.text()
