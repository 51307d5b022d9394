"""No module prints around the streams of `terminal.py`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ohif_setup

PACKAGE = Path(ohif_setup.__file__).parent
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "terminal.py")
AROUND = re.compile(
    r"sys\.__std|\bstd(?:out|err)\.(?:buffer|fileno|write|reconfigure|detach)|\bos\.write\((?:1|2)\b|\bos\.dup2"
    r"|/dev/(?:tty|std)|\\033|\\x1b|\\u001b\[|\\N\{ESC|patch_stdout|\bcodecs\.open"
)
ESCAPES = {"commands/explain/run.py": ["\\033", "\\033"]}
CODED = {"commands/explain/run.py", "talk/report/text.py"}
"""Which colour, and put foreign text through `shown` themselves."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_module_prints_through_the_streams(file: Path) -> None:
    text, name = file.read_text(encoding="utf-8"), str(file.relative_to(PACKAGE))
    assert AROUND.findall(text) == ESCAPES.get(name, [])
    assert not re.search(r"\bcoded\(", text) or (name in CODED and "shown(" in text)


def test_pattern_finds_what_it_is_for() -> None:
    around = ["sys.stdout.buffer.write(b)", "sys.__stderr__.write(s)", "os.write(1, b)", 'print("\\033[1m")']
    assert all(AROUND.search(one) for one in around)
