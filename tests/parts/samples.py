"""DICOM studies for archives, made of the sample files that pydicom brings along, or from nothing."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, CTImageStorage, EncapsulatedPDFStorage, ExplicitVRLittleEndian, generate_uid

from ohif_setup.demo.orthanc.images import pdf


@dataclass(frozen=True)
class Study:
    """One study of one patient: as many instances as `slices`, each made from a sample file of pydicom or by `make`."""

    patient: str
    sample: str | Callable[[], Dataset]
    slices: int = 1

    @property
    def uid(self) -> str:
        """Its Study Instance UID, the same in every run."""
        return _uid(self.patient)

    @property
    def shown(self) -> str:
        """The patient's name as OHIF's list shows it."""
        return self.patient.replace("^", ", ")

    def instances(self) -> Iterator[bytes]:
        """Its DICOM files."""
        for number in range(1, self.slices + 1):
            image = _read(self.sample) if isinstance(self.sample, str) else self.sample()
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


def pdf_document() -> Dataset:
    """An encapsulated PDF without a patient."""
    document = _empty(EncapsulatedPDFStorage)
    values = {
        "Modality": "DOC",
        "ConversionType": "WSD",
        "StudyDate": "20240101",
        "StudyTime": "120000",
        "SeriesNumber": 1,
        "SeriesDescription": "Letter",
        "BurnedInAnnotation": "YES",
        "DocumentTitle": "Letter",
        "MIMETypeOfEncapsulatedDocument": "application/pdf",
        "EncapsulatedDocument": PDF + b"\0" * (len(PDF) % 2),
    }
    for name, value in values.items():
        setattr(document, name, value)
    return document


def large_image() -> Dataset:
    """A CT image of 2 MiB, twice of what nginx takes where nobody says otherwise."""
    image = _read("CT_small.dcm")
    times = 8
    image.PixelData = image.PixelData * times * times
    image.Rows, image.Columns = image.Rows * times, image.Columns * times
    return image


PDF: Final = pdf(b"BT /F1 40 Tf 40 300 Td (A letter) Tj ET 0.8 0.1 0.1 rg 40 80 200 120 re f", 298)

ADA = Study("Lovelace^Ada", "CT_small.dcm", slices=3)
BYRON = Study("Lovelace^Byron", "MR_small.dcm")
MARIE = Study("Curie^Marie", "CT_small.dcm")
GRACE = Study("Hopper^Grace", "MR_small_jp2klossless.dcm")
"""Compressed (JPEG 2000): drawn by a decoder that a worker loads from the build."""

STUDIES = (ADA, BYRON, MARIE, GRACE)

JEAN = Study("Bartik^Jean", "examples_ybr_color.dcm")
"""Ultrasound of 30 frames, JPEG."""
HEDY = Study("Lamarr^Hedy", "examples_palette.dcm")
"""Palette colour: its tables are bulk data, read by the addresses that the server writes into the metadata."""
MARY = Study("Shelley^Mary", pdf_document)
"""A PDF: bulk data too."""
JANE = Study("Austen^Jane", "reportsi.dcm")
"""A structured report."""
UNA = Study("Upton^Una", large_image)
"""To be stored by a test."""

EVERY_KIND = (ADA, GRACE, JEAN, HEDY, MARY, JANE)

INSTANCE_OF_DOE: Final = "/studies/2.25.1/series/2.25.2/instances/2.25.3"


def image_of_doe() -> bytes:
    """A CT image of 2 by 2 pixels of John Doe, at `INSTANCE_OF_DOE`."""
    dataset = _empty(CTImageStorage)
    dataset.file_meta.MediaStorageSOPInstanceUID = UID("2.25.3")
    values = {
        "SOPInstanceUID": "2.25.3",
        "StudyInstanceUID": "2.25.1",
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


def _empty(kind: UID) -> FileDataset:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = kind
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID = kind
    return dataset


def _read(name: str) -> FileDataset:
    sample = get_testdata_file(name, download=False)
    assert isinstance(sample, str), name
    return dcmread(sample)


def _uid(*names: str) -> str:
    return generate_uid(entropy_srcs=["ohif-setup", *names])
