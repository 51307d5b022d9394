"""Paths of files and folders on the host of a web server, which may be another machine: text only, nothing is looked up.

Pure; faults are ValueErrors.
"""

from __future__ import annotations

import re

from ohif_setup.paste import pasted

# A drive letter and a slash. UNC paths (\\server\share) do not match and are refused as not absolute.
_WINDOWS = re.compile(r"[A-Za-z]:[\\/]")
_IMPOSSIBLE_ON_WINDOWS = re.compile(r'[<>"|?*:]')


def parse_served_path(text: str) -> str:
    """An absolute path, POSIX or Windows, without a slash at its end."""
    path = text.strip()
    if not path:
        raise ValueError("is empty: give the whole path, as in /var/www/ohif")
    if pasted.has_control_characters(path):
        raise ValueError("contains a line break, NUL or another control character")
    # The path is written into the configuration of nginx, Apache or IIS.
    if re.search(r"[$*?\[\]]", path):
        raise ValueError(
            "contains one of $ * ? [ ], which web servers read as a variable or a pattern: choose a path without them"
        )
    windows = is_windows(path)
    # path[2:] skips the drive letter, whose colon is allowed.
    if windows and _IMPOSSIBLE_ON_WINDOWS.search(path[2:]):
        raise ValueError("contains a character that Windows does not allow in a path")
    if not windows and not path.startswith("/"):
        raise ValueError("is not an absolute path, and the web server has another working folder: begin with /")
    if ".." in re.split(r"[\\/]" if windows else "/", path):
        raise ValueError("has .. in it: give the path as it is on the host of the web server")
    # Slashes and blanks may alternate at the end, so strip until nothing changes.
    bare = path
    while (shorter := bare.rstrip("\\/" if windows else "/").rstrip()) != bare:
        bare = shorter
    # What is left of a root is nothing on POSIX, and the drive (`C:`) on Windows.
    root = path[:2] if windows else ""
    if bare == root:
        raise ValueError("is the root folder: give a folder or file below it")
    return bare


def is_windows(path: str) -> bool:
    """Whether it is a path with a drive letter."""
    return bool(_WINDOWS.match(path))


def lies_in(path: str, folder: str) -> bool:
    """Whether a file is in a folder or below it, by their names."""
    # A POSIX path and a Windows path are on different machines.
    if not folder or is_windows(path) != is_windows(folder):
        return False
    inside, outside = _parts(path), _parts(folder)
    return inside[: len(outside)] == outside


def _parts(path: str) -> list[str]:
    if is_windows(path):
        # NTFS ignores case, and Windows takes both slashes.
        path = path.casefold().replace("\\", "/")
    return [part for part in path.split("/") if part not in ("", ".")]
