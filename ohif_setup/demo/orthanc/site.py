"""A whole site on loopback: Orthanc with a few images, nginx in front of it, and the matching answers."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from ohif_setup.demo.orthanc.faults import OrthancFault, Settings
from ohif_setup.demo.orthanc.images import demo_files
from ohif_setup.demo.orthanc.programs import (
    DICOM_WEB,
    LOOPBACK,
    START_SECONDS,
    ProgramError,
    Programs,
    find_plugin,
    find_program,
    free_port,
)

SECONDS = 10.0
MIME_TYPES = Path("/etc/nginx/mime.types")
ROOT = "/dicom-web"


class OrthancSite:
    """Starts Orthanc in `with`, stores images in it, and ends everything that it started. `start_nginx` is called later, when the
    configuration has been generated. The programs write only below `folder`; the viewer is installed into `viewer`.

    `fault` breaks one thing. Raises ProgramError where a program does not start.
    """

    def __init__(self, folder: Path, viewer: Path, *, fault: OrthancFault | None = None) -> None:
        self.viewer = viewer
        self.orthanc_port = free_port()
        self.port = free_port()
        self._folder = folder
        self._fault = fault
        self._settings = self._default_settings()
        if fault and fault.settings:
            fault.settings(self._settings)
        self._programs = Programs()

    @property
    def answers(self) -> dict[str, str]:
        """The answers by dotted key, as text."""
        return {
            "viewer.url": f"http://localhost:{self.port}",
            "viewer.folder": str(self.viewer),
            "server.kind": "orthanc",
            "server.url": f"http://{LOOPBACK}:{self.orthanc_port}{ROOT}",
            "server.uploads": "yes",
            "proxy.listen": str(self.port),
            # The machine may have no IPv6, and the port is known to be free at this address only.
            "proxy.listen_addresses": LOOPBACK,
        }

    def start_nginx(self, generated: Path) -> None:
        """Starts nginx with the generated file, unmodified unless the fault is one of nginx. Raises ProgramError."""
        included = generated.resolve()
        if self._fault and self._fault.proxy:
            included = self._folder / "broken.conf"
            included.write_text(self._fault.proxy(generated.read_text(encoding="utf-8")), encoding="utf-8")
        frame = self._folder / "nginx.conf"
        frame.write_text(self._nginx_frame(included), encoding="utf-8")
        log = self._folder / "nginx.log"
        program = find_program("nginx") or "nginx"
        # -e and -p: without them nginx opens the log and the folders of the system, which only root may write.
        command = [program, "-p", str(self._folder), "-e", str(log), "-c", str(frame)]
        self._programs.start("nginx", command, self.port, log)

    def raise_if_ended(self) -> None:
        """Raises ProgramError when Orthanc or nginx has ended by itself."""
        self._programs.raise_if_ended()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._programs)
            self._start_orthanc()
            for file in demo_files():
                status = self._ask("POST", "/instances", file)
                if status != 200:
                    raise ProgramError(f"Orthanc does not store an image of the demo (status {status})")
            stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._programs.__exit__(kind, error, traceback)

    def _default_settings(self) -> Settings:
        storage = str(self._folder / "storage")
        return {
            "Name": "Demo of ohif-setup",
            "StorageDirectory": storage,
            "IndexDirectory": storage,
            "Plugins": [str(find_plugin(DICOM_WEB))],
            "HttpPort": self.orthanc_port,
            "DicomServerEnabled": False,  # no DIMSE port, which another Orthanc of this machine may have
            # nginx asks from this machine; other machines must not reach the demo.
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False,
            "RegisteredUsers": {},
            "SaveJobs": False,
            # Debian ships "Host": "localhost", and then the addresses in answers have no port and lead nowhere.
            "DicomWeb": {"Enable": True, "Root": f"{ROOT}/", "Host": "", "Ssl": False},
        }

    def _start_orthanc(self) -> None:
        settings = self._folder / "orthanc.json"
        settings.write_text(json.dumps(self._settings), encoding="utf-8")
        # The file has the password of the fault `login`.
        settings.chmod(0o600)
        program = find_program("Orthanc") or "Orthanc"
        self._programs.start("Orthanc", [program, str(settings)], self.orthanc_port, self._folder / "orthanc.log")
        # The port is open before the plugins are ready.
        _wait(lambda: self._ask("GET", "/system") == 200, "Orthanc does not answer")

    def _ask(self, method: str, path: str, body: bytes | None = None) -> int | None:
        """The status of a request to Orthanc; None where it does not answer."""
        headers = {}
        for name, password in self._settings["RegisteredUsers"].items():
            headers["Authorization"] = "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()
        connection = http.client.HTTPConnection(LOOPBACK, self.orthanc_port, timeout=SECONDS)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def _nginx_frame(self, included: Path) -> str:
        """The frame that Debian's `nginx.conf` has around a site, for one process without root, with all files in the demo's
        folder."""
        places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        mime_types = []
        if MIME_TYPES.exists():
            mime_types.append(f"include {MIME_TYPES};")
        return "\n".join(
            (
                # In the foreground and as one process, so that ending it by its ID ends all of nginx.
                "daemon off;",
                "master_process off;",
                f"pid {_quoted(self._folder / 'nginx.pid')};",
                "events { }",
                "http {",
                "access_log off;",
                *(f"{place}_temp_path {_quoted(self._folder / place)};" for place in places),
                *mime_types,
                f"include {_quoted(included)};",
                "}",
                "",
            )
        )


def _quoted(path: Path) -> str:
    """A path in quotes, in which nginx interprets backslashes, quotes and dollars (and `include` wildcards)."""
    text = str(path)
    if any(sign in text for sign in '"\\$\n*?['):
        raise ProgramError(f"nginx cannot use the path {text!r}: choose a plain one")
    return f'"{text}"'


def _wait(ready: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            raise ProgramError(otherwise)
        time.sleep(0.05)
