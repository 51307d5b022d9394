"""Starts the parts of a case with its files as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests.parts import apache, nginx, orthanc
from tests.parts.orthanc import Orthanc
from tests.parts.ports import free_port
from tests.parts.samples import EVERY_KIND
from tests.routes import product
from tests.routes.case import LOGIN, Case, Place


@dataclass(frozen=True)
class Surroundings:
    """What all cases share: the published builds by version, an Orthanc without (False) and one with a login (True), and who
    signs certificates."""

    builds: Mapping[str, Path]
    archives: Mapping[bool, Orthanc]
    authority: trustme.CA


@dataclass(frozen=True)
class Deployed:
    """A case that runs: `output` is the folder of its generated files, `archive` the Orthanc behind it."""

    place: Place
    output: Path
    archive: Orthanc

    @property
    def case(self) -> Case:
        return self.place.case

    def deep_link(self, study_uid: str) -> str:
        """The address that opens a study."""
        return f"{self.place.viewer_url}/viewer?StudyInstanceUIDs={study_uid}"

    def complaints(self) -> str:
        """What `nginx -t` or `apachectl configtest` says against the generated files; empty when they are content. Not for
        serve-folders, which has no web server."""
        folder = self.place.folder / "test"
        folder.mkdir(exist_ok=True)
        if self.case.route == "cors":
            return nginx.nginx_test(folder, [self.output / "nginx-cors.conf"])
        if self.case.proxy == "nginx":
            return nginx.nginx_test(folder, [self.output / "nginx.conf"])
        return apache.apache_test(folder, _apaches(self.output), _modules(self.case))


@contextmanager
def deployed(case: Case, folder: Path, surroundings: Surroundings) -> Iterator[Deployed]:
    """The case runs, all its files in `folder`, which every user must be able to read (`tests.parts.users.open_folder`)."""
    archive = surroundings.archives[case.login]
    if case.route == "serve-folders":
        port = free_port()
        archive = Orthanc(
            f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port}/dicom-web", LOGIN if case.login else None
        )
        place = Place(case, folder, archive.url, port=port)
    else:
        place = Place(case, folder, archive.url)
    if case.tls:
        product.write_certificate(place, surroundings.authority)
    if case.login and case.route != "serve-folders":
        product.write_credentials(place)
    output = product.generate(place)
    product.install_viewer(place, surroundings.builds[case.version])
    with _servers(place, output, archive.login):
        yield Deployed(place, output, archive)


@contextmanager
def _servers(place: Place, output: Path, login: orthanc.Login | None) -> Iterator[None]:
    case, own = place.case, place.folder / "server"
    own.mkdir()
    with ExitStack() as stack:
        if case.route == "serve-folders":
            files = {"serve-folders.json": output / "orthanc-serve-folders.json"}
            stack.enter_context(orthanc.orthanc(own, EVERY_KIND, port=place.port, login=login, files=files))
        elif case.route == "cors":
            included = [output / "nginx-cors.conf", _viewer_host(place)]
            stack.enter_context(nginx.nginx_with(own, included, [place.port, place.service_port]))
        elif case.proxy == "nginx":
            stack.enter_context(nginx.nginx_with(own, [output / "nginx.conf"], [place.port]))
        else:
            stack.enter_context(apache.apache_with(own, _apaches(output), [place.port], _modules(case)))
        yield


def _apaches(output: Path) -> list[Path]:
    return [output / "ohif-listen.conf", output / "ohif.conf"]


def _modules(case: Case) -> tuple[str, ...]:
    return (*apache.ENABLED, "ssl") if case.tls else apache.ENABLED


def _viewer_host(place: Place) -> Path:
    """Where the viewer comes from in the `cors` route is the user's business: here, a simple web server."""
    case, block = place.case, place.folder / "viewer-host.conf"
    tls = f"ssl_certificate {place.certificate}; ssl_certificate_key {place.key};" if case.tls else ""
    block.write_text(
        f"server {{ listen {place.port}{' ssl' if case.tls else ''}; server_name {case.host}; {tls}\n"
        "add_header Cache-Control no-cache; absolute_redirect off;\n"
        f"location = /ohif {{ return 301 /ohif/; }}\n"
        f"location {case.path}/ {{ alias {place.viewer_folder}/; try_files $uri {case.path}/index.html; }} }}\n"
    )
    return block
