"""A deployment with its generated files, of which one directive can be taken away at a time, and what `check` then says."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from ohif_setup import cli
from tests.parts import apache, nginx, orthanc
from tests.parts.orthanc import Login, Orthanc
from tests.parts.ports import free_port
from tests.parts.samples import EVERY_KIND
from tests.routes import product
from tests.routes.case import LOGIN, Case, Place
from tests.servers.stage import assert_no_skip_hides_anything

CONFIGURATION = {"nginx": "nginx.conf", "apache": "ohif.conf", "cors": "nginx-cors.conf"}
SERVE_FOLDERS = "orthanc-serve-folders.json"


@dataclass(frozen=True)
class Breaking:
    """What a fault may change before anything starts: the text of the generated configuration, the installed viewer, the text of
    the login file, Apache's modules, and Orthanc's section `DicomWeb`."""

    text: Callable[[str], str] | None = None
    viewer: Callable[[Path], None] | None = None
    login: str | None = None
    modules: tuple[str, ...] = apache.ENABLED
    dicom_web: Mapping[str, object] | None = None


@dataclass
class Stage:
    """A case with its files in `place.folder`: `original` is the viewer as it was installed, `place.viewer_folder` the one that is
    served, a copy with hard links for each run. `archive` is None where each run has an Orthanc of its own."""

    place: Place
    output: Path
    original: Path
    archive: Orthanc | None
    runs: int = 0

    @contextmanager
    def broken(self, breaking: Breaking) -> Iterator[None]:
        """The case runs with that fault."""
        self.runs += 1
        own = self.place.folder / f"run-{self.runs}"
        own.mkdir(mode=0o755)
        shutil.rmtree(self.place.viewer_folder, ignore_errors=True)
        shutil.copytree(self.original, self.place.viewer_folder, copy_function=_link)
        if breaking.viewer:
            breaking.viewer(self.place.viewer_folder)
        login = self.place.credentials.read_text() if self.place.credentials.exists() else ""
        if breaking.login is not None:
            self.place.credentials.write_text(breaking.login)
        try:
            with self._running(breaking, own):
                yield
        finally:
            if login:
                self.place.credentials.write_text(login)

    @contextmanager
    def _running(self, breaking: Breaking, own: Path) -> Iterator[None]:
        case, place = self.place.case, self.place
        with ExitStack() as stack:
            if case.route == "serve-folders":
                files = {"serve-folders.json": self._changed(SERVE_FOLDERS, breaking, own)}
                dicom_web = breaking.dicom_web
                stack.enter_context(orthanc.orthanc(own, EVERY_KIND, port=place.port, dicom_web=dicom_web, files=files))
                yield
                return
            if self.archive is None:
                port = int(place.orthanc_url.rpartition(":")[2])
                stack.enter_context(orthanc.orthanc(own, EVERY_KIND, port=port, dicom_web=breaking.dicom_web))
            file = self._changed(CONFIGURATION["cors" if case.route == "cors" else case.proxy], breaking, own)
            if case.proxy == "apache":
                included = [self.output / "ohif-listen.conf", file]
                stack.enter_context(apache.apache_with(own, included, [place.port], breaking.modules))
            elif case.route == "cors":
                included = [file, self._viewer_host(own)]
                stack.enter_context(nginx.nginx_with(own, included, [place.service_port, place.port]))
            else:
                stack.enter_context(nginx.nginx_with(own, [file], [place.port]))
            yield

    def _changed(self, name: str, breaking: Breaking, own: Path) -> Path:
        whole = (self.output / name).read_text()
        text = breaking.text(whole) if breaking.text else whole
        assert (text != whole) == bool(breaking.text), "the directive to be taken away is not in the generated file"
        file = own / f"changed-{name}"
        file.write_text(text)
        return file

    def _viewer_host(self, own: Path) -> Path:
        """The web server of the viewer is not of this tool's making in the route cors."""
        block = own / "viewer-host.conf"
        block.write_text(
            f"server {{ listen {self.place.port}; add_header Cache-Control no-cache; gzip on; gzip_types application/javascript;\n"
            f"root {self.place.viewer_folder}; location / {{ try_files $uri /index.html; }}\n"
            r"location ~ \.js$ { try_files $uri =404; } }"
        )
        return block


def stage(case: Case, folder: Path, build: Path, archive: Orthanc | None, authority: trustme.CA) -> Stage:
    """The files of that case, generated and installed by the front door."""
    place = Place(case, folder, archive.url if archive else f"http://127.0.0.1:{free_port()}")
    if case.route == "serve-folders":
        place = replace(place, orthanc_url=f"http://127.0.0.1:{place.port}")
    if case.tls:
        product.write_certificate(place, authority)
    if case.login:
        product.write_credentials(place)
    output = product.generate(place)
    product.install_viewer(place, build)
    original = folder / "installed"
    place.viewer_folder.rename(original)
    return Stage(place, output, original, archive)


def small_build(build: Path, folder: Path) -> Path:
    """The published build without what no test of a web server needs: 150 MB of runtimes of neural networks, but for one file."""
    target = folder / "build"
    shutil.copytree(build, target, ignore=shutil.ignore_patterns("ort"))
    (target / "ort").mkdir()
    shutil.copy2(build / "ort" / "ort-wasm-simd.wasm", target / "ort")
    return target


def findings(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    """What `ohif-setup check` says of the site in that folder."""
    capsys.readouterr()
    file = str(folder / "ohif-setup.toml")
    status = cli.main(["check", "--answers", file, "--json", "--sign-in", "none", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    assert status in (0, 1), err
    found: list[dict[str, Any]] = json.loads(out)["findings"]
    assert status == (1 if any(one["status"] == "fail" for one in found) else 0)
    for one in found:
        if one["status"] in ("fail", "warn"):
            assert all((one["symptom"], one["cause"], one["fix"])), one
            assert LOGIN.password not in json.dumps(one)
    assert_no_skip_hides_anything(found)
    return found


def wrong_login(login: Login) -> str:
    """A line for the login file with another password."""
    value = base64.b64encode(f"{login.name}:another".encode()).decode()
    return f'proxy_set_header Authorization "Basic {value}";\n'


def _link(source: str, target: str) -> None:
    """Texts are copied, because a fault may change them in place; the rest is linked."""
    if source.endswith((".html", ".css", "app-config.js")) or "app.bundle" in source or Path(source).suffix == "":
        shutil.copy2(source, target)
    else:
        Path(target).hardlink_to(source)
