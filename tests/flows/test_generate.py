"""`generate`, from the front door: what is said, what is on disk, and what is left when it cannot be done."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ohif_setup.demo.site import DemoSite
from tests.flows.front_door import ANSWERS, ohif_setup

FILES = ("deploy/app-config.js", "deploy/NEXT-STEPS.md")


@pytest.fixture(autouse=True)
def _answers(folder: Path) -> None:
    (folder / "ohif-setup.toml").write_text(ANSWERS)


def words(out: str) -> list[tuple[str, str]]:
    return [(line.split()[0], line.split()[1]) for line in out.splitlines()]


def test_first_run_creates_and_second_run_changes_nothing(folder: Path) -> None:
    assert words(ohif_setup("generate").out) == [("create", name) for name in FILES]
    before = {name: ((folder / name).read_bytes(), (folder / name).stat().st_mtime_ns) for name in FILES}
    assert words(ohif_setup("generate").out) == [("identical", name) for name in FILES]
    assert before == {name: ((folder / name).read_bytes(), (folder / name).stat().st_mtime_ns) for name in FILES}


def test_changed_answer_updates_what_it_concerns(folder: Path) -> None:
    ohif_setup("generate")
    run = ohif_setup("generate", "--set", "viewer.url=https://other.example.org")
    assert words(run.out) == [("update", name) for name in FILES]
    assert "https://other.example.org" in (folder / FILES[1]).read_text()


@pytest.mark.parametrize("flag", ["--dry-run", "--diff", "--check"])
def test_looking_writes_nothing(folder: Path, flag: str) -> None:
    run = ohif_setup("generate", flag)
    assert run.status == (0 if flag == "--dry-run" else 1)
    assert "create" in run.out
    assert not (folder / "deploy").exists()
    ohif_setup("generate")
    assert ohif_setup("generate", flag).status == 0


def test_diff_shows_the_lines(folder: Path) -> None:
    ohif_setup("generate")
    run = ohif_setup("generate", "--diff", "--set", "server.uploads=true")
    assert "+        dicomUploadEnabled: true," in run.out


def test_output_is_relative_to_the_answers_file_unless_named(folder: Path) -> None:
    (folder / "sites").mkdir()
    (folder / "ohif-setup.toml").rename(folder / "sites" / "north.toml")
    assert ohif_setup("generate", "--answers", "sites/north.toml").status == 0
    assert (folder / "sites" / "deploy" / "app-config.js").exists()
    assert ohif_setup("generate", "--answers", "sites/north.toml", "--output", "elsewhere").status == 0
    assert (folder / "elsewhere" / "app-config.js").exists()


def test_mode_of_an_existing_file_is_kept_and_new_ones_are_0644(folder: Path) -> None:
    ohif_setup("generate")
    file = folder / FILES[0]
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    file.chmod(0o640)
    ohif_setup("generate", "--set", "server.uploads=true")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_environment_lies_between_file_and_set(folder: Path) -> None:
    environment = {"OHIF_SETUP_VIEWER__URL": "https://from-environment.example.org"}
    ohif_setup("generate", environment=environment)
    assert "https://from-environment.example.org" in (folder / FILES[0]).read_text()
    ohif_setup("generate", "--set", "viewer.url=https://from-set.example.org", environment=environment)
    assert "https://from-set.example.org" in (folder / FILES[0]).read_text()


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(lambda folder: (folder / "deploy" / "app-config.js").mkdir(parents=True), id="folder-in-the-way"),
        pytest.param(lambda folder: (folder / "deploy").write_text("a file"), id="file-where-the-folder-should-be"),
        pytest.param(
            lambda folder: (folder / "deploy").symlink_to("/proc/1/ohif-setup"), id="folder-that-cannot-be-made"
        ),
        pytest.param(lambda folder: (folder / "deploy").symlink_to("/dev/full"), id="device"),
    ],
)
def test_unwritable_output_ends_with_2_and_leaves_nothing(folder: Path, block: object) -> None:
    assert callable(block)
    block(folder)
    before = sorted(path.name for path in folder.rglob("*"))
    run = ohif_setup("generate")
    assert run.status == 2
    assert run.err.startswith("ohif-setup: ")
    assert "What to do" in run.err
    assert sorted(path.name for path in folder.rglob("*")) == before


def test_read_only_folder_and_file(folder: Path) -> None:
    """As root the capability to write everywhere is given up first."""
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    command = [*drop, sys.executable, "-m", "ohif_setup", "generate", "--set", "server.uploads=true"]
    ohif_setup("generate")
    for target, mode in ((folder / FILES[0], 0o444), (folder / "deploy", 0o555)):
        before = {name: (folder / name).read_bytes() for name in FILES}
        kept = stat.S_IMODE(target.stat().st_mode)
        target.chmod(mode)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        target.chmod(kept)
        assert done.returncode == 2, done
        assert "who may write there" in done.stderr
        assert before == {name: (folder / name).read_bytes() for name in FILES}


def test_full_disk_leaves_the_old_files_whole(folder: Path) -> None:
    ohif_setup("generate")
    before = {name: (folder / name).read_bytes() for name in FILES}
    # A limit of the file size stands for the full disk: the write fails in the middle, as it does there.
    script = "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    script += "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); "
    script += "from ohif_setup.cli import main; sys.exit(main(['generate', '--set', 'server.uploads=true']))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "File too large" in done.stderr
    assert before == {name: (folder / name).read_bytes() for name in FILES}
    assert sorted(path.name for path in (folder / "deploy").iterdir()) == [
        ".ohif-setup",
        "NEXT-STEPS.md",
        "app-config.js",
    ]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        pytest.param(None, "answers-not-found", id="missing"),
        pytest.param(b"", "answers-empty", id="empty"),
        pytest.param(b"\xff\xfe\x00", "answers-not-utf8", id="not-utf8"),
        pytest.param(b"version = = 1", "answers-not-toml", id="broken"),
        pytest.param(b"# " + b"x" * 10_000_000, "answers-too-large", id="10-MB"),
        pytest.param(b"version = 1\n", "answers-invalid", id="nothing-in-it"),
        pytest.param(b"[[[[[[", "answers-not-toml", id="brackets"),
        pytest.param(b"a = " + b"[" * 100_000, "answers-not-toml", id="deep-brackets"),
    ],
)
@pytest.mark.parametrize("command", ["generate", "check", "init"])
def test_unusable_answers_end_with_2_and_name_the_way_out(
    folder: Path, content: bytes | None, word: str, command: str
) -> None:
    file = folder / "ohif-setup.toml"
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    # To init, an empty file is as good as none.
    if command == "init" and not content:
        word = "answers-invalid"
    run = ohif_setup(command)
    assert run.status == 2, run
    assert f"ohif-setup explain {word}" in run.err
    assert run.out == ""
    assert sorted(path.name for path in folder.iterdir()) == (["ohif-setup.toml"] if content is not None else [])


def test_tenant_domain_is_looked_up_once_and_the_file_then_holds_the_id(folder: Path) -> None:
    with DemoSite() as site:
        file = folder / "ohif-setup.toml"
        answers = site.answers | {
            "sign_in.tenant_id": site.entra.domain,
            "sign_in.authority": f"{site.entra.url}/{site.entra.domain}",
        }
        file.write_text(
            "version = 1  # ours\n"
            f'[viewer]\nurl = "{answers["viewer.url"]}"\n'
            f'[server]\nkind = "azure-dicom"\nurl = "{answers["server.url"]}"\n'
            f'[sign_in]\ntenant_id = "{answers["sign_in.tenant_id"]}"  # Contoso\n'
            f'client_id = "{answers["sign_in.client_id"]}"\nauthority = "{answers["sign_in.authority"]}"\n'
        )
        look = ohif_setup("generate", "--check", environment=site.environment)
        assert (look.status, "which needs the network" in look.err) == (1, True)
        assert site.entra.domain in file.read_text()
        site.entra.forget_requests()
        for words_of_look in (["generate", "--check"], ["generate", "--diff"], ["diff"]):
            again = ohif_setup(*words_of_look, environment=site.environment)
            assert (again.status, again.err, site.entra.requests) == (1, "", [])
        run = ohif_setup("generate", environment=site.environment)
        assert ("update", "ohif-setup.toml") in words(run.out)
        assert f'tenant_id = "{site.entra.tenant_id}"  # Contoso' in file.read_text()
        assert f"{site.entra.url}/{site.entra.tenant_id}/v2.0" in (folder / FILES[0]).read_text()
        site.entra.forget_requests()
        assert {word for word, _ in words(ohif_setup("generate", environment=site.environment).out)} == {"identical"}
        assert not site.entra.requests


def test_file_without_version_stays_as_it_is(folder: Path) -> None:
    text = ANSWERS.replace("version = 1\n", "")
    (folder / "ohif-setup.toml").write_text(text)
    for command in (["generate"], ["set", "--yes", "server.uploads=false"], ["generate", "--check"]):
        run = ohif_setup(*command)
        assert (run.status, run.err) == (0, "")
    assert (folder / "ohif-setup.toml").read_text() == text
    assert ohif_setup("set", "--yes", "server.uploads=true").status == 0
    assert "version" not in (folder / "ohif-setup.toml").read_text()


def test_tenant_domain_that_cannot_be_looked_up_is_an_error(folder: Path) -> None:
    run = ohif_setup(
        "generate",
        "--set",
        "sign_in.tenant_id=contoso.onmicrosoft.com",
        "--set",
        "sign_in.authority=https://127.0.0.1:9",
    )
    assert run.status == 2
    assert "contoso.onmicrosoft.com" in run.err
    assert not (folder / "deploy").exists()


@pytest.mark.parametrize("command", ["init", "generate", "check"])
def test_path_that_cannot_be_looked_at_ends_with_2(folder: Path, command: str) -> None:
    run = ohif_setup(command, "--answers", "a" * 300)
    assert run.status == 2
    assert "File name too long" in run.err


def test_line_ends_alone_are_no_difference_and_stay(folder: Path) -> None:
    ohif_setup("generate")
    file = folder / FILES[0]
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    before = file.read_bytes()
    assert words(ohif_setup("generate").out)[0] == ("identical", FILES[0])
    assert file.read_bytes() == before
