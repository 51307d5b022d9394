"""What has not changed is told without loading anything, and no change goes unseen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import ohif_setup
from ohif_setup.answers import sources
from ohif_setup.answers.file.reading import FILE_NAME
from ohif_setup.apply import digest
from ohif_setup.apply.site_paths import OURS
from ohif_setup.output import resources
from tests.output.sites import memory_of

PACKAGE = Path(ohif_setup.__file__).parent
ROWS = [["identical", "app-config.js", ""], ["conflict", "nginx.conf", "both"]]
FILES = {
    "app-config.js": b"a",
    "nginx.conf": b"b",
    "nginx.conf.new": b"c",
    "gone.conf": None,
    f"{OURS}/state.json": b"{}",
}
SETS = ["server.uploads=true"]
ENVIRON = {"OHIF_SETUP_VIEWER__URL": "https://viewer.example.org", "PATH": "/bin"}


def inputs(site: Path, sets: Sequence[str] = SETS, environ: Mapping[str, str] = ENVIRON, output: str = "") -> str:
    return digest.inputs(str(site / FILE_NAME), sets, environ, output)


def remember(site: Path, rows: Sequence[Sequence[str]] = ROWS, *, known: str = "", rest: float = 60) -> None:
    """A run with a tool that was changed `rest` seconds ago; `known` are its inputs from before it where they were others."""
    again = inputs(site)
    digest.remember(
        str(site / FILE_NAME),
        os.environ,
        folder=str(site / "deploy"),
        known=known or again,
        again=again,
        files=FILES,
        rows=rows,
        tool_changed=time.time() - rest,
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site after a run."""
    (tmp_path / FILE_NAME).write_text("version = 1\n")
    for name, content in FILES.items():
        path = tmp_path / "deploy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is not None:
            path.write_bytes(content)
    memory_of(tmp_path).mkdir(parents=True)
    remember(tmp_path)
    return tmp_path


def seen(site: Path, **changes: Any) -> list[list[str]] | None:
    return digest.unchanged(str(site / FILE_NAME), os.environ, inputs(site, **changes))


def test_nothing_changed_is_seen_with_the_words_to_say(site: Path) -> None:
    assert seen(site) == ROWS
    remember(site)
    assert seen(site) == ROWS


def in_deploy(change: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda site: change(site / "deploy")


def in_memory(change: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda site: change(memory_of(site))


def linked(path: Path) -> None:
    """The same, elsewhere."""
    elsewhere = path.with_name(f"{path.name}.elsewhere")
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda site: (site / FILE_NAME).write_text("version = 1 \n"), id="answers"),
        pytest.param(lambda site: (site / FILE_NAME).unlink(), id="no-answers"),
        pytest.param(in_deploy(lambda folder: (folder / "app-config.js").write_bytes(b"A")), id="artefact"),
        pytest.param(in_deploy(lambda folder: (folder / "app-config.js").unlink()), id="artefact-deleted"),
        pytest.param(in_deploy(lambda folder: (folder / "gone.conf").touch()), id="artefact-that-was-not-there"),
        pytest.param(in_deploy(lambda folder: (folder / "nginx.conf.new").unlink()), id="new-file-deleted"),
        pytest.param(in_deploy(lambda folder: (folder / OURS / "state.json").write_bytes(b"{ }")), id="state"),
        pytest.param(in_deploy(lambda folder: linked(folder / "app-config.js")), id="artefact-by-a-link"),
        pytest.param(in_deploy(lambda folder: linked(folder / OURS)), id="state-by-a-link"),
        pytest.param(in_deploy(linked), id="folder-by-a-link"),
        pytest.param(lambda site: linked(site / FILE_NAME), id="answers-by-a-link"),
        pytest.param(
            in_deploy(lambda folder: (folder.parent / "other").hardlink_to(folder / "app-config.js")), id="hard-link"
        ),
        pytest.param(in_memory(lambda memory: (memory / "journal.ready").touch()), id="run-cut-off"),
        pytest.param(in_memory(lambda memory: (memory / "seen").unlink()), id="not-seen"),
        pytest.param(in_memory(lambda memory: (memory / "seen").write_bytes(b"[]")), id="damaged"),
        pytest.param(in_memory(lambda memory: (memory / "seen").write_bytes(b"[" * 100_000)), id="deep"),
        pytest.param(in_memory(lambda memory: linked(memory / "seen")), id="seen-by-a-link"),
        pytest.param(in_deploy(shutil.rmtree), id="no-folder"),
    ],
)
def test_change_of_a_file_is_seen(site: Path, change: Callable[[Path], object]) -> None:
    change(site)
    assert seen(site) is None


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"sets": []}, id="set-gone"),
        pytest.param({"sets": [*SETS, "fhir.url="]}, id="set"),
        pytest.param({"environ": {}}, id="variable-gone"),
        pytest.param({"environ": {**ENVIRON, "OHIF_SETUP_SERVER__URL": "x"}}, id="variable"),
        pytest.param({"environ": {**ENVIRON, "OHIF_SETUP_VIEWER_URL": "x"}}, id="variable-that-is-wrong"),
        pytest.param({"output": "elsewhere"}, id="option"),
    ],
)
def test_change_of_what_is_given_is_seen(site: Path, changes: dict[str, Any]) -> None:
    assert seen(site, **changes) is None


def test_what_is_no_answer_does_not_count(site: Path) -> None:
    environ = {**ENVIRON, "PATH": "/usr/bin", "OHIF_SETUP_CLIENT_SECRET": "s3cr3t"}
    assert seen(site, environ=environ) == ROWS
    assert b"s3cr3t" not in (memory_of(site) / "seen").read_bytes()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to write as another user")
def test_what_another_user_wrote_is_not_believed(site: Path) -> None:
    os.chown(memory_of(site) / "seen", 4321, 1234)
    assert seen(site) is None


def test_answers_that_changed_while_the_run_was_on_are_not_remembered(site: Path) -> None:
    before = inputs(site)
    (site / FILE_NAME).write_text("version = 1\n# edited\n")
    remember(site, [["update", "of the edited ones", ""]], known=before)
    assert seen(site) is None
    (site / FILE_NAME).write_text("version = 1\n")
    assert seen(site) == ROWS, "what was remembered before still holds"


@pytest.mark.parametrize("kind", ["folder", "pipe", "large"])
def test_answers_that_are_no_small_file_take_the_long_way(site: Path, kind: str) -> None:
    path = site / FILE_NAME
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        with path.open("wb") as file:
            file.truncate(digest.LARGEST + 1)
    assert seen(site) is None


def test_memory_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("version = 1\n")
    remember(tmp_path)
    assert not memory_of(tmp_path).exists()


def test_names_are_those_of_the_rest_of_the_tool() -> None:
    assert digest.NOT_ANSWERS == sources.NOT_ANSWERS
    assert digest.PREFIX == sources.PREFIX


# The tool itself: a copy of it, in a process of its own.


@pytest.fixture
def tool(tmp_path: Path) -> Path:
    copy = tmp_path / "tool"
    shutil.copytree(PACKAGE, copy / "ohif_setup", ignore=shutil.ignore_patterns("__pycache__"))
    if not (PACKAGE / "templates").is_dir():
        shutil.copytree(resources.templates(), copy / "templates")
    return copy


def looked_up(tool: Path) -> tuple[str, float]:
    """The digest of that tool, and when it was changed last."""
    script = "import sys; sys.path.insert(0, sys.argv[1]); from ohif_setup.apply import digest; print(*digest._stamp())"
    command = [sys.executable, "-B", "-c", script, str(tool)]
    found, changed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return found, float(changed)


def stamp(tool: Path) -> str:
    return looked_up(tool)[0]


def same_size(path: Path, *, times: bool) -> None:
    old = path.stat()
    content = path.read_bytes()
    path.write_bytes(content[:-2] + b" \n")
    if times:
        os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))


@pytest.mark.parametrize("times", [False, True], ids=["as-an-editor-does", "with-the-old-times"])
@pytest.mark.parametrize("name", ["ohif_setup/providers/provider.py", "templates/app-config.js.j2"])
def test_change_of_the_tool_or_a_template_is_seen(tool: Path, name: str, times: bool) -> None:
    before = stamp(tool)
    assert stamp(tool) == before
    file = tool / name if (tool / name).exists() else tool / "ohif_setup" / name
    same_size(file, times=times)
    changed = stamp(tool)
    assert changed != before
    file.with_name("new.py").touch()
    assert stamp(tool) != changed
    file.with_name("new.py").unlink()
    file.unlink()
    assert stamp(tool) not in (before, changed)


def test_compiled_files_are_no_change_of_the_tool(tool: Path) -> None:
    before = stamp(tool)
    (tool / "ohif_setup" / "__pycache__").mkdir()
    (tool / "ohif_setup" / "__pycache__" / "cli.cpython-311.pyc").touch()
    assert stamp(tool) == before


def test_tool_that_was_changed_just_now_is_not_relied_on(site: Path) -> None:
    """A second change within the clock's step could look the same."""
    (memory_of(site) / "seen").unlink()
    remember(site, rest=1)
    assert seen(site) is None
    remember(site, rest=3)
    assert seen(site) == ROWS


def test_when_the_tool_was_changed_is_looked_up(tool: Path) -> None:
    assert looked_up(tool)[1] < time.time() + 1
    later = time.time() + 1000
    os.utime(tool / "ohif_setup" / "providers" / "provider.py", (later, later))
    assert looked_up(tool)[1] == pytest.approx(later)


def test_nothing_heavy_is_loaded() -> None:
    script = "import sys; from ohif_setup.apply import digest; print(*sys.modules)"
    command = [sys.executable, "-S", "-c", f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); {script}"]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert not {"pydantic", "jinja2", "tomlkit", "tomllib", "dataclasses", "pathlib", "typing", "difflib"} & set(loaded)


def test_a_thousand_sites_take_three_milliseconds_each_at_most(site: Path) -> None:
    digest.inputs(str(site / FILE_NAME), SETS, ENVIRON)
    start = time.process_time()
    for _ in range(1000):
        assert seen(site)
    assert time.process_time() - start < 3


def test_path_of_the_answers_counts_as_it_is_typed(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The words of the last run have paths that begin like it."""
    monkeypatch.chdir(site)
    known = digest.inputs(FILE_NAME, SETS, ENVIRON)
    rows = [["identical", "", f"deploy/{name}"] for name in FILES]
    digest.remember(
        FILE_NAME,
        os.environ,
        folder=str(site / "deploy"),
        known=known,
        again=known,
        files=FILES,
        rows=rows,
        tool_changed=0,
    )
    assert digest.unchanged(FILE_NAME, os.environ, digest.inputs(FILE_NAME, SETS, ENVIRON))
    monkeypatch.chdir(site.parent)
    named = f"{site.name}/{FILE_NAME}"
    other = digest.inputs(named, SETS, ENVIRON)
    assert other
    assert digest.unchanged(named, os.environ, other) is None
