"""Where the templates and the reference pages are: inside an installed wheel, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def templates() -> Path:
    """The folder of the Jinja templates."""
    shipped = _PACKAGE / "templates"
    if shipped.is_dir():
        return shipped
    return _PACKAGE.parent / "templates"


def reference() -> Path:
    """The folder of the reference pages that `explain` prints."""
    shipped = _PACKAGE / "reference"
    if shipped.is_dir():
        return shipped
    return _PACKAGE.parent / "docs" / "reference"


def changelog() -> Path:
    """The path of the CHANGELOG."""
    shipped = _PACKAGE / "CHANGELOG.md"
    if shipped.is_file():
        return shipped
    return _PACKAGE.parent / "CHANGELOG.md"
