"""Stand-ins of Entra ID and of the Azure services on loopback, and the faults that they can show."""

STAND_INS = "azure-dicom"
INSTALLED = "orthanc"
SERVERS = (STAND_INS, INSTALLED)
"""What the demo can stand before: stand-ins, or a server as it is installed on this machine."""
