"""Whether an `app-config.js` from disk, perhaps edited by hand, can go with a build for a path."""

from __future__ import annotations

from pathlib import Path

from ohif_setup.apply.validity import why_not
from ohif_setup.config_js.read.config import Code, read_config
from ohif_setup.config_js.read.source import UnreadableError
from ohif_setup.errors import SetupError
from ohif_setup.ohif.install.folder import APP_CONFIG
from ohif_setup.paste.showing import shown


def refuse_unfit(content: bytes, path: Path, base_path: str) -> None:
    """Raises SetupError (`viewer-config-unfit`) when OHIF would not start with it in a build for `base_path`."""
    wrong = fault_of(content.decode("utf-8", "replace"), base_path)
    if wrong:
        hint = "bring it in line with the answers: ohif-setup generate"
        raise SetupError("viewer-config-unfit", wrong, where=str(path), hint=hint)


def fault_of(text: str, base_path: str) -> str:
    """Why a configuration does not fit a viewer at `base_path`, as a sentence that begins with the file; empty when nothing speaks
    against it. What only running it would tell is taken to be right."""
    wrong = why_not(APP_CONFIG, text)
    if wrong:
        return f"is no configuration with which OHIF starts: {wrong}"
    try:
        read = read_config(text)
    except UnreadableError:
        return ""
    found = read.config.get("routerBasename")
    if isinstance(found, Code) or not read.complete:
        return ""
    if found is None:
        found, said = "/", "no routerBasename"
    else:
        said = f"routerBasename {shown(found) or 'that is no text'}"
    if found == base_path:
        return ""
    return f'has {said}, and the path of viewer.url is "{base_path}"'
