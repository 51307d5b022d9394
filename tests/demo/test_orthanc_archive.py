"""A real Orthanc behind the front of the DICOM stand-in; skipped where it is not installed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from ohif_setup.demo.dicom import OrthancArchive
from ohif_setup.demo.site import DemoSite
from tests.parts import orthanc
from tests.parts.samples import INSTANCE_OF_DOE, image_of_doe

pytestmark = pytest.mark.skipif(bool(orthanc.missing()), reason=orthanc.missing())
STUDY = "2.25.1"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The DICOMweb root of an Orthanc that holds nothing."""
    with orthanc.orthanc(tmp_path_factory.mktemp("orthanc")) as server:
        yield server.root


@pytest.fixture(scope="module")
def front(archive: str) -> Iterator[DemoSite]:
    with DemoSite(archive=OrthancArchive(archive)) as site:
        yield site


@pytest.fixture(scope="module")
def viewer(front: DemoSite) -> Iterator[requests.Session]:
    granted = front.entra.granted("https://dicom.healthcareapis.azure.com/Dicom.ReadWrite", front.registration)
    with requests.Session() as session:
        session.trust_env = False
        session.verify = front.environment["REQUESTS_CA_BUNDLE"]
        token = front.entra.access_token(front.registration.client_id, granted, front.entra.user)
        session.headers.update({"Authorization": f"Bearer {token}", "Accept": "application/dicom+json"})
        assert session.get(f"{front.dicom.url}/v2/studies", timeout=5).status_code == 204
        boundary = "b"
        part = (
            f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode()
            + image_of_doe()
            + f"\r\n--{boundary}--".encode()
        )
        headers = {"Content-Type": f'multipart/related; type="application/dicom"; boundary={boundary}'}
        assert session.post(f"{front.dicom.url}/v2/studies", part, headers=headers, timeout=5).status_code == 200
        yield session


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("", 1, id="all"),
        pytest.param("fuzzymatching=true&PatientName=doe", 1, id="prefix"),
        pytest.param("fuzzymatching=true&PatientName=doe jo", 1, id="two-words"),
        pytest.param("fuzzymatching=true&PatientName=jo", 1, id="second-word"),
        pytest.param("fuzzymatching=true&00100010=doe ja", 0, id="every-word-counts"),
        pytest.param("fuzzymatching=true&PatientName=oe", 0, id="not-inside-a-word"),
        pytest.param("PatientName=doe", 0, id="exact-without-fuzzy"),
        pytest.param("PatientName=Doe^John", 1, id="exact"),
        pytest.param("StudyDescription=CT head", 1, id="with-a-space"),
        pytest.param("PatientName=*doe*", 0, id="no-wildcards"),
        pytest.param(
            "limit=101&offset=0&fuzzymatching=true&includefield=00081030,00080060&StudyDate=20240101-", 1, id="ohif"
        ),
    ],
)
def test_searches_follow_azure_not_orthanc(front: DemoSite, viewer: requests.Session, query: str, found: int) -> None:
    answer = viewer.get(f"{front.dicom.url}/v2/studies?{query}", timeout=5)
    assert answer.status_code == (200 if found else 204)
    assert len(answer.json() if answer.content else []) == found


def test_metadata_and_pixels_come_from_orthanc(front: DemoSite, viewer: requests.Session) -> None:
    metadata = viewer.get(f"{front.dicom.url}/v2/studies/{STUDY}/metadata", timeout=5).json()
    assert metadata[0]["00280010"]["Value"] == [2]
    accept = {"Accept": 'multipart/related; type="application/octet-stream"; transfer-syntax="*"'}
    frame = viewer.get(f"{front.dicom.url}/v2{INSTANCE_OF_DOE}/frames/1", headers=accept, timeout=5)
    assert (frame.status_code, b"abcd" in frame.content) == (200, True)
    rendered = viewer.get(f"{front.dicom.url}/v2{INSTANCE_OF_DOE}/rendered", headers={"Accept": "image/png"}, timeout=5)
    assert rendered.content.startswith(b"\x89PNG")


def test_partitions_are_not_passed_on(front: DemoSite, viewer: requests.Session) -> None:
    front.dicom.partitions = ("a",)
    answer = viewer.get(f"{front.dicom.url}/v2/partitions/a/studies", timeout=5)
    front.dicom.partitions = ()
    assert answer.status_code == 200
