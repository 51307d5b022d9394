"""AADSTS numbers: extracted from Entra ID's answers, looked up, and turned into help.

Microsoft tells programs not to decide on the numbers, which may change ("Microsoft Entra authentication and
authorization error codes"): decide on the OAuth `error` and `suberror`, and use the number to choose the help.
"""

from __future__ import annotations

import re
import textwrap

from ohif_setup.checks.sign_in.aadsts_table import TABLE, Aadsts

__all__ = [
    "CLIENT_CODES",
    "DISABLED",
    "NO_SERVICE_PRINCIPAL",
    "TABLE",
    "UNKNOWN_CLIENT",
    "Aadsts",
    "as_markdown",
    "codes_in",
    "correlation_id",
    "link",
    "lookup",
    "section",
]

# Entra has several numbers for one cause, some of them older than others.
UNKNOWN_CLIENT = {700016, 700011}
DISABLED = {70001, 7000112, 1000031}
MICROSOFTS = {65002}
NO_SERVICE_PRINCIPAL = 7000229
CLIENT_CODES = UNKNOWN_CLIENT | DISABLED | MICROSOFTS
"""Refusals of the client ID itself."""

# No digit may follow, or a longer number would be cut short and looked up as another one.
_CODE = re.compile(r"AADSTS(\d{4,9})(?!\d)", re.IGNORECASE)
_GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# "Correlation ID: …" in error texts, `"correlation_id": "…"` in JSON, and `correlationId=…` on error pages.
_CORRELATION = re.compile(rf"correlation[\s_]?id[\"']?\s*[:=]\s*[\"']?({_GUID})(?![0-9a-f-])", re.IGNORECASE)
_BY_CODE = {code: row for row in TABLE for code in row.codes}
_WIDTH = 100
"""Columns of a page for the terminal."""


def lookup(code: int) -> Aadsts | None:
    """The row for a number; None if the table does not contain it."""
    return _BY_CODE.get(code)


def codes_in(text: str) -> tuple[int, ...]:
    """The AADSTS numbers in a text, in order of appearance and without duplicates."""
    return tuple(dict.fromkeys(int(code) for code in _CODE.findall(text)))


def correlation_id(text: str) -> str | None:
    """The ID under which Microsoft's support and the tenant's sign-in log find the attempt, in lower case; None if the text has
    none."""
    found = _CORRELATION.search(text)
    if found is None:
        return None
    return found[1].lower()


def link(code: int) -> str:
    """The page with Microsoft's current text for a number."""
    return f"https://login.microsoftonline.com/error?code={code}"


def section(row: Aadsts) -> str:
    """One row as Markdown, without a trailing blank line; what `ohif-setup explain AADSTS50011` prints."""
    lines = [f"## {', '.join(f'AADSTS{code}' for code in row.codes)}", ""]
    lines += _item("Cause", row.cause)
    lines += _item("Fix", row.fix)
    if row.app_cause or row.app_fix:
        lines += _item("For a service principal", " ".join(filter(None, (row.app_cause, row.app_fix))))
    if row.error:
        lines += _item("OAuth error", ", ".join(f"`{error}`" for error in row.error.split(", ")))
    if not row.verified:
        lines += _item("Unverified", "neither Microsoft's list nor a public report confirms this row.")
    lines += _item("Microsoft's text", " ".join(f"<{link(code)}>" for code in row.codes))
    return "\n".join(lines)


def as_markdown() -> str:
    """The page `docs/reference/aadsts.md`."""
    return _INTRODUCTION + "\n" + "\n\n".join(section(row) for row in TABLE) + "\n"


def _item(term: str, text: str) -> list[str]:
    return textwrap.wrap(
        f"- **{term}:** {text}", _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


_INTRODUCTION = """\
# AADSTS codes

When a sign-in fails, Entra ID gives a number that begins with AADSTS.
This page says what each number means for an OHIF viewer, and what to do.
`ohif-setup explain AADSTS50011` prints one entry.

- Menu paths such as "App registrations › your app › Authentication" start in the Microsoft Entra
  admin centre, <https://entra.microsoft.com>.
- The numbers are hints.
  Microsoft may change them, so the checks decide on the OAuth error beside them.
- The table follows Microsoft's published list and public reports.
  No entry was provoked on a live tenant.
  Where not even a report backs an entry, it says unverified.
- When you ask for help, give the Correlation ID, the time (UTC) and the number, never a token.
"""
