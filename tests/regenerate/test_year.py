"""`docs/how-to/change-a-site.md`: each command is run in order, and what it prints is what the page says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import ohif_setup
from tests.output.sites import copied
from tests.regenerate.pages import blocks, play, steps, surroundings
from tests.regenerate.test_terminal import Terminal
from tests.regenerate.world import World

PAGE = "change-a-site.md"
NEWS = "## [0.2.0] - 2027-09-01\n\n### Changed\n\n- `app-config.js` names the archive in its first line.\n\n"


def tool(folder: Path, version: str) -> None:
    """The tool as it was published under that version; the later one has another template."""
    package = Path(ohif_setup.__file__).parent
    for name in ("ohif_setup", "templates", "docs/reference"):
        shutil.copytree(package.parent / name, folder / name)
    init = folder / "ohif_setup" / "__init__.py"
    init.write_text(init.read_text().replace(ohif_setup.__version__, version))
    if version == "0.1.0":
        shutil.copy(package.parent / "CHANGELOG.md", folder)
        return
    (folder / "CHANGELOG.md").write_text(f"# Changelog\n\n{NEWS}")
    template = folder / "templates" / "app-config.js.j2"
    line = "the configuration of {{ answers.viewer.url | js_comment }}"
    assert line in template.read_text()
    template.write_text(template.read_text().replace(line, f"{line}, for {{{{ answers.server.url | js_comment }}}}", 1))


@pytest.fixture
def site(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A folder with what the page begins with, and an environment in which its commands work; `pip` installs the later tool."""
    folder = tmp_path / "site"
    (folder / "old").mkdir(parents=True)
    for version in ("0.1.0", "0.2.0"):
        tool(tmp_path / version, version)
    current = tmp_path / "current"
    current.symlink_to("0.1.0")
    (folder / "ohif-setup.toml").write_text(blocks(PAGE, "toml")[0])
    (folder / "old" / "app-config.js").write_text(blocks(PAGE, "js")[0])
    return folder, surroundings(tmp_path / "bin", current, {"pip": f'ln -sfn 0.2.0 "{current}"\n'})


def test_every_step_prints_what_the_page_says(site: tuple[Path, dict[str, str]]) -> None:
    folder, environment = site
    told = steps(PAGE)
    assert len(told) > 20
    for step in told:
        done = play(step, folder, environment)
        if "conflict " in done.stdout:
            asks_as_the_page_says(folder)


def asks_as_the_page_says(folder: Path) -> None:
    """At a terminal, in a copy of the site."""
    copy = folder.with_name("copy")
    copied(folder, copy)
    terminal = Terminal(World(copy, copy / "deploy"), "generate")
    for choice in blocks(PAGE, "text")[0].splitlines():
        terminal.sees(re.escape(choice))
    terminal.types("\r")
    terminal.ends(1)
