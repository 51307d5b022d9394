"""A real Orthanc on loopback with a few studies in it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import requests
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.uid import generate_uid

DICOMWEB_PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
START_SECONDS = 30.0


class OrthancMissingError(Exception):
    """Orthanc or its DICOMweb plugin is not installed, or does not start."""


@dataclass(frozen=True)
class Study:
    """One study of one patient: as many images as `slices`, each made from a sample file of pydicom."""

    patient: str
    sample: str
    slices: int = 1

    @property
    def uid(self) -> str:
        """Its Study Instance UID, the same in every run."""
        return _uid(self.patient)

    def instances(self) -> Iterator[bytes]:
        """Its DICOM files."""
        sample = get_testdata_file(self.sample, download=False)
        assert isinstance(sample, str), self.sample
        for number in range(1, self.slices + 1):
            image = dcmread(sample)
            image.PatientName = self.patient
            image.PatientID = f"ID-{self.patient.replace('^', '-')}"
            image.StudyInstanceUID = self.uid
            image.SeriesInstanceUID = _uid(self.patient, "series")
            image.SOPInstanceUID = _uid(self.patient, "image", str(number))
            image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
            image.InstanceNumber = number
            image.StudyDescription = f"Study of {self.patient.split('^')[1]}"
            written = io.BytesIO()
            image.save_as(written)
            yield written.getvalue()


ADA = Study("Lovelace^Ada", "CT_small.dcm", slices=3)
BYRON = Study("Lovelace^Byron", "MR_small.dcm")
MARIE = Study("Curie^Marie", "CT_small.dcm")
GRACE = Study("Hopper^Grace", "MR_small_jp2klossless.dcm")
"""Compressed: drawn by a decoder that a worker loads from the build."""

STUDIES = (ADA, BYRON, MARIE, GRACE)


@contextlib.contextmanager
def orthanc(folder: Path) -> Iterator[str]:
    """The address of the DICOMweb root of an Orthanc that keeps everything in `folder` and holds `STUDIES`.

    Raises `OrthancMissingError`.
    """
    # Debian keeps it where only root's PATH looks.
    program = shutil.which("Orthanc", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if program is None or not DICOMWEB_PLUGIN.exists():
        raise OrthancMissingError("Debian's packages orthanc and orthanc-dicomweb are not installed")
    port = _free_port()
    configuration = folder / "orthanc.json"
    configuration.write_text(json.dumps(_configuration(folder, port)))
    log = folder / "orthanc.log"
    with log.open("wb") as output:
        process = subprocess.Popen([program, str(configuration)], stdout=output, stderr=output)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(process, url, log)
        for study in STUDIES:
            for instance in study.instances():
                requests.post(f"{url}/instances", data=instance, timeout=10).raise_for_status()
        yield f"{url}/dicom-web"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _uid(*names: str) -> str:
    return generate_uid(entropy_srcs=["ohif-setup", *names])


def _configuration(folder: Path, port: int) -> dict[str, object]:
    return {
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "index"),
        "HttpPort": port,
        "DicomServerEnabled": False,
        "RemoteAccessAllowed": False,
        "Plugins": [str(DICOMWEB_PLUGIN)],
        # Empty, so that the addresses in answers follow the request.
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/", "Host": ""},
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(requests.ConnectionError):
            requests.get(f"{url}/system", timeout=5).raise_for_status()
            return
        time.sleep(0.1)
    raise OrthancMissingError(f"Orthanc did not start; the end of its log: {log.read_text()[-2000:]}")
