"""`explain`: what a check, an AADSTS code or an error of the tool means."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from ohif_setup.errors import SetupError

NAME = "explain"
HELP = "print what a check, an AADSTS code or an error means"
ORDER = 40


def add_arguments(parser: ArgumentParser) -> None:
    """The ID to explain."""
    parser.add_argument("id", metavar="ID", help="such as cors, AADSTS50011 or answers-invalid")


def run(arguments: Namespace) -> int:
    """0, or SetupError (`explain-unknown`)."""
    print(_decorated(page(arguments.id.strip())))
    return 0


def page(name: str) -> str:
    """The page of that ID, as Markdown."""
    import re
    from difflib import get_close_matches

    from ohif_setup.files import resources

    code = re.fullmatch(r"(?:AADSTS)?(\d{4,9})", name, re.IGNORECASE)
    if code:
        return _aadsts(int(code.group(1)))
    checks = {path.stem: path for path in (resources.reference() / "checks").glob("*.md")}
    if name in checks:
        return checks[name].read_text(encoding="utf-8").rstrip()
    errors = _sections((resources.reference() / "errors.md").read_text(encoding="utf-8"))
    if name in errors:
        return errors[name]
    near = get_close_matches(name, [*checks, *errors], 1)
    raise SetupError(
        "explain-unknown",
        f"there is no page of that name{f'; did you mean {near[0]}?' if near else ''}",
        where=name,
        hint=f"checks: {', '.join(sorted(checks))}; errors: {', '.join(sorted(errors))}; or a code such as AADSTS50011",
    )


def _aadsts(code: int) -> str:
    from ohif_setup.checks import aadsts

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
    import re

    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    return {part.splitlines()[0].strip(): f"## {part.rstrip()}" for part in parts}


def _decorated(text: str) -> str:
    """Headings stand out on a terminal; elsewhere the Markdown stays as it is."""
    import os
    import re

    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return re.sub(r"^(#+ .*)$", "\033[1m\\1\033[0m", text, flags=re.MULTILINE)
