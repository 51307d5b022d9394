"""Where the templates and the reference pages lie: inside an installed wheel, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def templates() -> Path:
    """The folder of the Jinja templates."""
    shipped = _PACKAGE / "templates"
    return shipped if shipped.is_dir() else _PACKAGE.parent / "templates"


def reference() -> Path:
    """The folder of the reference pages that `explain` prints."""
    shipped = _PACKAGE / "reference"
    return shipped if shipped.is_dir() else _PACKAGE.parent / "docs" / "reference"


def changelog() -> Path:
    """What a user sees, by release."""
    shipped = _PACKAGE / "CHANGELOG.md"
    return shipped if shipped.is_file() else _PACKAGE.parent / "CHANGELOG.md"
