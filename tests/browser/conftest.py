"""The stage of the browser tests: a browser, the viewer's web server, stand-ins of Microsoft's hosts, and an Orthanc.

What takes long to start is started once; what remembers something is new for each test, on the same port.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, Playwright, expect

from ohif_setup.demo.certificates import CertificateAuthority
from ohif_setup.demo.cors import StandInCors
from ohif_setup.demo.dicom import DicomService, OrthancArchive
from ohif_setup.demo.entra import AppRegistration, Entra
from tests.browser import chromium
from tests.browser.builds import VERSIONS, BuildMissingError, build_folder
from tests.browser.generated import CLIENT_ID, DICOM_HOST, SIGN_IN_HOST, TENANT_ID, VIEWER_HOST, Deployment, generate
from tests.browser.site import Site
from tests.browser.viewer_host import ViewerHost
from tests.parts import orthanc
from tests.parts.samples import STUDIES


@pytest.fixture(scope="session")
def authority() -> CertificateAuthority:
    return CertificateAuthority()


@pytest.fixture(scope="session")
def dicomweb_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if orthanc.missing():
        _missing(orthanc.missing())
    with orthanc.orthanc(tmp_path_factory.mktemp("orthanc"), STUDIES) as server:
        yield server.root


@pytest.fixture(scope="session")
def builds() -> Mapping[str, Path]:
    """The folder of each published build. For the whole session, because a single test does not see the user's cache."""
    try:
        return {version: build_folder(version) for version in VERSIONS}
    except BuildMissingError as error:
        _missing(str(error))


@pytest.fixture(scope="session")
def viewer_host(authority: CertificateAuthority, builds: Mapping[str, Path]) -> Iterator[ViewerHost]:
    with ViewerHost(authority, builds, public_url=f"https://{VIEWER_HOST}") as host:
        yield host


@pytest.fixture(scope="session")
def sign_in_port(authority: CertificateAuthority) -> int:
    with Entra(authority) as entra:
        return entra.port


@pytest.fixture(scope="session")
def dicom_port(authority: CertificateAuthority) -> int:
    with DicomService(authority, Entra(authority)) as dicom:
        return dicom.port


@pytest.fixture(scope="session")
def browser(
    playwright: Playwright,
    viewer_host: ViewerHost,
    sign_in_port: int,
    dicom_port: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Browser]:
    if not chromium.PROGRAM.exists():
        _missing("Debian's package chromium is not installed")
    ports = {VIEWER_HOST: viewer_host.port, SIGN_IN_HOST: sign_in_port, DICOM_HOST: dicom_port}
    expect.set_options(timeout=chromium.PATIENCE_SECONDS * 1000)
    browser = chromium.launch(playwright, ports, tmp_path_factory.mktemp("home"))
    yield browser
    browser.close()


@pytest.fixture
def entra(authority: CertificateAuthority, sign_in_port: int) -> Iterator[Entra]:
    public_url = f"https://{SIGN_IN_HOST}"
    with Entra(authority, tenant_id=TENANT_ID, public_url=public_url, port=sign_in_port) as entra:
        yield entra


@pytest.fixture
def dicom(authority: CertificateAuthority, entra: Entra, dicom_port: int, dicomweb_root: str) -> Iterator[DicomService]:
    cors = StandInCors(
        origins=(f"https://{VIEWER_HOST}",),
        headers=("authorization", "accept", "content-type"),
        methods=("GET", "POST", "OPTIONS"),
        max_age=600,
    )
    behind = OrthancArchive(dicomweb_root)
    public_url = f"https://{DICOM_HOST}"
    with DicomService(authority, entra, archive=behind, cors=cors, public_url=public_url, port=dicom_port) as dicom:
        yield dicom


@pytest.fixture
def site(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    browser: Browser,
    viewer_host: ViewerHost,
    dicom: DicomService,
) -> Site:
    """The deployment that the test asks for, registered as NEXT-STEPS.md tells a person to."""
    deployment: Deployment = request.param
    viewer_host.serve(deployment.build, generate(deployment, tmp_path), base=f"{deployment.path}/")
    implicit = deployment.flow == "implicit"
    pages = ("/callback", "/silent-refresh.html") if implicit else ("/callback",)
    dicom.entra.registrations[CLIENT_ID] = AppRegistration(
        CLIENT_ID,
        spa_redirect_uris=tuple(deployment.url + page for page in pages),
        id_tokens=implicit,
        access_tokens=implicit,
    )
    return Site(deployment, dicom, browser, tmp_path)


def _missing(part: str) -> NoReturn:
    """A part that must be there in CI, and need not be on somebody's machine."""
    if os.environ.get("CI"):
        pytest.fail(part)
    pytest.skip(part)
