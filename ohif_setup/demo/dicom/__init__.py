"""A stand-in of the Azure DICOM service, with a built-in archive or a real Orthanc behind it."""

from ohif_setup.demo.dicom.archive import BuiltInArchive, DicomArchive
from ohif_setup.demo.dicom.orthanc import OrthancArchive
from ohif_setup.demo.dicom.server import DicomService, Role

__all__ = ["BuiltInArchive", "DicomArchive", "DicomService", "OrthancArchive", "Role"]
