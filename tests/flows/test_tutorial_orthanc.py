"""The tutorial for Orthanc, followed word by word: its blocks are typed into a shell, in their order, and its table is answered.

Three things are another's: the ports (free ones are taken), what needs root (`sudo`), and the registry of npm.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pexpect
import pytest

from ohif_setup.demo.orthanc import missing_packages
from ohif_setup.demo.orthanc.images import demo_files
from ohif_setup.demo.orthanc.programs import free_port
from tests.browser.builds import build_folder
from tests.parts.users import open_folder

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial" / "orthanc.md"
VERSION = "3.13.2"
PROMPT = "follow-the-tutorial> "
QUESTION = r"\?\x1b\[0;1m ([A-Z][\w -]*\w)"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(missing_packages()), reason=f"not installed: {' '.join(missing_packages())}"),
]

NPM = """\
#!/bin/sh
# Stands for the registry: the published package, as it was fetched before.
[ "$*" = "pack @ohif/app@{version}" ] || exit 1
tar -C {build} --transform 's,^\\.,package/dist,' -cf - . | gzip -1 > ohif-app-{version}.tgz
echo ohif-app-{version}.tgz
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """Where somebody begins: a folder that nginx may read, with an image, and the programs on the PATH."""
    with open_folder() as folder:
        (folder / "image.dcm").write_bytes(next(demo_files()))
        programs = folder / "bin"
        programs.mkdir()
        (programs / "npm").write_text(NPM.format(version=VERSION, build=build_folder(VERSION)))
        (programs / "ohif-setup").write_text(f'#!/bin/sh\nexec {sys.executable} -m ohif_setup "$@"\n')
        for program in programs.iterdir():
            program.chmod(0o755)
        yield folder


def text_with(ports: dict[str, int]) -> str:
    text = TUTORIAL.read_text(encoding="utf-8")
    for port, free in ports.items():
        text = re.sub(rf"(?<=localhost:){port}\b|(?<=\"HttpPort\": ){port}\b", str(free), text)
    return text


def blocks(text: str) -> list[str]:
    """The blocks to type: none of those that change the machine."""
    found = [
        block for block in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL) if "sudo" not in block
    ]
    assert len(found) == 7
    return found


def table(text: str) -> dict[str, str]:
    """The answers to the wizard's questions; a question that is not there is answered by Enter."""
    rows = re.search(r"\| question \| your answer \|\n\|---\|---\|\n(.*?)\n\n", text, re.DOTALL)
    assert rows
    cells = [line.strip("| ").split(" | ") for line in rows[1].splitlines()]
    return {question: answer.strip("`") for question, answer in cells if answer != "Enter"}


class Shell:
    """bash at a terminal, typed into."""

    def __init__(self, folder: Path) -> None:
        self._child = pexpect.spawn(
            "/bin/bash",
            ["--norc", "--noprofile", "-i"],
            encoding="utf-8",
            timeout=180,
            dimensions=(60, 200),
            cwd=folder,
            env={
                **os.environ,
                "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
                "TERM": "xterm",
                "PS1": PROMPT,
                "PROMPT_TOOLKIT_NO_CPR": "1",
            },
        )
        self._child.expect_exact(PROMPT)

    def run(self, block: str, answers: dict[str, str]) -> str:
        """Types a block; gives what was shown. Raises AssertionError when it does not end with status 0."""
        # Several lines as one command: else a program would read those below it as its input.
        self._child.sendline(f"{{\n{block}}}" if block.count("\n") > 1 else block.rstrip("\n"))
        shown, last, open_questions = "", "", set(answers)
        while self._child.expect([QUESTION, rf"{re.escape(PROMPT)}\Z"]) == 0:
            shown += str(self._child.before)
            question = self._matched()
            if question == last:
                continue  # drawn once more, with what was typed
            last = question
            answer = answers.get(question, "")
            open_questions.discard(question)
            self._child.send(f"{answer}\r")
        shown += str(self._child.before)
        assert not open_questions, open_questions
        self._child.sendline("echo status=$?=")
        self._child.expect(r"status=(\d+)=")
        assert self._matched() == "0", shown
        self._child.expect_exact(PROMPT)
        return shown

    def _matched(self) -> str:
        match = self._child.match
        assert isinstance(match, re.Match)
        return str(match[1])

    def close(self) -> None:
        self._child.close(force=True)


def end_what_runs_in(folder: Path) -> None:
    """Where the tutorial stopped in its middle, its programs still run, in its folder."""
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            if link.readlink().is_relative_to(folder):
                os.kill(int(link.parent.name), signal.SIGTERM)


def test_the_tutorial_leads_to_a_viewer(place: Path) -> None:
    text = text_with({"8043": free_port(), "8080": free_port()})
    shell = Shell(place)
    shown = {}
    try:
        for block in blocks(text):
            is_wizard = block.startswith("ohif-setup --set")
            shown[block] = shell.run(block, table(text) if is_wizard else {})
    finally:
        shell.close()
        end_what_runs_in(place)
    outputs = list(shown.values())
    assert "200" in outputs[1]
    assert "create" in outputs[2]
    assert f"OHIF {VERSION}" in outputs[3]
    checked = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", outputs[5])
    assert "✓ viewer-served" in checked
    assert "✓ dicomweb-reachable" in checked
    assert "✗" not in checked
