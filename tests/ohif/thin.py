"""A published build with all that carries its path and little else: 200 kB in the place of 200 MB."""

from __future__ import annotations

import io
import re
import tarfile
from pathlib import Path

KEPT_WHOLE = (".html", ".json", ".css", ".webapp", ".xml")
TELLING = (
    "versionNumber = ",
    "routeName: ",
    "__webpack_require__.p = ",
    "browserImportFunction('",
    '.p="/dicom-microscopy',
)


def thin(build: Path) -> dict[str, bytes]:
    """The files of `build` by name: pages, style sheets and manifests whole, of scripts the lines with a place, a version or a
    route."""
    files = {}
    for path in sorted(build.rglob("*")):
        name = path.relative_to(build).as_posix()
        if path.suffix in KEPT_WHOLE:
            files[name] = path.read_bytes()
        elif path.suffix == ".js" and path.is_file() and not name.startswith("ort/"):
            files[name] = _telling_lines(path.read_text("latin-1")).encode("latin-1")
    return files


def written(files: dict[str, bytes], folder: Path) -> Path:
    """The files below a new folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def packed(files: dict[str, bytes], archive: Path) -> Path:
    """The files as `npm pack` packs them, with its dates of 1985."""
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        for name, content in {"../package.json": b'{"name": "@ohif/app"}', **files}.items():
            member = tarfile.TarInfo("package/package.json" if name.startswith("..") else f"package/dist/{name}")
            member.size, member.mtime = len(content), 499162500
            tar.addfile(member, io.BytesIO(content))
    return archive


def main_bundle_of(page: str) -> str:
    """The address of the main bundle as the page has it (`/ohif/app.bundle.0f61….js`)."""
    found = re.search(r'"([^"]*app\.bundle[^"]*\.js)"', page)
    assert found, page[:200]
    return found[1]


def _telling_lines(script: str) -> str:
    """Of a long line, as in what is minified, only what stands around the word."""
    pieces = []
    for line in script.split("\n"):
        for word in TELLING:
            at = line.find(word)
            if at >= 0:
                pieces.append(line if len(line) < 500 else line[max(0, at - 20) : at + 60])
    return "\n".join(pieces)
