"""Whether an `app-config.js` from disk, perhaps edited by hand, can go with a build for a path."""

from __future__ import annotations

import re
from pathlib import Path

from ohif_setup.errors import SetupError

NAME = "app-config.js"

_BASENAME = re.compile(r"""^[^/\n]*\brouterBasename["']?\s*:\s*(["'])([^"'\n]*)\1""", re.MULTILINE)


def checked(content: bytes, path: Path, base_path: str) -> bytes:
    """The same content. Raises SetupError (`viewer-config-unfit`) when it is no configuration, or one for another path than
    `base_path`: OHIF would show a blank page."""
    text = content.decode("utf-8", "replace")
    wrong = ""
    if "window.config" not in text:
        wrong = "is no configuration of OHIF: window.config is not in it"
    else:
        other = [found for _, found in _BASENAME.findall(text) if found != base_path]
        if other:
            wrong = f"has routerBasename {other[0]!r}, and the path of viewer.url is {base_path!r}"
    if wrong:
        hint = "bring it in line with the answers: ohif-setup generate"
        raise SetupError("viewer-config-unfit", wrong, where=str(path), hint=hint)
    return content
