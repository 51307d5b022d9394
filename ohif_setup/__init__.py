"""Sets up the OHIF viewer against a DICOM service, and proves that it works."""

__version__ = "0.1.0"
