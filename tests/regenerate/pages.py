"""Pages of `docs/how-to` that are played: each command of a `console` block is run, and what it prints is what the page says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import ohif_setup

ROOT = Path(ohif_setup.__file__).parent.parent
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CUT = "…"
"""A line that stands for any number of lines."""


@dataclass(frozen=True)
class Step:
    """A command, and what the page says that it prints."""

    command: str
    output: str


def blocks(page: str, kind: str) -> list[str]:
    """The texts of the blocks of that kind, in order."""
    text = (ROOT / "docs" / "how-to" / page).read_text(encoding="utf-8")
    return [text for found, text in BLOCK.findall(text) if found == kind]


def steps(page: str) -> list[Step]:
    """What is typed on a page, in order."""
    parts = [part for block in blocks(page, "console") for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    return [Step(*part.split("\n", 1)) for part in parts]


def surroundings(programs: Path, tool: Path, scripts: Mapping[str, str]) -> dict[str, str]:
    """Environment variables with which `ohif-setup` is the tool in that folder, and each of `scripts` a program."""
    start = f'PYTHONPATH="{tool}" exec {sys.executable} -c "from ohif_setup.cli import main; exit(main())" "$@"\n'
    programs.mkdir(parents=True)
    for name, script in {"ohif-setup": start, **scripts}.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}")
        (programs / name).chmod(0o755)
    return {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}


def play(step: Step, folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Types the command, and compares what it prints."""
    done = subprocess.run(
        ["bash", "-c", step.command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    said = done.stderr + done.stdout
    assert re.fullmatch(as_pattern(step.output), said), f"$ {step.command}\n{said}"
    if step.command.startswith("sed"):
        assert done.returncode == 0
    return done


def as_pattern(output: str) -> str:
    """What the page says as a regular expression: cut lines stand for any, seconds for any number of them."""
    lines = [r"(?:.*\n)*?" if line.strip() == CUT else re.escape(line) + "\n" for line in output.splitlines()]
    return re.sub(r"\\?\d+\\\.\d\\ s\n", r"\\d+\\.\\d s\n", "".join(lines))
