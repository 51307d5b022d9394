"""Where a run may write: the folder of the site, and the folders that the user names or allows.

An answers file may come from a cloned repository, so a path in it alone never allows a write outside the folder of the site
(docs/explanation/trust.md).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from shlex import quote

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules import defaults
from ohif_setup.answers.sources import variable
from ohif_setup.apply import site_paths
from ohif_setup.apply.site_paths import SitePaths
from ohif_setup.disk import reading
from ohif_setup.disk.safe_path import Base, SafePath, folder_at
from ohif_setup.errors import SetupError
from ohif_setup.talk.prompts import ask_yes, say

OUTPUT, VIEWER = "output.directory", "viewer.folder"


def output_of(
    site: SitePaths,
    directory: str,
    sets: Sequence[str] = (),
    environ: Mapping[str, str] = os.environ,
    *,
    asks: bool = False,
) -> SafePath:
    """The output folder that the answers name. A folder outside the site's own is accepted where `sets` (KEY=VALUE of the command
    line) or the environment name it, where it was allowed before, or where the user at the terminal allows it now (`asks`).

    Raises SetupError (`outside-site`, `file-unwritable`).
    """
    folder = site_paths.inside(site, directory)
    if folder is not None:
        return folder
    folder = elsewhere(site, directory)
    if directory in named(OUTPUT, sets, environ) or folder.real in site_paths.allowed(site):
        return folder
    if asks and _agreed(site, folder, OUTPUT):
        site_paths.allow(site, folder)
        return folder
    raise outside(site, folder, OUTPUT, f"{variable(OUTPUT)}={quote(folder.real)} in the environment")


def viewer_folder_of(
    site: SitePaths, folder: str, answers: Answers, sets: Sequence[str] = (), environ: Mapping[str, str] = os.environ
) -> SafePath:
    """The viewer's folder that the answers name, whose content is replaced. Allowed as in `output_of`, and where it is the default
    of the tool. Raises SetupError (`outside-site`, `file-unwritable`)."""
    path = whole(site_paths.inside(site, folder) or folder_named(Path(folder), site))
    trusted = path.below(site.folder) is not None or folder == defaults.default_folder(answers)
    if trusted or folder in named(VIEWER, sets, environ) or path.real in site_paths.allowed(site):
        return path
    if is_at_terminal() and _agreed(site, path, VIEWER):
        site_paths.allow(site, path)
        return path
    raise outside(site, path, VIEWER, f"--into {quote(folder)}")


def whole(folder: SafePath) -> SafePath:
    """The same folder as a path below its parent, so that it can be replaced as a whole."""
    top, name = os.path.split(folder.base.real)
    # A path that already has parts is below its base. The root of a disk has no parent.
    if folder.parts or not name:
        return folder
    known = folder.base.shown
    shown = Path(top)
    if known.is_absolute() and known.name == name:
        shown = known.parent
    return SafePath(Base(top, shown), (name,))


def known_output_of(
    site: SitePaths, directory: str, sets: Sequence[str] = (), environ: Mapping[str, str] = os.environ
) -> SafePath | None:
    """As `output_of`, for reading only: None where the folder is not allowed."""
    try:
        return output_of(site, directory, sets, environ)
    except SetupError:
        return None


def folder_named(path: Path, site: SitePaths | None = None) -> SafePath:
    """A folder that the command line names, for a run of `site`. Raises SetupError (`file-unwritable`)."""
    try:
        if site is None:
            return folder_at(path)
        return site_paths.named(site, path)
    except OSError as error:
        raise SetupError(
            "file-unwritable",
            f"cannot be looked at: {reading.reason(error)}",
            where=str(path),
            hint=f"check its permissions: ls -ld {quote(str(path))}",
        ) from None


def elsewhere(site: SitePaths, directory: str) -> SafePath:
    """A folder outside the site's own, as the answers name it. Raises SetupError (`file-unwritable`)."""
    return folder_named(site.folder.shown / directory, site)


def named(key: str, sets: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """The values that the command line and the environment give for an answer."""
    given = [value for name, _, value in (pair.partition("=") for pair in sets) if name.strip() == key]
    return [value for value in (*given, environ.get(variable(key), "")) if value]


def allow_named(site: SitePaths, sets: Sequence[str]) -> None:
    """Records the folders that `sets` put into the answers file, so that later runs may write there without `--set`."""
    for directory in named(OUTPUT, sets, {}):
        if site_paths.inside(site, directory) is None:
            site_paths.allow(site, elsewhere(site, directory))
    for folder in named(VIEWER, sets, {}):
        # A relative viewer folder is below the folder of the site, which is always allowed.
        if Path(folder).is_absolute() and site_paths.inside(site, folder) is None:
            site_paths.allow(site, folder_named(Path(folder), site))


def _agreed(site: SitePaths, folder: SafePath, key: str) -> bool:
    # The real path on a line of its own: the path in the file may hide behind links or `..`.
    say(f"The answers file names a folder outside its own ({site.folder.real}):", first=0, rest=0)
    print(f"  {key}  {folder.real}")
    return ask_yes("Allow ohif-setup to write there, now and in later runs?", default=False)


def outside(site: SitePaths, folder: SafePath, key: str, instead: str) -> SetupError:
    """The error for a folder that the answers file names and no user allowed; `instead` names it without a terminal."""
    return SetupError(
        "outside-site",
        f"{folder.real} is outside the site's folder ({site.folder.real}), and no user of this machine has allowed it",
        where=f"{key} in {site.answers}",
        hint=f"if you trust that file, run the command at a terminal and agree once; or name the folder yourself: {instead}",
    )


def is_at_terminal() -> bool:
    """Whether the user can be asked: both ends of the dialogue are a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()
