"""A real Orthanc behind the front of the DICOM stand-in; skipped where it is not installed."""

from __future__ import annotations

import io
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest
import requests
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from ohif_setup.demo.dicom import OrthancArchive
from ohif_setup.demo.site import DemoSite

ORTHANC = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin")  # outside of an ordinary user's PATH
PLUGINS = sorted(Path("/usr/share/orthanc/plugins").glob("libOrthancDicomWeb.so*"))
STUDY = "2.25.1"
INSTANCE = f"/studies/{STUDY}/series/2.25.2/instances/2.25.3"

pytestmark = pytest.mark.skipif(not ORTHANC or not PLUGINS, reason="Orthanc and its DICOMweb plugin are not installed")


def image() -> bytes:
    """A CT image of 2 by 2 pixels of John Doe."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = pydicom.uid.UID("2.25.3")
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    values = {
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": "2.25.3",
        "StudyInstanceUID": STUDY,
        "SeriesInstanceUID": "2.25.2",
        "PatientName": "Doe^John",
        "PatientID": "1",
        "Modality": "CT",
        "StudyDate": "20240101",
        "StudyDescription": "CT head",
        "Rows": 2,
        "Columns": 2,
        "BitsAllocated": 8,
        "BitsStored": 8,
        "HighBit": 7,
        "PixelRepresentation": 0,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "PixelData": b"abcd",
    }
    for name, value in values.items():
        setattr(dataset, name, value)
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The DICOMweb root of an Orthanc that holds nothing."""
    folder, port = tmp_path_factory.mktemp("orthanc"), free_port()
    settings = {
        "StorageDirectory": str(folder),
        "IndexDirectory": str(folder),
        "HttpPort": port,
        "DicomServerEnabled": False,
        "AuthenticationEnabled": False,
        "RemoteAccessAllowed": False,
        "Plugins": [str(PLUGINS[0])],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }
    (folder / "orthanc.json").write_text(json.dumps(settings))
    assert ORTHANC
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen([ORTHANC, str(folder / "orthanc.json")], stdout=log, stderr=log) as process,
    ):
        root = f"http://127.0.0.1:{port}/dicom-web"
        try:
            _wait_for(f"{root}/studies")
            yield root
        finally:
            process.kill()  # it holds nothing worth a slow good-bye


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            requests.get(url, timeout=1).raise_for_status()
            return
        except requests.exceptions.RequestException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@pytest.fixture(scope="module")
def front(orthanc: str) -> Iterator[DemoSite]:
    with DemoSite(archive=OrthancArchive(orthanc)) as site:
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
            + image()
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
    frame = viewer.get(f"{front.dicom.url}/v2{INSTANCE}/frames/1", headers=accept, timeout=5)
    assert (frame.status_code, b"abcd" in frame.content) == (200, True)
    rendered = viewer.get(f"{front.dicom.url}/v2{INSTANCE}/rendered", headers={"Accept": "image/png"}, timeout=5)
    assert rendered.content.startswith(b"\x89PNG")


def test_partitions_are_not_passed_on(front: DemoSite, viewer: requests.Session) -> None:
    front.dicom.partitions = ("a",)
    answer = viewer.get(f"{front.dicom.url}/v2/partitions/a/studies", timeout=5)
    front.dicom.partitions = ()
    assert answer.status_code == 200
