"""The short way of `generate`: taken when nothing has changed, and no change of anything that counts goes unseen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import ohif_setup
from tests.flows.front_door import CLIENT
from tests.output.sites import copied
from tests.regenerate.world import CLIENT_LINE, CONFIG, HIDDEN, OTHER_CLIENT, STEPS, STUDY_LIST, World, words_of

SETTLED = 2.1
"""In seconds: how long the tool must have been at rest before it trusts what it remembers."""


class Site:
    """A world, and a copy of the tool that generates it."""

    def __init__(self, world: World, tool: Path) -> None:
        self.world = world
        self.tool = tool
        self.packages = tool / "site-packages"

    def generate(self, *words: str, **environment: str) -> tuple[bool, str]:
        """Whether it went the short way, and what it said."""
        code = "import sys; from ohif_setup.cli import main; status = main(); "
        code += "loaded = {'pydantic', 'jinja2', 'tomllib'} & set(sys.modules); sys.exit(10 * bool(loaded) + status)"
        path = os.pathsep.join(map(str, (self.tool, self.packages)))
        done = subprocess.run(
            [sys.executable, "-c", code, "generate", *words],
            cwd=self.world.folder,
            env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1, 10, 11), done.stderr
        return done.returncode < 10, done.stdout


def copied_tool(folder: Path) -> Path:
    """With what Python has compiled, which holds by size and time of the source."""
    root = Path(ohif_setup.__file__).parent.parent
    for name in ("ohif_setup", "templates"):
        shutil.copytree(root / name, folder / name)
    (folder / "docs").mkdir()
    shutil.copy(root / "CHANGELOG.md", folder)
    (folder / "site-packages").mkdir()
    return folder


def keep_times(path: Path, change: Callable[[Path], object]) -> None:
    """A change as an archive or a careless tool makes it: the file's own time stays."""
    before = path.stat()
    change(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def same_size(path: Path) -> None:
    text = path.read_text()
    path.write_text(text.replace("To find the cause, run", "To find the fault, run"))
    assert path.stat().st_size == len(text.encode())


TOOL_CHANGES: dict[str, Callable[[Site], object]] = {
    "source": lambda site: append(site.tool / "ohif_setup/ohif/configuration.py", "\n"),
    "template-of-same-size-and-time": lambda site: keep_times(site.tool / "templates/app-config.js.j2", same_size),
    "new-artefact": lambda site: shutil.copy(
        site.tool / "ohif_setup/output/artefacts/__init__.py", site.tool / "ohif_setup/output/artefacts/more.py"
    ),
    "template-gone-and-back": lambda site: (
        (site.tool / "ohif_setup/webservers/apache/ohif.conf.j2").rename(site.tool / "away"),
        shutil.copy2(site.tool / "away", site.tool / "ohif_setup/webservers/apache/ohif.conf.j2"),
    ),
    "package-installed": lambda site: (site.packages / "jinja2-9.dist-info").mkdir(),
}


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Site]:
    """One for each change of the tool, and one for all other changes, after a run that is remembered."""
    folder = tmp_path_factory.mktemp("unseen")
    made = {
        name: Site(World.made(folder / name / "site"), copied_tool(folder / name / "tool"))
        for name in ("", *TOOL_CHANGES)
    }
    time.sleep(SETTLED)
    for site in made.values():
        assert not site.generate()[0]
    return made


@pytest.mark.parametrize("change", TOOL_CHANGES)
def test_change_of_the_tool(sites: dict[str, Site], change: str) -> None:
    site = sites[change]
    short, said = site.generate()
    assert short
    assert words_of(said) == {CONFIG: "identical", STEPS: "identical"}
    TOOL_CHANGES[change](site)
    short, said = site.generate()
    assert not short
    assert words_of(said)[CONFIG] == ("update" if change.startswith("template-of") else "identical")


@pytest.fixture
def site(sites: dict[str, Site], tmp_path: Path) -> Site:
    """A copy of the remembered site, to be changed."""
    plain = sites[""]
    copied(plain.world.folder, tmp_path / "site")
    return Site(World(tmp_path / "site", tmp_path / "site" / "deploy"), plain.tool)


def removed(name: str) -> Callable[[Site], object]:
    return lambda site: site.world.path(name).unlink()


def appended(name: str) -> Callable[[Site], object]:
    def change(site: Site) -> None:
        path = site.world.path(name)
        if path.exists():
            keep_times(path, lambda path: append(path, "// more\n"))
        else:
            path.write_text("more\n")

    return change


def emptied(site: Site) -> None:
    keep_times(site.world.path(), lambda path: path.write_bytes(b""))


def edited_in_place(site: Site) -> None:
    """The same size, the same time."""
    longer = CLIENT_LINE.replace(CLIENT, OTHER_CLIENT)
    keep_times(site.world.path(), lambda path: path.write_text(path.read_text().replace(CLIENT_LINE, longer)))


FILE_CHANGES: dict[str, tuple[Callable[[Site], object], str]] = {
    "answers-value": (
        lambda site: keep_times(
            site.world.answers, lambda path: path.write_text(path.read_text().replace(CLIENT, OTHER_CLIENT))
        ),
        "update",
    ),
    "answers-comment": (lambda site: append(site.world.answers, "# more\n"), "identical"),
    "artefact-edited": (edited_in_place, "kept"),
    "artefact-longer": (appended(CONFIG), "kept"),
    "artefact-empty": (emptied, "kept"),
    "artefact-gone": (removed(CONFIG), "create"),
    "other-artefact-gone": (removed(STEPS), "identical"),
    "new-beside": (appended(f"{CONFIG}.new"), "identical"),
    "state": (appended(".ohif-setup/state.json"), ""),
    "state-gone": (removed(".ohif-setup/state.json"), "identical"),
    "base": (appended(f".ohif-setup/generated/{CONFIG}"), "identical"),
    "base-gone": (removed(f".ohif-setup/generated/{CONFIG}"), "identical"),
    "output-moved": (lambda site: site.world.output.rename(site.world.folder / "public"), "create"),
}


@pytest.mark.parametrize("change", FILE_CHANGES)
def test_change_of_a_file(site: Site, change: str) -> None:
    assert site.generate()[0]
    make, word = FILE_CHANGES[change]
    make(site)
    if change == "state":
        with pytest.raises(AssertionError, match="state-damaged"):
            site.generate()
        return
    short, said = site.generate()
    assert not short
    assert words_of(said)[CONFIG].split(",")[0] == word


def test_journal_of_a_run_that_was_cut_off(site: Site) -> None:
    journal = site.world.memory / "journal.staging"
    journal.write_text('{"run": "0123456789abcdef", "steps": [], "folders": []}')
    short, _ = site.generate()
    assert not short
    assert not journal.exists()


def test_overrides(site: Site) -> None:
    assert site.generate()[0]
    for words, environment in (
        (("--set", f"sign_in.client_id={OTHER_CLIENT}", "--dry-run"), {}),
        (("--dry-run",), {"OHIF_SETUP_SIGN_IN__CLIENT_ID": OTHER_CLIENT}),
    ):
        short, said = site.generate(*words, **environment)
        assert not short
        assert words_of(said)[CONFIG] == "update"
    short, said = site.generate("--output", "elsewhere", "--dry-run")
    assert not short
    assert "create     elsewhere/app-config.js" in said
    short, said = site.generate("--set", "output.directory=elsewhere", "--dry-run")
    assert not short
    assert "create     elsewhere/app-config.js" in said
    assert not site.generate("--dry-run", OHIF_SETUP_OUTPUT__DIRECTORY="elsewhere")[0]
    assert not site.generate("--diff")[0]


def test_secrets_of_a_pipeline_and_foreign_variables_are_no_change(site: Site) -> None:
    assert site.generate(OHIF_SETUP_CLIENT_SECRET="s3cr3t", LANG="C")[0]
    assert "s3cr3t" not in (site.world.memory / "seen").read_text()


def test_hand_edit_is_remembered_too_and_its_end_is_seen(site: Site) -> None:
    site.world.edit(STUDY_LIST, HIDDEN)
    for short in (False, True):
        assert site.generate() == (short, f"kept       deploy/{CONFIG}, edited by hand\nidentical  deploy/{STEPS}\n")
    site.world.edit(HIDDEN, STUDY_LIST)
    assert site.generate() == (False, f"identical  deploy/{CONFIG}\nidentical  deploy/{STEPS}\n")


def test_conflict_is_said_in_full_each_time(site: Site) -> None:
    site.world.edit(CLIENT_LINE, 'client_id: "mine"')
    words = ("--set", f"sign_in.client_id={OTHER_CLIENT}")
    first = site.generate(*words)
    assert first[1].count("ohif-setup generate --set") == 4
    second = site.generate(*words)
    assert second == (False, first[1].replace(f"update     deploy/{STEPS}", f"identical  deploy/{STEPS}"))
    assert site.generate(*words) == second


def test_touched_files_go_the_short_way(site: Site) -> None:
    for path in (site.world.answers, site.world.path(), site.world.path(STEPS)):
        os.utime(path)
    assert site.generate()[0]
