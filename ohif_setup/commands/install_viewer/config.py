"""Whether an `app-config.js` from disk, perhaps edited by hand, fits a build that is rewritten for a path."""

from __future__ import annotations

from pathlib import Path

from ohif_setup.apply.validity import why_not
from ohif_setup.config_js.read.config import Code, read_config
from ohif_setup.config_js.read.source import UnreadableError
from ohif_setup.errors import SetupError
from ohif_setup.ohif.install.folder import APP_CONFIG
from ohif_setup.paste.showing import shown


def refuse_unfit(content: bytes, path: Path, base_path: str) -> None:
    """Raises SetupError (`viewer-config-unfit`) where OHIF would not start with this configuration at `base_path`."""
    wrong = fault_of(content.decode("utf-8", "replace"), base_path)
    if wrong:
        hint = "update it from the answers: ohif-setup generate"
        raise SetupError("viewer-config-unfit", wrong, where=str(path), hint=hint)


def fault_of(text: str, base_path: str) -> str:
    """Why a configuration does not fit a viewer at `base_path`, as a sentence whose subject is the file; empty where it fits.
    Values that only running the file would reveal are accepted."""
    wrong = why_not(APP_CONFIG, text)
    if wrong:
        return f"is not a configuration that OHIF can start with: {wrong}"
    try:
        read = read_config(text)
    except UnreadableError:
        return ""
    # OHIF's router handles addresses below routerBasename only, so it has to equal the path of the viewer.
    found = read.config.get("routerBasename")
    if isinstance(found, Code) or not read.complete:
        return ""
    # OHIF falls back to window.PUBLIC_URL, and a published build has `/` there.
    if found is None:
        found, declared = "/", "no routerBasename"
    else:
        declared = f"routerBasename {shown(found) or 'that is not a string'}"
    if found == base_path:
        return ""
    return f'has {declared}, but the path of viewer.url is "{base_path}"'
