"""What the papers for whoever changes the code say of it: the walls, and the files that they name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ohif_setup
from tests.test_rooms import MAY_IMPORT

PACKAGE = Path(ohif_setup.__file__).parent
TOP = PACKAGE.parent
ARCHITECTURE = TOP / "docs" / "architecture.md"
PLACEHOLDER = re.compile(r"[A-Z]{2}")
"""In a name that stands for others, such as `NAME.py`."""


def test_walls_are_those_of_the_code() -> None:
    table = ARCHITECTURE.read_text(encoding="utf-8").partition("\n| room |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `([\w.]+)` \|.*\| ([^|]*) \|$", table, re.MULTILINE)
    said = {room: set(re.findall(r"`([^`]+)`", imports)) for room, imports in rows}
    assert said.pop("commands") == set()
    assert said == MAY_IMPORT


@pytest.mark.parametrize("paper", [ARCHITECTURE, TOP / "CONTRIBUTING.md"], ids=lambda path: path.name)
def test_files_that_they_name_are_there(paper: Path) -> None:
    text = re.sub(r"```.*?```", "", paper.read_text(encoding="utf-8"), flags=re.DOTALL)
    named = re.findall(r"`((?:[\w.*-]+/)+(?:[\w.*-]+\.(?:py|md|j2|toml))?)`", text)
    paths = [
        name for name in named if not PLACEHOLDER.search(name) and not name.startswith(("deploy/", ".ohif-setup/"))
    ]
    assert len(paths) > 20
    for name in paths:
        assert [found for top in (PACKAGE, TOP) for found in top.glob(name.rstrip("/"))], name
