"""How calm the house is, in numbers: `python -m tests.counts` prints the counts of the redesign, measured on the tree as it is.

The code of the stand-ins counts with the rest. Blank lines and docstrings count as lines, and not as lines of code.
"""

from __future__ import annotations

import ast
import io
import sys
import tempfile
import tokenize
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

import ohif_setup
from tests.checks.test_cors_carriers import CARRIERS
from tests.galleries.names import places

PACKAGE = Path(ohif_setup.__file__).parent
SETS = (
    "server.url=https://127.0.0.1:1/v2",
    "server.kind=azure-dicom",
    "sign_in.authority=https://127.0.0.1:3",
    "sign_in.tenant_id=11111111-2222-4333-8444-555555555555",
    "sign_in.client_id=66666666-7777-4888-9999-aaaaaaaaaaaa",
    "viewer.url=http://127.0.0.1:2",
)


def counts() -> Iterator[tuple[str, str]]:
    """What is counted, and the number."""
    sources = [file.read_text("utf-8") for file in sorted(PACKAGE.rglob("*.py"))]
    trees = [ast.parse(source) for source in sources]
    lines = sum(source.count("\n") for source in sources)
    named = Counter(module for module, _, _ in places())
    yield "modules outside the exhibits that name one", f"{len(named)} ({named.total()} places)"
    conditional = sum(isinstance(node, ast.IfExp) for tree in trees for node in ast.walk(tree))
    yield "conditional expressions for 1,000 lines", f"{1000 * conditional / lines:.1f}"
    words = [token for source in sources for token in _tokens(source)]
    comments = sum(token.type == tokenize.COMMENT for token in words)
    code = sum(map(_lines_of_code, sources))
    yield "comments for 100 lines of code", f"{100 * comments / code:.1f} ({comments} of {code})"
    yield "the name `one`", str(sum(token.type == tokenize.NAME and token.string == "one" for token in words))
    classes = Counter(node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    repeated = {name: number for name, number in classes.items() if number > 1}
    yield "class names in two or more modules", f"{len(repeated)} {dict(sorted(repeated.items()))}"
    yield "records that carry a CORS fault from the wire to the printed line", str(len(CARRIERS))
    inside = sum(
        isinstance(below, ast.Import | ast.ImportFrom)
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for below in ast.walk(node)
    )
    yield "imports inside functions", str(inside)
    for label, number in _from_init_to_file().items():
        yield label, str(number)


def _lines_of_code(source: str) -> int:
    """Lines that are neither blank, nor a comment alone, nor part of a text that stands for itself, such as a docstring."""
    texts = {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    rows = enumerate(source.splitlines(), 1)
    return sum(number not in texts and bool(row.strip()) and not row.lstrip().startswith("#") for number, row in rows)


def _tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    return tokenize.generate_tokens(io.StringIO(source).readline)


def _from_init_to_file() -> dict[str, int]:
    """What happens to `server.url` in one `init` without a terminal, and what one `generate` after a hand edit does."""
    from ohif_setup import cli
    from ohif_setup.answers.model import Answers
    from ohif_setup.apply import regenerate
    from ohif_setup.output import plan
    from ohif_setup.paste import urls

    calls: Counter[str] = Counter()
    host = "127.0.0.1:1"
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        file = folder / "ohif-setup.toml"
        for target, attribute, label in (
            (urls, "parse_address", "addresses parsed: server.url, from init to file"),
            (Answers, "model_validate", "the model validated, from init to file"),
            (plan, "plan", "plans made, from init to file"),
            (regenerate, "survey", "surveys, from init to file"),
        ):
            _count(stack, calls, target, attribute, label, about=host if attribute == "parse_address" else "")
        stack.enter_context(redirect_stdout(io.StringIO()))
        stack.enter_context(redirect_stderr(io.StringIO()))
        stack.enter_context(patch.dict("os.environ", {"XDG_STATE_HOME": str(folder / "state")}))
        sets = [part for given in SETS for part in ("--set", given)]
        cli.main(["init", "--sign-in", "none", "--timeout", "1", "--answers", str(file), *sets])
        at_init = dict(calls)
        calls.clear()
        edited = folder / "deploy" / "app-config.js"
        edited.write_text(edited.read_text("utf-8") + "\n// by hand\n", "utf-8")
        cli.main(["generate", "--answers", str(file)])
        later = {label.replace("from init to file", "generate after a hand edit"): n for label, n in calls.items()}
    return at_init | later


def _count(stack: ExitStack, calls: Counter[str], target: Any, attribute: str, label: str, *, about: str) -> None:
    original: Callable[..., Any] = getattr(target, attribute)

    def counted(*arguments: Any, **named: Any) -> Any:
        if not about or any(about in str(argument) for argument in arguments):
            calls[label] += 1
        return original(*arguments, **named)

    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("ohif_setup") and getattr(module, attribute, None) is original:
            stack.enter_context(patch.object(module, attribute, counted))
    if isinstance(target, type):
        stack.enter_context(patch.object(target, attribute, counted))


def main() -> None:
    """Prints the counts, a line each."""
    for label, number in counts():
        print(f"{number:>10}  {label}" if len(number) < 11 else f"{label}: {number}")


if __name__ == "__main__":
    main()
