"""What is proven: one way to put OHIF before Orthanc, as answers, and the ports and folders that it takes on this machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tests.parts.orthanc import Login
from tests.parts.ports import free_port

VERSIONS = ("3.11.1", "3.13.2")
"""The published builds that every route is tried with."""

LOGIN = Login("ada", "s3cret of Orthanc")
"""With a blank, which a credentials file must survive."""


@dataclass(frozen=True)
class Case:
    """One deployment: how it is routed, by which web server, under which path, and with which published build."""

    version: str
    route: Literal["reverse-proxy", "serve-folders", "cors"] = "reverse-proxy"
    proxy: Literal["nginx", "apache"] = "nginx"
    path: str = ""
    tls: bool = False
    login: bool = False
    uploads: bool = True
    host: str = "localhost"

    def __str__(self) -> str:
        """Its name in the list of tests."""
        way = self.proxy if self.route == "reverse-proxy" else self.route
        traits = [name for name in ("tls", "login") if getattr(self, name)]
        host = [] if self.host == "localhost" else [self.host]
        return "-".join([way, self.path.strip("/") or "root", *traits, *host, self.version])


@dataclass(frozen=True)
class Place:
    """Where a case lives on this machine: a folder for all its files, the port that people open, and that of the archive.

    `service_port` is another one than `port` in the `cors` route only, where viewer and DICOMweb are two origins.
    """

    case: Case
    folder: Path
    orthanc_url: str
    port: int = field(default_factory=free_port)
    service_port: int = field(default_factory=free_port)

    @property
    def origin(self) -> str:
        """That of the viewer."""
        return f"{'https' if self.case.tls else 'http'}://{self.case.host}:{self.port}"

    @property
    def viewer_url(self) -> str:
        """Without a slash at the end."""
        return self.origin + self.case.path

    @property
    def list_url(self) -> str:
        """Where the study list is opened."""
        return self.viewer_url + ("/index.html" if self.case.route == "serve-folders" else "/")

    @property
    def viewer_folder(self) -> Path:
        """Where the installed build lies."""
        return self.folder / "viewer"

    @property
    def proxy_url(self) -> str:
        """The address of the web server before Orthanc."""
        separate = self.case.route == "cors"
        return self.origin.replace(str(self.port), str(self.service_port)) if separate else self.origin

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    @property
    def key(self) -> Path:
        return self.folder / "key.pem"

    @property
    def credentials(self) -> Path:
        """The file with Orthanc's login, in the form of the web server."""
        return self.folder / "orthanc-login.conf"

    @property
    def answers(self) -> dict[str, Any]:
        """The answers file."""
        case = self.case
        proxy: dict[str, Any] = {}
        if case.route != "serve-folders":
            proxy["listen"] = self.service_port if case.route == "cors" else self.port
        if case.route == "cors":
            proxy["url"] = self.proxy_url
        if case.tls:
            proxy |= {"tls_certificate": str(self.certificate), "tls_key": str(self.key)}
        if case.login and case.route != "serve-folders":
            proxy["orthanc_credentials_file"] = str(self.credentials)
        server = {
            "kind": "orthanc",
            "url": f"{self.orthanc_url}/dicom-web",
            "route": case.route,
            "uploads": case.uploads,
            # What `init` finds out about Debian's Orthanc.
            "capabilities": {"percent_decoding": False},
        }
        if case.route != "serve-folders":
            server["proxy"] = case.proxy
        return {
            "version": 1,
            "viewer": {
                "url": self.viewer_url,
                "ohif_version": ".".join(case.version.split(".")[:2]),
                "folder": str(self.viewer_folder),
            },
            "server": server,
            **({"proxy": proxy} if proxy else {}),
        }
