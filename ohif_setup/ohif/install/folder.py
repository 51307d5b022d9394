"""Installs a published build of OHIF: rewritten for the viewer's path, with the site's configuration, completely or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from shlex import quote
from types import MappingProxyType
from typing import Literal, NoReturn

from ohif_setup.disk.safe_path import SafePath, refuse_link, status
from ohif_setup.errors import SetupError
from ohif_setup.ohif import build
from ohif_setup.ohif.build import PAGE, BuildFault, BuildSurvey
from ohif_setup.ohif.install import marker as viewer_marker
from ohif_setup.ohif.install import swap as viewer_swap
from ohif_setup.ohif.install.marker import COMPRESSED, Held, Marker
from ohif_setup.ohif.install.source import PACK, contents
from ohif_setup.routes.route import Route

APP_CONFIG = "app-config.js"


Word = Literal["create", "update", "identical"]


@dataclass(frozen=True)
class Installed:
    """The result: the word for the folder, the version of the build (None where it does not name one), the number of files and
    bytes, the number of places where the path was changed, and the compressed copies that were removed with the old folder."""

    word: Word
    folder: SafePath
    ohif_version: str | None
    files: int
    size: int
    places: int
    compressed: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Copy:
    """The staged copy: the digest of each file by its name, the size in bytes, and the survey of the build."""

    digests: Mapping[str, str]
    size: int
    seen: BuildSurvey


def install_viewer(
    source: SafePath,
    target: SafePath,
    *,
    app_config: bytes,
    base_path: str,
    route: Route | None = None,
    force: bool = False,
    more: Mapping[str, bytes] = MappingProxyType({}),
) -> Installed:
    """Writes a copy of the build `source` (an archive or a folder) to `target`, to be served at `base_path` (`/` or `/ohif`).

    `route` is the route to the site's own servers, where it has any. `force`: replace a folder of ours even if files in it were
    edited or added since. `more`: further files by name, such as one of the web server, which replace those of the build. Raises
    SetupError: `viewer-build-*` for faults of the build, `viewer-folder-*` for faults of the folder, and what the route refuses.
    """
    _check_target(source, target)
    by_file = route is not None and bool(route.entry)
    if route:
        route.check_folder(target.real, base_path)
    with _report_unwritable(target), viewer_swap.beside(target) as staged:
        # The whole copy is made first: what is in the folder now can only be compared with finished files.
        copy = _fill(staged, source, {**more, APP_CONFIG: app_config}, base_path, by_file)
        marker = Marker(copy.seen.version, base_path, by_file, copy.digests)
        there = status(target) is not None
        before = None
        if there:
            before = viewer_marker.read(target)
        held = Held({})
        if there:
            held = viewer_marker.held(target, before, copy.digests)
        _refuse_data_loss(target, held, known=before is not None, force=force)
        word = _word(before == marker and held == Held(copy.digests), held)
        # An identical folder is not swapped, so that a second run changes nothing, not even dates.
        if word != "identical":
            viewer_swap.write(staged, viewer_marker.NAME, marker.text().encode())
            viewer_swap.put_in_place(staged, target)
    places = 0
    if base_path != build.ROOT:
        places = sum(copy.seen.places.values())
    return Installed(word, target, copy.seen.version, len(copy.digests), copy.size, places, held.compressed)


def _word(same: bool, held: Held) -> Word:
    if same:
        return "identical"
    if held.digests:
        return "update"
    return "create"


def _fill(staged: SafePath, source: SafePath, own: Mapping[str, bytes], base_path: str, by_file: bool) -> _Copy:
    """Writes the whole copy, with our `own` files. Its files get today's date: those of the package are dated 1985, and browsers
    would keep them for years."""
    base = build.ROOT
    if base_path != build.ROOT:
        base = f"{base_path}/"
    digests: dict[str, str] = {}
    surveys: list[BuildSurvey] = []
    page, size = "", 0

    def write(name: str, content: bytes) -> None:
        nonlocal size
        viewer_swap.write(staged, name, content)
        digests[name] = viewer_marker.digest(content)
        size += len(content)

    for name, content in contents(source):
        # The source was installed by us, so it is rewritten already; doing it twice would break it.
        if name == viewer_marker.NAME:
            _refuse_moved(source, "install-viewer wrote it")
        if name in own or name.endswith(COMPRESSED):
            continue  # a web server would serve a compressed copy in place of the file that is changed here
        # Latin-1 maps every byte to one character and back, so images pass unharmed too.
        text = content.decode("latin-1")
        surveys.append(build.survey(name, text))
        if base != build.ROOT:
            text = build.moved(name, text, base)
        # Kept for last: a script may have to be added to it, which depends on the whole build.
        if name == PAGE:
            page = text
        else:
            write(name, text.encode("latin-1"))
    seen = build.combined(surveys)
    # Only after all files were read: the counts of places are those of the whole build.
    _refuse(build.fault(seen, base), source)
    if by_file:
        page = build.with_entry_by_file(page)
        for name in build.copies(seen):
            write(name, page.encode("latin-1"))
    write(PAGE, page.encode("latin-1"))
    for name, content in own.items():
        write(name, content)
    return _Copy(digests, size, seen)


def _check_target(source: SafePath, target: SafePath) -> None:
    if not target.parts:
        raise SetupError(
            "viewer-folder-unusable",
            "is the root of a disk, not a folder",
            where=str(target),
            hint=_below(target),
        )
    if source.below(target) is not None or target.below(source) is not None:
        raise SetupError(
            "viewer-folder-overlaps",
            f"overlaps the build {source}, which must not be changed",
            where=str(target),
            hint="name another folder with --into DIR, or move the build out of it",
        )
    wrong = _unusable(target)
    if wrong:
        raise SetupError("viewer-folder-unusable", wrong, where=str(target), hint=_below(target))


def _unusable(target: SafePath) -> str:
    """Why the existing entry cannot be replaced; empty where it can."""
    try:
        found = status(target)
        if found is None:
            return ""
        refuse_link(found, target)
    except OSError as error:
        return f"cannot be looked at: {error.strerror}"
    # Such as a volume of a container: rename() cannot replace it (EBUSY).
    if os.path.ismount(target.real):
        return "is a mount point, which cannot be replaced as a whole"
    if stat.S_ISDIR(found.st_mode):
        return ""
    return "is a file, not a folder"


def _refuse(fault: BuildFault | None, source: SafePath) -> None:
    if fault is None:
        return
    own = "or build OHIF yourself with PUBLIC_URL set to the path: ohif-setup explain viewer-build-unknown"
    if fault.kind == "moved":
        _refuse_moved(source, f"its files ask for {fault.detail} where a published build has '/'")
    found = {
        "minified": f"cannot be moved: {fault.detail}",
        "version": f"is OHIF of {fault.detail}; the places that contain its path are not known",
        "places": f"does not have the expected places that contain the path: {fault.detail}",
    }[fault.kind]
    raise SetupError("viewer-build-unknown", found, where=str(source), hint=f"use a known build: {PACK}; {own}")


def _refuse_moved(source: SafePath, why: str) -> NoReturn:
    raise SetupError(
        "viewer-build-moved",
        f"was already rewritten for a path ({why}); rewriting it again would break it",
        where=str(source),
        hint=f"use the package as published: {PACK}",
    )


def _refuse_data_loss(target: SafePath, held: Held, *, known: bool, force: bool) -> None:
    lost = (*held.edited, *held.strange)
    # --force is for folders of ours only: a mistyped --into must never delete a foreign folder.
    if not lost or (known and force):
        return
    some = ", ".join(lost[:5])
    if len(lost) > 5:
        some += f" and {len(lost) - 5} more"
    if known:
        raise SetupError(
            "viewer-folder-changed",
            f"contains files that were edited or added since install-viewer wrote it: {some}",
            where=str(target),
            hint="save what you need of them, then run it again with --force, which replaces the whole folder",
        )
    raise SetupError(
        "viewer-folder-occupied",
        f"contains files that install-viewer did not write: {some}",
        where=str(target),
        hint=f"move it away (mv {quote(str(target))} {quote(f'{target}.old')}), or name another folder with --into DIR",
    )


@contextmanager
def _report_unwritable(target: SafePath) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # A mount that appeared, or that os.path.ismount does not see (a bind mount of the same file system).
        if error.errno == errno.EBUSY:
            raise SetupError(
                "viewer-folder-unusable",
                "is in use by the system as a mount point, so it cannot be replaced as a whole",
                where=str(target),
                hint=_below(target),
            ) from None
        parent = quote(str(target.parent))
        hint = (
            f"the new folder is made beside the old one, so you must be allowed to write in its parent: ls -ld {parent}"
        )
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            hint = f"free 250 MB: df -h {parent}"
        raise SetupError(
            "viewer-folder-unwritable",
            f"cannot be written: {error.strerror or error}; the previous folder is unchanged",
            where=str(error.filename or target),
            hint=hint,
        ) from None


def _below(target: SafePath) -> str:
    return f"name a folder below or beside it: --into {quote(str(target.shown / 'ohif'))}"
