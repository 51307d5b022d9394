"""Debian's Orthanc with its plugins on loopback, configured by a folder of files as in `/etc/orthanc`."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.parts.ports import START_SECONDS, free_port, running
from tests.parts.samples import Study

# Debian keeps it where only root's PATH looks.
PROGRAM = shutil.which("Orthanc", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
PLUGINS = Path("/usr/share/orthanc/plugins")


@dataclass(frozen=True)
class Login:
    """A user that Orthanc asks for (`RegisteredUsers`)."""

    name: str
    password: str


@dataclass(frozen=True)
class Orthanc:
    """A running Orthanc: `url` is the root of its REST API, without a slash at the end; `root` that of DICOMweb."""

    url: str
    root: str
    login: Login | None = None

    @property
    def port(self) -> int:
        """Its port of 127.0.0.1."""
        return int(self.url.rpartition(":")[2])

    def store(self, instance: bytes) -> None:
        """Store one DICOM file. Raises `requests.HTTPError`."""
        self._ask("POST", "/instances", instance).raise_for_status()

    def holds(self, study: Study) -> bool:
        """Whether an instance of the study is there."""
        return bool(self._find(study))

    def forget(self, study: Study) -> None:
        """Delete the study, if it is there."""
        for identifier in self._find(study):
            self._ask("DELETE", f"/studies/{identifier}").raise_for_status()

    def answers(self) -> bool:
        """Whether DICOMweb answers. Raises `requests.ConnectionError`."""
        return self._ask("GET", f"{self.root.removeprefix(self.url)}/studies?limit=1").status_code == 200

    def _find(self, study: Study) -> list[str]:
        query = {"Level": "Study", "Query": {"StudyInstanceUID": study.uid}}
        found: list[str] = self._ask("POST", "/tools/find", json.dumps(query).encode()).json()
        return found

    def _ask(self, method: str, path: str, body: bytes | None = None) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            session.auth = (self.login.name, self.login.password) if self.login else None
            return session.request(method, self.url + path, data=body, timeout=10)


def missing() -> str:
    """What must be installed; empty when all is there."""
    if PROGRAM and all(list(PLUGINS.glob(f"{name}.so*")) for name in ("libOrthancDicomWeb", "libServeFolders")):
        return ""
    return "Debian's packages orthanc and orthanc-dicomweb are not installed"


@contextmanager
def orthanc(
    folder: Path,
    studies: Iterable[Study] = (),
    *,
    port: int = 0,
    login: Login | None = None,
    dicom_web: Mapping[str, object] | None = None,
    files: Mapping[str, Path] | None = None,
) -> Iterator[Orthanc]:
    """An Orthanc that keeps everything in `folder` and holds `studies`. Raises AssertionError when it does not start.

    `dicom_web` changes keys of the section `DicomWeb`; Debian ships `{"Host": "localhost"}`, here it is empty, so that
    the addresses in answers follow the request. `files` are put in whole, by their name in `/etc/orthanc`
    (`serve-folders.json`), in the place of what is there.
    """
    port = port or free_port()
    section = {"Enable": True, "Root": "/dicom-web/", "EnableWado": True, "WadoRoot": "/wado", "Host": "", "Ssl": False}
    section |= dicom_web or {}
    etc = folder / "etc"
    etc.mkdir()
    for name, content in _debians(folder, port, login, section).items():
        (etc / name).write_text(json.dumps(content))
    for name, file in (files or {}).items():
        shutil.copyfile(file, etc / name)
    assert PROGRAM, missing()
    server = Orthanc(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port}{str(section['Root']).rstrip('/')}", login)
    with running([PROGRAM, str(etc)], [port], folder / "orthanc.log", farewell=False):
        _wait_for_answers(server, folder / "orthanc.log")
        for study in studies:
            for instance in study.instances():
                server.store(instance)
        yield server


def _debians(folder: Path, port: int, login: Login | None, dicom_web: Mapping[str, object]) -> dict[str, Any]:
    """The files of Debian's packages, with other places and an own port, and no DICOM port."""
    return {
        "orthanc.json": {
            "StorageDirectory": str(folder / "storage"),
            "IndexDirectory": str(folder / "storage"),
            "Plugins": [str(PLUGINS)],
            "HttpPort": port,
            "DicomServerEnabled": False,
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": login is not None,
        },
        "credentials.json": {"RegisteredUsers": {login.name: login.password} if login else {}},
        "dicomweb.json": {"DicomWeb": dict(dicom_web)},
        "serve-folders.json": {"ServeFolders": {}},
    }


def _wait_for_answers(server: Orthanc, log: Path) -> None:
    """The port is open before the plugins are ready."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(requests.ConnectionError):
            if server.answers():
                return
        time.sleep(0.05)
    raise AssertionError(f"Orthanc does not answer: {log.read_text()[-2000:]}")
