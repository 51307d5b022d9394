"""Where this user's records are stored: outside of every site, because a site may come from somebody else's repository.

The journal of a run that was cut off, the record for `undo`, the lock and the like are trusted unconditionally, so only this user
on this machine may write them. Each site has its own folder there, named after the real path of its answers file.

This module imports only what any command loads anyway, because the short path of `generate` uses it.
"""

# ruff: noqa: PTH111, PTH116, PTH117, PTH118
# The short path of `generate` does without pathlib, which is slow to load.
from __future__ import annotations

import os
import sys

try:
    from _blake2 import blake2b  # hashlib loads OpenSSL first, which takes as long as all else here
except ImportError:
    from hashlib import blake2b

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "XDG_STATE_HOME"
_NAME = "ohif-setup"
_SITES = "sites"


def state_folder(environ: Mapping[str, str]) -> str:
    """The tool's folder for this user, which need not exist; empty if the system does not say where the user's files are."""
    # The XDG Base Directory specification says to ignore a relative value.
    named = environ.get(VARIABLE, "")
    if os.path.isabs(named):
        return os.path.join(named, _NAME)
    if os.name == "nt":
        local = environ.get("LOCALAPPDATA", "")
        return os.path.join(local, _NAME) if local else ""
    home = _home()
    if not os.path.isabs(home):
        return ""
    # The folders where each system keeps the data of applications.
    parts = ("Library", "Application Support") if sys.platform == "darwin" else (".local", "state")
    return os.path.join(home, *parts, _NAME)


def _home() -> str:
    """The home folder. For root it is root's, even if `sudo` kept `HOME` of the user who called it: that user could not write to
    what root creates there."""
    home = os.path.expanduser("~")
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return home
    import pwd  # Windows does not have it

    try:
        return home if os.stat(home).st_uid == 0 else pwd.getpwuid(0).pw_dir
    except (OSError, KeyError):
        return home


def site_folder(answers: str, environ: Mapping[str, str]) -> str:
    """The folder for the site with that answers file; empty as above, and if the current folder was removed."""
    top = state_folder(environ)
    try:
        return os.path.join(top, _SITES, _key(answers)) if top else ""
    except FileNotFoundError:
        return ""


def _key(answers: str) -> str:
    folder, name = os.path.split(answers)
    # Only the folder is resolved: if the file itself is a link, reading it is refused later, with a proper error.
    real = os.path.join(os.path.realpath(folder or os.curdir), name)
    # A digest, because a path is too long for a file name and may hold any character.
    return blake2b(real.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
