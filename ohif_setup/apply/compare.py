"""Two contents of a file, as people compare them."""

from __future__ import annotations

import difflib

from ohif_setup.apply.change import Content, bytes_of


def difference(name: str, old: Content, new: Content) -> str:
    """Two contents of a file as a unified diff, empty when they are the same. Raises ValueError where only a digest is known."""
    if old == new:
        return ""
    # /dev/null is how diff and Git mark a file that is created or removed.
    before, after = ("/dev/null" if content is None else name for content in (old, new))
    left, right = ((bytes_of(content) or b"").decode("utf-8", "replace").splitlines() for content in (old, new))
    text = "\n".join(difflib.unified_diff(left, right, before, after, lineterm=""))
    # The lines are equal, but the bytes are not: say what differs instead of showing nothing.
    return text or f"({name}: only line ends or the final newline differ)"
