"""Reads a build of the viewer: the archive that `npm pack` makes, or a folder that it was unpacked to. Both are untrusted."""

from __future__ import annotations

import gzip
import stat
import tarfile
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import PurePosixPath
from shlex import quote
from typing import BinaryIO

from ohif_setup.disk import reading
from ohif_setup.disk.safe_path import SafePath, refuse_link, status
from ohif_setup.errors import SetupError
from ohif_setup.ohif import versions
from ohif_setup.ohif.build import PAGE

FILES = 5_000
MEMBERS = 2 * FILES
"""The limit for entries of an archive, files and folders together."""
FILE_BYTES = 64 * 1024 * 1024
ALL_BYTES = 1024 * 1024 * 1024
"""Published builds have about 240 files, the largest of 20 MB, 213 MB in all."""

_INSIDE = ("", "dist/", "package/dist/", "package/")
"""Where the folder of `index.html` may be: npm packs below `package/`, and OHIF builds into `dist/`."""

PACK = f"npm pack @ohif/app@{versions.NEWEST}"
_TAKE = f"use the published package: {PACK}, then: ohif-setup install-viewer ohif-app-VERSION.tgz"

# All that tarfile, gzip and zlib raise for damaged or hostile archives.
_DAMAGED = (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, RecursionError, OverflowError)


def contents(source: SafePath) -> Iterator[tuple[str, bytes]]:
    """Every file of the build: its name relative to the folder of `index.html`, with `/` between the parts, and its bytes.

    All names and sizes are checked before the first file is yielded. Raises SetupError (`viewer-build-unreadable`,
    `viewer-build-unsafe`, `viewer-build-not-one`).
    """
    try:
        found = status(source)
        if found is None:
            raise FileNotFoundError(None, "there is no such file")
        refuse_link(found, source)
        if stat.S_ISDIR(found.st_mode):
            yield from _folder(source)
        else:
            yield from _archive(source)
    except _DAMAGED as error:
        raise SetupError(
            "viewer-build-unreadable",
            f"is not an archive that can be unpacked ({error})",
            where=str(source),
            hint=f"download it again: {PACK}",
        ) from None
    except OSError as error:
        raise SetupError(
            "viewer-build-unreadable",
            f"cannot be read: {reading.reason(error)}",
            where=str(source),
            hint=f"check its permissions: ls -ld {quote(str(source))}; or download one: {PACK}",
        ) from None


def _folder(source: SafePath) -> Iterator[tuple[str, bytes]]:
    top = next((folder for folder in map(partial(_below, source), _INSIDE) if _is_plain_file(folder / PAGE)), source)
    sizes: dict[str, int] = {}
    for name, found in reading.listing(top):
        if not stat.S_ISREG(found.st_mode):
            raise _unsafe(source, name, "is a link or a device, not a regular file")
        _add(sizes, name, found.st_size, source)
    _refuse_what_is_no_build(sizes, source, lambda name: status(source / name) is not None)
    for name in sizes:
        # second_name: package managers such as pnpm keep all files in one store, as hard links.
        content = reading.contents(top / name, FILE_BYTES, second_name=True)
        if content is None:
            raise FileNotFoundError(None, f"{name} disappeared while it was being read")
        yield name, content


def _below(source: SafePath, inside: str) -> SafePath:
    if inside:
        return source / inside.rstrip("/")
    return source


def _is_plain_file(path: SafePath) -> bool:
    try:
        found = status(path)
    except OSError:  # a link on the way
        return False
    return found is not None and stat.S_ISREG(found.st_mode)


def _archive(source: SafePath) -> Iterator[tuple[str, bytes]]:
    with reading.open_regular(source, second_name=True) as raw:
        # The magic number of gzip. Without it tarfile would report a confusing error.
        if raw.read(2) != b"\x1f\x8b":
            raise gzip.BadGzipFile("it is not gzip")
        with _unpacked(raw) as archive:
            sizes: dict[str, int] = {}
            # First pass: only the headers. Nothing is unpacked before every name and size is known to be safe.
            for number, member in enumerate(archive, 1):
                _check(member, source)
                if number > MEMBERS:
                    raise _unsafe(
                        source, member.name, f"brings it to more than {MEMBERS} files and folders, which no build has"
                    )
                if not member.isdir():
                    _add(sizes, _plain(member.name), member.size, source)
        # Second pass: the files, read from the same open file, so that it cannot be exchanged in between.
        inside = next((folder for folder in _INSIDE if folder + PAGE in sizes), "")
        names = {name.removeprefix(inside) for name in sizes if name.startswith(inside)}
        _refuse_what_is_no_build(names, source, lambda name: any(f"/{name}" in f"/{path}" for path in sizes))
        with _unpacked(raw) as archive:
            for member in archive:
                name = _plain(member.name)
                file = None
                if name.startswith(inside) and not member.isdir():
                    file = archive.extractfile(member)
                if file:
                    yield name.removeprefix(inside), file.read()


@contextmanager
def _unpacked(raw: BinaryIO) -> Iterator[tarfile.TarFile]:
    """The archive, from its beginning. On leaving, the rest is read too, because gzip checks its checksum only at the end."""
    raw.seek(0)
    with (
        _Bounded(fileobj=raw, mode="rb") as unpacked,
        # "r:" refuses further compression. surrogateescape keeps names that are not UTF-8, which `_add` then refuses.
        tarfile.open(fileobj=unpacked, mode="r:", encoding="utf-8", errors="surrogateescape") as archive,
    ):
        yield archive
        while unpacked.read(1 << 20):
            pass


class _Bounded(gzip.GzipFile):
    """A gzip file that refuses to return more than a build can have: the headers of a tar archive may ask for any amount."""

    given = 0

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0 or size > FILE_BYTES:
            raise tarfile.ReadError("a header is larger than a whole file may be")
        self.given += size
        if self.given > ALL_BYTES + FILE_BYTES:
            raise tarfile.ReadError("it has more in it than a build can have")
        return super().read(size)


def _check(member: tarfile.TarInfo, source: SafePath) -> None:
    if not (member.isdir() or (member.isreg() and not member.issparse())):
        raise _unsafe(source, member.name, "is a link or a device, not a regular file")


def _plain(name: str) -> str:
    return name.removeprefix("./").rstrip("/")


def _add(sizes: dict[str, int], name: str, size: int, source: SafePath) -> None:
    """Adds a file to `sizes`, if its name stays inside the folder and the sums within the limits. Raises SetupError."""
    parts = name.split("/")
    # Refused everywhere, so that a build is valid or invalid whatever the system: Windows forbids these characters.
    odd = any(ord(sign) < 32 or sign in '\\:\x7f"<>|?*' or 0xD800 <= ord(sign) < 0xE000 for sign in name)
    if odd or name.startswith("/") or any(part in ("", ".", "..") for part in parts) or len(name) > 1000:
        raise _unsafe(source, name, "has a name that points outside its folder or is not valid on every system")
    if name in sizes:
        raise _unsafe(source, name, "occurs twice")
    sizes[name] = size
    if size > FILE_BYTES:
        raise _unsafe(source, name, f"is larger than {FILE_BYTES >> 20} MiB, which no file of a build is")
    if len(sizes) > FILES or sum(sizes.values()) > ALL_BYTES:
        raise _unsafe(
            source, name, f"brings it to more than {FILES} files or {ALL_BYTES >> 20} MiB, which no build has"
        )


def _refuse_what_is_no_build(names: Collection[str], source: SafePath, has: Callable[[str], bool]) -> None:
    if PAGE in names and any(PurePosixPath(name).match("app.bundle.*") and "/" not in name for name in names):
        return
    if has("platform/app") or has("src/index.js"):
        what = "is the source of OHIF, which must be built first"
    elif has("package.json"):
        what = "has a package.json, but no built viewer beside it"
    else:
        what = "contains no built viewer: index.html and app.bundle.*.js are missing"
    raise SetupError("viewer-build-not-one", what, where=str(source), hint=_TAKE)


def _unsafe(source: SafePath, name: str, why: str) -> SetupError:
    shown = name.encode("utf-8", "replace").decode()
    return SetupError("viewer-build-unsafe", f"{shown[:200]!r} in it {why}", where=str(source), hint=_TAKE)
