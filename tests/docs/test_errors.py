"""Every error of the tool has its entry in the reference, and every entry its error."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import ohif_setup
from ohif_setup.output import resources

PACKAGE = Path(ohif_setup.__file__).parent


def ids_in_code() -> set[str]:
    """The first argument of every call that raises a SetupError or one of its kin."""
    found = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
                first = str(node.args[0].value)
                if name in ("SetupError", "UnreadableError", "__init__", "_error") and re.fullmatch(
                    r"[a-z]+(-[a-z0-9]+)+", first
                ):
                    found.add(first)
    return found


def test_reference_lists_every_error() -> None:
    text = (resources.reference() / "errors.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## (\S+)$", text, re.MULTILINE)) == ids_in_code()
