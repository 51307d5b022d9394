"""Modules and functions that are long enough for a second look: `python tests/lengths.py` prints them, and fails nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULE_LINES, FUNCTION_LINES = 300, 60


def long_ones(file: Path) -> Iterator[str]:
    """A line for the module, and one for each of its functions."""
    text, name = file.read_text(encoding="utf-8"), file.relative_to(ROOT)
    lines = len(text.splitlines())
    if lines > MODULE_LINES:
        yield f"{name}: {lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{name}:{node.lineno}: {node.name}, {lines} lines"


def main() -> None:
    found = [line for file in sorted((ROOT / "ohif_setup").rglob("*.py")) for line in long_ones(file)]
    if found:
        print(f"For a second look: modules over {MODULE_LINES} lines, functions over {FUNCTION_LINES}")
    for line in found:
        print(f"  {line}")


if __name__ == "__main__":
    main()
