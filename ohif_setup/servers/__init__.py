"""One file per DICOMweb server: how to recognise it, its OHIF options, its requests."""
