"""Which files a run of a site may touch: those in the folder of the site, its memory, and what a person at this machine allowed.

The folder of the site contains its answers file. Both may come from somebody else's repository, so a folder elsewhere that an
answer names is used only if a person named it on the command line or in the environment, or agreed to it once at a terminal. That
is recorded in the **memory** of the site, in the state folder of the user (`disk/state_folder.py`).
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ohif_setup.answers.file.schema import FILE_NAME as SCHEMA
from ohif_setup.disk import reading, safe_path, writing
from ohif_setup.disk.safe_path import SafePath
from ohif_setup.disk.state_folder import VARIABLE, site_folder
from ohif_setup.errors import SetupError
from ohif_setup.output.artefact import artefact_names

OURS = ".ohif-setup"
"""The folder in an output folder that says what was generated last; it is meant for git."""
STATE, GENERATED = "state.json", "generated"
UNDO, CONFLICTS, ALLOWED = "undo", "conflicts.json", "allowed"
"""Files of the memory that a run changes: its undo record, the conflicts it reported, the folders that a person allowed."""
_SCHEMA = 1
_MOST_ALLOWED = 100


@dataclass(frozen=True)
class SitePaths:
    """The answers file of a site, and the memory that this user has of it on this machine."""

    answers: SafePath
    memory: SafePath

    @property
    def folder(self) -> SafePath:
        """The site's own folder."""
        return self.answers.parent

    @property
    def schema(self) -> SafePath:
        """The JSON Schema beside the answers file."""
        return self.answers.with_name(SCHEMA)

    def is_record(self, path: SafePath) -> bool:
        """Whether a file is one of our own records, which are not reported."""
        return OURS in path.parts or path.below(self.memory) is not None


def site_paths(answers: Path, environ: Mapping[str, str] = os.environ) -> SitePaths:
    """The paths of the site with that answers file. Raises SetupError: `file-unreadable` if the path cannot be followed,
    `state-folder-unusable` if this user has no folder for the memory."""
    path = reading.answers_at(answers)
    named = site_folder(path.real, environ)
    if not named:
        raise _unusable("the state folder", "the system does not say where your files are kept")
    try:
        memory = safe_path.followed(Path(named))
    except (OSError, ValueError) as error:
        raise _unusable(named, f"cannot be accessed: {reading.reason(error)}") from None
    # A folder that the user named in the variable is trusted, even in a clone.
    if not Path(environ.get(VARIABLE, "")).is_absolute() and _is_in_a_clone(memory.real):
        raise _unusable(named, "is inside a Git working copy, which may come from someone else")
    return SitePaths(path, memory)


def _is_in_a_clone(path: str) -> bool:
    """Whether a parent folder has a repository, as when the home folder of a build agent is its workspace."""
    return any(os.path.lexists(top / ".git") for top in Path(path).parents)


def remember_here(site: SitePaths) -> None:
    """Creates the folder of the memory, for this user only, if it does not exist. Raises SetupError (`state-folder-unusable`),
    also if other users can write there."""
    folder = site.memory
    try:
        # Outermost first, each private, so that no moment leaves the inner ones open.
        for folder in writing.missing_folders(site.memory):
            with contextlib.suppress(FileExistsError):  # another run of ours was quicker
                writing.make_folder(folder, writing.PRIVATE_FOLDER)
        found = safe_path.status(site.memory)
    except OSError as error:
        raise _unusable(str(folder), f"cannot be created: {reading.reason(error)}") from None
    if found is None or not hasattr(os, "geteuid"):
        return
    if found.st_uid != os.geteuid():
        raise _unusable(str(site.memory), "belongs to another user")
    # Writable for the group or for others: they could replace a record that is trusted.
    if found.st_mode & 0o022:
        raise _unusable(str(site.memory), "is writable by other users")


def recalled(site: SitePaths, name: str) -> bytes | None:
    """The bytes of a file in the memory, None if it does not exist. Raises SetupError (`file-unreadable`), also if another user
    wrote it."""
    return reading.read_regular(site.memory / name, reading.LARGEST_RECORD, own=True)


def store(site: SitePaths, name: str, content: bytes) -> None:
    """Writes a file of the memory, whole or not at all. Raises SetupError."""
    remember_here(site)
    path, half = site.memory / name, site.memory / f"{name}.{os.getpid()}"
    try:
        writing.stage(half, content, half, writing.PRIVATE)
        writing.rename(half, path)
    except OSError as error:
        raise writing.unwritable(error, path) from None


def inside(site: SitePaths, directory: str) -> SafePath | None:
    """The folder that an answer names, if it is inside the folder of the site; None if it is elsewhere."""
    named, own = Path(os.path.normpath(directory)), site.folder
    # An absolute path inside the site is allowed; the rest is handled as if it were relative.
    if named.is_absolute():
        if not named.is_relative_to(own.real):
            return None
        named = named.relative_to(own.real)
    if all(map(safe_path.is_plain, named.parts)):
        return SafePath(own.base, (*own.parts, *named.parts))
    return None


def named(site: SitePaths, path: Path) -> SafePath:
    """The folder that a person named for a run of the site. Like `safe_path.folder_at`, but no link below the folder of the site
    is followed, regardless of where that is and how the path leads there. Raises OSError."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100  without following a link
    # From the root down, so the shortest part that is the folder of the site counts.
    for top in (*reversed(whole.parents), whole):
        if os.path.realpath(top) == site.folder.real:
            return SafePath(site.folder.base, (*site.folder.parts, *whole.relative_to(top).parts))
    return safe_path.folder_at(path)


def elsewhere(site: SitePaths, directory: str) -> SafePath:
    """The folder that an answer names outside the folder of the site. Raises OSError."""
    return named(site, site.folder.shown / directory)


def allowed(site: SitePaths) -> tuple[str, ...]:
    """The real paths of the folders elsewhere that a person has allowed for this site, oldest first. Raises SetupError
    (`file-unreadable`)."""
    try:
        raw = json.loads(recalled(site, ALLOWED) or b"{}")
        return tuple(str(folder) for folder in raw.get("folders", ()))
    # A damaged list allows nothing; the person is asked again.
    except (ValueError, TypeError, AttributeError, RecursionError):
        return ()


def allow(site: SitePaths, folder: SafePath) -> None:
    """Records that a person has allowed a folder elsewhere. Raises SetupError."""
    known = allowed(site)
    if folder.real in known:
        return
    # The newest ones are kept, so the file cannot grow without limit.
    text = json.dumps({"schema": _SCHEMA, "folders": [*known, folder.real][-_MOST_ALLOWED:]}, indent=1)
    store(site, ALLOWED, text.encode())


def row_of(site: SitePaths, path: SafePath) -> dict[str, str | None]:
    """How a record names a file of a run: the folder relative to that of the site (None: the memory), and the name in it.
    Raises ValueError for a file that no run writes."""
    # First, because an answers file may have the name of anything.
    if path in (site.answers, site.schema):
        return {"folder": ".", "name": path.name}
    own = path.below(site.memory)
    if own in (UNDO, CONFLICTS):
        return {"folder": None, "name": own}
    # An artefact has one name, the state two (.ohif-setup/state.json), a merge base three.
    for names in range(1, 4):
        name, folder = "/".join(path.parts[-names:]), SafePath(path.base, path.parts[:-names])
        if len(path.parts) >= names and _is_of_a_run(name):
            return {"folder": folder_row(site, folder), "name": name}
    raise ValueError(f"no run of a site writes {path}")


def of_row(site: SitePaths, raw: Mapping[str, Any]) -> SafePath:
    """The file that `row_of` named. Raises ValueError for anything else."""
    folder, name = raw["folder"], raw["name"]
    # The record is JSON that may be damaged, so check types before use.
    if not isinstance(name, str) or not (folder is None or isinstance(folder, str)):
        raise ValueError(name)
    if folder is None:
        if name not in (UNDO, CONFLICTS):
            raise ValueError(name)
        return site.memory / name
    if folder == "." and name in (site.answers.name, SCHEMA):
        return site.folder / name
    if not _is_of_a_run(name):
        raise ValueError(name)
    return of_folder_row(site, folder) / name


def folder_row(site: SitePaths, folder: SafePath) -> str:
    """How a record names a folder: relative to that of the site, or by its real path if it is elsewhere."""
    own = folder.below(site.folder)
    if own is None:
        return folder.real
    return own or "."


def of_folder_row(site: SitePaths, text: str) -> SafePath:
    """The folder that `folder_row` named. Raises ValueError for anything else."""
    if text == ".":
        return site.folder
    if Path(text).is_absolute():
        return safe_path.absolute(text)
    return site.folder / text


def _is_of_a_run(name: str) -> bool:
    """By its name in the output folder."""
    if name.startswith(f"{OURS}/{GENERATED}/"):
        return name.removeprefix(f"{OURS}/{GENERATED}/") in artefact_names()
    # NAME.new belongs to the artefact NAME.
    return name == f"{OURS}/{STATE}" or name.removesuffix(".new") in artefact_names()


def _unusable(where: str, why: str) -> SetupError:
    return SetupError(
        "state-folder-unusable",
        f"{why}, so the records of this site cannot be stored there",
        where=where,
        hint=f"name a folder that only you can write to: export {VARIABLE}=DIR",
    )
