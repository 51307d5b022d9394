"""A whole site on loopback: Entra ID, a DICOM service, optionally a FHIR service, and the matching answers."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from ohif_setup.demo.certificates import CertificateAuthority
from ohif_setup.demo.cors import StandInCors
from ohif_setup.demo.dicom import DicomArchive, DicomService
from ohif_setup.demo.entra import AppRegistration, Entra
from ohif_setup.demo.faults import FAULTS
from ohif_setup.demo.fhir import FhirService
from ohif_setup.demo.https_server import HttpsServer
from ohif_setup.demo.person import Person

CLIENT_ID = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
PIPELINE_CLIENT_ID = "bbbbbbbb-bbbb-4ccc-8ddd-eeeeeeeeeeee"
PIPELINE_SECRET = "a-secret-of-the-demo-only"  # noqa: S105 - opens nothing but the stand-in
VIEWER_URL = "https://viewer.example.org"
CA_FILE = "demo-ca.pem"


class DemoSite:
    """Starts the stand-ins in `with`, all with certificates of one temporary CA, and stops them.

    `fault` is a key of `FAULTS` and is applied once everything runs; without it the site has no fault. `entra_url` and `dicom_url`
    are the addresses that the stand-ins advertise (see `HttpsServer`); `resolver_rules` then leads a browser to them.
    """

    def __init__(
        self,
        *,
        fault: str | None = None,
        viewer_url: str = VIEWER_URL,
        with_fhir: bool = False,
        archive: DicomArchive | None = None,
        entra_url: str | None = None,
        dicom_url: str | None = None,
    ) -> None:
        self.certificate_authority = CertificateAuthority()
        self.registration = _viewer_registration(viewer_url)
        pipeline = AppRegistration(PIPELINE_CLIENT_ID, name="pipeline", secret=PIPELINE_SECRET)
        self.entra = Entra(self.certificate_authority, self.registration, pipeline, public_url=entra_url)
        # Shorter than at Microsoft, or each device-code sign-in would wait five seconds for its first poll.
        self.entra.device_interval = 1
        self.entra.approve_after = 0.0  # the simulated user approves at once
        cors = _cors(viewer_url)
        self.dicom = DicomService(
            self.certificate_authority, self.entra, archive=archive, cors=cors, public_url=dicom_url
        )
        self.fhir = FhirService(self.certificate_authority, self.entra, cors=cors) if with_fhir else None
        self.answers: dict[str, str] = {}
        self._viewer_url = viewer_url.rstrip("/")
        self._fault = FAULTS[fault] if fault else None
        self._open = contextlib.ExitStack()
        self._folder = Path()

    @property
    def servers(self) -> tuple[HttpsServer, ...]:
        """All stand-ins, for settings such as `delay`."""
        if self.fhir is None:
            return (self.entra, self.dicom)
        return (self.entra, self.dicom, self.fhir)

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that make `requests` and MSAL trust the stand-ins."""
        return {"REQUESTS_CA_BUNDLE": str(self.ca_file(self._folder / CA_FILE))}

    @property
    def person(self) -> Person:
        """A user with a new browser, who signs in automatically and stops before the viewer, which is not served."""
        return Person(self.certificate_authority.client_context(), stays_before=(self._viewer_url,))

    @property
    def resolver_rules(self) -> str:
        """Chromium's `--host-resolver-rules` that lead the public names of the stand-ins to loopback."""
        rules = [
            f"MAP {urlsplit(server.url).hostname} 127.0.0.1:{server.port}"
            for server in self.servers
            if server.url != server.listen_url
        ]
        return ", ".join(rules)

    def ca_file(self, path: Path) -> Path:
        """Write the certificate of the CA to `path`, as PEM."""
        path.write_bytes(self.certificate_authority.pem)
        return path

    def __enter__(self) -> Self:
        # If one stand-in fails to start, the stack stops those that run already; pop_all() keeps them otherwise.
        with contextlib.ExitStack() as stack:
            self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ohif-setup-demo-")))
            for server in self.servers:
                stack.enter_context(server)
            # Only now: the addresses have the ports that the system chose at the start.
            self.answers = self._answers()
            if self.fhir:
                self.entra.resources.append(self.fhir.resource)
                self.answers["fhir.url"] = self.fhir.url
            if self._fault:
                self._fault.apply(self)
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, traceback)

    def _answers(self) -> dict[str, str]:
        return {
            "viewer.url": self._viewer_url,
            "server.kind": "azure-dicom",
            "server.url": f"{self.dicom.url}/v2",
            "sign_in.tenant_id": self.entra.tenant_id,
            "sign_in.client_id": self.registration.client_id,
            "sign_in.authority": self.entra.tenant_url,
        }


def _viewer_registration(viewer_url: str) -> AppRegistration:
    return AppRegistration(
        CLIENT_ID,
        spa_redirect_uris=(f"{viewer_url.rstrip('/')}/callback",),
        # For MSAL in a browser: of http://localhost, Entra ID ignores the port.
        desktop_redirect_uris=("http://localhost",),
        public_client_flows=True,
    )


def _cors(viewer_url: str) -> StandInCors:
    # The origin alone: the Azure services compare it with the header Origin, which has no path.
    parts = urlsplit(viewer_url)
    return StandInCors(
        origins=(f"{parts.scheme}://{parts.netloc}",),
        headers=("authorization", "accept", "content-type"),
        methods=("GET", "POST", "OPTIONS"),
        max_age=600,
    )
