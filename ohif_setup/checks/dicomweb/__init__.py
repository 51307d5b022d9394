"""The DICOMweb server as browsers reach it, and what its answers hold."""
