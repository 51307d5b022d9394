"""The generated pages of the reference say what the code says, and links in docs lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.generate import REFERENCE, pages

TOP = REFERENCE.parents[1]
DOCUMENTS = [*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md")]


@pytest.mark.parametrize("name", pages())
def test_page_is_what_the_code_says(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == pages()[name], "run: make docs"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(TOP)))
def test_links_lead_to_files(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target:
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(TOP)))
def test_named_commands_and_flags_exist(document: Path) -> None:
    """Every `ohif-setup COMMAND --flag` of the docs is one that the program knows."""
    known = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    commands = set(re.findall(r"^## ohif-setup (\S+)", known, re.MULTILINE))
    for command, rest in re.findall(r"ohif-setup ([a-z]+)((?: [^\n`|;&]*)?)", document.read_text(encoding="utf-8")):
        if command in commands:
            section = known.split(f"## ohif-setup {command}\n")[1].split("\n## ")[0]
            for flag in re.findall(r"(?<=\s)--[a-z][a-z-]*", rest):
                assert flag in section, f"ohif-setup {command} {flag}"
