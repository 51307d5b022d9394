"""`explain`: what a check, an AADSTS code or an error of the tool means."""

from __future__ import annotations

import os
import re
import sys
import textwrap
from argparse import Namespace
from collections.abc import Sequence
from difflib import get_close_matches

from ohif_setup import terminal
from ohif_setup.checks.sign_in import aadsts
from ohif_setup.errors import SetupError
from ohif_setup.output import resources

WIDTH = 80
LAST_MODE = 78
"""The highest number of a failure mode (FM) that checks and `import` print."""


def run(arguments: Namespace) -> int:
    """Returns 0. Raises SetupError (`explain-unknown`)."""
    if arguments.id is None:
        print(_list())
    else:
        # Filtered before the bold headings are added: `coded` writes escape codes as they are.
        print(_decorated(terminal.shown(page(arguments.id.strip()))), file=terminal.coded(sys.stdout))
    return 0


def page(name: str) -> str:
    """The page of that ID, as Markdown. Raises SetupError (`explain-unknown`)."""
    # Microsoft prints AADSTS50011 and AADSTS7000218; people also type the number alone.
    code = re.fullmatch(r"(?:AADSTS)?(\d{4,9})", name, re.IGNORECASE)
    if code:
        return _aadsts(int(code.group(1)))
    # FM7, fm-07 and FM07 are the same mode; `import` and the pages print FM07.
    mode = re.fullmatch(r"FM-?0*(\d{1,2})", name, re.IGNORECASE)
    if mode and 0 < int(mode.group(1)) <= LAST_MODE:
        return _mode(f"FM{int(mode.group(1)):02}")
    checks, errors = _checks(), _errors()
    if name in checks:
        return checks[name]
    if name in errors:
        return errors[name]
    # Below the default of 0.6, because a check may have been named by a word of its ID.
    near = get_close_matches(name.lower(), [*checks, *errors], 3, cutoff=0.4)
    nearest = f"; the nearest: {', '.join(near)}" if near else ""
    raise SetupError(
        "explain-unknown",
        f"there is no page with that name{nearest}",
        where=name or "ID",
        hint="ohif-setup explain   (lists all pages)",
    )


def _list() -> str:
    """The names of all pages in groups, within 80 columns."""
    groups = {"Checks": _checks(), "Errors": _errors()}
    lists = (f"{title}\n\n{_columns(sorted(names))}" for title, names in groups.items())
    others = "Also the codes of Microsoft's sign-in, such as AADSTS50011, and failure modes, such as FM56."
    return "\n\n".join(("ohif-setup explain ID prints one of these pages.", *lists, _folded(others)))


def _columns(names: Sequence[str]) -> str:
    width = max(map(len, names)) + 2
    across = max(1, (WIDTH - 2) // width)
    # Ceiling division; the columns read downwards, as in ls.
    down = -(-len(names) // across)
    rows = (names[row::down] for row in range(down))
    return "\n".join("  " + "".join(f"{name:<{width}}" for name in row).rstrip() for row in rows)


def _folded(text: str) -> str:
    return textwrap.fill(text, WIDTH)


def _mode(mode: str) -> str:
    """The pages of the checks that name a failure mode."""
    # Whole words only, or FM1 would find FM10.
    found = {name: text for name, text in _checks().items() if re.search(rf"\b{mode}\b", text)}
    if not found:
        return _folded(
            f"{mode} is a known failure mode, but no page of a check names it by its number; ohif-setup explain lists the pages."
        )
    said = _folded(f"{mode} is a known failure mode; see {', '.join(found)}.")
    return "\n\n".join((said, *found.values()))


def _checks() -> dict[str, str]:
    pages = sorted((resources.reference() / "checks").glob("*.md"))
    return {path.stem: path.read_text(encoding="utf-8").rstrip() for path in pages}


def error_ids() -> list[str]:
    """The IDs of errors that have a page."""
    return list(_errors())


def _errors() -> dict[str, str]:
    return _sections((resources.reference() / "errors.md").read_text(encoding="utf-8"))


def _aadsts(code: int) -> str:
    row = aadsts.lookup(code)
    if row is None:
        raise SetupError(
            "explain-unknown",
            "the table has no entry for this code",
            where=f"AADSTS{code}",
            hint=f"Microsoft's own text: {aadsts.link(code)}",
        )
    return aadsts.section(row)


def _sections(text: str) -> dict[str, str]:
    """The `## id` sections of a page, by their ID."""
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    return {part.splitlines()[0].strip(): f"## {part.rstrip()}" for part in parts}


def _decorated(text: str) -> str:
    """Makes headings bold at a terminal; elsewhere the Markdown is unchanged."""
    # https://no-color.org: any value that is not empty switches colour off.
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return re.sub(r"^(#+ .*)$", "\033[1m\\1\033[0m", text, flags=re.MULTILINE)
