"""`docs/how-to/change-a-site.md`: each command is run in order, and what it prints is what the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ohif_setup
from tests.regenerate.test_terminal import Terminal
from tests.regenerate.world import World

PAGE = Path(ohif_setup.__file__).parent.parent / "docs" / "how-to" / "change-a-site.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CUT = "…"
"""A line that stands for any number of lines."""
NEWS = "## [0.2.0] - 2027-09-01\n\n### Changed\n\n- `app-config.js` names the archive in its first line.\n\n"


def blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")) if found == kind]


def steps() -> list[tuple[str, str]]:
    """Each command with what the page says that it prints."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def tool(folder: Path, version: str) -> None:
    """The tool as it was published under that version; the later one has another template."""
    package = Path(ohif_setup.__file__).parent
    for name in ("ohif_setup", "templates", "docs/reference"):
        shutil.copytree(package.parent / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
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
    programs, folder = tmp_path / "bin", tmp_path / "site"
    for path in (programs, folder / "old"):
        path.mkdir(parents=True)
    for version in ("0.1.0", "0.2.0"):
        tool(tmp_path / version, version)
    current = tmp_path / "current"
    current.symlink_to("0.1.0")
    scripts = {
        "ohif-setup": f'PYTHONPATH="{current}" exec {sys.executable} -c "from ohif_setup.cli import main; exit(main())" "$@"\n',
        "pip": f'ln -sfn 0.2.0 "{current}"\n',
    }
    for name, script in scripts.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}")
        (programs / name).chmod(0o755)
    (folder / "ohif-setup.toml").write_text(blocks("toml")[0])
    (folder / "old" / "app-config.js").write_text(blocks("js")[0])
    return folder, {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}


def as_pattern(output: str) -> str:
    """What the page says as a regular expression: cut lines stand for any, seconds for any number of them."""
    lines = [r"(?:.*\n)*?" if line.strip() == CUT else re.escape(line) + "\n" for line in output.splitlines()]
    return re.sub(r"\\?\d+\\\.\d\\ s\n", r"\\d+\\.\\d s\n", "".join(lines))


def test_every_step_prints_what_the_page_says(site: tuple[Path, dict[str, str]]) -> None:
    folder, environment = site
    told = steps()
    assert len(told) > 20
    for command, output in told:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        said = done.stderr + done.stdout
        assert re.fullmatch(as_pattern(output), said), f"$ {command}\n{said}"
        if command.startswith("sed"):
            assert done.returncode == 0
        if "conflict " in said:
            asks_as_the_page_says(folder)


def asks_as_the_page_says(folder: Path) -> None:
    """At a terminal, in a copy of the site."""
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    terminal = Terminal(World(copy, copy / "deploy"), "generate")
    for choice in blocks("text")[0].splitlines():
        terminal.sees(re.escape(choice))
    terminal.types("\r")
    terminal.ends(1)
