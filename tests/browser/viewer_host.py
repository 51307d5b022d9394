"""The web server of the viewer: a published build, with the generated `app-config.js` in place of its own."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ohif_setup.demo.certificates import CertificateAuthority
from ohif_setup.demo.exchange import Reply, Request
from ohif_setup.demo.https_server import HttpsServer
from ohif_setup.disk.safe_path import absolute, folder_at
from ohif_setup.ohif.install.folder import install_viewer

KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jsonc": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".onnx": "application/octet-stream",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""Written out, because what `mimetypes` knows differs from machine to machine."""


class ViewerHost(HttpsServer):
    """Serves one build at `base` (`/`, or a path such as `/ohif/`) and nothing elsewhere.

    Routes of the viewer (`/viewer`, `/callback`) get the page; a file that is not there is a 404, as on a good host.
    """

    def __init__(self, authority: CertificateAuthority, builds: Mapping[str, Path], *, public_url: str) -> None:
        super().__init__(authority, public_url=public_url)
        self._builds = builds
        self._build = Path()
        self._config = b""
        self._base = "/"

    def serve(self, version: str, config: Path, base: str) -> None:
        """Serve from now on the build of this version, with the file `config` for its `app-config.js`, at `base`; the copy
        that this takes elsewhere than at `/` is made beside `config`."""
        self._build, self._config, self._base = self._builds[version], config.read_bytes(), base
        if base != "/":
            self._build = config.parent / "viewer"
            source, target = folder_at(self._builds[version]), absolute(str(self._build.resolve()))
            install_viewer(source, target, app_config=self._config, base_path=base.removesuffix("/"))

    def answer(self, request: Request) -> Reply:
        """A file, the page, or 404."""
        if request.method not in ("GET", "HEAD"):
            return Reply.text(405, "a folder of files")
        if request.path + "/" == self._base:
            return Reply(308, (("Location", self._base),))
        if not request.path.startswith(self._base):
            return Reply.text(404, "nothing is served here")
        name = request.path.removeprefix(self._base)
        kind = KINDS.get(Path(name).suffix)
        if kind is None:
            return self._file("index.html")
        return self._file(name) if self._is_file(name) else Reply.text(404, "no such file")

    def _is_file(self, name: str) -> bool:
        file = (self._build / name).resolve()
        return file.is_relative_to(self._build) and file.is_file()

    def _file(self, name: str) -> Reply:
        content = self._config if name == "app-config.js" else _content(self._build / name)
        # The names of the bundles carry a digest; the tests load the page again and again.
        cache = "public, max-age=3600" if ".bundle." in name else "no-cache"
        return Reply(200, (("Content-Type", KINDS[Path(name).suffix]), ("Cache-Control", cache)), content)


@functools.lru_cache(maxsize=128)
def _content(file: Path) -> bytes:
    return file.read_bytes()
