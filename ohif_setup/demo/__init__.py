"""Stand-ins of Entra ID and of the Azure services on loopback, and the faults that they can show."""

STAND_INS = "azure-dicom"
INSTALLED = "orthanc"
SERVERS = (STAND_INS, INSTALLED)
"""The servers of the demo: stand-ins of Azure, or an Orthanc that is installed on this machine."""
