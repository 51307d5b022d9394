"""The `app-config.js` of a site as its owner's machine has it, for the checks, which read no files and plan none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Generated:
    """Three texts of `app-config.js`, each None where there is none: `wanted`, which the answers give now; `written`, which is in
    the output folder; `last`, which was generated last and became `written`, so that a hand edit is told from an old file."""

    wanted: str | None = None
    written: str | None = None
    last: str | None = None

    @property
    def edited(self) -> bool:
        """Whether the file in the output folder was edited by hand."""
        return self.last is not None and self.written is not None and not same_text(self.last, self.written)


def same_text(one: str | None, other: str | None) -> bool:
    """Whether two texts are equal but for what copying may change: the byte order mark, line ends, blank lines at the end."""
    return one is not None and other is not None and _normalised(one) == _normalised(other)


def _normalised(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").rstrip()
